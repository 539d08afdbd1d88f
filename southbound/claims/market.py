"""The market as claims are held against it: what was known of it before an instant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime, time
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd

from ingest.asset import NO_CURRENCY, currency_from_asset_id, market_of
from signals.checking.market import Exchange, Flows, Market, Prices
from signals.price import comparable_prices
from signals.session import SessionCalendar
from southbound.instant import HONG_KONG
from southbound.store import Store

_Told = TypeVar("_Told")
#: Local times at which sessions end, by the currency of the market.
_CLOSES: Final = {"HKD": time(16, 0), "CNY": time(15, 0), "USD": time(16, 0)}
_LATEST_CLOSE: Final = time(16, 0)
_CURRENCIES: Final = {"southbound": "HKD", "northbound": "CNY"}
_TURNOVER: Final = "hkex.market.market_turnover"
_VALUES: Final = ("net", "buy", "sell", "turnover", "sh_net", "sz_net")
_MILLION: Final = 1e6


def load_market(
    store: Store, assets: Collection[str], *, calendar: SessionCalendar, as_of: datetime | None = None
) -> Market:
    """Load what was known before an instant of some assets, of both channels and of Hong Kong's turnover.

    Prices and flows are read when the first claim asks for them.
    """
    stored = set(store.market.asset_ids(as_of=as_of))
    turnover = _remembered(store, _TURNOVER, as_of, lambda: _turnover(store, as_of))
    return Market(
        prices=_LoadedPrices(store, sorted(stored & set(assets)), calendar, as_of),
        channels=_LoadedChannels(store, calendar, as_of),
        turnover=turnover,
        share_flows=_LoadedShares(store, as_of),
    )


def _remembered(store: Store, key: str, as_of: datetime | None, read: Callable[[], _Told]) -> _Told:
    """Return what is known now out of memory; what was known before some instant is read."""
    return read() if as_of is not None else store.market.remember(("claims", key), read)


def _turnover(store: Store, as_of: datetime | None) -> pd.Series:
    turnover = store.observations.series(_TURNOVER, as_of=as_of)
    return pd.Series(turnover["value"].to_numpy() * _MILLION, pd.DatetimeIndex(turnover["date"]))


class _LoadedChannels(Mapping[str, Flows]):
    """Flows by channel, read when they are first asked for; of a channel without any there are none."""

    def __init__(self, store: Store, calendar: SessionCalendar, as_of: datetime | None) -> None:
        self._store, self._calendar, self._as_of = store, calendar, as_of
        self._loaded: dict[str, Flows | None] = {}

    def __getitem__(self, channel: str) -> Flows:
        """Return a channel's flows."""
        if channel not in self._loaded and channel in _CURRENCIES:
            self._loaded[channel] = _remembered(
                self._store,
                channel,
                self._as_of,
                lambda: _flows(self._store, channel, self._calendar, self._as_of),
            )
        found = self._loaded.get(channel)
        if found is None:
            raise KeyError(channel)
        return found

    def __iter__(self) -> Iterator[str]:
        """Yield the channels that have flows."""
        return (channel for channel in _CURRENCIES if channel in self)

    def __len__(self) -> int:
        """Count the channels that have flows."""
        return sum(1 for _ in self)


class _LoadedPrices(Mapping[str, Prices]):
    """Prices by asset; each asset's are read when they are first asked for."""

    def __init__(
        self, store: Store, assets: Collection[str], calendar: SessionCalendar, as_of: datetime | None
    ) -> None:
        self._store, self._calendar, self._as_of = store, calendar, as_of
        self._loaded: dict[str, Prices | None] = dict.fromkeys(assets)

    def __getitem__(self, asset_id: str) -> Prices:
        """Return an asset's prices."""
        found = self._loaded[asset_id]
        if found is None:
            found = self._loaded[asset_id] = _remembered(
                self._store,
                asset_id,
                self._as_of,
                lambda: _prices(self._store, asset_id, self._calendar, self._as_of),
            )
        return found

    def __contains__(self, asset_id: object) -> bool:
        """Say whether an asset has prices, without reading them."""
        return asset_id in self._loaded

    def __iter__(self) -> Iterator[str]:
        """Yield the assets."""
        return iter(self._loaded)

    def __len__(self) -> int:
        """Count the assets."""
        return len(self._loaded)


class _LoadedShares(Mapping[str, pd.DataFrame]):
    """Flows of single shares by asset, read when they are first asked for; any asset has some, maybe none."""

    def __init__(self, store: Store, as_of: datetime | None) -> None:
        self._store, self._as_of = store, as_of
        self._loaded: dict[str, pd.DataFrame] = {}

    def __getitem__(self, asset_id: str) -> pd.DataFrame:
        """Return what is told of a share: session, leg, buy, sell, turnover; see `FlowTable.share_flows`."""
        if asset_id not in self._loaded:
            self._loaded[asset_id] = self._store.market.by_provider.share_flows(asset_id, as_of=self._as_of)
        return self._loaded[asset_id]

    def __iter__(self) -> Iterator[str]:
        """Yield the assets that were asked for."""
        return iter(self._loaded)

    def __len__(self) -> int:
        """Count the assets that were asked for."""
        return len(self._loaded)


def _prices(store: Store, asset_id: str, calendar: SessionCalendar, as_of: datetime | None) -> Prices:
    closes = store.market.closes(asset_id, as_of=as_of)
    currency = currency_from_asset_id(asset_id)
    return Prices(
        asset_id=asset_id,
        closes=closes,
        scaled=comparable_prices(closes, store.market.splits(asset_id, as_of=as_of)),
        adjusted=store.market.is_adjusted(asset_id, as_of=as_of),
        currency=currency,
        exchange=Exchange(
            zone=ZoneInfo(market_of(asset_id).timezone),
            closes_at=_CLOSES.get(currency, _LATEST_CLOSE),
            calendar=calendar if currency in {"HKD", NO_CURRENCY} else None,
        ),
    )


def _flows(store: Store, channel: str, calendar: SessionCalendar, as_of: datetime | None) -> Flows | None:
    frame = store.market.flows(channel=channel, as_of=as_of)
    told = frame.loc[frame[list(_VALUES)].notna().any(axis=1)]
    if told.empty:
        return None
    closed = frame.loc[frame["state"] == "closed", "session"]
    first = told["session"].iloc[0].date()
    return Flows(
        channel=channel,
        rows=told.set_index("session")[list(_VALUES)],
        closed=frozenset(day.date() for day in closed),
        currency=_CURRENCIES[channel],
        exchange=Exchange(zone=HONG_KONG, closes_at=_LATEST_CLOSE, calendar=calendar),
        required=store.market.remember(("required", first), lambda: _required(calendar, first)),
    )


def _required(calendar: SessionCalendar, first: date) -> pd.DatetimeIndex:
    """Return the days from the first on on which a channel is open, or may be."""
    sessions = calendar.sessions(max(first, calendar.first.date()), calendar.last)
    states = calendar.southbound_states(sessions)
    return sessions[[state != "closed" for state in states]]
