"""Which session a page is about, and which span it looks back on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from signals.error import CalendarSpanError
from signals.session import SessionCalendar
from southbound.digest.window import sessions_before
from southbound.error import UsageError
from southbound.store import Store

#: Where the news stops longer ago than this, the desk opens on its last session, not on today's.
_STALE = timedelta(days=3)
#: Longer than any closure of the exchange.
_LONGEST_CLOSURE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Sessions from `start` to `end`, both included."""

    start: date
    end: date


def current_session(
    store: Store, *, calendar: SessionCalendar, as_of: datetime | None, now: datetime
) -> date | None:
    """Return the session that news at `as_of` (or now) counts for; of an archive, its last one.

    None where nothing is tagged yet.
    """
    known = store.entities.known_from(as_of=as_of)
    if known is None:
        return None
    asked = as_of or now
    # News known exactly at a decision counts for the next session; what is asked for lies before it.
    at = known[1] if asked - known[1] > _STALE else asked - timedelta(milliseconds=1)
    return session_of(at, calendar=calendar)


def session_of(instant: datetime, *, calendar: SessionCalendar) -> date:
    """Return the session that news known at an instant counts for.

    Raises:
        UsageError: the calendar does not know it.
    """
    try:
        return calendar.session_of(pd.Series([pd.Timestamp(instant)])).iloc[0].date()  # type: ignore[no-any-return]
    except CalendarSpanError as error:
        raise UsageError(str(error)) from error


def session_on_or_after(day: date, *, calendar: SessionCalendar) -> date:
    """Return a day if it is a session, else the next one.

    Raises:
        UsageError: the calendar knows none.
    """
    coming = _sessions(day, day + _LONGEST_CLOSURE, calendar)
    if not coming:
        raise UsageError(f"the calendar knows no session on or after {day}")
    return coming[0]


def next_session(session: date, *, calendar: SessionCalendar) -> date | None:
    """Return the session after one; None at the end of the calendar."""
    coming = _sessions(session + timedelta(days=1), session + _LONGEST_CLOSURE, calendar)
    return coming[0] if coming else None


def last_sessions(session: date, count: int, *, calendar: SessionCalendar) -> list[date]:
    """Return the last `count` sessions up to one, itself included, oldest first."""
    return [*sessions_before(session, count - 1, calendar=calendar), session] if count > 1 else [session]


def sessions_of(span: Span, *, calendar: SessionCalendar) -> Sequence[date]:
    """Return the sessions of a span.

    Raises:
        UsageError: it holds none.
    """
    found = _sessions(span.start, span.end, calendar)
    if not found:
        raise UsageError(f"there is no session from {span.start} to {span.end}; give a longer span")
    return found


def _sessions(start: date, end: date, calendar: SessionCalendar) -> list[date]:
    first = max(pd.Timestamp(start), calendar.first)
    last = min(pd.Timestamp(end), calendar.last)
    return [day.date() for day in calendar.sessions(first, last)] if first <= last else []
