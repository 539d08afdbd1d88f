"""Figures and days in Chinese."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from southbound.digest.wording import day_text, money_text
from southbound.language.figure import (
    han_day,
    han_figures,
    han_long_day,
    han_money,
    han_period,
    han_short_day,
)


@pytest.mark.parametrize(
    ("million", "told"),
    [
        (29_626.0, "+296.3\u00a0億港元"),
        (435_738.0, "+4,357\u00a0億港元"),
        (-638.0, "\u22126.4\u00a0億港元"),
        (63.8, "+6,380\u00a0萬港元"),
        (0.0, "0.0\u00a0億港元"),
    ],
)
def test_money_is_told_in_yi_and_wan(million: float, told: str) -> None:
    assert han_money(million, signed=True) == told


def test_days_have_their_weekday() -> None:
    day = date(2025, 2, 10)
    assert han_day(day) == "2月10日（星期一）"
    assert han_short_day(day) == "2月10日（一）"
    assert han_long_day(day) == "2025年2月10日（星期一）"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("+HK$29.6 bn", "+296\u00a0億港元"),
        ("HK$638 mn", "6.38\u00a0億港元"),
        ("+12.1 pts", "+12.1\u00a0個百分點"),
        ("2.1×", "2.1\u00a0倍"),
        ("Mon 10 Feb 08:42", "2月10日（一） 08:42"),
        ("2021-01-19", "2021年1月19日"),
        ("2025-W07", "2025年第7周"),
        ("2025-Q1", "2025年第一季"),
        ("24.2%", "24.2%"),
        ("a name", "a name"),
    ],
)
def test_figures_of_an_english_sentence_are_put_over(english: str, chinese: str) -> None:
    assert han_figures(english) == chinese


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("2025-03-28", "2025年3月28日"),
        ("2025-03", "2025年3月"),
        ("2025-H1", "2025年上半年"),
        ("2025", "2025年"),
        ("2025-01-02/2025-03-28", "2025年1月2日至2025年3月28日"),
    ],
)
def test_a_claims_period_is_told(period: str, told: str) -> None:
    assert han_period(period) == told


@given(st.dates(), st.floats(min_value=-9e6, max_value=9e6))
def test_every_english_day_and_amount_is_put_over(day: date, million: float) -> None:
    assert han_figures(day_text(day)) == han_short_day(day)
    assert "HK$" not in han_figures(money_text(million, signed=True))
