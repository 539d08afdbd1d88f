"""What a title says of who speaks, expects or protests, and whose the news is."""

from __future__ import annotations

import pytest

from nlp.stories.voice import is_american, is_comment, is_forecast, is_rebuke, names_china


@pytest.mark.parametrize(
    "title", ["Yue: rates may stay high", "Rates may stay high: HKMA", "Minister says rents will fall"]
)
def test_english_comments_are_known(title: str) -> None:
    assert is_comment(title)


@pytest.mark.parametrize("title", ["余偉文：港息或處高水平", "陳茂波稱樓市回穩", "分析料第三季才減息"])
def test_chinese_comments_are_known(title: str) -> None:
    assert is_comment(title)


@pytest.mark.parametrize(
    "title", ["Retail sales fall 7 percent", "深圳放寬限購", "HKMA leaves base rate unchanged"]
)
def test_what_happened_is_no_comment(title: str) -> None:
    assert not is_comment(title)


def test_american_news_is_known_by_its_title() -> None:
    assert all(
        map(is_american, ["US job growth slows", "U.S. yields fall", "聯儲局維持利率", "美國通脹放緩"])
    )
    assert not any(map(is_american, ["Russian rates rise", "Industry output grows", "內地通脹回落"]))


def test_what_is_expected_is_no_fact() -> None:
    assert all(
        map(is_forecast, ["Bank expects slower growth", "渣打料明年增長放緩", "\u2018We must change\u2019"])
    )
    assert not any(map(is_forecast, ["Growth slows", "內地出口按年升7%"]))


def test_a_protest_with_a_measure_is_more_than_a_protest() -> None:
    assert all(map(is_rebuke, ["Beijing slams remarks", "商務部敦促美方糾正錯誤"]))
    assert not any(map(is_rebuke, ["Beijing rebukes EU tariffs", "商務部反對並展開反傾銷調查", "出口上升"]))


def test_china_is_named_in_either_language() -> None:
    assert all(map(names_china, ["China exports climb", "本港樓價下跌", "內地CPI上升"]))
    assert not names_china("Polish voters go to the polls")
