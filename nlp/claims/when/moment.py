"""Where a number stands in its sentence, and how a time that it is about is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from nlp.claims.when.clock import Clock
from nlp.claims.when.period import Period, until
from nlp.claims.when.span import sessions_back
from nlp.claims.when.zone import on_weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where a number stands in its sentence.

    Attributes:
        place: Where it begins.
        end: Where it ends.
        clause: Where its clause begins.
        clause_end: Where that ends.
        segment: Where its part of the sentence begins, which a semicolon or the like may end.
        first_of_segment: Where the first number of that part begins.
        first: Where the sentence's first number begins.
        fresh: Where the first clause after the number before it begins.
        last: Where the number before it ends.
        span: The last longer time that a number of the text was about.
        topic: The week that its paragraph is about; empty where that isn't told.
        is_ahead: Whether it is expected.
        opens_early: Whether its market opens before Hong Kong's.
    """

    place: int
    end: int
    clause: int
    clause_end: int
    segment: int
    first_of_segment: int
    first: int
    fresh: int
    last: int = -1
    span: str = ""
    topic: str = ""
    is_ahead: bool = False
    opens_early: bool = False


def _around(day: date | None) -> frozenset[str]:
    """Return the month, the quarter and the year that a day is in, whose moves are those up to it."""
    if day is None:
        return frozenset()
    return frozenset({f"{day.year:04d}", f"{day:%Y-%m}", f"{day.year:04d}-Q{(day.month + 2) // 3}"})


def end_of_span(clock: Clock, last: date | None) -> date | None:
    """Return the day up to which a time to date runs: of publication, or the market's last if earlier."""
    if clock.published_on is None or last is None:
        return clock.published_on
    return last if last < on_weekday(clock.published_on) else clock.published_on


def _ending(span: str, today: date, there: date | None) -> str:
    """Return a time up to publication as one up to the day that it is at the market, if a session."""
    first, _, end = span.partition("/")
    if end != today.isoformat() or there is None or there >= today or on_weekday(there) != there:
        return span
    return f"{date.fromisoformat(first) - (today - there)}/{there}"


def shown(  # noqa: PLR0911 - one return a way to write it
    period: Period, clock: Clock, *, zone: ZoneInfo, kind: str
) -> str:
    """Return a time as a claim gives it: one to date with the day up to which it runs."""
    if kind == "aim" and period.to_date:
        return period.text[:4]
    last = clock.last_session(zone)
    if period.sessions and (reported := clock.report_day(zone)):
        return f"{sessions_back(reported, period.sessions - 1).isoformat()}/{reported.isoformat()}"
    if period.since and kind != "level":
        return until(period, end_of_span(clock, last)) or period.text
    if kind in {"move", "flow"} and period.relative and period.text in _around(clock.published_on):
        return until(period, end_of_span(clock, last)) or period.text
    if period.to_date:
        return period.text.partition("/")[0] + "/" + str(end_of_span(clock, last))
    if period.is_rolling and clock.published_on is not None:
        return _ending(period.text, clock.published_on, clock.day_in(zone))
    if kind not in {"other", "aim"} and period.day is not None and last is not None and period.day > last:
        return period.text if period.day == clock.day_before_opening(zone) else last.isoformat()
    return period.text
