"""Flows and prices, by version: a row is written only when a value changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import TypeVar

import pandas as pd
from sqlite_utils import Database

from ingest.flow import Flow
from ingest.prices.record import PriceRecord
from southbound.store.article import Added
from southbound.store.flow import FlowTable
from southbound.store.price import PriceTable
from southbound.store.version import PublicationTime

__all__ = ["MarketTable", "PublicationTime"]

_Told = TypeVar("_Told")


class MarketTable:
    """Add and read flows and prices. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self.by_provider = FlowTable(db)
        self._prices = PriceTable(db)

    def add_flows(self, flows: Iterable[Flow], *, seen_at: datetime, public: PublicationTime) -> Added:
        """Add flows; a changed value becomes a further version, known from now on."""
        return self.by_provider.add(flows, seen_at=seen_at, public=public)

    def add_prices(
        self, prices: Iterable[PriceRecord], *, seen_at: datetime, public: PublicationTime
    ) -> Added:
        """Add prices, dividends and splits; see `PriceTable.add`."""
        return self._prices.add(prices, seen_at=seen_at, public=public)

    def remember(self, key: Hashable, read: Callable[[], _Told]) -> _Told:  # noqa: ARG002 - see RememberedMarket
        """Return what is made of the tables; nothing is remembered for the key."""
        return read()

    def flows(self, *, channel: str = "southbound", as_of: datetime | None = None) -> pd.DataFrame:
        """Return the flow that stands for each session, as known before `as_of`.

        Columns: session (date), net, buy, sell, turnover, sh_net, sz_net (HKD million), state, known_at: the
        instant since which it stands.
        """
        return self.by_provider.latest(channel=channel, as_of=as_of)

    def flow_versions(self, *, channel: str = "southbound", as_of: datetime | None = None) -> pd.DataFrame:
        """Return all that ever stood for each session, as known before `as_of`; columns as of `flows`."""
        return self.by_provider.versions(channel=channel, as_of=as_of)

    def prices(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return each session's close of an asset as last known before `as_of`; see `PriceTable.closes`."""
        return self._prices.closes(asset_id, as_of=as_of)

    def closes(self, asset_id: str, *, as_of: datetime | None = None) -> pd.Series:
        """Return the closes that `prices` gives, under their sessions."""
        return pd.Series(self.prices(asset_id, as_of=as_of).set_index("session")["close"])

    def bars(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return each session's open and close of an asset as last known; see `PriceTable.bars`."""
        return self._prices.bars(asset_id, as_of=as_of)

    def close_versions(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return all that was ever known of an asset's closes; see `PriceTable.close_versions`."""
        return self._prices.close_versions(asset_id, as_of=as_of)

    def splits(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return the splits that an asset's prices are to be read with; see `PriceTable.splits`."""
        return self._prices.splits(asset_id, as_of=as_of)

    def is_adjusted(self, asset_id: str, *, as_of: datetime | None = None) -> bool:
        """Say whether the prices of `bars` are adjusted for dividends."""
        return self._prices.is_adjusted(asset_id, as_of=as_of)

    def asset_ids(self, *, as_of: datetime | None = None) -> list[str]:
        """Return the assets that have prices known before `as_of`, in order."""
        return self._prices.asset_ids(as_of=as_of)
