"""The trading calendar: which session a piece of news counts for, and when southbound trading is open.

Sessions are those of Hong Kong (XHKG of exchange_calendars) with the project's own corrections; they are
naive midnights, never instants. The only instants here are decisions: the moment at which a session's value
is fixed. exchange_calendars would otherwise end a year from today, so the span is always given: no clock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date, time
from functools import cached_property
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

import exchange_calendars
import numpy as np
import numpy.typing as npt
import pandas as pd
from exchange_calendars.exchange_calendar_xshg import XSHGExchangeCalendar

from signals.column import aware_instants
from signals.error import CalendarSpanError
from signals.override import CalendarOverrides, day_from_value, overrides_from_mapping, time_from_text

#: A day as text ("2025-02-10"), `datetime.date` or `pandas.Timestamp`.
DateLike: TypeAlias = str | date

SouthboundState: TypeAlias = Literal["open", "closed", "unknown"]

#: The first session of Stock Connect.
LAUNCH: Final = pd.Timestamp("2014-11-17")
#: From this day southbound trading is open whenever both markets trade.
_COMMON_DAYS_FROM: Final = pd.Timestamp("2023-04-24")
#: On a late opening the decision falls this long before it, as 09:15 does before 09:30.
_LEAD: Final = pd.Timedelta(minutes=15)


class SessionCalendar:
    """Hong Kong sessions, their decision instants, and the state of southbound Stock Connect.

    Args:
        decision_time: local time at which a session's value is fixed, "HH:MM"; on a late opening it is
            never earlier than 15 minutes before that opening.
        timezone: IANA name of the zone of `decision_time`.
        overrides: corrections to the library's calendar, as in config/calendar.yaml (see
            `signals.override`); None for none.
        first: first day of the span.
        last: last day of the span; the library knows Hong Kong's holidays to the end of 2049.

    Raises:
        InputError: an override or the decision time cannot be read.
    """

    def __init__(
        self,
        *,
        decision_time: str = "09:15",
        timezone: str = "Asia/Hong_Kong",
        overrides: Mapping[str, object] | None = None,
        first: DateLike = "1990-01-01",
        last: DateLike = "2049-12-31",
    ) -> None:
        corrections = overrides_from_mapping(overrides or {})
        self.first = day_from_value(first, where="first")
        self.last = day_from_value(last, where="last")
        hong_kong = exchange_calendars.get_calendar("XHKG", start=self.first, end=self.last)
        listed = pd.DatetimeIndex(hong_kong.sessions).as_unit("us")
        self._sessions = listed[~listed.isin(corrections.closed)]
        early = pd.DatetimeIndex(hong_kong.early_closes).as_unit("us")
        self._half_days = early[early.isin(self._sessions)]
        self._decisions = _decisions(
            self._sessions,
            time_from_text(decision_time, where="decision_time"),
            ZoneInfo(timezone),
            corrections.late_open,
        )
        self._southbound = _southbound_states(self._sessions, self._half_days, corrections)

    def sessions(self, start: DateLike, end: DateLike) -> pd.DatetimeIndex:
        """Return the sessions from `start` to `end`, both included."""
        return _between(self._sessions, self._day(start), self._day(end))

    def half_days(self, start: DateLike, end: DateLike) -> pd.DatetimeIndex:
        """Return the sessions from `start` to `end`, both included, that end at noon."""
        return _between(self._half_days, self._day(start), self._day(end))

    def has_session(self, start: date, end: date) -> bool:
        """Say whether any day from `start` to `end`, both included, is a session of the span."""
        place = bisect_left(self._days, start)
        return place < len(self._days) and self._days[place] <= end

    def is_half_day(self, day: date) -> bool:
        """Say whether a day is a session of the span that ends at noon."""
        return day in self._noon_days

    def decision_at(self, session: DateLike) -> pd.Timestamp:
        """Return the instant (UTC) at which the value of `session` is fixed.

        Raises:
            CalendarSpanError: the day is no session, or outside the span.
        """
        day = self._day(session)
        position = int(self._sessions.get_indexer(pd.DatetimeIndex([day]))[0])
        if position < 0:
            raise CalendarSpanError(f"{day.date()} is no session of XHKG; give a trading day")
        return pd.Timestamp(self._decisions[position])

    def decisions_at(self, sessions: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Return the decision instants (UTC) of many sessions, in their order."""
        positions = self._sessions.get_indexer(sessions)
        if (positions < 0).any():
            self.decision_at(sessions[int((positions < 0).argmax())])
        return self._decisions[positions]

    def session_of(self, known_at: pd.Series) -> pd.Series:
        """Return for each instant the first session decided strictly after it.

        Args:
            known_at: aware datetimes; NaT gives NaT.

        Returns:
            Sessions (naive midnights) under the same index, named "session".

        Raises:
            CalendarSpanError: an instant lies outside the span.
        """
        instants = pd.DatetimeIndex(aware_instants(known_at, table="instants"))
        self._require_span(instants)
        positions = self._decisions.searchsorted(instants, side="right")
        # A NaT sorts behind everything; any position will do, it is blanked below.
        found = self._sessions[np.minimum(positions, len(self._sessions) - 1)]
        return pd.Series(found.where(instants.notna()), index=known_at.index, name="session")

    def session_at(self, instant: pd.Timestamp) -> pd.Timestamp:
        """Return the first session decided strictly after one instant, as `session_of` does for many.

        Raises:
            CalendarSpanError: it lies outside the span.
        """
        self._require_span(pd.DatetimeIndex([instant]))
        return self._sessions[int(self._decisions.searchsorted(instant, side="right"))]

    def previous_sessions(self, sessions: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Return for each day the last session before it (NaT before the first of the span)."""
        positions = self._sessions.searchsorted(sessions) - 1
        before = self._sessions[np.maximum(positions, 0)]
        return pd.DatetimeIndex(before.where(positions >= 0))

    def southbound_state(self, session: DateLike) -> SouthboundState:
        """Say whether southbound Stock Connect trades on a day.

        Returns:
            "open"; "closed" (also before 2014-11-17 and where Hong Kong is shut); "unknown" after the last
            day of the library's mainland calendar (the end of 2026 in exchange_calendars 4.13), until the
            library is updated or config/calendar.yaml says more.
        """
        return self.southbound_states(pd.DatetimeIndex([self._day(session)]))[0]

    @property
    def southbound_known_until(self) -> date:
        """The last day of the library's mainland calendar; later sessions are "unknown" unless listed."""
        return XSHGExchangeCalendar.bound_max().date()  # type: ignore[no-any-return]  # the library is untyped

    def southbound_states(self, sessions: pd.DatetimeIndex) -> list[SouthboundState]:
        """Return `southbound_state` of many days, in their order."""
        positions = self._sessions.get_indexer(sessions)
        return ["closed" if position < 0 else self._southbound[position] for position in positions]

    @cached_property
    def _days(self) -> list[date]:
        """The sessions as plain days: to look one up takes a tenth of what pandas takes."""
        return [day.date() for day in self._sessions]

    @cached_property
    def _noon_days(self) -> frozenset[date]:
        return frozenset(day.date() for day in self._half_days)

    def _day(self, value: DateLike) -> pd.Timestamp:
        day = day_from_value(value, where="session")
        if not self.first <= day <= self.last:
            raise CalendarSpanError(f"{day.date()} is outside the calendar ({self._span()})")
        return day

    def _require_span(self, instants: pd.DatetimeIndex) -> None:
        start = self.first.tz_localize("UTC")
        outside = np.asarray((instants < start) | (instants >= self._decisions[-1]))
        if outside.any():
            instant = instants[int(outside.argmax())]
            raise CalendarSpanError(
                f"{instant.isoformat()} is outside the calendar ({self._span()}); correct or drop it"
            )

    def _span(self) -> str:
        return f"{self.first.date()} to {self.last.date()}"


def _between(days: pd.DatetimeIndex, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
    """Return those of ascending days that lie in a span, both ends included."""
    return days[days.searchsorted(first) : days.searchsorted(last, "right")]


def _decisions(
    sessions: pd.DatetimeIndex, decision_time: time, zone: ZoneInfo, late_open: Mapping[pd.Timestamp, time]
) -> pd.DatetimeIndex:
    """Return the decision instant (UTC) of each session."""
    local = sessions + _since_midnight(decision_time)
    for day, opening in late_open.items():
        earliest = day + _since_midnight(opening) - _LEAD
        local = local.where((sessions != day) | (local >= earliest), earliest)
    return pd.DatetimeIndex(local).tz_localize(zone).tz_convert("UTC").as_unit("us")


def _since_midnight(value: time) -> pd.Timedelta:
    return pd.Timedelta(hours=value.hour, minutes=value.minute)


def _southbound_states(
    sessions: pd.DatetimeIndex, half_days: pd.DatetimeIndex, corrections: CalendarOverrides
) -> list[SouthboundState]:
    """Return the state of southbound trading in each Hong Kong session."""
    last_known = XSHGExchangeCalendar.bound_max()
    mainland = sessions.isin(_mainland_sessions(sessions[-1], last_known))
    is_open = np.where(sessions < _COMMON_DAYS_FROM, _settles(sessions, mainland, half_days), mainland)
    is_open = (is_open & (sessions >= LAUNCH) | sessions.isin(corrections.southbound_open)) & ~sessions.isin(
        corrections.southbound_closed
    )
    said = sessions.isin([*corrections.southbound_open, *corrections.southbound_closed])
    unknown = (sessions > last_known) & ~said
    return [
        "unknown" if not_known else "open" if trades else "closed"
        for not_known, trades in zip(unknown, is_open, strict=True)
    ]


def _mainland_sessions(last: pd.Timestamp, last_known: pd.Timestamp) -> pd.DatetimeIndex:
    end = max(min(last, last_known), LAUNCH + pd.Timedelta(weeks=1))
    return pd.DatetimeIndex(exchange_calendars.get_calendar("XSHG", start=LAUNCH, end=end).sessions)


def _settles(
    sessions: pd.DatetimeIndex, mainland: npt.NDArray[np.bool_], half_days: pd.DatetimeIndex
) -> npt.NDArray[np.bool_]:
    """Say of each session whether the mainland trades from it through its settlement.

    The rule before 2023-04-24: a trade settles two Hong Kong settlement days on, half-days are none, and
    southbound trading was shut where the mainland had a holiday on the way. With it, the state of 2,848 of
    the 2,849 sessions from 2014-11-17 to 2026-06-18 is what the flows say; the other (2026-05-28) has no row
    in them though both markets traded.
    """
    holidays = np.concatenate([[0], np.cumsum(~mainland)])
    settlement = np.flatnonzero(~sessions.isin(half_days))
    position = np.arange(len(sessions))
    second = np.searchsorted(settlement, position, side="right") + 1
    settled = settlement[np.minimum(second, len(settlement) - 1)]
    return np.asarray(holidays[settled + 1] == holidays[position])
