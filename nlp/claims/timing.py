"""When a claim is about: the time named nearest in its sentence, else the day that its text reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from nlp.claims.period import Period, find_periods, until

_REFERENCE: Final = re.compile(
    r"(?:highest|lowest|best|worst|biggest|largest|steepest|strongest|weakest|most|sharpest|first|low|high|record|close|level|loss|gain"
    r"|drop|rise|rally|point)\b[a-z\s,-]{0,40}(?:since|of|from|in)\s(?:the\s)?$"
    r"|(?:surpass|exceed|beat|topp|eclips|compared|versus|than|against|from|above|below|record\sset)\w*[a-z\s,-]{0,24}$"
    r"|(?:较|比|自从|超过|超越|对比|相比|高于|低于)\s?$",
    re.IGNORECASE,
)
_HAN_RECORD_AFTER: Final = re.compile(
    r"(?:份|底|初)?以[来后][^，。；,]{0,12}(?:新高|新低|最[高低大多强差]|纪录|首)"
)
_COMPARED_AFTER: Final = re.compile(r"\s?(?:earlier|ago|before|同期)")
#: The days before publication in which a report's own day lies.
_N_DAYS_BACK: Final = 6
_SENTENCES_READ: Final = 600
_AHEAD: Final = re.compile(
    r"(?:due|scheduled|expected|later|until|next|ahead\sof|effective|will|于|将于|拟|计划)[^.。]{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The day a text is of, and the day its market report is about (None where that isn't known)."""

    published_on: date | None
    report_day: date | None


def set_clock(title: str, body: str, published_on: date | None) -> Clock:
    """Find the day that a text reports on: one just before publication that its beginning names, else publication.

    Args:
        title: folded.
        body: folded.
        published_on: day of publication; without it no time is resolved.
    """
    if published_on is None:
        return Clock(published_on=None, report_day=None)
    for text in (body[:_SENTENCES_READ], title):
        for period in find_periods(text, published_on):
            if period.day and _is_report_day(period, period.day, text, published_on):
                return Clock(published_on=published_on, report_day=period.day)
    clock = Clock(published_on=published_on, report_day=published_on)
    return last_us_session(body, clock) if _NEW_YORK.search(title) else clock


def _is_report_day(period: Period, day: date, text: str, published_on: date) -> bool:
    """Say whether a day may be the one reported on: no weekend, nothing ahead, nothing compared with."""
    if period.since or day.weekday() >= _SATURDAY or not 0 <= (published_on - day).days <= _N_DAYS_BACK:
        return False
    is_ahead = _AHEAD.search(text, max(0, period.start - 50), period.start) is not None
    return not is_ahead and not is_reference(period, text)


_SATURDAY: Final = 5
_NEW_YORK: Final = re.compile(r"美股|道指|纳指|纽约股市")


def is_reference(period: Period, text: str) -> bool:
    """Say whether a time is only what a figure is compared with: "highest since March", "3月以来新高"."""
    before = text[max(0, period.start - 60) : period.start]
    return bool(
        _REFERENCE.search(before)
        or _HAN_RECORD_AFTER.match(text, period.end)
        or (_COMPARED_AFTER.match(text, period.end) and not period.since)
    )


def time_of(
    place: int,
    clause: int,
    periods: Sequence[Period],
    text: str,
    clock: Clock,
    *,
    is_of_day: bool,
    is_aim: bool,
) -> str:
    """Return the period of a claim at a place; the day reported on for a market's figure without one.

    Args:
        place: where its number stands.
        clause: where its clause begins.
        periods: the times of its sentence.
        text: the sentence.
        clock: the text's days.
        is_of_day: whether it is of the day reported on where no time is named: a market's figure that isn't
            expected or aimed at.
        is_aim: whether it is a level or a price that is expected or aimed at: then days aren't its time.
    """
    own = [period for period in periods if not is_reference(period, text)]
    chosen = _nearest(place, clause, own, text)
    if chosen is not None:
        return "" if is_aim and chosen.day else _shown(chosen, clock, is_aim=is_aim)
    if is_of_day and clock.report_day is not None:
        return clock.report_day.isoformat()
    return ""


def _nearest(place: int, clause: int, periods: Sequence[Period], text: str) -> Period | None:
    """Return the time before a number in its clause, else the one after it there, else the last before it."""
    inside = [period for period in periods if clause <= period.start < place]
    if inside:
        return inside[-1]
    end = _end_of_clause(place, text)
    after = [period for period in periods if place < period.start <= end]
    if after and not re.search(r"\d", text[_skip_number(place, text) : after[0].start]):
        return after[0]
    before = [period for period in periods if period.start < clause]
    return before[-1] if before else (after[0] if after else None)


def _skip_number(place: int, text: str) -> int:
    match = re.compile(r"[^\s,，;]*").match(text, place)
    return match.end() if match else place


def _end_of_clause(place: int, text: str) -> int:
    match = re.compile(r"[，；;。、]|,\s|\b(?:and|while|but)\b").search(text, place + 1)
    return match.start() if match else len(text)


def _shown(period: Period, clock: Clock, *, is_aim: bool) -> str:
    if is_aim and period.to_date:
        return period.text[:4]
    if period.since:
        return until(period, clock.published_on) or period.text
    return period.text


#: Words of a closed session: a report of it in Hong Kong's morning is about the day before.
_CLOSED: Final = re.compile(r"收报|收市|收盘|收跌|收涨|收升|全日|低收|高收|尾市|隔夜")


def last_us_session(text: str, clock: Clock) -> Clock:
    """Where a Chinese text reports the close of New York, which comes after midnight, set the day before."""
    published = clock.published_on
    if published is None or clock.report_day != published or not _CLOSED.search(text):
        return clock
    day = published - timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return Clock(published_on=published, report_day=day)
