"""The model on words: its terms, its sums, its files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from nlp.error import ModelError
from nlp.scoring.lexical import LexicalModel, iterate_terms


def test_english_terms_are_words_and_pairs() -> None:
    assert list(iterate_terms("The U.S. rate-cut: AT&T", "word")) == [
        *("the", "u.s", "rate-cut", "at&t"),
        *("the u.s", "u.s rate-cut", "rate-cut at&t"),
    ]
    assert list(iterate_terms("", "word")) == []


def test_chinese_terms_are_runs_in_one_script() -> None:
    assert list(iterate_terms("騰訊升3.5%", "character")) == [
        "腾",
        "讯",
        "升",
        "腾讯",
        "讯升",
        "腾讯升",
        "3.5%",
    ]
    assert list(iterate_terms("AI。", "character")) == ["ai"]


def make_model(folder: Path) -> LexicalModel:
    (folder / "lexical.json").write_text(
        json.dumps({"analyzer": "word", "terms": ["money", "#money", "flow"]}), encoding="utf-8"
    )
    weights = np.zeros((3, 31), np.float16)
    weights[:, 0] = [1.0, 10.0, -1.0]
    bias = np.zeros(31, np.float32)
    bias[0] = 0.5
    save_file(
        {"weights": weights, "idf": np.array([3.0, 1.0, 4.0], np.float16), "bias": bias},
        folder / "lexical.safetensors",
    )
    return LexicalModel(folder)


def test_scores_are_sums_over_both_blocks(tmp_path: Path) -> None:
    model = make_model(tmp_path)
    assert model.score("", "").tolist() == [0.5, *[0.0] * 30]
    # In the whole: money 3 and flow 4, of length 5; so 3/5 - 4/5.
    assert model.score("", "money flow")[0] == pytest.approx(0.5 - 0.2)
    # In the title too: 0.7 of its block, and again in the whole.
    assert model.score("Money", "")[0] == pytest.approx(0.5 + 0.7 * 10 + 1.0)


def test_only_the_head_of_a_text_is_read(tmp_path: Path) -> None:
    model = make_model(tmp_path)
    assert model.score("", "x " * 600 + "money")[0] == 0.5


@pytest.mark.parametrize("name", ["lexical.json", "lexical.safetensors"])
def test_missing_and_damaged_files_end_with_one_line(tmp_path: Path, tiny_model: Path, name: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    (folder / name).unlink()
    with pytest.raises(ModelError, match="holds no usable word model"):
        LexicalModel(folder)
    (folder / name).write_bytes(b"{}")
    with pytest.raises(ModelError, match="holds no usable word model"):
        LexicalModel(folder)
