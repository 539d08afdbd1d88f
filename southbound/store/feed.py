"""What is remembered of each feed between polls, and the record of polls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ingest.schedule.state import FeedState
from southbound.instant import instant_from_text, text_from_instant

__all__ = ["FeedState", "FeedTable", "Poll"]

_STATE = tuple(field.name for field in fields(FeedState))
_INSTANTS = frozenset(name for name in _STATE if name.endswith(("_at", "_until", "_since")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll of a feed, as it is recorded.

    Attributes:
        feed_url: Of the feed as configured, wherever it was asked.
        polled_at: When the poll ended.
        status: ``ok``, ``not_modified`` or ``failed``.
        failure: ``hard``, ``soft`` or ``temporary``, where it failed.
        reason: What went wrong, in one line.
        http_status: Of the last answer; None for files, and where none came.
        n_entries: Entries of the feed.
        n_new: Articles that were new.
        n_revised: Articles that had changed.
        n_known: Articles that were known.
        n_rejected: Entries that could not be used.
        n_bytes: Length of the body.
        seconds: That the fetch took.
        clock_skew_seconds: By how much the publisher's clock runs ahead of ours; None where it isn't known.
    """

    feed_url: str
    polled_at: datetime
    status: str
    failure: str | None = None
    reason: str | None = None
    http_status: int | None = None
    n_entries: int = 0
    n_new: int = 0
    n_revised: int = 0
    n_known: int = 0
    n_rejected: int = 0
    n_bytes: int = 0
    seconds: float = 0.0
    clock_skew_seconds: float | None = None


_POLL = tuple(field.name for field in fields(Poll))


class FeedTable:
    """Read and write feed states and polls. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def state(self, url: str) -> FeedState:
        """Return what is remembered of a feed."""
        return self._states("WHERE url = ?", [url]).get(url, FeedState())

    def states(self) -> dict[str, FeedState]:
        """Return what is remembered of each feed, by its URL."""
        return self._states("", [])

    def record(self, poll: Poll, *, publisher: str, state: FeedState) -> None:
        """Record a poll, and how the feed stands after it."""
        self._insert("INSERT INTO poll ({columns}) VALUES ({values})", _values_of(poll, _POLL))
        is_answered = poll.status != "failed"
        self._insert(
            """INSERT INTO feed ({columns}) VALUES ({values}) ON CONFLICT (url) DO UPDATE SET {changes},
               succeeded_at = coalesce(excluded.succeeded_at, succeeded_at)""",
            {
                "url": poll.feed_url,
                "publisher": publisher,
                "succeeded_at": text_from_instant(poll.polled_at) if is_answered else None,
                "status": poll.status,
                "reason": poll.reason,
                **_values_of(state, _STATE),
            },
        )

    def save(self, url: str, state: FeedState) -> None:
        """Change what is remembered of a feed that was polled before."""
        changes = ", ".join(f"{name} = ?" for name in _STATE)
        self._db.conn.execute(
            f"UPDATE feed SET {changes} WHERE url = ?", [*_values_of(state, _STATE).values(), url]
        )

    def forget_polls(self, url: str, *, before: datetime) -> None:
        """Delete a feed's record of polls up to an instant."""
        self._db.conn.execute(
            "DELETE FROM poll WHERE feed_url = ? AND polled_at < ?", [url, text_from_instant(before)]
        )

    def _states(self, where: str, parameters: list[str]) -> dict[str, FeedState]:
        rows = self._db.query(f"SELECT url, {', '.join(_STATE)} FROM feed {where}", parameters)
        return {row["url"]: _state_from_row(row) for row in rows}

    def _insert(self, statement: str, row: dict[str, Any]) -> None:
        kept = {"url", "succeeded_at"}
        self._db.conn.execute(
            statement.format(
                columns=", ".join(row),
                values=", ".join("?" * len(row)),
                changes=", ".join(f"{name} = excluded.{name}" for name in row if name not in kept),
            ),
            list(row.values()),
        )


def _values_of(record: FeedState | Poll, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in names}
    return {
        name: text_from_instant(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _state_from_row(row: dict[str, Any]) -> FeedState:
    read: dict[str, Callable[[Any], Any]] = {"is_distrusted": bool, **dict.fromkeys(_INSTANTS, _instant)}
    return FeedState(**{name: read.get(name, _as_is)(row[name]) for name in _STATE})


def _instant(text: str | None) -> datetime | None:
    return instant_from_text(text) if text else None


def _as_is(value: Any) -> Any:  # noqa: ANN401  # whatever SQLite holds
    return value
