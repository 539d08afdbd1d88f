"""Times that a sentence names, resolved against the day of publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from nlp.claims.when.resolving import months_between
from nlp.claims.when.rule import PATTERNS, PERIODS, RESOLVERS, START, sort_of
from nlp.claims.when.span import begin_of, end_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time named in a sentence; half open.

    `text` is as :class:`nlp.claims.claim.Claim` writes periods; a `since` one runs from its begin to the day
    of publication, and one `to_date` is the year, quarter or month up to it. `day` is the day where it is
    one; a `relative` one is told from that of publication ("this year", "the previous session"). `is_end`
    says that its end is named: "the end of January". `sessions` counts those of a time told by them, else 0.
    A `rolling` one runs so long up to that day.
    """

    start: int
    end: int
    text: str
    day: date | None = None
    since: bool = False
    to_date: bool = False
    relative: bool = False
    is_end: bool = False
    sessions: int = 0
    is_rolling: bool = False


def find_periods(text: str, published_on: date | None) -> list[Period]:
    """Return the times that a folded sentence names, in order; none where no day of publication is known.

    Times that name their year in full are given without one too.
    """
    return list(iterate_periods(text, published_on))


def iterate_periods(text: str, published_on: date | None) -> Iterator[Period]:
    """Yield the times that a folded text names, for whom the first ones may do; see :func:`find_periods`."""
    last: Period | None = None
    for match in _matches(text):
        if not (resolved := _resolve(match, text, published_on)):
            continue
        if last and _is_span(last, resolved, text):
            resolved = _joined(last, resolved)
        elif last:
            yield last
        last = resolved
    if last:
        yield last


def _matches(text: str) -> Iterator[re.Match[str]]:
    taken = 0
    for start in START.finditer(text):
        if start.start() < taken:
            continue
        if match := PERIODS[sort_of(start.group())].match(text, start.start()):
            taken = match.end()
            yield match


def _is_span(first: Period, last: Period, text: str) -> bool:
    """Say whether two days or months are the ends of one time: "5月18日至5月22日", "January to March"."""
    if first.day is None or last.day is None:
        are_months = _MONTH.fullmatch(first.text) and _MONTH.fullmatch(last.text)
        return bool(are_months and first.text < last.text and _TO.fullmatch(text, first.end, last.start))
    if first.day >= last.day:
        return False
    if _BETWEEN.search(text, max(0, first.start - 12), first.start):
        return _AND.fullmatch(text, first.end, last.start) is not None
    between = _UP_TO if first.since else _TO
    return between.fullmatch(text, first.end, last.start) is not None


def _joined(first: Period, last: Period) -> Period:
    is_of_days = first.day is not None
    told = f"{first.text}/{last.text}" if is_of_days else months_between(first.text, last.text)
    return Period(start=first.start, end=last.end, text=told)


_MONTH: Final = re.compile(r"\d{4}-\d\d")
_TO: Final = re.compile(r"\s?(?:至|到|[-\u2013\u2014~]{1,2}|to|through|until)\s?", re.IGNORECASE)
#: Around two days that are the ends of one: "between the Nov. 5 election and the Jan. 20 inauguration".
_BETWEEN: Final = re.compile(r"\bbetween\s(?:the\s)?$", re.IGNORECASE)
_AND: Final = re.compile(r"\s(?:[A-Za-z]+\s){0,2}and\s(?:the\s)?")
#: Between the day that a time began on and its last: "自1月6日以来，截至2月11日".
_UP_TO: Final = re.compile(r"(?:以来|起)?[，,]?(?:截[至止]|至|到)")


