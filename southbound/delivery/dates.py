"""When desks' digests are made: on HKEX sessions, at the desks' times of day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from signals.session import SessionCalendar
from southbound.delivery.due import Due
from southbound.digest.desk import Desk, Weekly
from southbound.digest.week import find_week, label_of
from southbound.instant import HONG_KONG
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings

#: Longer than any closure of the exchange.
_LONGEST_CLOSURE: Final = timedelta(days=30)


def dates_between(desks: Iterable[Desk], settings: Settings, first: date, last: date) -> list[Due]:
    """Return every digest of the sessions from `first` to `last`, and of the weeks that end there."""
    return [due for desk in desks for due in _dates_of(desk, settings, first, last)]


def date_of_session(desk: Desk, settings: Settings, session: date) -> Due:
    """Return when a desk's digest of a session is made.

    Raises:
        CalendarSpanError: the day is no session.
    """
    return _daily(desk, session, calendar_from_settings(desk.settings(settings)))


def date_of_week(desk: Desk, settings: Settings, week: str) -> Due:
    """Return when a desk's digest of a week is made.

    Raises:
        UsageError: there is no such week, or it has no session.
    """
    window = find_week(week, calendar=calendar_from_settings(desk.settings(settings)))
    return _weekly(desk, window.whole[-1], desk.weekly or Weekly())


def next_date(desk: Desk, settings: Settings, now: datetime) -> Due:
    """Return when the next digest of a session is made that is not yet due."""
    calendar = calendar_from_settings(desk.settings(settings))
    today = now.astimezone(HONG_KONG).date()
    days = calendar.sessions(today, today + _LONGEST_CLOSURE)
    return next(due for due in (_daily(desk, day.date(), calendar) for day in days) if due.at > now)


def _dates_of(desk: Desk, settings: Settings, first: date, last: date) -> Iterator[Due]:
    calendar = calendar_from_settings(desk.settings(settings))
    # Beyond the last, to know which session is its week's last.
    days = [day.date() for day in calendar.sessions(first, last + _LONGEST_CLOSURE)]
    for day, following in pairwise(days):
        if day > last:
            return
        if desk.daily is not None:
            yield _daily(desk, day, calendar)
        if desk.weekly is not None and label_of(following) != label_of(day):
            yield _weekly(desk, day, desk.weekly)


def _daily(desk: Desk, session: date, calendar: SessionCalendar) -> Due:
    at = calendar.decision_at(session).to_pydatetime()
    return Due(desk=desk, kind="day", period=session.isoformat(), at=at)


def _weekly(desk: Desk, last_session: date, weekly: Weekly) -> Due:
    at = datetime.combine(last_session, weekly.at, HONG_KONG)
    return Due(desk=desk, kind="week", period=label_of(last_session), at=at)
