"""Fixtures that several rooms of the tests share."""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, settings
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from nlp.entities.catalogue import Catalogue
from nlp.entities.relevance import FEATURES
from nlp.label import THEME_IDS
from southbound.pipeline.catalogue import load_catalogue
from southbound.settings import read_settings

ROOT = Path(__file__).parent.parent

# No test is timed: a machine may have much else to do. To explain a failure, every example would be traced.
_PHASES = [phase for phase in Phase if phase is not Phase.explain]
settings.register_profile("untimed", deadline=None, phases=_PHASES)
settings.load_profile("untimed")

_WIDTH, _INNER, _LAYERS, _HEADS, _POSITIONS = 32, 64, 2, 4, 256
_WORDS = ("the", "of", "shares", "hong", "kong", "alibaba", "tencent", "rose", "fell", "money", "flow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave tests on real news, and on what is drawn at random, untraced: it takes twice as long.

    They run lines that others reach, thousands of times; what is covered is then the same in each run, with
    the development data and without them.
    """
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if "real_data" in item.fixturenames or getattr(item.obj, "is_hypothesis_test", False):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The development data beside the checkout; the test is skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the development data in ../shared/data, which is not in the repository")
    return folder


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped entities: what commands of this process read too, so that matchers are made once."""
    return load_catalogue(read_settings(None))


@pytest.fixture(scope="session")
def trained_models() -> Path:
    """The folder of the trained models; the test is skipped where they are absent."""
    folder = ROOT / "models"
    needed = (
        "english/manifest.json",
        "english/lexical.json",
        "chinese/manifest.json",
        "chinese/lexical.json",
    )
    if not all((folder / name).is_file() for name in needed):
        pytest.skip("needs the trained models in models/; `make train` makes them")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with random weights: every English text gets the themes ai and diversification.

    What it scores means nothing; its biases are so large that the themes and the tone (1) are fixed.
    """
    folder = tmp_path_factory.mktemp("models") / "tiny"
    folder.mkdir()
    tokenizer = _make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    weights = folder / "weights.safetensors"
    save_file(_make_weights(tokenizer.get_vocab_size()), weights)
    shape = {"n_layers": _LAYERS, "n_heads": _HEADS, "width": _WIDTH}
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    _write_manifest(folder, name="tiny-en-1", shape=shape, sha256=sha256)
    _write_lexical(folder, analyzer="word", terms=[*_WORDS, "hong kong", "#alibaba"])
    return folder


@pytest.fixture(scope="session")
def tiny_chinese_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A word model's folder with random weights: every Chinese text gets ai and diversification."""
    folder = tmp_path_factory.mktemp("models") / "tiny_chinese"
    folder.mkdir()
    _write_manifest(folder, name="tiny-zh-1", shape=None, sha256="")
    _write_lexical(folder, analyzer="character", terms=["港", "港股", "资金", "ai", "#腾讯"])
    return folder


def _make_tokenizer() -> Tokenizer:
    signs = [*string.ascii_lowercase, *string.digits]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", "'", *signs]
    pieces += [f"##{sign}" for sign in signs] + list(_WORDS)
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def _fixed_biases() -> dict[str, list[float]]:
    """Return the biases of the heads: ai (the first theme), diversification (the second), tone 1."""
    return {"themes": [4.0, 3.0, *[-6.0] * (len(THEME_IDS) - 2)], "tone": [-3.0, 0.0, 3.0], "scope": [2.0]}


def _make_weights(n_pieces: int) -> dict[str, np.ndarray[Any, np.dtype[np.float16]]]:
    random = np.random.default_rng(20250211)
    weights = {}
    for name, shape in _shapes(n_pieces):
        values = random.normal(0.0, 0.05, shape)
        if name.endswith("LayerNorm.weight"):
            values += 1.0
        weights[name] = values.astype(np.float16)
    for head, biases in _fixed_biases().items():
        weights[f"{head}.bias"] = np.array(biases, np.float16)
    return weights


def _shapes(n_pieces: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the names of a BERT encoder's weights, and of the heads', with their shapes."""
    embeddings = "encoder.embeddings"
    yield f"{embeddings}.word_embeddings.weight", (n_pieces, _WIDTH)
    yield f"{embeddings}.position_embeddings.weight", (_POSITIONS, _WIDTH)
    yield f"{embeddings}.token_type_embeddings.weight", (2, _WIDTH)
    norms = [f"{embeddings}.LayerNorm"]
    products: dict[str, tuple[int, int]] = {}
    for number in range(_LAYERS):
        layer = f"encoder.encoder.layer.{number}"
        parts = [f"self.{part}" for part in ("query", "key", "value")]
        products |= {f"{layer}.attention.{part}": (_WIDTH, _WIDTH) for part in [*parts, "output.dense"]}
        products |= {f"{layer}.intermediate.dense": (_INNER, _WIDTH)}
        products |= {f"{layer}.output.dense": (_WIDTH, _INNER)}
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    products |= {"themes": (len(THEME_IDS), _WIDTH), "tone": (3, _WIDTH), "scope": (1, _WIDTH)}
    products |= {"mention": (4, _WIDTH), "vector": (_WIDTH, _WIDTH)}
    for name, shape in products.items():
        yield f"{name}.weight", shape
        yield f"{name}.bias", shape[:1]
    for name in norms:
        yield f"{name}.weight", (_WIDTH,)
        yield f"{name}.bias", (_WIDTH,)


def _write_manifest(folder: Path, *, name: str, shape: dict[str, int] | None, sha256: str) -> None:
    values = {
        "name": name,
        "shape": shape,
        "max_pieces": _POSITIONS,
        "later_window_discount": 0.5,
        "thresholds": dict.fromkeys(THEME_IDS, 0.5),
        "temperatures": dict.fromkeys(THEME_IDS, 1.0),
        "tone_temperature": 1.0,
        "tone_bias": [0.0, 0.0, 0.0],
        "word_weights": {"themes": 1.0, "tone": 1.0, "scope": 1.0},
        "relevance": {"intercept": -2.0, **dict.fromkeys(FEATURES, 0.1)},
        "entity_tone": {"mention": 1.0, "item": 0.0},
        "sha256": sha256,
    }
    (folder / "manifest.json").write_text(json.dumps(values), encoding="utf-8")


def _write_lexical(folder: Path, *, analyzer: str, terms: list[str]) -> None:
    random = np.random.default_rng(20250212)
    biases = [bias for head in _fixed_biases().values() for bias in head]
    tensors: dict[str, NDArray[Any]] = {
        "weights": random.normal(0.0, 0.1, (len(terms), len(biases))).astype(np.float16),
        "idf": np.full(len(terms), 2.0, np.float16),
        "bias": np.array(biases, np.float32),
    }
    (folder / "lexical.json").write_text(json.dumps({"analyzer": analyzer, "terms": terms}), encoding="utf-8")
    save_file(tensors, folder / "lexical.safetensors")
