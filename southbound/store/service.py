"""The service's own rows: who holds the lease, how each stage ran, and how much work waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant
from southbound.store.delivery import DeliveryTable

StageOutcome = Literal["ok", "waiting", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who works on the database, and until when nobody else may.

    Attributes:
        token: Chosen at random by the process that holds it.
        host: Its machine or container.
        pid: Its process id there.
        process: What tells it from any other process of the same machine; empty where that can't be told.
        acquired_at: Since when it is held.
        beat_at: When it was last renewed.
        expires_at: When it ends, unless it is renewed.
    """

    token: str
    host: str
    pid: int
    process: str
    acquired_at: datetime
    beat_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRun:
    """How a stage ran last.

    Attributes:
        started_at: When the last run began.
        ended_at: When it ended; None while it runs, and where it died with its service.
        succeeded_at: When the last run ended that did all it should.
        outcome: ``ok``; ``waiting`` for what isn't there yet; ``failed``.
        n_failures: Runs in a row, up to the last, that were not ok.
        done_for: The day that the last good run was for, where a stage runs once a day.
        detail: What went wrong or is waited for, in one line.
    """

    started_at: datetime
    ended_at: datetime | None = None
    succeeded_at: datetime | None = None
    outcome: StageOutcome | None = None
    n_failures: int = 0
    done_for: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What is stored and what waits.

    Attributes:
        n_articles: Texts stored, revisions included.
        n_untagged: Those that no model has tagged.
        oldest_untagged_at: Since when the one that has waited longest is stored.
        n_held: Pages' texts that are kept until they are tagged.
        n_pages: Pages that wait to be read.
        n_pages_due: Those of them that may be read now.
        n_bytes: Size of the database, free pages included.
        n_doubtful: Digests of which nobody knows whether they arrived.
    """

    n_articles: int = 0
    n_untagged: int = 0
    oldest_untagged_at: datetime | None = None
    n_held: int = 0
    n_pages: int = 0
    n_pages_due: int = 0
    n_bytes: int = 0
    n_doubtful: int = 0


class ServiceTable:
    """Read and write the service's rows. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._tagged_up_to = 0

    def lease(self) -> Lease | None:
        """Return the lease, whether it is still good or not."""
        row = self._db.execute(
            "SELECT token, host, pid, process, acquired_at, beat_at, expires_at FROM service_lease"
        ).fetchone()
        if row is None:
            return None
        acquired_at, beat_at, expires_at = map(instant_from_text, row[4:])
        return Lease(
            token=row[0],
            host=row[1],
            pid=row[2],
            process=row[3],
            acquired_at=acquired_at,
            beat_at=beat_at,
            expires_at=expires_at,
        )

    def take_lease(self, lease: Lease) -> None:
        """Write a lease over whatever is there."""
        self._db.conn.execute(
            """INSERT OR REPLACE INTO service_lease (pk, token, host, pid, process, acquired_at, beat_at,
                   expires_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?)""",
            [
                lease.token,
                lease.host,
                lease.pid,
                lease.process,
                *map(text_from_instant, (lease.acquired_at, lease.beat_at, lease.expires_at)),
            ],
        )

    def renew_lease(self, token: str, *, at: datetime, expires_at: datetime) -> bool:
        """Renew a lease; False where somebody else has taken it."""
        cursor = self._db.conn.execute(
            "UPDATE service_lease SET beat_at = ?, expires_at = ? WHERE token = ?",
            [text_from_instant(at), text_from_instant(expires_at), token],
        )
        return cursor.rowcount == 1

    def give_lease_back(self, token: str) -> None:
        """End a lease, if it is still this one."""
        self._db.conn.execute("DELETE FROM service_lease WHERE token = ?", [token])

    def runs(self) -> dict[str, StageRun]:
        """Return how each stage ran last."""
        rows = self._db.execute(
            """SELECT stage, started_at, ended_at, succeeded_at, outcome, n_failures, done_for, detail
               FROM service_stage ORDER BY stage"""
        )
        return {
            row[0]: StageRun(
                started_at=instant_from_text(row[1]),
                ended_at=_instant(row[2]),
                succeeded_at=_instant(row[3]),
                outcome=row[4],
                n_failures=row[5],
                done_for=row[6],
                detail=row[7],
            )
            for row in rows
        }

    def record(self, stage: str, run: StageRun) -> None:
        """Remember how a stage ran."""
        self._db.conn.execute(
            """INSERT OR REPLACE INTO service_stage
               (stage, started_at, ended_at, succeeded_at, outcome, n_failures, done_for, detail)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                stage,
                text_from_instant(run.started_at),
                text_from_instant(run.ended_at) if run.ended_at else None,
                text_from_instant(run.succeeded_at) if run.succeeded_at else None,
                run.outcome,
                run.n_failures,
                run.done_for,
                run.detail,
            ],
        )

    def workload(self, now: datetime) -> Workload:
        """Measure what is stored and what waits."""
        # In this order: a text that comes in between has a higher key than the last one.
        n_articles, last = self._row("SELECT count(*), coalesce(max(pk), 0) FROM article")
        n_untagged, first, oldest = self._untagged()
        self._tagged_up_to = first - 1 if first else last
        n_held, n_pages, n_due = self._row(
            """SELECT coalesce(sum(state = 'held'), 0), coalesce(sum(state = 'waiting'), 0),
                   coalesce(sum(state = 'waiting' AND next_try_at <= ?), 0)
               FROM page WHERE state IN ('held', 'waiting')""",
            text_from_instant(now),
        )
        (n_bytes,) = self._row("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return Workload(
            n_articles=n_articles,
            n_untagged=n_untagged,
            oldest_untagged_at=_instant(oldest),
            n_held=n_held,
            n_pages=n_pages,
            n_pages_due=n_due,
            n_bytes=n_bytes,
            n_doubtful=DeliveryTable(self._db).count_doubtful(now=now),
        )

    def first_seen_since(self, since: datetime) -> int:
        """Return the key of the first of the texts stored at or after an instant, 0 where there is none."""
        return int(
            self._row(
                "SELECT coalesce(min(pk), 0) FROM article WHERE known_at >= ? AND seen_at >= ?",
                *[text_from_instant(since)] * 2,
            )[0]
        )

    def prune(self, *, polls_before: datetime, now: datetime) -> int:
        """Forget the record of old polls, also of feeds that are polled no more, and sites' old rules.

        Returns:
            How many rows were deleted.
        """
        polls = self._db.conn.execute(
            "DELETE FROM poll WHERE polled_at < ?", [text_from_instant(polls_before)]
        )
        robots = self._db.conn.execute("DELETE FROM robots WHERE expires_at < ?", [text_from_instant(now)])
        return int(polls.rowcount + robots.rowcount)

    def _untagged(self) -> tuple[int, int, str | None]:
        # Texts up to the first that waits stay tagged, and new ones have higher keys: they aren't looked at
        # again, so that a measure costs little on a large database.
        n_untagged, first, oldest = self._row(
            """SELECT count(*), coalesce(min(pk), 0), min(seen_at) FROM article a
               WHERE pk > ? AND NOT EXISTS (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk)""",
            self._tagged_up_to,
        )
        return n_untagged, first, oldest

    def _row(self, query: str, *parameters: object) -> tuple:  # type: ignore[type-arg]  # its columns differ
        return tuple(self._db.execute(query, list(parameters)).fetchone())


def _instant(text: str | None) -> datetime | None:
    return instant_from_text(text) if text else None
