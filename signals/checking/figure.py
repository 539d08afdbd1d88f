"""The figure that an assertion is about, computed from the market data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

import pandas as pd

from signals.checking.assertion import Assertion, UncheckableError
from signals.checking.market import Flows, Market, Prices, ends_of
from signals.checking.period import Period
from signals.checking.words import is_within_session, leg_of, place_of

PRICE_METRICS: Final = frozenset({"level", "change", "return", "price"})
FLOW_METRICS: Final = frozenset({"net_flow", "buy", "sell", "turnover", "share_of_turnover"})
_Told = TypeVar("_Told")
_CHANNELS: Final = ("southbound", "northbound")
#: Of the dividends that adjusted prices hide, so many percent of the price a year are allowed for.
_DIVIDENDS_A_YEAR: Final = 4.0
#: In a span of so many days none is.
_NO_DIVIDEND_DAYS: Final = 7
_YEAR_DAYS: Final = 365.25
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure, and the days that it covers.

    Attributes:
        amounts: What the assertion's words can mean, the likeliest first; signed, in `unit`.
        unit: ISO 4217 code, `percent` or `points`.
        first: First session in it.
        last: Last session in it.
        slack: The figure may be so much lower.
        source: What it was computed from.
        origins: For each amount that is a move, the session whose close it is counted from.
        is_partial: A part is not told: the figure confirms, and doesn't contradict.
        is_running: A session was on when it was said: anything between the amounts may be meant.
        notes: What else is to be known.
    """

    amounts: tuple[float, ...]
    unit: str
    first: date
    last: date
    source: str
    slack: float = 0.0
    origins: tuple[str, ...] = ()
    is_partial: bool = False
    is_running: bool = False
    notes: tuple[tuple[str, str], ...] = ()


def prices_of(assertion: Assertion, market: Market) -> Prices:
    """Return the prices that an assertion is about.

    Raises:
        UncheckableError: none are stored, or it is about a price of another market.
    """
    stored = [asset for asset in assertion.assets if asset in market.prices]
    if not stored:
        raise UncheckableError("data" if assertion.subject else "subject", assertion.subject)
    chosen = market.prices[stored[0]]
    is_share = not chosen.asset_id.startswith("INDEX:")
    if (
        is_share
        and place_of(assertion.sentence, assertion.position, headline=assertion.headline) == "elsewhere"
    ):
        raise UncheckableError("other_market", chosen.asset_id)
    return chosen


def channel_of(assertion: Assertion, market: Market) -> Flows:
    """Return the flows that an assertion is about.

    Raises:
        UncheckableError: none are stored.
    """
    if not assertion.subject:
        raise UncheckableError("subject")
    if assertion.subject not in _CHANNELS:
        raise UncheckableError("share_flow" if assertion.assets else "data", assertion.subject)
    if assertion.subject not in market.channels:
        raise UncheckableError("data", assertion.subject)
    return market.channels[assertion.subject]


def price_figure(assertion: Assertion, prices: Prices, period: Period) -> Figure:
    """Return a level, a change or a return of an asset.

    Raises:
        UncheckableError: the closes don't tell it.
    """
    today, _ = prices.exchange.local(assertion.published_at)
    if is_within_session(assertion.sentence, assertion.position, is_past=period.last < today):
        raise UncheckableError("intraday")
    if prices.adjusted and assertion.metric != "return":
        raise UncheckableError("adjusted", prices.asset_id)
    days = ends_of(period, assertion.published_at, prices.exchange)
    ends = _known(lambda day: prices.last_of(period.first, day), days)
    unit = "points" if prices.asset_id.startswith("INDEX:") else prices.currency
    if assertion.metric in {"level", "price"}:
        return Figure(
            amounts=tuple(close for _, close in ends),
            unit=unit,
            first=ends[0][0],
            last=ends[0][0],
            source=prices.asset_id,
            is_running=len(ends) > 1,
        )
    starts = _starts(prices, period)
    moves = [_move(prices, assertion.metric, start, end) for end in ends for start in starts]
    slack = _hidden_dividends(prices, starts[0][0], ends[0][0])
    return Figure(
        amounts=tuple(moves),
        unit="percent" if assertion.metric == "return" else unit,
        first=max(starts[0][0], period.first) if period.kind != "day" else ends[0][0],
        last=ends[0][0],
        source=prices.asset_id,
        slack=slack,
        origins=tuple(start[0].isoformat() for _ in ends for start in starts),
        is_running=len(ends) > 1,
        notes=((("dividends", f"{slack:.1f}"),) if slack else ()) + _to_date(days, period, ends[0][0]),
    )


def _starts(prices: Prices, period: Period) -> list[tuple[date, float]]:
    """Return what a change is counted from: the close before, and of a span also that of its first day."""
    before = prices.before(period.first)
    if before is None:
        raise UncheckableError("history", prices.first.isoformat())
    of_day = prices.since(period.first) if period.kind == "span" else None
    return [before, of_day] if of_day is not None and of_day[0] < period.last else [before]


