"""Runs the trained network: manifest, weights, one pass a window, scores for each token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
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
from nlp.label import THEME_IDS
from nlp.scoring.shape import Shape
from nlp.scoring.window import Window

Precision = Literal["int8", "float32"]
Scores = NDArray[np.float32]

_WEIGHTS = "weights.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in a model's manifest.json and is needed to run it.

    `shape` is the encoder's, None for a model without one. `thresholds` and `temperatures` are by theme,
    `word_weights` (of the word model beside the encoder) by head; `tone_bias` is added to the three tones
    after their temperature. `relevance` holds the coefficients of the entities' relevance, `entity_tone` how
    much their mentions and the whole item count in their tone.
    """

    name: str
    shape: Shape | None
    max_pieces: int
    later_window_discount: float
    thresholds: Mapping[str, float]
    temperatures: Mapping[str, float]
    tone_temperature: float
    tone_bias: Sequence[float]
    word_weights: Mapping[str, float]
    relevance: Mapping[str, float]
    entity_tone: Mapping[str, float]
    sha256: str

    @property
    def vector_name(self) -> str:
        """Names what makes a text vector: those of different weights can't be compared."""
        return f"{self.name}@{self.sha256[:12]}"


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
            tone_bias=raw["tone_bias"],
            word_weights=raw["word_weights"],
            relevance=raw["relevance"],
            entity_tone=raw["entity_tone"],
            sha256=raw["sha256"],
        )
    except OSError as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound or set tag.model") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is no complete manifest ({error}); reinstall Southbound") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What the encoder says of one window.

    Attributes:
        window: what was read.
        tokens: token scores (length, 31), without the heads' bias: the 27 themes, the three tones, the scope.
            Their mean plus :attr:`Engine.bias` is the window's raw score.
        mentions: token scores of the mention head (length, 4), bias included: about the entity that the token
            names, and the three tones for its holders. Their mean over an entity's tokens is its raw score.
        vector: the means over the tokens of the embedded pieces and, after it, the text's place (768).
    """

    window: Window
    tokens: Scores
    mentions: Scores
    vector: Scores


class Engine:
    """The network, ready to run on the CPU.

    Args:
        folder: a model folder (weights, manifest, tokenizer).
        precision: "int8" is about twice as fast; "float32" is the reference.
        n_threads: windows that run at the same time, each on one core.
    """

    def __init__(self, folder: Path, *, precision: Precision, n_threads: int) -> None:
        # The builder loads ONNX, which whoever only reads a manifest does without.
        from nlp.scoring.graph import DISABLED_OPTIMIZERS, build_graph  # noqa: PLC0415

        self.manifest = read_manifest(folder)
        if self.manifest.shape is None:
            raise ModelError(f"{folder} holds no encoder; set tag.model to another folder")
        self.tokenizer = read_tokenizer(folder / "tokenizer.json")
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

    @property
    def vector_name(self) -> str:
        """Names what made a text vector: those of different weights can't be compared."""
        return self.manifest.vector_name

    def read(self, windows: Sequence[Window], *, here: bool = False) -> list[Pass]:
        """Read windows, each by itself.

        They run on the engine's threads, in the order of the calls; `here` runs them on the calling one, so
        that a few short windows don't wait for a long batch.
        """
        if here:
            return [self._run(window) for window in windows]
        order = sorted(range(len(windows)), key=lambda index: -len(windows[index].ids))
        passes = self._pool.map(self._run, (windows[index] for index in order))
        found = dict(zip(order, passes, strict=True))
        return [found[index] for index in range(len(windows))]

    def _run(self, window: Window) -> Pass:
        """Read one window alone: nothing is padded, and what stands beside it can't change a bit."""
        inputs = {
            "input_ids": np.array([window.ids], np.int32),
            "segment_ids": np.array([window.segments], np.int32),
        }
        scores, mentions, vector = self._session.run(
            ["token_scores", "mention_scores", "text_vector"], inputs
        )
        return Pass(window=window, tokens=scores[0], mentions=mentions[0], vector=vector[0])

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown()


def read_tokenizer(path: Path) -> Tokenizer:
    """Read a tokenizer's file.

    Raises:
        ModelError: it is missing or damaged.
    """
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