def _resolve(match: re.Match[str], text: str, published_on: date | None) -> Period | None:
    resolver = RESOLVERS[match.lastgroup or ""]
    if match.group() == "May" and not _IN_MAY.search(text, max(0, match.start() - 8), match.start()):
        return None
    inner = PATTERNS[match.lastgroup or ""].match(text, match.start())
    if inner is None:
        return None
    try:
        value = resolver(inner, published_on or _NO_DAY)
    except (ValueError, OverflowError):
        return None
    if value is None or (published_on is None and not _is_dated(match.group())):
        return None
    name = match.lastgroup or ""
    shown = value.isoformat() if isinstance(value, date) else value
    is_end = name == "yearend" or _is_at_end(match, text)
    since = bool(
        _SINCE.search(text, max(0, match.start() - 24), match.start()) or _HAN_SINCE.match(text, match.end())
    )
    since = since or bool(
        _SELF.search(text, max(0, match.start() - 2), match.start()) and _LATER_SINCE.match(text, match.end())
    )
    if since and is_end and name != "yearend" and not isinstance(value, date):
        value = end_of(value) or value
        shown = str(value)
    return Period(
        start=match.start(),
        end=match.end(),
        text=shown,
        day=value if isinstance(value, date) else None,
        since=since,
        to_date=name in _TO_DATE and "/" in shown,
        relative=name in _RELATIVE,
        is_end=is_end,
        sessions=_sessions_in(match, shown) if name in {"rolling", "several"} else 0,
        is_rolling=name in _ROLLING,
    )


def _is_at_end(match: re.Match[str], text: str) -> bool:
    """Say whether the end of a month or quarter is named: "the end of January", "1月底"."""
    return (
        _END_AFTER.match(text, match.end()) is not None
        or _END_BEFORE.search(text, max(0, match.start() - 12), match.start()) is not None
    )


def _sessions_in(match: re.Match[str], shown: str) -> int:
    """Return how many sessions a time is that is told by them; 0 for calendar days."""
    first, last = begin_of(shown), end_of(shown)
    if first is None or last is None or not _BY_SESSIONS.search(match.group()):
        return 0
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() < _SATURDAY for day in days)


_SATURDAY: Final = 5
_BY_SESSIONS: Final = re.compile(
    r"session|trading|business|交易日|(?<!近)(?<!去)[两二三四五六七八九2-9][日天]|\bin\s\S+\sdays\b",
    re.IGNORECASE,
)
_TO_DATE: Final = frozenset({"ytd", "mtd", "qtd", "hanmtd", "agodated"})
_ROLLING: Final = frozenset({"rolling", "inone", "ago", "onelong", "hadspan"})
_RELATIVE: Final = frozenset(
    {"lastsession", "rolling", "several", "year", "thismonth", "thisquarter", "whole", "calendar"}
)
_IN_MAY: Final = re.compile(r"\b(?:in|of|since|until|from|by|for|to|late|early|mid)[\s-]$", re.IGNORECASE)
_NO_DAY: Final = date(1, 1, 1)
_SINCE: Final = re.compile(
    r"\bsince\s(?:the\s|its\s|their\s|[A-Z][\w.]*['\u2019]s\s)?(?:(?:end|start|beginning|middle)\sof\s|early\s|late\s|mid-?)?$",
    re.IGNORECASE,
)
_HAN_SINCE: Final = re.compile(r"(?:份|底|初|中旬|末)?(?:以来|起|至今)")
#: Around a time that something began at which is told between: "自2014年开通以来".
_SELF: Final = re.compile(r"[自从由]$")
_LATER_SINCE: Final = re.compile(r"[^，。；,;\d]{1,16}?(?:以来|至今|[高低][点位](?=起|计|[，,]))")
_END_AFTER: Final = re.compile(r"份?[底末](?!前)")
_END_BEFORE: Final = re.compile(r"\bend\sof\s$", re.IGNORECASE)


def _is_dated(text: str) -> bool:
    return re.search(r"(?:19|20)\d{2}", text) is not None


def until(period: Period, published_on: date | None) -> str:
    """Return the interval from a period's begin to the day of publication; empty where either isn't known."""
    begin = begin_of(period.text)
    if begin is None or published_on is None or begin > published_on:
        return ""
    return f"{begin.isoformat()}/{published_on.isoformat()}"
