"""Pages behind articles: which wait to be read, what came of each, what sites allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from ingest.page.robots import Robots
from southbound.instant import instant_from_text, text_from_instant

#: No page and no host is made to wait for longer: a time further ahead is of a clock that was set back since.
LONGEST_WAIT = timedelta(days=2)

PageState = Literal["waiting", "held", "read", "same", "refused", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article of a feed whose page nobody has thought of yet."""

    article_pk: int
    feed_url: str
    url: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A page that is to be read, with the article as its feed has it.

    `tries` counts those that failed. `claimed` is what the feed said of the publication time where that could
    not be true.
    """

    article_pk: int
    article_id: str
    url: str
    host: str
    timezone: str
    tries: int
    title: str
    body: str
    publisher: str
    language: str
    published_at: datetime | None
    seen_at: datetime
    feed_url: str | None
    extra: Mapping[str, Any] = field(hash=False)

    @property
    def claimed(self) -> str | None:
        """Return the feed's impossible publication time as it is written."""
        given = self.extra.get("claimed_published_at")
        return str(given) if given else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a try to read a page.

    Attributes:
        state: ``waiting`` for another try; ``held`` until it is tagged; ``read``, ``same`` (as the feed),
            ``refused`` (not used) or ``failed`` for good.
        tried_at: When it was tried.
        reason: Why there is no text, in one line.
        next_try_at: Where it waits.
        values: What the page said, by column.
    """

    state: PageState
    tried_at: datetime
    reason: str | None = None
    next_try_at: datetime | None = None
    values: Mapping[str, str | int | None] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A text that is kept until it is tagged, and what is stored of it then."""

    waiting: Waiting
    text: str
    excerpt_chars: int
    canonical_url: str | None
    author: str
    language: str
    published_at: datetime | None


