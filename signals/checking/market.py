"""What the market data tell, as known at an instant: closes of an asset, sums of a channel's flows."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from signals.checking.assertion import UncheckableError
from signals.checking.period import Period
from signals.session import LAUNCH, SessionCalendar

_SATURDAY: Final = 5
_OPENS_AT: Final = time(9, 20)
_HALF_DAY_CLOSE: Final = time(12, 0)
_MILLION: Final = 1e6
#: A period may begin so long before the first figure stored: there was no session.
_HOLIDAYS: Final = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Where and when an asset's sessions end.

    Attributes:
        zone: Of its sessions.
        closes_at: Local time of the close.
        calendar: Of its sessions; None where none is at hand: then its weekdays may be sessions.
    """

    zone: ZoneInfo
    closes_at: time
    calendar: SessionCalendar | None = None

    def local(self, instant: datetime) -> tuple[date, bool]:
        """Return the local day of an instant, and whether that day's session was over by then."""
        there = instant.astimezone(self.zone)
        day = there.date()
        if there.time() >= self.closes_at or there.time() < _HALF_DAY_CLOSE or self.calendar is None:
            return day, there.time() >= self.closes_at
        return day, self.calendar.is_half_day(day)

    def is_before(self, instant: datetime) -> bool:
        """Say whether the local time of an instant is before the opening auction."""
        return instant.astimezone(self.zone).time() < _OPENS_AT

    def is_open(self, instant: datetime) -> bool:
        """Say whether a session may be on: from the opening auction to the close of a trading day."""
        day, is_over = self.local(instant)
        if is_over or instant.astimezone(self.zone).time() < _OPENS_AT or day.weekday() >= _SATURDAY:
            return False
        span = None if self.calendar is None else _within(self.calendar, day, day)
        return self.calendar is None or span is None or len(self.calendar.sessions(*span)) > 0


@dataclass(frozen=True, kw_only=True)
class Prices:
    """An asset's closes as known at an instant.

    Attributes:
        asset_id: Whose.
        closes: By session, ascending; a `DatetimeIndex` of naive midnights.
        adjusted: Whether they are adjusted for dividends.
        currency: ISO 4217 code.
        exchange: Where it is traded.
        scaled: The closes on the scale of the last one, splits applied, under the same sessions: any two of
            them make a return. Null where that can't be told.
    """

    asset_id: str
    closes: pd.Series
    adjusted: bool
    currency: str
    exchange: Exchange
    scaled: pd.Series

    @cached_property
    def _days(self) -> list[date]:
        return _dates(pd.DatetimeIndex(self.closes.index))

    @cached_property
    def _closes(self) -> list[float]:
        return _floats(self.closes)

    @cached_property
    def _scaled(self) -> dict[date, float]:
        return dict(zip(self._days, _floats(self.scaled), strict=True))

    @property
    def first(self) -> date:
        """The first session that has a close."""
        return self._days[0]

    def before(self, day: date) -> tuple[date, float] | None:
        """Return the last session before a day, and its close."""
        place = bisect_left(self._days, day) - 1
        return None if place < 0 else (self._days[place], self._closes[place])

    def until(self, day: date) -> tuple[date, float] | None:
        """Return the last session up to a day, and its close."""
        return self.before(day + timedelta(days=1))

    def since(self, day: date) -> tuple[date, float] | None:
        """Return the first session from a day on, and its close."""
        place = bisect_left(self._days, day)
        return None if place == len(self._days) else (self._days[place], self._closes[place])

    def last_of(self, first: date, last: date) -> tuple[date, float]:
        """Return the last session of a span, and its close.

        Raises:
            UncheckableError: there was none, or its close was not known by then.
        """
        found = self.until(last)
        last_known = self._days[-1]
        if self._lacks(found[0] if found else None, first, last):
            raise UncheckableError("not_known" if last > last_known else "gap", last.isoformat())
        if found is None or found[0] < first:
            raise UncheckableError("no_session", last.isoformat())
        return found

    def growth(self, start: date, end: date) -> float:
        """Return how many times its value in one session an asset had in a later one.

        Raises:
            UncheckableError: a leap that no split explains lies between them.
        """
        ratio = self._scaled[end] / self._scaled[start]
        if math.isnan(ratio):
            raise UncheckableError("gap", start.isoformat())
        return ratio

    def _lacks(self, found: date | None, first: date, last: date) -> bool:
        """Say whether a session after the last one found, up to the end of a span, has no close."""
        calendar = self.exchange.calendar
        since = max(first, found + timedelta(days=1)) if found else first
        if since > last:
            return False
        if calendar is not None:
            return calendar.has_session(since, last)
        since = max(since, self._days[-1] + timedelta(days=1))
        days = (since + timedelta(days=n) for n in range(max((last - since).days, -1) + 1))
        return any(day.weekday() < _SATURDAY for day in days)


