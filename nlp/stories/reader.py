"""Reads two reports side by side: an encoder's pass over both openings.

What words, numbers and names have in common doesn't tell a step of an event from the event itself; a pass
that sees both openings at once tells it better, and takes some milliseconds of a processor. So it is asked
only where the features leave a pair open (:mod:`nlp.stories.judge`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import onnxruntime

from nlp.stories.passage import PassageCutter, Pieces
from nlp.stories.reader_file import read_reader

#: What the head tells apart, in its order.
ANSWERS = ("different", "related", "same")
_SAME = ANSWERS.index("same")
#: As many openings are remembered in pieces: a new report is read beside two.
_N_CUT = 256


class PairReader:
    """Says how likely two openings of its language tell one event.

    Args:
        folder: what :func:`nlp.stories.reader_file.read_reader` reads.
        n_threads: pairs that are read at the same time, each on one core.

    Raises:
        ModelError: a file is missing or damaged.
    """

    def __init__(self, folder: Path, *, n_threads: int = 1) -> None:
        file = read_reader(folder)
        self._shape, self._weights = file.shape, file.weights
        self._head = file.weights["head.weight"], file.weights["head.bias"]
        self._cutter = PassageCutter(file.tokenizer, max_pieces=file.max_pieces)
        self._cut = lru_cache(_N_CUT)(self._cutter.cut)
        self._n_threads = n_threads

    def cut(self, opening: str) -> Pieces:
        """Return what is read of an opening; those cut last are remembered."""
        return self._cut(opening)

    def read(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> list[float]:
        """Return for each pair, the earlier report first, the logit that both tell one event."""
        return self.start(pairs)()

    def start(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> Callable[[], list[float]]:
        """Begin to read pairs, where there are threads to do it; what is returned waits for the logits."""
        # Built before the threads ask for it, for it is built once.
        _ = self._session
        if self._n_threads == 1:
            return lambda: [self._read_one(*pair) for pair in pairs]
        begun = [self._pool.submit(self._read_one, *pair) for pair in pairs]
        return lambda: [one.result() for one in begun]

    def _read_one(self, earlier: Pieces, later: Pieces) -> float:
        """Read a pair alone: nothing is padded, and what stands beside it can't change a bit."""
        ids, segments = self._cutter.join(earlier, later)
        inputs = {"input_ids": np.array([ids], np.int32), "segment_ids": np.array([segments], np.int32)}
        hidden = self._session.run(["hidden"], inputs)[0][0]
        first = len(earlier) + 2
        one, other = hidden[:first].mean(0), hidden[first:].mean(0)
        weight, bias = self._head
        scores = weight @ np.concatenate([np.abs(one - other), one * other]) + bias
        return float(scores[_SAME] - np.logaddexp.reduce(np.delete(scores, _SAME)))

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        # The builder loads ONNX, which whoever has no pair to read does without.
        from nlp.scoring.graph import DISABLED_OPTIMIZERS, build_encoder_graph  # noqa: PLC0415

        graph = build_encoder_graph(self._weights, self._shape, quantise=True)
        self._weights = {}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=list(DISABLED_OPTIMIZERS)
        )

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._n_threads, thread_name_prefix="pairs")
