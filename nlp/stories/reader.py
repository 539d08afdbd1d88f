"""Reads two reports side by side: an encoder's pass over both openings.

What words, numbers and names have in common doesn't tell a step of an event from the event itself; a pass
that sees both openings at once tells it better, and takes some milliseconds of a processor. So it is asked
only where the features leave a pair open (:mod:`nlp.stories.judge`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load
from tokenizers import Tokenizer

from nlp.error import ModelError
from nlp.scoring.shape import Shape
from nlp.stories.passage import PassageCutter, Pieces

WEIGHTS = "reader.safetensors"
MANIFEST = "manifest.json"
TAG_WEIGHTS = "weights.safetensors"
#: What the head tells apart, in its order.
ANSWERS = ("different", "related", "same")
#: These are the tagging encoder's own, which its training leaves as they were.
EMBEDDINGS = "encoder.embeddings."
_SAME = ANSWERS.index("same")

Weights = dict[str, NDArray[np.float32]]


class PairReader:
    """Says how likely two English openings tell one event.

    Args:
        folder: holds what was trained, and its manifest, which names the model beside the story model whose
            embeddings and tokenizer are used.
        n_threads: pairs that are read at the same time, each on one core.

    Raises:
        ModelError: a file is missing or damaged.
    """

    def __init__(self, folder: Path, *, n_threads: int = 1) -> None:
        manifest = _read_manifest(folder)
        encoder = folder.parent.parent / manifest.embeddings
        self._shape = manifest.shape
        weights = _read_weights(folder, manifest)
        self._weights = weights | _read_embeddings(encoder, manifest)
        self._head = weights["head.weight"], weights["head.bias"]
        self._cutter = PassageCutter(Tokenizer.from_file(str(encoder / "tokenizer.json")))
        self._n_threads = n_threads

    def cut(self, opening: str) -> Pieces:
        """Return what is read of an opening."""
        return self._cutter.cut(opening)

    def read(self, pairs: Sequence[tuple[Pieces, Pieces]]) -> list[float]:
        """Return for each pair, the earlier report first, the logit that both tell one event."""
        # Built before the threads ask for it, for it is built once.
        _ = self._session
        if self._n_threads == 1 or len(pairs) == 1:
            return [self._read_one(*pair) for pair in pairs]
        return list(self._pool.map(lambda pair: self._read_one(*pair), pairs))

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


def digest_of(embeddings: Mapping[str, NDArray[np.float16]]) -> str:
    """Return the checksum of a model's embeddings, by the names in its file."""
    digest = hashlib.sha256()
    for name in sorted(embeddings):
        digest.update(embeddings[name].tobytes())
    return digest.hexdigest()


def read_embeddings(path: Path) -> dict[str, NDArray[np.float16]]:
    """Read the embeddings of a model file alone."""
    with safe_open(path, framework="np") as file:
        names = [name for name in file.keys() if name.startswith(EMBEDDINGS)]  # noqa: SIM118 - no mapping
        return {name: file.get_tensor(name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """Shape, checksum, and the model whose embeddings are used with their checksum."""

    shape: Shape
    sha256: str
    embeddings: str
    embeddings_sha256: str


def _read_manifest(folder: Path) -> _Manifest:
    try:
        raw: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return _Manifest(
            shape=Shape(**raw["shape"]),
            sha256=raw["sha256"],
            embeddings=raw["embeddings"],
            embeddings_sha256=raw["embeddings_sha256"],
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{folder} holds no usable reader of pairs ({error}); reinstall Southbound"
        ) from error


def _read_weights(folder: Path, manifest: _Manifest) -> Weights:
    path = folder / WEIGHTS
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound") from error
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise ModelError(f"{path} isn't the file that its manifest describes; reinstall Southbound")
    return {name: value.astype(np.float32) for name, value in load(content).items()}


def _read_embeddings(folder: Path, manifest: _Manifest) -> Weights:
    path = folder / TAG_WEIGHTS
    try:
        embeddings = read_embeddings(path)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"{path} can't be read, whose words stories need; reinstall Southbound") from error
    if digest_of(embeddings) != manifest.embeddings_sha256:
        raise ModelError(f"{path} has other words than stories were learnt with; reinstall Southbound")
    return {name: value.astype(np.float32) for name, value in embeddings.items()}