@dataclass(frozen=True, kw_only=True)
class Flows:
    """A channel's flows as known at an instant.

    Attributes:
        channel: `southbound` or `northbound`.
        rows: By session, ascending: net, buy, sell, turnover, sh_net, sz_net, in millions of the currency;
            null where closed or missing.
        closed: Sessions that the source says were closed.
        currency: ISO 4217 code.
        exchange: Whose session ends the day's trading.
        required: The days on which the channel may have been open, ascending.
    """

    channel: str
    rows: pd.DataFrame
    closed: frozenset[date]
    currency: str
    exchange: Exchange
    required: pd.DatetimeIndex

    @cached_property
    def first(self) -> date:
        """The first session that has a figure."""
        return _dates(pd.DatetimeIndex(self.rows.index[:1]))[0]

    @cached_property
    def _told(self) -> dict[str, tuple[list[date], list[float]]]:
        """Days and figures of each column, without those not told."""
        columns = ((str(name), self.rows[name].dropna()) for name in self.rows.columns)
        return {name: (_dates(pd.DatetimeIndex(told.index)), _floats(told)) for name, told in columns}

    @cached_property
    def _wanted(self) -> list[date]:
        """The days that must have a figure."""
        return [day for day in _dates(self.required) if day not in self.closed]

    def part(self, column: str, first: date, last: date) -> Part:
        """Return a column's figures from day to day, in whole units.

        Raises:
            UncheckableError: there was no session, or a figure is missing, or was not known by then.
        """
        days, figures = self._told[column]
        if days and days[0] - max(first, LAUNCH.date()) > _HOLIDAYS:
            raise UncheckableError("history", days[0].isoformat())
        low, high = bisect_left(days, first), bisect_right(days, last)
        wanted = self._wanted[bisect_left(self._wanted, first) : bisect_right(self._wanted, last)]
        missing = sorted(set(wanted) - set(days[low:high]))
        if missing:
            is_late = not days or missing[-1] > days[-1]
            raise UncheckableError("not_known" if is_late else "gap", missing[0].isoformat())
        if low == high:
            raise UncheckableError("no_session", first.isoformat())
        return Part(days=tuple(days[low:high]), figures=tuple(one * _MILLION for one in figures[low:high]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Figures of some sessions, ascending, in whole units."""

    days: tuple[date, ...]
    figures: tuple[float, ...]

    @property
    def total(self) -> float:
        """Their sum."""
        return math.fsum(self.figures)

    @property
    def mean(self) -> float:
        """Their mean."""
        return self.total / len(self.figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """All that assertions are held against.

    Attributes:
        prices: By asset.
        channels: Flows by channel.
        turnover: Of the Hong Kong market by session, in HKD, each trade counted once; empty where not known.
        share_flows: Of single shares by asset: session, channel, leg, buy, sell and turnover in units of HKD,
            where the share was among the ten of a leg that were traded most.
    """

    prices: Mapping[str, Prices]
    channels: Mapping[str, Flows]
    turnover: pd.Series
    share_flows: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def ends_of(period: Period, published_at: datetime, exchange: Exchange) -> tuple[date, ...]:
    """Return the days up to which an assertion can mean a period, the likeliest first.

    What is said before the period is over goes up to the last session before; said while a session is on, the
    running one may be in it.

    Raises:
        UncheckableError: it is about a session that was not over, or had not begun.
    """
    today, is_over = exchange.local(published_at)
    if period.last < today or (period.last == today and is_over):
        return (period.last,)
    if period.first > today:
        raise UncheckableError("not_over", period.last.isoformat())
    if period.first == today and not is_over:
        raise UncheckableError("intraday" if period.last == today else "not_over", today.isoformat())
    yesterday = today - timedelta(days=1)
    if is_over:
        return (today,)
    return (yesterday,) if exchange.is_before(published_at) else (yesterday, today)


def _within(calendar: SessionCalendar, first: date, last: date) -> tuple[date, date] | None:
    """Return the part of a span that a calendar knows; None where it knows nothing of it."""
    first, last = max(first, calendar.first.date()), min(last, calendar.last.date())
    return (first, last) if first <= last else None


def _dates(days: pd.DatetimeIndex) -> list[date]:
    found: list[date] = days.to_numpy().astype("datetime64[D]").tolist()
    return found


def _floats(values: pd.Series) -> list[float]:
    found: list[float] = values.to_numpy(dtype=float).tolist()
    return found
