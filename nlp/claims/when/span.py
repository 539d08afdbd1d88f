"""The days of a period, and days so far before another."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final


def begin_of(period: str) -> date | None:
    """Return a period's first day."""
    try:
        return _begin(period)
    except (ValueError, OverflowError):
        return None


def end_of(period: str) -> date | None:
    """Return a period's last day."""
    try:
        return _end(period)
    except (ValueError, OverflowError):
        return None


def _end(period: str) -> date | None:
    begin = _begin(period)
    if "/" in period:
        return date.fromisoformat(period.partition("/")[2])
    if begin is None or period.count("-") > 1:
        return begin
    if "W" in period:
        return begin + timedelta(days=6)
    months = 3 if "Q" in period else 6 if "H" in period else 1 if "-" in period else 12
    year, month = divmod(12 * begin.year + begin.month - 1 + months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def _begin(period: str) -> date | None:
    if "/" in period or re.fullmatch(r"\d{4}-\d{2}-\d{2}", period):
        return date.fromisoformat(period.split("/", maxsplit=1)[0])
    year, _, rest = period.partition("-")
    if not year.isdigit():
        return None
    if rest.startswith("W"):
        return date.fromisocalendar(int(year), int(rest[1:]), 1)
    if rest.startswith("Q"):
        return date(int(year), 3 * int(rest[1:]) - 2, 1)
    if rest.startswith("H"):
        return date(int(year), 6 * int(rest[1:]) - 5, 1)
    return date(int(year), int(rest) if rest else 1, 1)


def week_of(day: date) -> str:
    """Return a day's ISO week, as 2025-W13."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def days_back(today: date, count: int, unit: str) -> date:
    """Return the day so many days, weeks, months or years before; `unit` in English or Chinese."""
    if unit in {"day", "日", "天"}:
        return today - timedelta(days=count)
    if unit in {"week", "周", "星期"}:
        return today - timedelta(days=7 * count)
    months = count * (12 if unit in {"year", "年"} else 1)
    year, month = divmod(12 * today.year + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, _DAYS[month]))


def sessions_back(day: date, count: int) -> date:
    """Return the weekday so many weekdays before a day; of a weekend, before its Friday."""
    day -= timedelta(days=max(0, day.weekday() - 4))
    weeks, rest = divmod(count, 5)
    day -= timedelta(days=7 * weeks)
    return day - timedelta(days=rest + (2 if rest > day.weekday() else 0))


def sessions_after(day: date, count: int) -> date:
    """Return the weekday so many weekdays after a day."""
    for _ in range(count):
        day += timedelta(days=3 if day.weekday() == _FRIDAY else 1)
    return day


_FRIDAY: Final = 4
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


#: Numbers in words.
COUNTS: Final = {
    word: n
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_HAN_COUNTS: Final = {sign: n for n, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def count_of(word: str) -> int:
    """Return the number of a count in digits or words; 0 where it is none."""
    word = word.lower()
    return int(word) if word.isdigit() else COUNTS.get(word) or _HAN_COUNTS.get(word, 0)


def quarter_of(year: int, number: int) -> str:
    """Return a quarter, as 2025-Q1."""
    return f"{year:04d}-Q{number}"


def last_quarter(today: date) -> str:
    """Return the quarter before that of a day."""
    number = (today.month - 1) // 3
    return quarter_of(today.year, number) if number else quarter_of(today.year - 1, 4)


def year_of(word: str | None, today: date) -> int | None:
    """Return the year that words name; None where they name none."""
    word = " ".join((word or "").lower().split())
    if digits := re.search(r"\d{4}", word):
        return int(digits.group())
    if re.search(r"last year|year-ago|year earlier|去年|上年", word):
        return today.year - 1
    if re.search(r"前年", word):
        return today.year - 2
    if re.search(r"this year|the year|今年|本年", word):
        return today.year
    if re.search(r"next year|明年", word):
        return today.year + 1
    return None


def month_before(today: date) -> str:
    """Return the month before that of a day, as 2025-03."""
    first = today.replace(day=1) - timedelta(days=1)
    return f"{first.year:04d}-{first.month:02d}"
