"""Runs of characters in words, weighted by rarity."""

from __future__ import annotations

import math

import pytest

from nlp.topics.spelling import MARK, SpellingWeigher

IDF = {"gold": 3.0, "golden": 5.0, "rates": 2.0, "gold rates": 6.0, "#gold": 1.0, "金": 1.0}


def test_runs_have_unit_length_and_know_the_ends_of_words() -> None:
    runs = SpellingWeigher(IDF).weigh("Gold!")
    assert set(runs) == {
        MARK + run for run in (" go", "gol", "old", "ld ", " gol", "gold", "old ", " gold", "gold ")
    }
    assert math.hypot(*runs.values()) == pytest.approx(1.0)


def test_a_run_is_as_common_as_the_words_that_hold_it() -> None:
    runs = SpellingWeigher(IDF).weigh("gold xyz")
    both = 1 - math.log(math.exp(-2) + math.exp(-4))
    assert runs[MARK + "gol"] / runs[MARK + "xyz"] == pytest.approx(both / 6.0)
    assert runs[MARK + "ld "] / runs[MARK + "xyz"] == pytest.approx(3.0 / 6.0)


def test_kin_words_and_tickers_share_runs() -> None:
    weigher = SpellingWeigher(IDF)
    assert set(weigher.weigh("$GLD goldminers")) & set(weigher.weigh("golden"))
    assert MARK + " $gld" in weigher.weigh("$GLD")


@pytest.mark.parametrize("text", ["", "黃金 gold"])
def test_no_runs_without_latin_text(text: str) -> None:
    assert SpellingWeigher({}).weigh(text) == {}
