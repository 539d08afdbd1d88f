"""What was learnt from reviews, by version, and which version was in use when. Added, never rewritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAdjustment:
    """A version: what it changes (`content`), of which model, and what was measured of it."""

    version: int
    known_at: datetime
    reviewer: str
    base_model: str
    content: Mapping[str, Any]
    quality: Mapping[str, Any]


class AdjustmentTable:
    """Add and read versions. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self,
        content: Mapping[str, Any],
        quality: Mapping[str, Any],
        *,
        base_model: str,
        reviewer: str,
        at: datetime,
    ) -> int:
        """Add a version, not yet in use, and return its number."""
        cursor = self._db.conn.execute(
            """INSERT INTO adjustment (known_at, reviewer, base_model, content, quality)
               VALUES (?, ?, ?, ?, ?)""",
            [text_from_instant(at), reviewer, base_model, json.dumps(content), json.dumps(quality)],
        )
        return int(cursor.lastrowid or 0)

    def use(self, version: int | None, *, reviewer: str, at: datetime) -> int:
        """Take a version into use, None for the model as it is shipped; return the row's number."""
        cursor = self._db.conn.execute(
            "INSERT INTO adjustment_use (known_at, reviewer, version) VALUES (?, ?, ?)",
            [text_from_instant(at), reviewer, version],
        )
        return int(cursor.lastrowid or 0)

    def in_use(self) -> StoredAdjustment | None:
        """Return the version in use; None where the model is used as it is shipped."""
        row = self._db.execute("SELECT version FROM adjustment_use ORDER BY pk DESC LIMIT 1").fetchone()
        return None if row is None or row[0] is None else self.get(int(row[0]))

    def uses(self) -> list[tuple[datetime, str, int | None]]:
        """Return since when which version was in use, by whom, the first one first."""
        rows = self._db.execute("SELECT known_at, reviewer, version FROM adjustment_use ORDER BY pk")
        return [(instant_from_text(at), str(who), version) for at, who, version in rows]

    def get(self, version: int) -> StoredAdjustment | None:
        """Return a version; None where there is none of that number."""
        rows = self._db.query("SELECT * FROM adjustment WHERE version = ?", [version])
        row = next(iter(rows), None)
        if row is None:
            return None
        return StoredAdjustment(
            version=row["version"],
            known_at=instant_from_text(row["known_at"]),
            reviewer=row["reviewer"],
            base_model=row["base_model"],
            content=json.loads(row["content"]),
            quality=json.loads(row["quality"]),
        )

    def all(self) -> list[StoredAdjustment]:
        """Return every version, the first one first."""
        rows = self._db.execute("SELECT version FROM adjustment ORDER BY version").fetchall()
        return [found for row in rows if (found := self.get(int(row[0]))) is not None]

    def tagged_by(self, model: str) -> list[tuple[str, int]]:
        """Return the ids and keys of the texts that a model has tagged, in the order in which it did."""
        rows = self._db.execute(
            """SELECT a.article_id, a.pk FROM tagging t JOIN article a ON a.pk = t.article_pk
               WHERE t.model = ? ORDER BY t.pk""",
            [model],
        )
        return [(str(article), int(pk)) for article, pk in rows]

    def copy_tagging(self, article_pk: int, model: str, name: str, *, at: datetime) -> bool:
        """Add what a model said of a text once more, as known now; False where it has said nothing of it."""
        row = self._db.execute(
            "SELECT pk FROM tagging WHERE article_pk = ? AND model = ?", [article_pk, model]
        ).fetchone()
        if row is None:
            return False
        now = text_from_instant(at)
        cursor = self._db.conn.execute(
            """INSERT INTO tagging (article_pk, model, tagged_at, known_at, hk_china, tone, negative, neutral,
                   positive, n_themes, tokens_read, tokens_total)
               SELECT t.article_pk, ?, ?, max(a.known_at, ?), hk_china, tone, negative, neutral, positive,
                   n_themes, tokens_read, tokens_total
               FROM tagging t JOIN article a ON a.pk = t.article_pk WHERE t.pk = ?""",
            [name, now, now, row[0]],
        )
        for table, columns in _COPIED.items():
            self._db.conn.execute(
                f"INSERT INTO {table} (tagging_pk, {columns}) SELECT ?, {columns} FROM {table} "
                "WHERE tagging_pk = ?",
                [cursor.lastrowid, row[0]],
            )
        return True


_COPIED = {
    "theme_tag": "theme, score, evidence",
    "near_theme": "theme, score",
    "entity_tag": "entity_id, name, type, tickers, relevance, mentions, tone, negative, neutral, positive",
}
