"""Prices by version, raw and adjusted ones apart, with the dividends and splits that part them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import pandas as pd
from sqlite_utils import Database

from ingest.asset import market_of, zone_from_asset_id
from ingest.prices.record import CorporateAction, Price, PriceRecord
from southbound.instant import text_from_instant
from southbound.store.article import Added
from southbound.store.tag import END_OF_TIME
from southbound.store.version import PublicationTime, VersionedTable

_PRICE_VALUES = ("open", "high", "low", "close", "volume", "turnover", "currency")
_ACTION_VALUES = ("value", "currency")


class PriceTable:
    """Add and read prices and corporate actions. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._prices = VersionedTable(
            db, "price", key=("asset_id", "session", "adjusted"), values=_PRICE_VALUES
        )
        self._actions = VersionedTable(
            db, "corporate_action", key=("asset_id", "session", "kind"), values=_ACTION_VALUES
        )

    def add(self, records: Iterable[PriceRecord], *, seen_at: datetime, public: PublicationTime) -> Added:
        """Add prices, dividends and splits; a changed value becomes a further version, known from now on.

        A raw and an adjusted price of one session are two facts, none a correction of the other. The time of
        `public` holds in the zone of each asset's exchange, where that is known.
        """
        added = Added()
        for record in records:
            public_at = _public_in_zone(record.asset_id, public).of(record.session)
            if isinstance(record, CorporateAction):
                key = _key(record, kind=record.kind)
                values = {name: getattr(record, name) for name in _ACTION_VALUES}
                self._actions.add(key, values, source=record.source, public_at=public_at, seen_at=seen_at)
            else:
                key = _key(record, adjusted=int(record.adjusted))
                values = {name: getattr(record, name) for name in _PRICE_VALUES}
                added += self._prices.add(
                    key, values, source=record.source, public_at=public_at, seen_at=seen_at
                )
        return added

    def closes(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return each session's close of an asset as last known before `as_of`: session, close, known_at.

        All are raw, or all adjusted: whichever has more of the latest year's sessions; raw where both have
        as many.
        """
        return self.bars(asset_id, as_of=as_of).drop(columns="open")

    def bars(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return what `closes` does with the open (null where unknown): session, open, close, known_at."""
        bound = text_from_instant(as_of) if as_of else END_OF_TIME
        # With max(), SQLite takes the bare columns from the row that holds the maximum.
        rows = self._db.execute(
            """SELECT session, open, close, max(known_at) FROM price
               WHERE asset_id = :asset_id AND known_at < :as_of AND adjusted = :adjusted
               GROUP BY session ORDER BY session""",
            {"asset_id": asset_id, "as_of": bound, "adjusted": self._fuller_basis(asset_id, bound)},
        ).fetchall()
        frame = pd.DataFrame(rows, columns=["session", "open", "close", "known_at"])
        return dated(frame).astype({"open": float, "close": float})

    def close_versions(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return all that was ever known, before `as_of`, of the closes that `closes` gives; its columns."""
        bound = text_from_instant(as_of) if as_of else END_OF_TIME
        rows = self._db.execute(
            """SELECT session, close, known_at FROM price
               WHERE asset_id = :asset_id AND known_at < :as_of AND adjusted = :adjusted
               ORDER BY session, known_at""",
            {"asset_id": asset_id, "as_of": bound, "adjusted": self._fuller_basis(asset_id, bound)},
        ).fetchall()
        frame = pd.DataFrame(rows, columns=["session", "close", "known_at"])
        return dated(frame).astype({"close": float})

    def splits(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return the splits that the prices of `bars` are to be read with: none where those are adjusted.

        Columns session, ratio (new shares for an old one), known_at; each version known before `as_of`.
        """
        bound = text_from_instant(as_of) if as_of else END_OF_TIME
        rows = self._db.execute(
            """SELECT session, value, known_at FROM corporate_action
               WHERE asset_id = ? AND known_at < ? AND kind = 'split' ORDER BY session, known_at""",
            [asset_id, bound],
        ).fetchall()
        if rows and self._fuller_basis(asset_id, bound):
            rows = []
        frame = pd.DataFrame(rows, columns=["session", "ratio", "known_at"])
        return dated(frame).astype({"ratio": float})

    def is_adjusted(self, asset_id: str, *, as_of: datetime | None = None) -> bool:
        """Say whether the prices that `bars` gives are adjusted for dividends."""
        return bool(self._fuller_basis(asset_id, text_from_instant(as_of) if as_of else END_OF_TIME))

    def _fuller_basis(self, asset_id: str, bound: str) -> int:
        row = self._db.execute(
            """SELECT adjusted FROM price WHERE asset_id = :asset_id AND known_at < :as_of
               AND session > (SELECT date(max(session), '-365 days') FROM price
                              WHERE asset_id = :asset_id AND known_at < :as_of)
               GROUP BY adjusted ORDER BY count(DISTINCT session) DESC, adjusted LIMIT 1""",
            {"asset_id": asset_id, "as_of": bound},
        ).fetchone()
        return 0 if row is None else int(row[0])

    def actions(self, asset_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return an asset's dividends and splits as last known: session, kind, value, known_at."""
        rows = self._db.execute(
            """SELECT session, kind, value, max(known_at) FROM corporate_action
               WHERE asset_id = :asset_id AND known_at < :as_of GROUP BY session, kind
               ORDER BY session, kind""",
            {"asset_id": asset_id, "as_of": text_from_instant(as_of) if as_of else END_OF_TIME},
        ).fetchall()
        frame = pd.DataFrame(rows, columns=["session", "kind", "value", "known_at"])
        return dated(frame).astype({"value": float})

    def asset_ids(self, *, as_of: datetime | None = None) -> list[str]:
        """Return the assets that have prices known before `as_of`, in order."""
        rows = self._db.execute(
            "SELECT DISTINCT asset_id FROM price WHERE known_at < ? ORDER BY asset_id",
            [text_from_instant(as_of) if as_of else END_OF_TIME],
        )
        return [row[0] for row in rows]

    def sessions(self, asset_id: str, start: date, end: date, *, adapter: str = "") -> set[date]:
        """Return the sessions from `start` to `end` that have a price, of any basis.

        Args:
            asset_id: whose.
            start: first day.
            end: last day.
            adapter: only those that came from this one.
        """
        rows = self._db.execute(
            """SELECT DISTINCT session FROM price WHERE asset_id = ? AND session BETWEEN ? AND ?
               AND source LIKE ? || '%'""",
            [asset_id, start.isoformat(), end.isoformat(), f"{adapter}:" if adapter else ""],
        )
        return {date.fromisoformat(row[0]) for row in rows}

    def last_session(self, asset_id: str, *, adapter: str) -> date | None:
        """Return the last session of an asset that came from an adapter."""
        row = self._db.execute(
            "SELECT max(session) FROM price WHERE asset_id = ? AND source LIKE ? || '%'",
            [asset_id, f"{adapter}:"],
        ).fetchone()
        return date.fromisoformat(row[0]) if row[0] else None

    def close_before(self, asset_id: str, session: date, *, adjusted: bool) -> tuple[date, float] | None:
        """Return the last session before another one, and its close as last known."""
        row = self._db.execute(
            """SELECT session, close FROM price WHERE asset_id = ? AND session < ? AND adjusted = ?
               ORDER BY session DESC, known_at DESC LIMIT 1""",
            [asset_id, session.isoformat(), int(adjusted)],
        ).fetchone()
        return (date.fromisoformat(row[0]), float(row[1])) if row else None


def dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their sessions and instants as pandas has them, out of text."""
    return frame.assign(
        session=pd.to_datetime(frame["session"]),
        known_at=pd.to_datetime(frame["known_at"], utc=True, format="ISO8601"),
    )


def _key(record: Price | CorporateAction, **more: str | int) -> dict[str, str | int]:
    return {"asset_id": record.asset_id, "session": record.session.isoformat(), **more}


def _public_in_zone(asset_id: str, public: PublicationTime) -> PublicationTime:
    if market_of(asset_id).currency == "XXX":
        return public
    return replace(public, timezone=zone_from_asset_id(asset_id))
