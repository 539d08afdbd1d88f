"""Which sessions, news and figures a week's digest may use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from signals.error import CalendarSpanError
from signals.session import SessionCalendar
from southbound.digest.window import SessionWindow, sessions_before
from southbound.digest.wording import instant_text
from southbound.error import UsageError

_LABEL: Final = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
#: Weeks that a week is compared with.
BASELINE_WEEKS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekWindow:
    """A week's sessions, those it is compared with, and what may be used.

    Attributes:
        label: such as "2025-W07".
        sessions: the week's sessions that had begun at `as_of`.
        whole: all sessions of the week.
        last_week: sessions of the last week before that has any.
        before: those of the calendar weeks before, last_week's among them.
        start: decision of the last session before the week; news counts from here on.
        end: decision of the last of `sessions`, or `as_of` where that is earlier; news counts before it.
        as_of: nothing known at or after it is used; figures of the week's last session come after `end`.
    """

    label: str
    sessions: tuple[date, ...]
    whole: tuple[date, ...]
    last_week: tuple[date, ...]
    before: tuple[date, ...]
    start: datetime
    end: datetime
    as_of: datetime

    @property
    def complete(self) -> bool:
        """Whether the news of the whole week is in."""
        return self.sessions == self.whole and self.end < self.as_of

    @property
    def news(self) -> SessionWindow:
        """The window of its news, as that of its last session."""
        days = (*self.before, *self.sessions)
        return SessionWindow(
            session=days[-1], previous=days[-2], start=self.start, decision_at=self.end, end=self.end
        )


def find_week(label: str, *, calendar: SessionCalendar, as_of: datetime | None = None) -> WeekWindow:
    """Return the window of an ISO week, written "2025-W07".

    Without `as_of`, all is used that was known when the first session after the week was decided.

    Raises:
        UsageError: the label is none, the week has no session, or `as_of` lies before it.
    """
    monday = _monday(label)
    try:
        whole = _days(calendar, monday, monday + timedelta(days=6))
        if not whole:
            raise UsageError(f"{label_of(monday)} has no HKEX session; give another week")
        return _window(monday, whole, calendar, as_of)
    except (CalendarSpanError, IndexError) as error:
        raise UsageError(f"{label} can't have a digest: {error}") from error


def label_of(day: date) -> str:
    """Return the label of the week that a day is in, such as "2025-W07"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _window(
    monday: date, whole: tuple[date, ...], calendar: SessionCalendar, as_of: datetime | None
) -> WeekWindow:
    before = tuple(sessions_before(monday, 5 * (BASELINE_WEEKS + 1), calendar=calendar))
    earliest = monday - timedelta(weeks=BASELINE_WEEKS)
    start = _decision(before[-1], calendar)
    if as_of is not None and as_of <= start:
        raise UsageError(
            f"news counts for week {label_of(monday)} from {instant_text(start)} HKT on; "
            f"give a later as-of instant, or an earlier week"
        )
    limit = as_of or _decision(_next_session(whole[-1], calendar), calendar)
    begun = [day for day in whole if _start(day, whole, start, calendar) < limit]
    return WeekWindow(
        label=label_of(monday),
        sessions=tuple(begun),
        whole=whole,
        last_week=tuple(day for day in before if label_of(day) == label_of(before[-1])),
        before=tuple(day for day in before if day >= earliest) or before[-1:],
        start=start,
        end=min(limit, _decision(begun[-1], calendar)),
        as_of=limit,
    )


def _start(day: date, whole: tuple[date, ...], start: datetime, calendar: SessionCalendar) -> datetime:
    """Return the instant from which news counts for a session of the week."""
    place = whole.index(day)
    return _decision(whole[place - 1], calendar) if place else start


def _next_session(day: date, calendar: SessionCalendar) -> date:
    return _days(calendar, day + timedelta(days=1), day + timedelta(days=30))[0]


def _days(calendar: SessionCalendar, first: date, last: date) -> tuple[date, ...]:
    return tuple(day.date() for day in calendar.sessions(first, last))


def _decision(day: date, calendar: SessionCalendar) -> datetime:
    return calendar.decision_at(day).to_pydatetime()


def _monday(label: str) -> date:
    found = _LABEL.fullmatch(label.strip())
    try:
        if found:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass
    raise UsageError(f"'{label}' is no week; write one like 2025-W07")
