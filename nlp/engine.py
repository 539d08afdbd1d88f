"""Runs the trained network: manifest, weights, batches of windows, scores for each token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from nlp.error import ModelError
from nlp.graph import DISABLED_OPTIMIZERS, Shape, build_graph
from nlp.label import THEME_IDS
from nlp.window import Window

Precision = Literal["int8", "float32"]
Scores = NDArray[np.float32]

_WEIGHTS = "weights.safetensors"
#: Word pieces in a batch, padding included: few enough to stay in a core's cache.
_BATCH_PIECES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in a model's manifest.json and is needed to run it.

    `shape` is the encoder's, None for a model without one. `thresholds` and `temperatures` are by theme,
    `word_weights` (of the word model beside the encoder) by head; `relevance` holds the coefficients of
    the entities' relevance.
    """

    name: str
    shape: Shape | None
    max_pieces: int
    later_window_discount: float
    thresholds: Mapping[str, float]
    temperatures: Mapping[str, float]
    tone_temperature: float
    word_weights: Mapping[str, float]
    relevance: Mapping[str, float]
    sha256: str


def read_manifest(folder: Path) -> Manifest:
    """Read a model folder's manifest.

    Raises:
        ModelError: it is missing or lacks a value.
    """
    path = folder / "manifest.json"
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(
            name=raw["name"],
            shape=Shape(**raw["shape"]) if raw["shape"] else None,
            max_pieces=raw["max_pieces"],
            later_window_discount=raw["later_window_discount"],
            thresholds={theme: raw["thresholds"][theme] for theme in THEME_IDS},
            temperatures={theme: raw["temperatures"][theme] for theme in THEME_IDS},
            tone_temperature=raw["tone_temperature"],
            word_weights=raw["word_weights"],
            relevance=raw["relevance"],
            sha256=raw["sha256"],
        )
    except OSError as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound or set tag.model") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is no complete manifest ({error}); reinstall Southbound") from error


class Engine:
    """The network, ready to run on the CPU.

    Args:
        folder: a model folder (weights, manifest, tokenizer).
        precision: "int8" is about twice as fast; "float32" is the reference.
        n_threads: batches that run at the same time, each on one core.
    """

    def __init__(self, folder: Path, *, precision: Precision, n_threads: int) -> None:
        self.manifest = read_manifest(folder)
        if self.manifest.shape is None:
            raise ModelError(f"{folder} holds no encoder; set tag.model to another folder")
        self.tokenizer = _read_tokenizer(folder / "tokenizer.json")
        weights = _read_weights(folder / _WEIGHTS, self.manifest.sha256)
        self.bias: Scores = np.concatenate([weights[f"{head}.bias"] for head in ("themes", "tone", "scope")])
        graph = build_graph(weights, self.manifest.shape, quantise=precision == "int8")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            graph,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=list(DISABLED_OPTIMIZERS),
        )
        self._pool = ThreadPoolExecutor(n_threads, thread_name_prefix="encoder")

    def score(self, windows: Sequence[Window]) -> list[Scores]:
        """Return for each window its token scores (length, 31), without the heads' bias.

        Columns: the 27 themes, the three tones, the scope. The mean over a window's tokens plus
        :attr:`bias` is the window's raw score.
        """
        order = sorted(range(len(windows)), key=lambda index: -len(windows[index].ids))
        scores: list[Scores] = [np.empty(0, np.float32)] * len(windows)
        batches = list(_batches(order, windows))
        for batch, output in zip(
            batches, self._pool.map(lambda b: self._run(b, windows), batches), strict=True
        ):
            for row, index in enumerate(batch):
                scores[index] = output[row, : len(windows[index].ids)]
        return scores

    def _run(self, batch: Sequence[int], windows: Sequence[Window]) -> Scores:
        length = max(len(windows[index].ids) for index in batch)
        ids, segments, mask = (np.zeros((len(batch), length), np.int32) for _ in range(3))
        for row, index in enumerate(batch):
            window = windows[index]
            ids[row, : len(window.ids)] = window.ids
            segments[row, : len(window.ids)] = window.segments
            mask[row, : len(window.ids)] = 1
        inputs = {"input_ids": ids, "segment_ids": segments, "mask": mask}
        output: Scores = self._session.run(["token_scores"], inputs)[0]
        return output

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown()


def _batches(order: Sequence[int], windows: Sequence[Window]) -> Iterator[list[int]]:
    """Group windows of similar length, given longest first, up to a number of padded pieces."""
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * len(windows[batch[0]].ids) > _BATCH_PIECES:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _read_tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound or set tag.model") from error


def _read_weights(path: Path, sha256: str) -> dict[str, Scores]:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound or set tag.model") from error
    if digest != sha256:
        raise ModelError(f"{path} isn't the file that its manifest describes; reinstall Southbound")
    return {name: value.astype(np.float32) for name, value in load_file(path).items()}