def _move(prices: Prices, metric: str, start: tuple[date, float], end: tuple[date, float]) -> float:
    return (prices.growth(start[0], end[0]) - 1) * 100 if metric == "return" else end[1] - start[1]


def _hidden_dividends(prices: Prices, first: date, last: date) -> float:
    days = (last - first).days
    return _DIVIDENDS_A_YEAR * days / _YEAR_DAYS if prices.adjusted and days > _NO_DIVIDEND_DAYS else 0.0


def flow_figure(assertion: Assertion, market: Market, period: Period, *, is_mean: bool = False) -> Figure:
    """Return what was bought, sold or traded through a channel, or in Hong Kong's market.

    Args:
        assertion: What is said.
        market: What is known.
        period: Of the figure.
        is_mean: The mean of the sessions is meant, not their sum.

    Raises:
        UncheckableError: the flows don't tell it.
    """
    if assertion.metric == "share_of_turnover":
        return _share_figure(assertion, market, period)
    if assertion.metric == "turnover" and assertion.subject == "hk_market":
        return _market_turnover(assertion, market, period, is_mean=is_mean)
    flows = channel_of(assertion, market)
    if is_within_session(assertion.sentence, assertion.position) and period.kind == "day":
        raise UncheckableError("intraday")
    column = "net" if assertion.metric == "net_flow" else assertion.metric
    if column == "net":
        column = leg_of(assertion.sentence, assertion.position)
    days = ends_of(period, assertion.published_at, flows.exchange)
    parts = _known(lambda day: flows.part(column, period.first, day), days)
    mean = is_mean and len(parts[0].days) > 1
    return Figure(
        amounts=tuple(part.mean if mean else part.total for part in parts),
        unit=flows.currency,
        first=parts[0].days[0],
        last=parts[0].days[-1],
        source=flows.channel if column not in {"sh_net", "sz_net"} else f"{flows.channel}:{column[:2]}",
        is_running=len(parts) > 1,
        notes=((("average", str(len(parts[0].days))),) if mean else ())
        + _to_date(days, period, parts[0].days[-1]),
    )


def _to_date(days: tuple[date, ...], period: Period, last: date) -> tuple[tuple[str, str], ...]:
    """Return a note of the session up to which a period is told that was not over."""
    after = (days[0] + timedelta(days=n) for n in range(1, (period.last - days[0]).days + 1))
    is_under_way = any(day.weekday() < _SATURDAY for day in after)
    return (("to_date", last.isoformat()),) if is_under_way else ()


def _share_figure(assertion: Assertion, market: Market, period: Period) -> Figure:
    """Return a channel's part of Hong Kong's turnover: first HKEX's way, the market counted on both sides."""
    flows = channel_of(assertion, market)
    days = ends_of(period, assertion.published_at, flows.exchange)[:1]
    part = _known(lambda day: flows.part("turnover", period.first, day), days)[0]
    whole = market.turnover.reindex(pd.DatetimeIndex(part.days))
    if whole.isna().any():
        raise UncheckableError("data", "hk_market")
    share = 100 * part.total / float(whole.sum())
    return Figure(
        amounts=(share / 2, share),
        unit="percent",
        first=part.days[0],
        last=part.days[-1],
        source=flows.channel,
    )


def _market_turnover(assertion: Assertion, market: Market, period: Period, *, is_mean: bool) -> Figure:
    if market.turnover.empty or "southbound" not in market.channels:
        raise UncheckableError("data", assertion.subject)
    if is_within_session(assertion.sentence, assertion.position):
        raise UncheckableError("intraday")
    end = ends_of(period, assertion.published_at, market.channels["southbound"].exchange)[0]
    part = market.turnover.loc[str(period.first) : str(end)].dropna()
    calendar = market.channels["southbound"].exchange.calendar
    if part.empty or calendar is None:
        raise UncheckableError("data", assertion.subject)
    missing = calendar.sessions(period.first, end).difference(pd.DatetimeIndex(part.index))
    if len(missing):
        raise UncheckableError("gap", missing[0].date().isoformat())
    mean = is_mean and len(part) > 1
    return Figure(
        amounts=(float(part.mean() if mean else part.sum()),),
        unit="HKD",
        first=part.index[0].date(),
        last=part.index[-1].date(),
        source="hk_market",
        notes=(("average", str(len(part))),) if mean else (),
    )


def _known(read: Callable[[date], _Told], days: tuple[date, ...]) -> list[_Told]:
    """Read each of the days on which a figure may end; of several, the first one must be known."""
    found = [read(days[0])]
    for day in days[1:]:
        try:
            found.append(read(day))
        except UncheckableError:
            continue
    return found
