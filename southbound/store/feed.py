"""What is remembered of each feed between polls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """Validators and outcome of a feed's last poll; all None before the first."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    polled_at: datetime | None = None
    n_failures: int = 0


class FeedTable:
    """Read and write feed states. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def state(self, url: str) -> FeedState:
        """Return what is remembered of a feed."""
        row = self._db.execute(
            "SELECT etag, last_modified, body_hash, polled_at, n_failures FROM feed WHERE url = ?", [url]
        ).fetchone()
        if row is None:
            return FeedState()
        return FeedState(
            etag=row[0],
            last_modified=row[1],
            body_hash=row[2],
            polled_at=instant_from_text(row[3]) if row[3] else None,
            n_failures=row[4],
        )

    def record_success(
        self, url: str, *, publisher: str, polled_at: datetime, status: str, state: FeedState
    ) -> None:
        """Remember a poll that was answered ("ok" or "not_modified") with its validators."""
        at = text_from_instant(polled_at)
        self._db.conn.execute(
            """INSERT INTO feed (url, publisher, etag, last_modified, body_hash, polled_at, succeeded_at,
                   status)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (url) DO UPDATE SET publisher = excluded.publisher, etag = excluded.etag,
                   last_modified = excluded.last_modified, body_hash = excluded.body_hash,
                   polled_at = excluded.polled_at, succeeded_at = excluded.succeeded_at,
                   status = excluded.status, reason = NULL, n_failures = 0""",
            [url, publisher, state.etag, state.last_modified, state.body_hash, at, at, status],
        )

    def record_failure(self, url: str, *, publisher: str, polled_at: datetime, reason: str) -> None:
        """Remember a poll that failed, keeping the validators of the last good one."""
        self._db.conn.execute(
            """INSERT INTO feed (url, publisher, polled_at, status, reason, n_failures)
               VALUES (?, ?, ?, 'failed', ?, 1)
               ON CONFLICT (url) DO UPDATE SET polled_at = excluded.polled_at, status = 'failed',
                   reason = excluded.reason, n_failures = n_failures + 1""",
            [url, publisher, text_from_instant(polled_at), reason],
        )
