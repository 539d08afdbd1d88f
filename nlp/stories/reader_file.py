"""The file of a reader of pairs: what was trained for it, and what it shares with a tagging model.

The layers' matrices are kept as the levels, one byte each, to which every run would round them
(`nlp.scoring.graph`), with a scale for each row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load
from tokenizers import Tokenizer

from nlp.error import ModelError
from nlp.scoring.engine import read_tokenizer
from nlp.scoring.shape import Shape

WEIGHTS = "reader.safetensors"
MANIFEST = "manifest.json"
TAG_WEIGHTS = "weights.safetensors"
TOKENIZER = "tokenizer.json"
EMBEDDINGS = "encoder.embeddings."
_LAYER = "encoder.encoder.layer."
SCALE = ".scale"

Weights = dict[str, NDArray[np.float32]]
Stored = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderFile:
    """What a reader needs: its encoder's shape and weights with those of the head, and how texts are cut."""

    shape: Shape
    max_pieces: int
    weights: Weights
    tokenizer: Tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a reader takes from a tagging model: the embeddings, the lowest layers and the tokenizer.

    Attributes:
        model: the tagging model's folder, beside the story model's.
        n_layers: as many of the lowest layers.
        sha256: of the tagging model's weights that are taken.
    """

    model: str
    n_layers: int
    sha256: str


def read_reader(folder: Path) -> ReaderFile:
    """Read a reader's folder: manifest, weights, and the tokenizer where it has words of its own.

    Raises:
        ModelError: a file is missing or damaged, or the tagging model is another than it was trained with.
    """
    manifest = _read_manifest(folder)
    shared = manifest.shared
    words = folder if shared is None else folder.parent.parent / shared.model
    weights = _read_weights(folder, manifest.sha256)
    if shared is not None:
        weights = _read_shared(words, shared) | weights
    return ReaderFile(
        shape=manifest.shape,
        max_pieces=manifest.max_pieces,
        weights=weights,
        tokenizer=read_tokenizer(words / TOKENIZER),
    )


def is_shared(name: str, n_layers: int) -> bool:
    """Say whether a weight is of the embeddings or of the lowest layers."""
    layer = layer_of(name)
    return name.startswith(EMBEDDINGS) or (layer is not None and layer < n_layers)


def layer_of(name: str) -> int | None:
    """Return the number of the layer that a weight belongs to, by the weight's name."""
    return int(name.removeprefix(_LAYER).split(".")[0]) if name.startswith(_LAYER) else None


def read_shared(path: Path, n_layers: int) -> Stored:
    """Read the embeddings and the lowest layers of a tagging model's file.

    Raises:
        OSError: there is no such file.
        SafetensorError: it is damaged.
    """
    with safe_open(path, framework="np") as file:
        return {name: file.get_tensor(name) for name in file.keys() if is_shared(name, n_layers)}  # noqa: SIM118


def digest_of(weights: Mapping[str, NDArray[Any]]) -> str:
    """Return the checksum of a model's weights, by the names in its file."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(weights[name].tobytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """Shape, how much is read, checksum, and what is shared with a tagging model."""

    shape: Shape
    max_pieces: int
    sha256: str
    shared: Shared | None


def _read_manifest(folder: Path) -> _Manifest:
    try:
        raw: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        shared = raw["shared"]
        return _Manifest(
            shape=Shape(**raw["shape"]),
            max_pieces=raw["max_pieces"],
            sha256=raw["sha256"],
            shared=Shared(**shared) if shared else None,
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{folder} holds no usable reader of pairs ({error}); reinstall Southbound"
        ) from error


def _read_weights(folder: Path, sha256: str) -> Weights:
    path = folder / WEIGHTS
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} can't be read; reinstall Southbound") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(f"{path} isn't the file that its manifest describes; reinstall Southbound")
    stored = load(content)
    scales = {name.removesuffix(SCALE): value for name, value in stored.items() if name.endswith(SCALE)}
    return {
        name: value.astype(np.float32) * (scales[name][:, None] if name in scales else np.float32(1))
        for name, value in stored.items()
        if not name.endswith(SCALE)
    }


def _read_shared(folder: Path, shared: Shared) -> Weights:
    path = folder / TAG_WEIGHTS
    try:
        weights = read_shared(path, shared.n_layers)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"{path} can't be read, whose words stories need; reinstall Southbound") from error
    if digest_of(weights) != shared.sha256:
        raise ModelError(f"{path} has other words than stories were learnt with; reinstall Southbound")
    return {name: value.astype(np.float32) for name, value in weights.items()}
