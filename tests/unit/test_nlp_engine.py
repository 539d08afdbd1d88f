"""The engine: which model folders it takes, and how it batches."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nlp.error import ModelError
from nlp.scoring.engine import Engine, read_manifest
from nlp.scoring.shape import Shape
from nlp.scoring.window import Window, WindowCutter


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Iterator[Engine]:
    engine = Engine(tiny_model, precision="float32", n_threads=2)
    yield engine
    engine.close()


@pytest.fixture
def folder(tmp_path: Path, tiny_model: Path) -> Path:
    """Copy the tiny model, to be damaged."""
    copy = tmp_path / "model"
    shutil.copytree(tiny_model, copy)
    return copy


def windows(engine: Engine, *texts: tuple[str, str]) -> list[Window]:
    cutter = WindowCutter(engine.tokenizer, max_pieces=256, max_windows=8)
    return [window for cut in cutter.cut(texts) for window in cut.windows]


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        Engine(folder, precision="int8", n_threads=1)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_manifest(tiny_model: Path) -> None:
    manifest = read_manifest(tiny_model)
    assert (manifest.name, manifest.max_pieces) == ("tiny-en-1", 256)
    assert manifest.shape == Shape(n_layers=2, n_heads=4, width=32)
    assert manifest.thresholds["ai"] == 0.5


def test_every_window_gets_its_own_scores(engine: Engine) -> None:
    cut = windows(
        engine,
        ("Alibaba rose", "the money " * 60),
        ("", ""),
        ("Tencent", "."),
        ("Hong Kong", "fell . " * 300),
    )
    together = [read.tokens for read in engine.read(cut)]
    assert [scores.shape for scores in together] == [(len(window.ids), 31) for window in cut]
    for window, scores in zip(cut, together, strict=True):
        (alone,) = (read.tokens for read in engine.read([window]))
        assert np.array_equal(alone, scores)


def test_many_windows_keep_their_order(engine: Engine) -> None:
    texts = [("Alibaba", "money " * (i % 7)) for i in range(60)]
    read = engine.read(windows(engine, *texts))
    assert [len(one.tokens) for one in read] == [4 + i % 7 for i in range(60)]


def test_nothing_gives_nothing(engine: Engine) -> None:
    assert engine.read([]) == []


def test_both_precisions_agree_roughly(engine: Engine, tiny_model: Path) -> None:
    quick = Engine(tiny_model, precision="int8", n_threads=1)
    cut = windows(engine, ("Alibaba rose", "the money of hong kong " * 8))
    (exact,), (rounded,) = engine.read(cut), quick.read(cut)
    quick.close()
    assert np.corrcoef(exact.tokens.ravel(), rounded.tokens.ravel())[0, 1] > 0.98
    assert exact.mentions.shape == (len(cut[0].ids), 4)


def test_weights_of_another_file_are_refused(folder: Path) -> None:
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    assert refusal(folder) == f"{path} isn't the file that its manifest describes; reinstall Southbound"


def test_missing_files_are_named(folder: Path, tmp_path: Path) -> None:
    (folder / "weights.safetensors").unlink()
    assert refusal(folder).startswith(f"{folder / 'weights.safetensors'} can't be read; ")
    assert refusal(tmp_path / "none").startswith(f"{tmp_path / 'none' / 'manifest.json'} can't be read; ")


def test_a_missing_or_broken_tokenizer_is_named(folder: Path) -> None:
    path = folder / "tokenizer.json"
    path.write_text("{}", encoding="utf-8")
    assert refusal(folder) == f"{path} can't be read; reinstall Southbound or set tag.model"
    path.unlink()
    assert refusal(folder) == f"{path} can't be read; reinstall Southbound or set tag.model"


@pytest.mark.parametrize("key", ["name", "shape", "thresholds", "temperatures", "word_weights", "sha256"])
def test_a_manifest_that_lacks_a_value_is_refused(folder: Path, key: str) -> None:
    path = folder / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    del values[key]
    path.write_text(json.dumps(values), encoding="utf-8")
    assert refusal(folder) == f"{path} is no complete manifest ('{key}'); reinstall Southbound"


@pytest.mark.parametrize("text", ["", "[1]", "{", "null"])
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    assert "is no complete manifest" in refusal(folder)


def test_a_manifest_without_a_theme_is_refused(folder: Path) -> None:
    path = folder / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    del values["thresholds"]["ai"]
    path.write_text(json.dumps(values), encoding="utf-8")
    assert refusal(folder) == f"{path} is no complete manifest ('ai'); reinstall Southbound"


def test_a_word_model_alone_is_no_encoder(folder: Path, tiny_chinese_model: Path) -> None:
    shutil.copy(tiny_chinese_model / "manifest.json", folder)
    assert refusal(folder) == f"{folder} holds no encoder; set tag.model to another folder"
