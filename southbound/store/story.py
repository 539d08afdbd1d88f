"""Stories: which article tells which event, by the version of the story model. Added, never rewritten.

An assignment is known like a tag (:meth:`southbound.store.tag.TagTable.add`): the first one of an archived
article with the article, any other when it was made. An article stands for its first revision.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from nlp.stories.assignment import Assignment
from nlp.stories.earlier import ReportNovelty
from nlp.stories.novelty import WINDOWS
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.tag import bound_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What is stored of an assignment."""

    article_pk: int
    assignment: Assignment
    novelty: ReportNovelty


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryReport:
    """An article as a report of its story.

    Attributes:
        story_id: id of the story's first article.
        article_id: the article's.
        title: of its first revision.
        url: its address.
        publisher: the outlet.
        known_at: when the article could be known.
        likeness: 0..1, how like its story it is; of a story's first report, how like the nearest other.
        matched_article_id: the report that it is most like; None for a story's first.
        novelty: 1 for the first in 24 hours, three quarters of that with each further one.
        earlier: the story's reports before it, by the names in `nlp.stories.novelty.WINDOWS`.
        hk_china: how much it is about Hong Kong and China, 0..1, as its first tags say.
    """

    story_id: str
    article_id: str
    title: str
    url: str | None
    publisher: str
    known_at: datetime
    likeness: float
    matched_article_id: str | None
    novelty: float
    earlier: Mapping[str, int]
    hk_china: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPast:
    """What there was of a story before an instant: how many reports, and when the first was known."""

    n_reports: int
    began_at: datetime


