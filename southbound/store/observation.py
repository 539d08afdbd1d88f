"""Figures of a day that are no price and no flow, such as the interbank market's, by version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pandas as pd
from sqlite_utils import Database

from ingest.hkma import Observation
from southbound.instant import text_from_instant
from southbound.store.article import Added
from southbound.store.tag import END_OF_TIME
from southbound.store.version import PublicationTime, VersionedTable


class ObservationTable:
    """Add and read observations. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rows = VersionedTable(db, "observation", key=("series_id", "date"), values=("value", "unit"))

    def add(
        self, observations: Iterable[Observation], *, seen_at: datetime, public: PublicationTime
    ) -> Added:
        """Add observations; a changed value becomes a further version, known from now on."""
        added = Added()
        for observation in observations:
            added += self._rows.add(
                {"series_id": observation.series_id, "date": observation.date.isoformat()},
                {"value": observation.value, "unit": observation.unit},
                source=observation.source,
                public_at=public.of(observation.date),
                seen_at=seen_at,
            )
        return added

    def series(self, series_id: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return each day's value of a series as last known before `as_of`: date, value, unit, known_at."""
        # With max(), SQLite takes the bare columns from the row that holds the maximum.
        rows = self._db.execute(
            """SELECT date, value, unit, max(known_at) FROM observation
               WHERE series_id = :series_id AND known_at < :as_of GROUP BY date ORDER BY date""",
            {"series_id": series_id, "as_of": text_from_instant(as_of) if as_of else END_OF_TIME},
        ).fetchall()
        frame = pd.DataFrame(rows, columns=["date", "value", "unit", "known_at"])
        frame["date"] = pd.to_datetime(frame["date"])
        frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True, format="ISO8601")
        return frame.astype({"value": float})

    def last_date(self, prefix: str) -> date | None:
        """Return the last day of the series whose ids start so."""
        row = self._db.execute(
            "SELECT max(date) FROM observation WHERE series_id LIKE ? || '%'", [prefix]
        ).fetchone()
        return date.fromisoformat(row[0]) if row[0] else None
