"""Rows by version: one is written only when a value changed, and each is known from an instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant
from southbound.store.article import Added

_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationTime:
    """When a day's figure is public: a time of that day."""

    at: time
    timezone: ZoneInfo

    def of(self, day: date) -> datetime:
        """Return the instant at which the figure of `day` could be used."""
        return datetime.combine(day, self.at, tzinfo=self.timezone)


class VersionedTable:
    """A table whose key is followed by `known_at`. Writing happens inside the caller's transaction.

    Args:
        db: the database.
        name: of the table.
        key: columns that say what a row is about.
        values: columns whose change makes a further version.
    """

    def __init__(self, db: Database, name: str, *, key: Sequence[str], values: Sequence[str]) -> None:
        self._db = db
        self._name = name
        self._values = tuple(values)
        self._condition = " AND ".join(f"{column} = :{column}" for column in key)

    def add(
        self,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        source: str,
        public_at: datetime,
        seen_at: datetime,
    ) -> Added:
        """Add what is told of a key.

        The first version was known when it was public (never later than we saw it); a correction is known
        when it is seen. What a source says nothing of (None) stands as another told it.
        """
        last = self._last(key)
        if last is None:
            return self._insert(key, values, source, min(public_at, seen_at), "published")
        told = {name: values[name] if values[name] is not None else last[name] for name in self._values}
        if all(told[name] == last[name] for name in self._values):
            return Added(known=1)
        self._insert(key, {**values, **told}, source, _after(last, seen_at), "seen")
        return Added(revised=1)

    def add_dated(
        self,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        source: str,
        public_at: datetime,
        seen_at: datetime,
    ) -> Added:
        """Add what a dated list told of a key: lists of the past may come in late, each with its own date."""
        known_at = min(public_at, seen_at)
        last = self._last(key, until=known_at)
        if last is not None and all(values[name] == last[name] for name in self._values):
            return Added(known=1)
        self._insert(key, values, source, _after(last, known_at) if last else known_at, "published")
        return Added(new=1) if last is None else Added(revised=1)

    def _last(self, key: Mapping[str, Any], until: datetime | None = None) -> dict[str, Any] | None:
        columns = (*self._values, "known_at")
        bound = "" if until is None else " AND known_at <= :until"
        row = self._db.execute(
            f"""SELECT {", ".join(columns)} FROM {self._name} WHERE {self._condition}{bound}
                ORDER BY known_at DESC LIMIT 1""",
            {**key, "until": text_from_instant(until) if until else ""},
        ).fetchone()
        return None if row is None else dict(zip(columns, row, strict=True))

    def _insert(
        self, key: Mapping[str, Any], values: Mapping[str, Any], source: str, known_at: datetime, basis: str
    ) -> Added:
        row = {
            **key,
            **values,
            "source": source,
            "known_at": text_from_instant(known_at),
            "known_basis": basis,
        }
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        self._db.conn.execute(f"INSERT INTO {self._name} ({names}) VALUES ({marks})", row)
        return Added(new=1)


def _after(last: Mapping[str, Any], instant: datetime) -> datetime:
    """Return the instant, or the first one after the last version where it isn't later."""
    return max(instant, instant_from_text(last["known_at"]) + _TICK)