class PageTable:
    """Read and write the queue of pages. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def candidates(self, *, since: datetime) -> list[Candidate]:
        """Return the articles of feeds seen since an instant that have an address and are not queued."""
        rows = self._db.query(
            """SELECT a.pk AS article_pk, a.feed_url, a.url, a.body FROM article a
               WHERE a.known_at >= ? AND a.known_basis = 'seen' AND a.revision = 0
                   AND a.feed_url IS NOT NULL AND a.url IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM page p WHERE p.article_pk = a.pk) ORDER BY a.pk""",
            [text_from_instant(since)],
        )
        return [Candidate(**row) for row in rows]

    def queue(self, pages: Iterable[tuple[int, str, str, str]], *, at: datetime) -> int:
        """Queue pages: (article's key, address, host, zone of its dates); those queued before stay."""
        instant = text_from_instant(at)
        cursor = self._db.conn.executemany(
            """INSERT INTO page (article_pk, url, host, timezone, state, queued_at, next_try_at)
               VALUES (?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT DO NOTHING""",
            [(*page, instant, instant) for page in pages],
        )
        return max(cursor.rowcount, 0)

    def due(self, now: datetime) -> list[Waiting]:
        """Return the page of each host that has waited longest and may be tried now, the longest first."""
        return self._waiting(
            """SELECT article_pk, min(next_try_at) AS first FROM page
               WHERE state = 'waiting' AND (next_try_at <= ? OR next_try_at > ?) GROUP BY host""",
            [text_from_instant(now), text_from_instant(now + LONGEST_WAIT)],
        )

    def _waiting(self, chosen: str, parameters: list[object]) -> list[Waiting]:
        rows = self._db.query(
            f"""SELECT p.article_pk, a.article_id, p.url, p.host, p.timezone, p.tries, a.title, a.body,
                    a.publisher, a.language, a.published_at, a.seen_at, a.feed_url, a.extra
                FROM ({chosen}) c JOIN page p ON p.article_pk = c.article_pk
                    JOIN article a ON a.pk = p.article_pk
                ORDER BY c.first, p.article_pk""",
            parameters,
        )
        return [_waiting_from_row(row) for row in rows]

    def record(self, article_pk: int, outcome: Outcome) -> None:
        """Remember what came of a try; a failed one is counted.

        A page that has been read stays read, whatever another process that tried it meanwhile met.
        """
        values = {
            **outcome.values,
            "state": outcome.state,
            "reason": outcome.reason,
            "tried_at": text_from_instant(outcome.tried_at),
            "next_try_at": text_from_instant(outcome.next_try_at) if outcome.next_try_at else None,
        }
        columns = ", ".join(f"{_COLUMNS[name]} = ?" for name in values)
        is_failure = int(outcome.state in {"waiting", "failed"})
        self._db.conn.execute(
            f"""UPDATE page SET {columns}, tries = tries + ?
                WHERE article_pk = ? AND (full_text_pk IS NULL OR ? = 'read')""",
            [*values.values(), is_failure, article_pk, outcome.state],
        )

    def postpone(self, host: str, *, until: datetime) -> None:
        """Leave a host's waiting pages alone until an instant."""
        instant = text_from_instant(until)
        self._db.conn.execute(
            "UPDATE page SET next_try_at = ? WHERE state = 'waiting' AND host = ? AND next_try_at < ?",
            [instant, host, instant],
        )

    def last_tried(self, host: str) -> datetime | None:
        """Return when a host was last asked for a page."""
        row = self._db.execute("SELECT max(tried_at) FROM page WHERE host = ?", [host]).fetchone()
        return instant_from_text(row[0]) if row[0] else None

    def attach(self, article_pk: int, full_text_pk: int) -> None:
        """Say which revision holds the page's text; its tags then speak for the article."""
        self._db.conn.execute(
            "UPDATE page SET full_text_pk = ?, state = 'read', held_text = NULL WHERE article_pk = ?",
            [full_text_pk, article_pk],
        )

    def held(self, *, after_pk: int, limit: int) -> list[Held]:
        """Return up to `limit` texts with a key above `after_pk` that wait to be tagged."""
        rows = self._db.execute(
            """SELECT article_pk, held_text, excerpt_chars, canonical_url, author, language, published_at
               FROM page WHERE state = 'held' AND article_pk > ? ORDER BY article_pk LIMIT ?""",
            [after_pk, limit],
        ).fetchall()
        return [
            Held(
                waiting=self._waiting("SELECT ? AS article_pk, 0 AS first", [row[0]])[0],
                text=row[1],
                excerpt_chars=row[2],
                canonical_url=row[3],
                author=row[4] or "",
                language=row[5],
                published_at=instant_from_text(row[6]) if row[6] else None,
            )
            for row in rows
        ]

    def robots(self, origin: str, *, now: datetime) -> Robots | None:
        """Return a site's rules as they were last read; None where they are unknown or too old."""
        row = self._db.execute(
            """SELECT verdict, text, expires_at FROM robots
               WHERE origin = ? AND expires_at > ? AND expires_at <= ?""",
            [origin, text_from_instant(now), text_from_instant(now + LONGEST_WAIT)],
        ).fetchone()
        if row is None:
            return None
        return Robots(origin=origin, verdict=row[0], text=row[1], expires_at=instant_from_text(row[2]))

    def keep_robots(self, robots: Robots) -> None:
        """Remember a site's rules."""
        self._db.conn.execute(
            "INSERT OR REPLACE INTO robots (origin, verdict, text, expires_at) VALUES (?, ?, ?, ?)",
            [robots.origin, robots.verdict, robots.text, text_from_instant(robots.expires_at)],
        )

    def counts(self) -> dict[str, int]:
        """Count the pages by state."""
        rows = self._db.execute("SELECT state, count(*) FROM page GROUP BY state ORDER BY state").fetchall()
        return {str(row[0]): int(row[1]) for row in rows}

    def check(self) -> list[str]:
        """Find pages whose state contradicts what is stored of them."""
        rows = self._db.execute(
            """SELECT article_pk, state FROM page WHERE (state = 'read') <> (full_text_pk IS NOT NULL)
               OR (state = 'held') <> (held_text IS NOT NULL)
               OR (state = 'waiting') <> (next_try_at IS NOT NULL)"""
        ).fetchall()
        return [f"the page of article {row[0]} is marked {row[1]}, which it is not" for row in rows]

    def cut(self, bound: str) -> None:
        """Forget what was queued or read at or after an instant."""
        self._db.conn.execute("DELETE FROM page WHERE queued_at >= ?", [bound])
        self._db.conn.execute(
            f"""UPDATE page SET state = 'waiting', tries = 0, tried_at = NULL, next_try_at = queued_at,
                {", ".join(f"{name} = NULL" for name in _READ_COLUMNS)} WHERE tried_at >= ?""",
            [bound],
        )


_READ_COLUMNS = (
    "reason",
    "fetched_at",
    "final_url",
    "canonical_url",
    "author",
    "language",
    "page_published_at",
    "page_published_from",
    "published_at",
    "published_reason",
    "full_text_pk",
    "held_text",
    "excerpt_chars",
)
#: Columns that an outcome may set; a name that isn't here is a mistake of the caller.
_COLUMNS = {name: name for name in (*_READ_COLUMNS, "state", "tried_at", "next_try_at")}


def _waiting_from_row(row: dict[str, Any]) -> Waiting:
    published = row["published_at"]
    return Waiting(
        **{
            **row,
            "published_at": instant_from_text(published) if published else None,
            "seen_at": instant_from_text(row["seen_at"]),
            "extra": json.loads(row["extra"]),
        }
    )
