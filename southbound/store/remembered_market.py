"""Flows and prices answered out of memory: their versions are read once, and asked as of any instant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlite_utils import Database

from southbound.store.market import MarketTable
from southbound.store.price import dated
from southbound.store.tag import bound_of

_Told = TypeVar("_Told")
#: A basis is chosen by the sessions of the last year that has any.
_YEAR: Final = np.timedelta64(365, "D")


class MarketMemory:
    """Tables of one database under one mark of it; any number of threads may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: Hashable = None
        self._held: dict[Hashable, Any] = {}

    def recall(self, mark: Hashable, key: Hashable, read: Callable[[], _Told]) -> _Told:
        """Return what was read for a key under the same mark, else read it. It is not to be changed."""
        with self._lock:
            if mark != self._mark:
                self._mark, self._held = mark, {}
            if key in self._held:
                return cast("_Told", self._held[key])
        table = read()
        with self._lock:
            if mark == self._mark:
                self._held[key] = table
        return table


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceVersions:
    """All versions of an asset's prices, by basis, session and instant.

    Attributes:
        table: adjusted, session, open, close, known_at (aware UTC).
        adjusted: 0 or 1, of each row.
        session: of each row.
        close: of each row.
        known_at: of each row, UTC without saying so.
    """

    table: pd.DataFrame
    adjusted: npt.NDArray[np.int64]
    session: npt.NDArray[np.datetime64]
    close: npt.NDArray[np.float64]
    known_at: npt.NDArray[np.datetime64]

    @classmethod
    def of(cls, table: pd.DataFrame) -> PriceVersions:
        """Lay the columns out that are looked through each time."""
        return cls(
            table=table,
            adjusted=table["adjusted"].to_numpy(dtype=np.int64),
            session=table["session"].to_numpy(),
            close=table["close"].to_numpy(dtype=np.float64),
            known_at=pd.DatetimeIndex(table["known_at"]).tz_localize(None).to_numpy(),
        )

    def known(self, as_of: datetime | None) -> KnownPrices:
        """Return which rows were known before an instant."""
        rows = np.arange(len(self.table))
        if as_of is not None:
            # The tables compare to the millisecond.
            bound = pd.Timestamp(as_of).floor("ms").tz_convert("UTC").tz_localize(None)
            rows = np.flatnonzero(self.known_at < bound.to_datetime64())
        adjusted, session = self.adjusted[rows], self.session[rows]
        is_last = np.ones(len(rows), dtype=bool)
        is_last[:-1] = (session[1:] != session[:-1]) | (adjusted[1:] != adjusted[:-1])
        return KnownPrices(
            rows=rows, last=rows[is_last], basis=_fuller_basis(adjusted[is_last], session[is_last])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPrices:
    """What of an asset's prices was known at an instant.

    Attributes:
        rows: of the versions known then.
        last: those of them that are their session's last.
        basis: 1 where the adjusted prices speak, else 0.
    """

    rows: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    basis: int


class RememberedMarket(MarketTable):
    """The tables of flows and prices; what they hold comes out of memory."""

    def __init__(self, db: Database, memory: MarketMemory, *, mark: Hashable) -> None:
        super().__init__(db)
        self._db = db
        self._memory = memory
        self._mark = mark
        # An answer asks several times for what was known at one instant.
        self._known_flows: dict[tuple[str, datetime | None], pd.DataFrame] = {}
        self._known_prices: dict[tuple[str, datetime | None], KnownPrices] = {}

    def remember(self, key: Hashable, read: Callable[[], _Told]) -> _Told:
        """Return what was made of the tables for a key, as long as they stay the same."""
        return self._memory.recall(self._mark, key, read)

    def asset_ids(self, *, as_of: datetime | None = None) -> list[str]:
        """Return what the table does."""
        first_known = self._memory.recall(self._mark, "assets", self._first_known)
        return [asset_id for asset_id, known_at in first_known if known_at < bound_of(as_of)]

    def _first_known(self) -> list[tuple[str, str]]:
        query = "SELECT asset_id, min(known_at) FROM price GROUP BY asset_id ORDER BY asset_id"
        return self._db.execute(query).fetchall()

    def flows(self, *, channel: str = "southbound", as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does."""
        if (channel, as_of) not in self._known_flows:
            versions = self.flow_versions(channel=channel, as_of=as_of)
            last = versions.drop_duplicates("session", keep="last").reset_index(drop=True)
            self._known_flows[channel, as_of] = last
        return self._known_flows[channel, as_of]

    def flow_versions(self, *, channel: str = "southbound", as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does: what stood before an instant is not changed by what came later."""
        versions = self._memory.recall(
            self._mark, ("flow", channel), lambda: MarketTable.flow_versions(self, channel=channel)
        )
        return _known(versions, as_of).reset_index(drop=True)

    def prices(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does."""
        last = self._prices_known(asset_id, as_of).last
        return self._chosen(asset_id, as_of, last, ["session", "close", "known_at"])

    def closes(self, asset_id: str, *, as_of: datetime | None = None) -> pd.Series:
        """Return what the table does."""
        versions, rows = self._versions(asset_id), self._speaking(asset_id, as_of)
        sessions = pd.DatetimeIndex(versions.session[rows], name="session")
        return pd.Series(versions.close[rows], index=sessions, name="close")

    def bars(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does."""
        last = self._prices_known(asset_id, as_of).last
        return self._chosen(asset_id, as_of, last, ["session", "open", "close", "known_at"])

    def close_versions(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does."""
        rows = self._prices_known(asset_id, as_of).rows
        return self._chosen(asset_id, as_of, rows, ["session", "close", "known_at"])

    def splits(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does: where prices are adjusted, none are to be applied."""
        told = self._memory.recall(self._mark, ("split", asset_id), lambda: self._told_splits(asset_id))
        if told.empty:
            return told
        known = _known(told, as_of)
        is_adjusted = len(known) > 0 and self._prices_known(asset_id, as_of).basis
        return (known.iloc[:0] if is_adjusted else known).reset_index(drop=True)

    def is_adjusted(self, asset_id: str, *, as_of: datetime | None = None) -> bool:
        """Say what the table does."""
        return bool(self._prices_known(asset_id, as_of).basis)

    def _chosen(
        self, asset_id: str, as_of: datetime | None, rows: npt.NDArray[np.int64], columns: list[str]
    ) -> pd.DataFrame:
        """Return columns of those of some rows that are of the basis that speaks."""
        versions = self._versions(asset_id)
        basis = self._prices_known(asset_id, as_of).basis
        return versions.table[columns].take(rows[versions.adjusted[rows] == basis]).reset_index(drop=True)

    def _speaking(self, asset_id: str, as_of: datetime | None) -> npt.NDArray[np.int64]:
        """Return the rows of each session's last version that are of the basis that speaks."""
        known = self._prices_known(asset_id, as_of)
        is_speaking = self._versions(asset_id).adjusted[known.last] == known.basis
        return np.asarray(known.last[is_speaking])

    def _prices_known(self, asset_id: str, as_of: datetime | None) -> KnownPrices:
        if (asset_id, as_of) not in self._known_prices:
            self._known_prices[asset_id, as_of] = self._versions(asset_id).known(as_of)
        return self._known_prices[asset_id, as_of]

    def _versions(self, asset_id: str) -> PriceVersions:
        return self._memory.recall(self._mark, ("price", asset_id), lambda: self._read_versions(asset_id))

    def _read_versions(self, asset_id: str) -> PriceVersions:
        rows = self._db.execute(
            """SELECT adjusted, session, open, close, known_at FROM price WHERE asset_id = ?
               ORDER BY adjusted, session, known_at""",
            [asset_id],
        ).fetchall()
        frame = pd.DataFrame(rows, columns=["adjusted", "session", "open", "close", "known_at"])
        return PriceVersions.of(dated(frame).astype({"adjusted": int, "open": float, "close": float}))

    def _told_splits(self, asset_id: str) -> pd.DataFrame:
        rows = self._db.execute(
            """SELECT session, value, known_at FROM corporate_action WHERE asset_id = ? AND kind = 'split'
               ORDER BY session, known_at""",
            [asset_id],
        ).fetchall()
        frame = pd.DataFrame(rows, columns=["session", "ratio", "known_at"])
        return dated(frame).astype({"ratio": float})


def _known(versions: pd.DataFrame, as_of: datetime | None) -> pd.DataFrame:
    if as_of is None:
        return versions
    # The tables compare to the millisecond.
    return versions.loc[versions["known_at"] < pd.Timestamp(as_of).floor("ms")]


def _fuller_basis(adjusted: npt.NDArray[np.int64], session: npt.NDArray[np.datetime64]) -> int:
    """Return 1 where more of the latest year's sessions have an adjusted price than a raw one, else 0."""
    if not len(session):
        return 0
    recent = adjusted[session > session.max() - _YEAR]
    return int(2 * recent.sum() > len(recent))
