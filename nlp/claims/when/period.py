"""Times that a sentence names, resolved against the day of publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from nlp.claims.when.rule import PATTERNS, PERIODS, RESOLVERS, START
from nlp.claims.when.span import begin_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time named in a sentence; half open.

    `text` is as :class:`nlp.claims.claim.Claim` writes periods; a `since` one runs from its begin to the day
    of publication, and one `to_date` is the year up to it. `day` is the day where it is one;
    a `relative` one is told from the day of publication ("this year", "the previous session").
    """

    start: int
    end: int
    text: str
    day: date | None = None
    since: bool = False
    to_date: bool = False
    relative: bool = False


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
        sign = start.group()
        sort = "h" if not sign.isascii() else "d" if sign.isdigit() else "l"
        if match := PERIODS[sort].match(text, start.start()):
            taken = match.end()
            yield match


def _is_span(first: Period, last: Period, text: str) -> bool:
    """Say whether two days are the ends of one time: "5月18日至5月22日"."""
    if first.day is None or last.day is None or first.day >= last.day:
        return False
    return _TO.fullmatch(text, first.end, last.start) is not None


def _joined(first: Period, last: Period) -> Period:
    return Period(start=first.start, end=last.end, text=f"{first.text}/{last.text}")


_TO: Final = re.compile(r"\s?(?:至|到|[-\u2013\u2014~]|to)\s?")


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
    day = value if isinstance(value, date) else None
    shown = value.isoformat() if isinstance(value, date) else value
    since = bool(
        _SINCE.search(text, max(0, match.start() - 12), match.start()) or _HAN_SINCE.match(text, match.end())
    )
    return Period(
        start=match.start(),
        end=match.end(),
        text=shown,
        day=day,
        since=since,
        to_date=match.lastgroup == "ytd",
        relative=match.lastgroup
        in {"lastsession", "rolling", "several", "year", "thismonth", "thisquarter", "whole", "calendar"},
    )


_IN_MAY: Final = re.compile(r"\b(?:in|of|since|until|from|by|for|to|late|early|mid)[\s-]$", re.IGNORECASE)
_NO_DAY: Final = date(1, 1, 1)
_SINCE: Final = re.compile(r"\bsince\s(?:early\s|late\s|mid-?)?$", re.IGNORECASE)
_HAN_SINCE: Final = re.compile(r"(?:份|底|初|中旬|末)?(?:以来|起|至今)")


def _is_dated(text: str) -> bool:
    return re.search(r"(?:19|20)\d{2}", text) is not None


def until(period: Period, published_on: date | None) -> str:
    """Return the interval from a period's begin to the day of publication; empty where either isn't known."""
    begin = begin_of(period.text)
    if begin is None or published_on is None or begin > published_on:
        return ""
    return f"{begin.isoformat()}/{published_on.isoformat()}"
