"""Which news and which figures a session's digest may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from signals.error import CalendarSpanError
from signals.session import SessionCalendar
from southbound.digest.wording import instant_text
from southbound.error import UsageError

#: Longer than any closure of the exchange.
_LONGEST_CLOSURE = timedelta(days=30)
#: Sessions are at least this part of the days of a long span; closures come on top.
_SESSIONS_PER_DAY = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWindow:
    """The news window of a session: from the decision before to its own, or to `as_of` where that is earlier.

    Attributes:
        session: trading day.
        previous: the session before.
        start: decision of the session before (UTC); news from here on counts.
        decision_at: the session's own decision (UTC).
        end: everything used is known before it.
    """

    session: date
    previous: date
    start: datetime
    decision_at: datetime
    end: datetime

    @property
    def complete(self) -> bool:
        """Whether the window reaches to the decision."""
        return self.end == self.decision_at


def find_window(session: date, *, calendar: SessionCalendar, as_of: datetime | None = None) -> SessionWindow:
    """Return the window of a session.

    Raises:
        UsageError: the day is no session, or `as_of` lies before its window.
    """
    try:
        _require_session(session, calendar)
        previous = sessions_before(session, 1, calendar=calendar)[-1]
        start, decision_at = (calendar.decision_at(day).to_pydatetime() for day in (previous, session))
    except (CalendarSpanError, IndexError) as error:
        raise UsageError(f"{session} can't have a digest: {error}") from error
    end = decision_at if as_of is None else min(as_of, decision_at)
    if end <= start:
        raise UsageError(
            f"news counts for session {session} from {instant_text(start)} HKT on; "
            f"give a later as-of instant, or an earlier session"
        )
    return SessionWindow(session=session, previous=previous, start=start, decision_at=decision_at, end=end)


def sessions_before(session: date, count: int, *, calendar: SessionCalendar) -> list[date]:
    """Return the last `count` sessions before a day, oldest first (fewer at the start of the calendar)."""
    first = session - _LONGEST_CLOSURE - timedelta(days=count / _SESSIONS_PER_DAY)
    days = calendar.sessions(max(pd.Timestamp(first), calendar.first), session)
    return [day.date() for day in days if day.date() < session][-count:]


def _require_session(session: date, calendar: SessionCalendar) -> None:
    coming = calendar.sessions(session, _after(session, calendar))
    if coming.empty:
        raise UsageError(f"{session} is no HKEX session, and the calendar knows none after it")
    if coming[0].date() != session:
        raise UsageError(f"{session} is no HKEX session; the next is {coming[0].date()}")


def _after(session: date, calendar: SessionCalendar) -> date:
    """Return a day beyond any closure after a session, or the end of the calendar before it."""
    last = calendar.last.date()
    return last if session >= last - _LONGEST_CLOSURE else session + _LONGEST_CLOSURE
