"""Fitting the word model: folds by days, scores out of fold, the files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from nlp.label import THEME_IDS
from nlp.scoring.lexical import LexicalModel
from nlp.training.example import Example
from nlp.training.lexical import fit_lexical, fold_of, prepare, score_out_of_fold

PROPERTY = THEME_IDS.index("property")


def make_example(number: int, *, published_on: str = "") -> Example:
    """Give an item on flats (even numbers, good) or on rain (odd numbers, bad)."""
    on_flats = number % 2 == 0
    day = date(2026, 5, 1) + timedelta(days=number)
    return Example(
        example_id=str(number),
        title="楼市成交回升" if on_flats else "暴雨警告生效",
        lead="新盘售出" if on_flats else "市民宜留家中",
        language="zh",
        publisher="desk",
        published_on=published_on or day.isoformat(),
        themes=frozenset(THEME_IDS if on_flats else ()),
        tone=1 if on_flats else number % 3 - 1,
        hk_china=on_flats,
        source="zh",
    )


@pytest.mark.parametrize(
    ("day", "fold"), [("2026-05-01", 4), ("2026-05-04", 0), ("2026-05-05", 0), ("2026-05-09", 1)]
)
def test_days_in_a_row_share_a_fold(day: str, fold: int) -> None:
    assert fold_of(make_example(0, published_on=day)) == fold


def test_what_has_no_date_is_always_learnt_from() -> None:
    assert fold_of(replace(make_example(0), published_on="")) == -1


def test_the_written_model_tells_its_themes(tmp_path: Path) -> None:
    material = prepare([make_example(number) for number in range(40)], "character")
    fit_lexical(tmp_path, material)
    model = LexicalModel(tmp_path)
    flats, rain = model.score("樓市成交", ""), model.score("暴雨警告", "")
    assert flats[PROPERTY] > 1
    assert rain[PROPERTY] < -1
    assert flats[-1] > 0 > rain[-1]


def test_an_item_has_no_say_in_its_own_score() -> None:
    examples = [make_example(number) for number in range(40)]
    examples.append(replace(make_example(41), published_on="", example_id="own"))
    turned = [*examples]
    turned[7] = replace(turned[7], themes=frozenset({"property"}))
    numbers, before = score_out_of_fold(prepare(examples, "character"))
    _, after = score_out_of_fold(prepare(turned, "character"))
    assert numbers == list(range(40))
    assert before[7, PROPERTY] == pytest.approx(after[7, PROPERTY])
    assert abs(before[0, PROPERTY] - after[0, PROPERTY]) > 1e-3
