"""The tagged articles in the order in which they go into stories, with what the clusterer reads of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlite_utils import Database

from nlp.stories.report import Report
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.model_name import REVIEW_MARK
from southbound.store.tag import UNKNOWN_PREFIX

#: An article's place in the order: when it was known, and its id.
Place = tuple[datetime, str]
#: More of a body is not read for its story.
_READ_CHARS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReport:
    """A tagged article on its way into a story; `story_id` is None where it has none of the version yet."""

    article_pk: int
    report: Report
    story_id: str | None


class StoryQueue:
    """Reads tagged articles, each for its first revision, in the order of `known_at`, then of their ids."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def count_unassigned(self, version: str) -> int:
        """Count the tagged articles that a version has not assigned."""
        return int(
            self._db.execute(f"SELECT count(*) FROM article a WHERE {_UNASSIGNED}", [version]).fetchone()[0]
        )

    def count_corrected(self) -> int:
        """Count the assignments that reviewers have made."""
        return int(
            self._db.execute(
                f"SELECT count(*) FROM story_report WHERE instr(version, '{REVIEW_MARK}') > 0"
            ).fetchone()[0]
        )

    def next_unassigned(self, version: str, *, after: Place | None = None) -> Place | None:
        """Return the place of the first tagged article, after another's, that a version has not assigned."""
        row = self._db.execute(
            f"""SELECT known_at, article_id FROM article a
                WHERE {_UNASSIGNED} AND a.known_at >= ? AND (a.known_at, a.article_id) > (?, ?)
                ORDER BY a.known_at, a.article_id LIMIT 1""",
            [version, *_bound(after)],
        ).fetchone()
        return (instant_from_text(row[0]), str(row[1])) if row else None

    def read_reports(
        self, version: str, *, vector_name: str, after: Place, limit: int
    ) -> list[WaitingReport]:
        """Return up to `limit` tagged articles after a place, assigned by a version or not, in order.

        Where a reviewer has moved one to another story, that one is its story. Each has the entities of its
        first tagging and the vector of the encoder named, where it has one:
        the same ones whenever it is read.
        """
        rows = list(
            self._db.query(
                f"""SELECT a.pk, a.article_id, a.title, substr(a.body, 1, {_READ_CHARS}) AS body, a.publisher,
                        a.known_at, v.vector, CASE WHEN s.pk IS NOT NULL THEN (SELECT l.story_id
                            FROM story_report l WHERE l.article_pk = a.pk AND (l.version = s.version
                                OR l.version LIKE s.version || '{REVIEW_MARK}%') ORDER BY l.pk DESC LIMIT 1)
                        END AS story_id,
                        (SELECT min(t.pk) FROM tagging t WHERE t.article_pk = a.pk) AS tagging_pk
                    FROM article a
                    LEFT JOIN story_report s ON s.article_pk = a.pk AND s.version = ?
                    LEFT JOIN article_vector v ON v.article_pk = a.pk AND v.vector_name = ?
                    WHERE a.revision = 0 AND EXISTS (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk)
                        AND a.known_at >= ? AND (a.known_at, a.article_id) > (?, ?)
                    ORDER BY a.known_at, a.article_id LIMIT ?""",
                [version, vector_name, *_bound(after), limit],
            )
        )
        named = self._named([row["tagging_pk"] for row in rows])
        return [_waiting_from_row(row, named.get(row["tagging_pk"], ())) for row in rows]

    def _named(self, taggings: Sequence[int]) -> dict[int, list[tuple[str, bool]]]:
        """Return the catalogue's entities of each tagging, and whether the title names them."""
        rows = self._db.execute(
            """SELECT tagging_pk, entity_id, EXISTS (SELECT 1 FROM json_each(e.mentions) m
                   WHERE json_extract(m.value, '$.field') = 'title')
               FROM entity_tag e WHERE tagging_pk IN (SELECT value FROM json_each(?))""",
            [json.dumps(list(taggings))],
        )
        found: dict[int, list[tuple[str, bool]]] = {}
        for key, entity, in_title in rows:
            if not entity.startswith(UNKNOWN_PREFIX):
                found.setdefault(key, []).append((entity, bool(in_title)))
        return found


_UNASSIGNED = """a.revision = 0 AND EXISTS (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk)
    AND NOT EXISTS (SELECT 1 FROM story_report r WHERE r.article_pk = a.pk AND r.version = ?)"""


def _bound(after: Place | None) -> tuple[str, str, str]:
    known_at = text_from_instant(after[0]) if after else ""
    return known_at, known_at, after[1] if after else ""


def _waiting_from_row(row: Mapping[str, Any], named: Iterable[tuple[str, bool]]) -> WaitingReport:
    named = list(named)
    vector = row["vector"]
    report = Report(
        article_id=row["article_id"],
        title=row["title"],
        body=row["body"],
        publisher=row["publisher"],
        known_at=instant_from_text(row["known_at"]),
        title_entities=frozenset(entity for entity, in_title in named if in_title),
        entities=frozenset(entity for entity, _ in named),
        vector=None if vector is None else np.frombuffer(vector, np.float16).astype(np.float32),
    )
    return WaitingReport(article_pk=row["pk"], report=report, story_id=row["story_id"])
