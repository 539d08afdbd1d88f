"""Each way to write a time is resolved against the day of publication."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.claims.when.period import find_periods

FRIDAY = date(2025, 3, 28)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("year to date", "2025-01-01/2025-03-28"), ("so far this year", "2025-01-01/2025-03-28"),
        ("since the start of the year", "2025-01-01/2025-03-28"), ("YTD", "2025-01-01/2025-03-28"),
        ("自年初以来", "2025-01-01/2025-03-28"), ("月初至今", "2025-03-01/2025-03-28"),
        ("in the past two months", "2025-01-28/2025-03-28"), ("近8个交易日", "2025-03-19/2025-03-28"),
        ("in five days", "2025-03-24/2025-03-28"), ("两日累跌", "2025-03-27/2025-03-28"),
        ("3天累跌", "2025-03-26/2025-03-28"), ("2025/03/27", "2025-03-27"),
        ("3月累计", "2025-03-01/2025-03-28"), ("weekly gain", "2025-W13"),
        ("previous session", "2025-03-27"), ("the day before", "2025-03-27"), ("前一交易日", "2025-03-27"),
        ("for the week", "2025-W13"), ("month: +2", "2025-03"), ("全周", "2025-W13"),
        ("March 27, 2025", "2025-03-27"), ("27 March", "2025-03-27"), ("1st of April", "2025-04-01"),
        ("2025-03-27", "2025-03-27"), ("2025年3月27日", "2025-03-27"), ("今年2月3日", "2025-02-03"),
        ("first quarter of 2024", "2024-Q1"), ("1ST QUARTER", "2025-Q1"),
        ("2024's fourth quarter", "2024-Q4"), ("Q1", "2025-Q1"), ("Q3 2024", "2024-Q3"),
        ("4Q2024", "2024-Q4"), ("上个月5日", "2025-02-05"), ("第一季度", "2025-Q1"),
        ("2024年第四季", "2024-Q4"), ("首季", "2025-Q1"), ("first half", "2025-H1"),
        ("2nd half of 2024", "2024-H2"), ("H1 2025", "2025-H1"), ("2024年下半年", "2024-H2"),
        ("first three months of 2024", "2024-Q1"), ("首两个月", "2025-01-01/2025-02-28"),
        ("今年前三季度", "2025-01-01/2025-09-30"), ("last Monday", "2025-03-24"),
        ("Next Tuesday", "2025-04-01"), ("Wednesday", "2025-03-26"), ("上周五", "2025-03-21"),
        ("礼拜四", "2025-03-27"), ("yesterday", "2025-03-27"), ("昨日", "2025-03-27"),
        ("today", "2025-03-28"), ("当日", "2025-03-28"), ("the prior week", "2025-W12"),
        ("一周累跌", "2025-W13"), ("week +3", "2025-W13"), ("in February", "2025-02"),
        ("Oct 2024", "2024-10"), ("去年12月", "2024-12"), ("this month", "2025-03"),
        ("last month", "2025-02"), ("next month", "2025-04"), ("next week", "2025-W14"),
        ("下周", "2025-W14"), ("明年", "2026"), ("本季", "2025-Q1"), ("previous quarter", "2024-Q4"),
        ("year-end", "2025"), ("年底", "2025"), ("last year", "2024"), ("2024年", "2024"),
        ("于27日", "2025-03-27"),
    ],
)  # fmt: skip
def test_a_time_is_found_however_it_is_written(text: str, period: str) -> None:
    (found,) = find_periods(text, FRIDAY)
    assert found.text == period


def test_two_days_are_the_ends_of_one_time() -> None:
    (found,) = find_periods("3月24日至3月28日", FRIDAY)
    assert found.text == "2025-03-24/2025-03-28"
