"""How far each archive file has been imported, so that a stopped import goes on where it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportState:
    """What has been done of a file.

    Attributes:
        n_records: Records gone through, from the first on.
        n_articles: How many of them were articles, new or known.
        n_rejected: How many of them could not be used.
        finished_at: When the file's end was reached; None before.
    """

    n_records: int = 0
    n_articles: int = 0
    n_rejected: int = 0
    finished_at: datetime | None = None


class ImportTable:
    """Read and write the progress of imports. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def state(self, fingerprint: str) -> ImportState:
        """Return what has been done of the file with a fingerprint."""
        row = self._db.execute(
            "SELECT n_records, n_articles, n_rejected, finished_at FROM import WHERE fingerprint = ?",
            [fingerprint],
        ).fetchone()
        if row is None:
            return ImportState()
        return ImportState(
            n_records=row[0],
            n_articles=row[1],
            n_rejected=row[2],
            finished_at=instant_from_text(row[3]) if row[3] else None,
        )

    def record(self, fingerprint: str, state: ImportState, *, path: str, n_bytes: int, at: datetime) -> None:
        """Remember how far a file is done; of two processes on one file, what the further one says stays."""
        now = text_from_instant(at)
        finished = text_from_instant(state.finished_at) if state.finished_at else None
        self._db.conn.execute(
            """INSERT INTO import (fingerprint, path, n_bytes, n_records, n_articles, n_rejected, started_at,
                   updated_at, finished_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (fingerprint) DO UPDATE SET path = excluded.path,
                   n_records = excluded.n_records, n_articles = excluded.n_articles,
                   n_rejected = excluded.n_rejected, updated_at = excluded.updated_at,
                   finished_at = coalesce(excluded.finished_at, finished_at)
               WHERE excluded.n_records >= n_records""",
            [
                fingerprint,
                path,
                n_bytes,
                state.n_records,
                state.n_articles,
                state.n_rejected,
                now,
                now,
                finished,
            ],
        )
