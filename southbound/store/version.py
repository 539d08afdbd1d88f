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
        day: column with the day of the list that a row comes from, where rows come from lists.
    """

    def __init__(
        self, db: Database, name: str, *, key: Sequence[str], values: Sequence[str], day: str = ""
    ) -> None:
        self._db = db
        self._name = name
        self._values = tuple(values)
        self._day = day
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
        if self._equal(last, told):
            return Added(known=1)
        return self._insert(key, {**values, **told}, source, _after(last, seen_at), "seen", again=True)

    def add_dated(
        self,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        day: date,
        source: str,
        public_at: datetime,
        seen_at: datetime,
    ) -> Added:
        """Add what a list of a day told of a key; lists of the past may come in late, each with its own day.

        A version says what the lists from its day on said. Another list of the same day that says otherwise
        is a correction, known when it is seen.
        """
        rows = self._until(key, day)
        of_day = [row for row in rows if row["day"] == day.isoformat()]
        if any(self._equal(row, values) for row in of_day or rows[:1]):
            return Added(known=1)
        dated = {**values, self._day: day.isoformat()}
        if of_day:
            return self._insert(key, dated, source, _after(of_day[0], seen_at), "seen", again=True)
        return self._insert(key, dated, source, min(public_at, seen_at), "published", again=bool(rows))

    def _equal(self, row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        return all(values[name] == row[name] for name in self._values)

    def _until(self, key: Mapping[str, Any], day: date) -> list[dict[str, Any]]:
        """Return the versions of a key up to a day, the latest first."""
        columns = (*self._values, "known_at", "day")
        rows = self._db.execute(
            f"""SELECT {", ".join(self._values)}, known_at, {self._day} FROM {self._name}
                WHERE {self._condition} AND {self._day} <= :until ORDER BY {self._day} DESC, known_at DESC""",
            {**key, "until": day.isoformat()},
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def _last(self, key: Mapping[str, Any]) -> dict[str, Any] | None:
        columns = (*self._values, "known_at")
        row = self._db.execute(
            f"""SELECT {", ".join(columns)} FROM {self._name} WHERE {self._condition}
                ORDER BY known_at DESC LIMIT 1""",
            dict(key),
        ).fetchone()
        return None if row is None else dict(zip(columns, row, strict=True))

    def _insert(
        self,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        source: str,
        known_at: datetime,
        basis: str,
        *,
        again: bool = False,
    ) -> Added:
        known = {"known_at": text_from_instant(known_at), "known_basis": basis}
        row = {**key, **values, "source": source, **known}
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        self._db.conn.execute(f"INSERT INTO {self._name} ({names}) VALUES ({marks})", row)
        return Added(revised=1) if again else Added(new=1)


def _after(last: Mapping[str, Any], instant: datetime) -> datetime:
    """Return the instant, or the first one after the last version where it isn't later."""
    return max(instant, instant_from_text(last["known_at"]) + _TICK)
