"""Newly tagged articles, in the order in which they were tagged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from southbound.instant import instant_from_text


@dataclass(frozen=True, slots=True, kw_only=True)
class NewlyTagged:
    """A tagging and its article; `place` grows with every tagging, and says where to go on."""

    place: int
    article_id: str
    title: str
    url: str | None
    publisher: str
    language: str
    known_at: datetime
    tags_known_at: datetime
    tone: int
    themes: tuple[str, ...]
    entities: tuple[str, ...]


class TagTail:
    """Reads what was tagged last."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def end(self) -> int:
        """Return the place of the last tagging, 0 without any."""
        return int(self._db.execute("SELECT coalesce(max(pk), 0) FROM tagging").fetchone()[0])

    def after(self, place: int, *, limit: int) -> list[NewlyTagged]:
        """Return up to `limit` taggings after a place, the first ones first."""
        rows = self._db.query(
            """SELECT t.pk AS place, a.article_id, a.title, a.url, a.publisher, a.language, a.known_at,
                   t.known_at AS tags_known_at, t.tone,
                   (SELECT json_group_array(theme) FROM
                       (SELECT theme FROM theme_tag WHERE tagging_pk = t.pk ORDER BY score DESC)) AS themes,
                   (SELECT json_group_array(entity_id) FROM
                       (SELECT entity_id FROM entity_tag WHERE tagging_pk = t.pk ORDER BY relevance DESC)
                   ) AS entities
               FROM tagging t JOIN article a ON a.pk = t.article_pk WHERE t.pk > ? ORDER BY t.pk LIMIT ?""",
            [place, limit],
        )
        return [
            NewlyTagged(
                **{
                    **row,
                    "known_at": instant_from_text(row["known_at"]),
                    "tags_known_at": instant_from_text(row["tags_known_at"]),
                    "themes": tuple(json.loads(row["themes"])),
                    "entities": tuple(json.loads(row["entities"])),
                }
            )
            for row in rows
        ]
