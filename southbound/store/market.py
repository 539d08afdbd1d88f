"""Flows and prices, by version: a row is written only when a value changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlite_utils import Database

from ingest.flow import Flow
from ingest.price import Price
from southbound.instant import text_from_instant
from southbound.store.article import Added
from southbound.store.tag import END_OF_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationTime:
    """When a session's figure is public: a time of that day."""

    at: time
    timezone: ZoneInfo

    def of(self, session: date) -> datetime:
        """Return the instant at which the figure of `session` could be used."""
        return datetime.combine(session, self.at, tzinfo=self.timezone)


_FLOW_VALUES = ("state", "net", "buy", "sell", "turnover", "sh_net", "sz_net", "currency")
_PRICE_VALUES = ("open", "high", "low", "close", "volume", "adjusted", "currency")


class MarketTable:
    """Add and read flows and prices. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add_flows(self, flows: Iterable[Flow], *, seen_at: datetime, public: PublicationTime) -> Added:
        """Add flows; a changed value becomes a further version, known from now on."""
        added = Added()
        for flow in flows:
            key = {"channel": flow.channel, "session": flow.session.isoformat()}
            values = {name: getattr(flow, name) for name in _FLOW_VALUES} | {"source": flow.source}
            added += self._add("flow", key, values, _FLOW_VALUES, public.of(flow.session), seen_at)
        return added

    def add_prices(self, prices: Iterable[Price], *, seen_at: datetime, public: PublicationTime) -> Added:
        """Add prices; a changed value becomes a further version, known from now on."""
        added = Added()
        for price in prices:
            key = {"asset_id": price.asset_id, "session": price.session.isoformat()}
            values = {name: getattr(price, name) for name in _PRICE_VALUES} | {"source": price.source}
            values["adjusted"] = int(price.adjusted)
            added += self._add("price", key, values, _PRICE_VALUES, public.of(price.session), seen_at)
        return added

    def flows(self, *, channel: str = "southbound", as_of: datetime | None = None) -> pd.DataFrame:
        """Return each session's flow as last known before `as_of`.

        Columns: session (date), net, buy, sell, turnover, sh_net, sz_net (HKD million), state, known_at.
        """
        columns = ["session", "net", "buy", "sell", "turnover", "sh_net", "sz_net", "state", "known_at"]
        return self._latest("flow", columns, {"channel": channel}, as_of)

    def prices(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return each session's close of an asset as last known before `as_of`: session, close, known_at."""
        return self._latest("price", ["session", "close", "known_at"], {"asset_id": asset_id}, as_of)

    def bars(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return each session's open (null where unknown) and close of an asset as :meth:`prices` does."""
        return self._latest("price", ["session", "open", "close", "known_at"], {"asset_id": asset_id}, as_of)

    def asset_ids(self, *, as_of: datetime | None = None) -> list[str]:
        """Return the assets that have prices known before `as_of`, in order."""
        rows = self._db.execute(
            "SELECT DISTINCT asset_id FROM price WHERE known_at < ? ORDER BY asset_id",
            [text_from_instant(as_of) if as_of else END_OF_TIME],
        )
        return [row[0] for row in rows]

    def _add(
        self,
        table: str,
        key: Mapping[str, str],
        values: Mapping[str, Any],
        compared: Sequence[str],
        public_at: datetime,
        seen_at: datetime,
    ) -> Added:
        condition = " AND ".join(f"{name} = :{name}" for name in key)
        last = self._db.execute(
            f"SELECT {', '.join(compared)} FROM {table} WHERE {condition} ORDER BY known_at DESC LIMIT 1",
            dict(key),
        ).fetchone()
        if last is not None and tuple(last) == tuple(values[name] for name in compared):
            return Added(known=1)
        # A figure seen before its usual hour was public earlier; a correction is known when it is seen.
        known_at, basis = (seen_at, "seen") if last is not None else (min(public_at, seen_at), "published")
        row = {**key, **values, "known_at": text_from_instant(known_at), "known_basis": basis}
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        self._db.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", row)
        return Added(new=1) if last is None else Added(revised=1)

    def _latest(
        self, table: str, columns: Sequence[str], key: Mapping[str, str], as_of: datetime | None
    ) -> pd.DataFrame:
        condition = " AND ".join(f"{name} = :{name}" for name in key)
        # With max(), SQLite takes the bare columns from the row that holds the maximum.
        rows = self._db.execute(
            f"""SELECT {", ".join(columns[:-1])}, max(known_at) FROM {table}
                WHERE {condition} AND known_at < :as_of GROUP BY session ORDER BY session""",
            {**key, "as_of": text_from_instant(as_of) if as_of else END_OF_TIME},
        ).fetchall()
        frame = pd.DataFrame(rows, columns=list(columns))
        frame["session"] = pd.to_datetime(frame["session"])
        frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True, format="ISO8601")
        figures = [name for name in columns if name not in ("session", "state", "known_at")]
        return frame.astype(dict.fromkeys(figures, float))
