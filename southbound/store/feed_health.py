"""What the store knows of each feed's past: its state, its polls, and the articles it brought."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecord:
    """How a feed stands after its last poll; see `FeedFacts` for the fields."""

    polled_at: datetime | None
    succeeded_at: datetime | None
    next_poll_at: datetime | None
    n_failures: int
    reason: str | None
    dead_since: datetime | None
    moved_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCounts:
    """Polls of a feed within a span, and the clock skews that its latest ones showed, latest first."""

    n_polls: int
    n_failed: int
    clock_skews: tuple[float, ...]


class FeedHistory:
    """Read what feeds did, one query for all of them; never writes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def records(self) -> dict[str, FeedRecord]:
        """Return how each feed stands, by its URL."""
        rows = self._db.execute(
            """SELECT url, polled_at, succeeded_at, next_poll_at, n_failures, reason, dead_since, moved_to
               FROM feed"""
        )
        return {
            row[0]: FeedRecord(
                polled_at=_instant(row[1]),
                succeeded_at=_instant(row[2]),
                next_poll_at=_instant(row[3]),
                n_failures=row[4],
                reason=row[5],
                dead_since=_instant(row[6]),
                moved_to=row[7],
            )
            for row in rows
        }

    def polls(self, *, since: datetime, n_skews: int) -> dict[str, PollCounts]:
        """Count each feed's polls since an instant."""
        rows = self._db.execute(
            """SELECT feed_url, count(*), sum(status = 'failed') FROM poll WHERE polled_at >= ?
               GROUP BY feed_url""",
            [text_from_instant(since)],
        )
        skews = self._skews(since, n_skews)
        return {
            url: PollCounts(n_polls=count, n_failed=failed, clock_skews=tuple(skews[url]))
            for url, count, failed in rows
        }

    def _skews(self, since: datetime, n_skews: int) -> defaultdict[str, list[float]]:
        rows = self._db.execute(
            """SELECT feed_url, clock_skew_seconds FROM
                 (SELECT feed_url, polled_at, clock_skew_seconds,
                      row_number() OVER (PARTITION BY feed_url ORDER BY polled_at DESC) AS place
                  FROM poll WHERE polled_at >= ? AND clock_skew_seconds IS NOT NULL)
               WHERE place <= ? ORDER BY feed_url, polled_at DESC""",
            [text_from_instant(since), n_skews],
        )
        found: defaultdict[str, list[float]] = defaultdict(list)
        for url, skew in rows:
            found[url].append(skew)
        return found

    def arrivals(self, *, since: datetime) -> dict[str, list[tuple[datetime, int]]]:
        """Return when each feed brought new articles since an instant, and how many, in the order of time."""
        rows = self._db.execute(
            """SELECT feed_url, seen_at, count(*) FROM article
               WHERE known_at >= ? AND seen_at >= ? AND revision = 0 AND feed_url IS NOT NULL
               GROUP BY feed_url, seen_at ORDER BY feed_url, seen_at""",
            [text_from_instant(since)] * 2,
        )
        found: defaultdict[str, list[tuple[datetime, int]]] = defaultdict(list)
        for url, seen_at, count in rows:
            found[url].append((instant_from_text(seen_at), count))
        return dict(found)

    def last_arrivals(self) -> dict[str, datetime]:
        """Return when each feed brought its last new article, however long ago."""
        rows = self._db.execute(
            """SELECT feed_url, max(seen_at) FROM article WHERE feed_url IS NOT NULL AND revision = 0
               GROUP BY feed_url"""
        )
        return {url: instant_from_text(seen_at) for url, seen_at in rows}

    def repeats(self, *, since: datetime) -> dict[str, tuple[int, int]]:
        """Count each feed's articles since an instant, and those whose text was stored before in that time.

        The earlier one has another identifier, and may be of the same feed or of another.
        """
        rows = self._db.execute(
            """SELECT feed_url, count(*), sum(pk > first) FROM
                 (SELECT feed_url, pk, min(pk) OVER (PARTITION BY content_hash) AS first FROM article
                  WHERE known_at >= ? AND revision = 0)
               WHERE feed_url IS NOT NULL GROUP BY feed_url""",
            [text_from_instant(since)],
        )
        return {url: (count, repeats) for url, count, repeats in rows}


def _instant(text: str | None) -> datetime | None:
    return instant_from_text(text) if text else None
