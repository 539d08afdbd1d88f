"""How much a report matters, by its words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nlp.error import ModelError
from nlp.importance.model import ImportanceModel, opening_of


@pytest.fixture(scope="module")
def model(root: Path) -> ImportanceModel:
    return ImportanceModel(root / "models" / "importance")


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "models" / "importance", tmp_path / "importance"))


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (
            "PBOC cuts reserve requirement ratio by 50 basis points",
            "Residents of public housing block in Sham Shui Po told to move out for clearance",
        ),
        (
            "Hang Seng Index plunges 4% as US imposes new tariffs on China",
            "Shop in Mong Kok robbed of watches",
        ),
        ("Tencent third-quarter profit jumps 47%", "Marathon runners cheered in Victoria Park"),
        ("人民銀行宣布下調存款準備金率0.5個百分點", "房署清拆深水埗公共屋邨 居民須於月底前遷出"),
        ("美國宣布對中國貨品加徵關稅 恒指急挫4%", "旺角鐘表行遇劫 警方追緝兩名男子"),
    ],
)
def test_what_moves_the_market_is_graded_above_what_moves_a_district(
    model: ImportanceModel, more: str, less: str
) -> None:
    assert model.grade(more, "") > model.grade(less, "") + 0.5


def test_a_grade_is_the_same_in_both_scripts_and_whatever_the_white_space(model: ImportanceModel) -> None:
    grade = model.grade("人民銀行宣布下調利率", "一年期利率下調0.1個百分點。")
    assert grade == model.grade("人民银行宣布下调利率", "一年期利率下调0.1个百分点。")
    assert grade == model.grade(" 人民銀行宣布下調利率\u3000", "\n\n一年期利率下調0.1個百分點。\n")


@pytest.mark.parametrize("title", ["", "?", "\u202e", "中" * 5000, "a b " * 5000])
def test_odd_text_gets_a_grade_too(model: ImportanceModel, title: str) -> None:
    assert 0 <= model.grade(title, "") <= 3


def test_only_the_opening_is_read(model: ImportanceModel) -> None:
    opening = "The central bank cut its policy rate. " * 5
    assert model.grade("Rates", opening) == model.grade("Rates", opening + "Robbers fled.")
    assert opening_of("a \n" * 400) == " ".join("a" * 75) + " "


@pytest.mark.parametrize("name", ["manifest.json", "english/lexical.json", "chinese/lexical.safetensors"])
def test_a_missing_file_says_what_to_do(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=r"holds no usable importance model .*reinstall Southbound"):
        ImportanceModel(folder)


def test_another_file_than_the_manifest_describes_is_refused(folder: Path) -> None:
    path = folder / "english" / "lexical.json"
    path.write_bytes(path.read_bytes().replace(b"rate", b"late"))
    with pytest.raises(ModelError, match="isn't the file that its manifest describes"):
        ImportanceModel(folder)


def test_a_manifest_of_another_form_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match="holds no usable importance model"):
        ImportanceModel(folder)
