"""Periods as assertions name them: a day, a week, a month, a quarter, a half, a year, or from day to day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from signals.checking.assertion import UncheckableError

Kind: TypeAlias = Literal["day", "week", "month", "quarter", "half", "year", "span"]

_PATTERNS: Final = {
    "day": re.compile(r"(\d{4}-\d{2}-\d{2})"),
    "week": re.compile(r"(\d{4})-W(\d{2})"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "half": re.compile(r"(\d{4})-H([12])"),
    "year": re.compile(r"(\d{4})"),
    "span": re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})"),
}
_MONTHS: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days from `first` to `last`, both included."""

    kind: Kind
    first: date
    last: date


def period_from_text(text: str) -> Period:
    """Read a period.

    Args:
        text: `2025-03-28`, `2025-W13`, `2025-03`, `2025-Q1`, `2025-H1`, `2025` or `2025-01-01/2025-03-28`.

    Raises:
        UncheckableError: it is none, or empty.
    """
    for kind, pattern in _PATTERNS.items():
        found = pattern.fullmatch(text.strip())
        if found is not None:
            try:
                return _period(kind, found.groups())
            except ValueError:
                break
    raise UncheckableError("period", text)


def _period(kind: str, parts: tuple[str, ...]) -> Period:
    if kind == "day":
        day = date.fromisoformat(parts[0])
        return Period(kind="day", first=day, last=day)
    if kind == "week":
        monday = date.fromisocalendar(int(parts[0]), int(parts[1]), 1)
        return Period(kind="week", first=monday, last=monday + timedelta(days=6))
    if kind == "span":
        first, last = map(date.fromisoformat, parts)
        if last < first:
            raise ValueError("the end is before the start")
        # A span of one day is that day.
        return Period(kind="day" if first == last else "span", first=first, last=last)
    length = _MONTHS[kind]
    number = int(parts[1]) if len(parts) > 1 else 1
    return _months(kind, int(parts[0]), (number - 1) * length + 1, length)


def _months(kind: str, year: int, month: int, length: int) -> Period:
    end = month + length - 1
    last = date(year, end, monthrange(year, end)[1])
    named: Kind = "month" if kind == "month" else "quarter" if kind == "quarter" else "half"
    return Period(kind="year" if kind == "year" else named, first=date(year, month, 1), last=last)


def kind_to_date(period: Period) -> Kind:
    """Return the kind of period that a span goes through: from 1 January to a day in March it is a quarter's.

    A span that is no calendar period so far stays a span.
    """
    if period.kind != "span":
        return period.kind
    same_year = period.first.year == period.last.year
    for kind, length in _MONTHS.items():
        begins = period.first.day == 1 and (period.first.month - 1) % length == 0
        if begins and same_year and period.last.month < period.first.month + length:
            return "month" if kind == "month" else "quarter" if kind == "quarter" else _longer(kind)
    return "span"


def _longer(kind: str) -> Kind:
    return "half" if kind == "half" else "year"


def start_of(day: date, kind: Kind) -> date:
    """Return the first day of the period of a kind that a day lies in; of a span, the day."""
    if kind == "week":
        return day - timedelta(days=day.weekday())
    length = _MONTHS.get(kind)
    return day if length is None else date(day.year, (day.month - 1) // length * length + 1, 1)


def starts_of(days: pd.DatetimeIndex, kind: Kind) -> pd.DatetimeIndex:
    """Return `start_of` of many days."""
    if kind == "week":
        return days - pd.to_timedelta(days.weekday, unit="D")
    length = _MONTHS.get(kind)
    if length is None:
        return days
    # Months are counted from January 1970, with which a year, a half and a quarter begin.
    months = days.to_numpy().astype("datetime64[M]").astype(np.int64) // length * length
    return pd.DatetimeIndex(months.astype("datetime64[M]")).as_unit("us")


def label_of(start: date, kind: Kind) -> str:
    """Write the period of a kind that begins on a day."""
    if kind == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}"
    if kind == "month":
        return f"{start:%Y-%m}"
    if kind == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if kind == "half":
        return f"{start.year}-H{(start.month + 5) // 6}"
    return str(start.year) if kind == "year" else start.isoformat()


def near_periods(day: date) -> tuple[Period, ...]:
    """Return the times that a text of a day is mostly about: the day, the three before it, its week."""
    days = [day - timedelta(days=n) for n in range(4)]
    monday = day - timedelta(days=day.weekday())
    week = Period(kind="week", first=monday, last=monday + timedelta(days=6))
    # A week that isn't over at publication is told up to the day.
    so_far = Period(kind="span", first=monday, last=day)
    return (*(Period(kind="day", first=one, last=one) for one in days), week, so_far)


def long_periods(day: date) -> tuple[Period, ...]:
    """Return the longer times that a text of a day may be about: month to year, this one and the last."""
    found: list[Period] = []
    for kind in ("month", "quarter", "half", "year"):
        start = start_of(day, kind)
        before = start - timedelta(days=1)
        found += [
            Period(kind="span", first=start, last=day),
            Period(kind=kind, first=start_of(before, kind), last=before),
        ]
    return tuple(found)


def text_from_days(first: date, last: date) -> str:
    """Write the days that a figure covers."""
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
