"""Flows and prices answered out of memory: their versions are read once, and asked as of any instant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Final, TypeVar, cast

import pandas as pd
from sqlite_utils import Database

from southbound.store.market import MarketTable
from southbound.store.price import dated
from southbound.store.tag import bound_of

_Told = TypeVar("_Told")
#: A basis is chosen by the sessions of the last year that has any.
_YEAR: Final = pd.Timedelta(days=365)


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


class RememberedMarket(MarketTable):
    """The tables of flows and prices; what they hold comes out of memory."""

    def __init__(self, db: Database, memory: MarketMemory, *, mark: Hashable) -> None:
        super().__init__(db)
        self._db = db
        self._memory = memory
        self._mark = mark

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
        versions = self.flow_versions(channel=channel, as_of=as_of)
        return versions.drop_duplicates("session", keep="last").reset_index(drop=True)

    def flow_versions(self, *, channel: str = "southbound", as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does: what stood before an instant is not changed by what came later."""
        versions = self._memory.recall(
            self._mark, ("flow", channel), lambda: MarketTable.flow_versions(self, channel=channel)
        )
        return _known(versions, as_of).reset_index(drop=True)

    def prices(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does."""
        return self.bars(asset_id, as_of=as_of).drop(columns="open")

    def bars(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does."""
        latest = self._known_prices(asset_id, as_of).drop_duplicates(["adjusted", "session"], keep="last")
        chosen = latest.loc[latest["adjusted"] == _fuller_basis(latest)]
        return chosen[["session", "open", "close", "known_at"]].reset_index(drop=True)

    def close_versions(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does."""
        versions = self._known_prices(asset_id, as_of)
        chosen = versions.loc[versions["adjusted"] == _fuller_basis(versions)]
        return chosen[["session", "close", "known_at"]].reset_index(drop=True)

    def splits(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what the table does: where prices are adjusted, none are to be applied."""
        told = self._memory.recall(self._mark, ("split", asset_id), lambda: self._told_splits(asset_id))
        known = _known(told, as_of)
        is_adjusted = len(known) > 0 and _fuller_basis(self._known_prices(asset_id, as_of))
        return (known.iloc[:0] if is_adjusted else known).reset_index(drop=True)

    def _known_prices(self, asset_id: str, as_of: datetime | None) -> pd.DataFrame:
        versions = self._memory.recall(self._mark, ("price", asset_id), lambda: self._versions(asset_id))
        return _known(versions, as_of)

    def is_adjusted(self, asset_id: str, *, as_of: datetime | None = None) -> bool:
        """Say what the table does."""
        latest = self._known_prices(asset_id, as_of).drop_duplicates(["adjusted", "session"])
        return bool(_fuller_basis(latest))

    def _versions(self, asset_id: str) -> pd.DataFrame:
        rows = self._db.execute(
            """SELECT adjusted, session, open, close, known_at FROM price WHERE asset_id = ?
               ORDER BY adjusted, session, known_at""",
            [asset_id],
        ).fetchall()
        frame = pd.DataFrame(rows, columns=["adjusted", "session", "open", "close", "known_at"])
        return dated(frame).astype({"adjusted": int, "open": float, "close": float})

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


def _fuller_basis(known: pd.DataFrame) -> int:
    """Return 1 where more of the latest year's sessions have an adjusted price than a raw one, else 0."""
    recent = known.loc[known["session"] > known["session"].max() - _YEAR]
    recent = recent.drop_duplicates(["adjusted", "session"])
    n_adjusted = int(recent["adjusted"].sum())
    return int(n_adjusted > len(recent) - n_adjusted)