class StoryTable:
    """Add and read assignments. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, assigned: Iterable[Assigned], *, version: str, assigned_at: datetime) -> None:
        """Add assignments; an article that the version has assigned before is left as it is."""
        for one in assigned:
            self._add_one(one, version, text_from_instant(assigned_at))

    def _add_one(self, one: Assigned, version: str, now: str) -> None:
        cursor = self._db.conn.execute(
            f"""INSERT INTO story_report (article_pk, version, story_id, assigned_at, known_at, likeness,
                   matched_article_pk, novelty, {", ".join(_EARLIER)})
               SELECT a.pk, :version, :story_id, :now,
                   CASE WHEN a.known_basis = 'published'
                       AND NOT EXISTS (SELECT 1 FROM story_report r WHERE r.article_pk = a.pk)
                       THEN a.known_at ELSE max(a.known_at, :now) END,
                   :likeness,
                   (SELECT m.pk FROM article m WHERE m.article_id = :matched AND m.revision = 0),
                   :novelty, {", ".join(f":{name}" for name in _EARLIER)}
               FROM article a WHERE a.pk = :article_pk ON CONFLICT DO NOTHING""",
            {
                "version": version,
                "now": now,
                "article_pk": one.article_pk,
                "story_id": one.assignment.story_id,
                "likeness": round(one.assignment.likeness, 4),
                "matched": one.assignment.matched_article_id,
                "novelty": round(one.novelty.story.score, 4),
                **_counted(_EARLIER, one.novelty.story.counts),
            },
        )
        if cursor.rowcount:
            self._add_entities(int(cursor.lastrowid or 0), one.novelty)

    def _add_entities(self, key: int, novelty: ReportNovelty) -> None:
        places = ", ".join("?" * (3 + 2 * len(WINDOWS)))
        self._db.conn.executemany(
            f"INSERT INTO story_entity VALUES ({places})",
            [
                (
                    *(key, entity, round(one.score, 4)),
                    *one.novelty_counts.values(),
                    *one.volume_counts.values(),
                )
                for entity, one in novelty.entities.items()
            ],
        )

    def known_between(
        self, start: datetime, end: datetime, *, as_of: datetime | None = None
    ) -> dict[str, str]:
        """Return the story of each article first known in the half-open span, by the articles' ids.

        Only assignments known before `as_of` count; an article without one is left out.
        """
        rows = self._db.execute(
            """SELECT a.article_id, (SELECT r.story_id FROM story_report r
                   WHERE r.article_pk = a.pk AND r.known_at < :as_of ORDER BY r.pk DESC LIMIT 1) AS story_id
               FROM article a WHERE a.revision = 0 AND a.known_at >= :start AND a.known_at < :end
                   AND story_id IS NOT NULL""",
            {"as_of": bound_of(as_of), "start": text_from_instant(start), "end": text_from_instant(end)},
        )
        return {str(article): str(story) for article, story in rows}

    def past(
        self, story_ids: Iterable[str], *, before: datetime, as_of: datetime | None = None
    ) -> dict[str, StoryPast]:
        """Return what there was of stories before an instant, by their ids; none of those that began later.

        Only assignments known before `as_of` count.
        """
        rows = self._db.execute(
            f"""SELECT s.story_id, count(*), min(a.known_at) FROM ({_OF_STORIES}) s
                JOIN article a ON a.pk = s.article_pk WHERE a.known_at < :before GROUP BY s.story_id""",
            {
                "as_of": bound_of(as_of),
                "before": text_from_instant(before),
                "stories": json.dumps(list(story_ids)),
            },
        )
        return {
            str(story): StoryPast(n_reports=int(n), began_at=instant_from_text(first))
            for story, n, first in rows
        }

    def reports(self, story_ids: Iterable[str], *, as_of: datetime | None = None) -> list[StoryReport]:
        """Return all reports of stories, as assigned before `as_of`, in the order of their times."""
        rows = self._db.query(
            f"""SELECT s.story_id, a.article_id, a.title, a.url, a.publisher, a.known_at, s.likeness,
                    m.article_id AS matched_article_id, s.novelty, {", ".join(_EARLIER)},
                    (SELECT hk_china FROM tagging t WHERE t.article_pk = a.pk ORDER BY t.pk LIMIT 1)
                        AS hk_china
                FROM ({_OF_STORIES}) s JOIN article a ON a.pk = s.article_pk
                LEFT JOIN article m ON m.pk = s.matched_article_pk
                ORDER BY a.known_at, a.article_id""",
            {"as_of": bound_of(as_of), "stories": json.dumps(list(story_ids))},
        )
        return [_report_from_row(row) for row in rows]

    def story_of(self, article_id: str, *, as_of: datetime | None = None) -> str | None:
        """Return the story of an article as assigned before `as_of`; None where it has none."""
        row = self._db.execute(
            """SELECT s.story_id FROM story_report s JOIN article a ON a.pk = s.article_pk
               WHERE a.article_id = ? AND s.known_at < ? ORDER BY s.pk DESC LIMIT 1""",
            [article_id, bound_of(as_of)],
        ).fetchone()
        return str(row[0]) if row else None

    def check(self) -> list[str]:
        """Name the stories whose first article isn't stored, one line each."""
        rows = self._db.execute(
            """SELECT DISTINCT r.story_id FROM story_report r WHERE NOT EXISTS
               (SELECT 1 FROM article a WHERE a.article_id = r.story_id AND a.revision = 0) LIMIT 20"""
        )
        return [f"the story {story} has reports, but its first article is missing" for (story,) in rows]


_EARLIER = tuple(f"earlier_{name}" for name in WINDOWS)

#: The visible assignments to :stories. What was once assigned to one may be assigned to another by now.
_OF_STORIES = """SELECT r.* FROM story_report r
    WHERE r.story_id IN (SELECT value FROM json_each(:stories)) AND r.known_at < :as_of AND r.pk =
        (SELECT max(l.pk) FROM story_report l WHERE l.article_pk = r.article_pk AND l.known_at < :as_of)"""


def _counted(columns: Sequence[str], counts: Mapping[str, int]) -> dict[str, int]:
    return dict(zip(columns, counts.values(), strict=True))


def _report_from_row(row: Mapping[str, Any]) -> StoryReport:
    values = dict(row)
    earlier = {name: values.pop(column) for name, column in zip(WINDOWS, _EARLIER, strict=True)}
    return StoryReport(
        **{**values, "known_at": instant_from_text(values["known_at"])},
        earlier=earlier,
    )
