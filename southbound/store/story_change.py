"""What reviewers do to stories: further assignments beside what was there, with novelty measured anew."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from nlp.stories.novelty import WINDOWS, Novelty
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.model_name import REVIEW_MARK

_NAMES = tuple(WINDOWS)
_EARLIER = ", ".join(f"earlier_{name}" for name in _NAMES)
#: The story model's name, without what reviewers did to its assignment.
_BASE = f"""CASE WHEN instr(r.version, '{REVIEW_MARK}') > 0
    THEN substr(r.version, 1, instr(r.version, '{REVIEW_MARK}') - 1) ELSE r.version END"""
_LATEST = "SELECT max(l.pk) FROM story_report l WHERE l.article_pk = r.article_pk"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """A report of a story as it stands now; `row` is the key of its assignment, `model` the story model's."""

    article_pk: int
    article_id: str
    known_at: datetime
    story_id: str
    row: int
    model: str
    entities: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A further assignment of a report.

    Attributes:
        article_pk: key of the report.
        story_id: its story.
        source: key of the assignment that likeness and the nearest report are taken from.
        is_lead: it begins the story, and is most like none.
        novelty: in its story.
        entities: the same for each of its entities.
    """

    article_pk: int
    story_id: str
    source: int
    is_lead: bool
    novelty: Novelty
    entities: Mapping[str, Novelty]


class StoryChangeTable:
    """Adds and reads what reviewers did to stories. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def members(self, story_id: str) -> list[StoryMember]:
        """Return the reports of a story as it stands now, the earliest first."""
        return self._read("r.story_id = ?", [story_id])

    def current(self, article_id: str) -> StoryMember | None:
        """Return an article's place as it stands now; None where it has none."""
        return next(iter(self._read("a.article_id = ?", [article_id])), None)

    def place(self, placements: Iterable[Placement], *, number: int, at: datetime) -> int:
        """Add assignments by a correction's number; return how many."""
        return sum(self._place_one(one, number, text_from_instant(at)) for one in placements)

    def moved_by(self, number: int) -> dict[int, tuple[str, int]]:
        """Return the reports that a correction moved and that are still where it put them.

        By key: the story that each was of before, and the key of that assignment.
        """
        rows = self._db.execute(
            f"""SELECT m.article_pk, b.story_id, b.pk FROM story_report m
                JOIN story_report r ON r.article_pk = m.article_pk AND r.pk = ({_LATEST})
                JOIN story_report b ON b.pk = (SELECT max(e.pk) FROM story_report e
                    WHERE e.article_pk = m.article_pk AND e.pk < m.pk)
                WHERE m.version = {_BASE} || ? AND r.story_id = m.story_id AND b.story_id <> m.story_id
                ORDER BY m.pk""",
            [f"{REVIEW_MARK}{number}"],
        )
        return {int(pk): (str(story), int(row)) for pk, story, row in rows}

    def of_keys(self, article_pks: Collection[int]) -> list[StoryMember]:
        """Return reports by their keys."""
        return self._read("a.pk IN (SELECT value FROM json_each(?))", [json.dumps(list(article_pks))])

    def _read(self, where: str, values: list[object]) -> list[StoryMember]:
        rows = self._db.execute(
            f"""SELECT a.pk, a.article_id, a.known_at, r.story_id, r.pk, {_BASE},
                    (SELECT json_group_array(e.entity_id) FROM story_entity e WHERE e.report_pk = r.pk)
                FROM story_report r JOIN article a ON a.pk = r.article_pk
                WHERE {where} AND r.pk = ({_LATEST}) ORDER BY a.known_at, a.article_id""",
            values,
        )
        return [
            StoryMember(
                article_pk=row[0],
                article_id=row[1],
                known_at=instant_from_text(row[2]),
                story_id=row[3],
                row=row[4],
                model=row[5],
                entities=frozenset(json.loads(row[6])),
            )
            for row in rows
        ]

    def _place_one(self, one: Placement, number: int, now: str) -> int:
        marks = ", ".join(f":earlier_{name}" for name in _NAMES)
        cursor = self._db.conn.execute(
            f"""INSERT INTO story_report (article_pk, version, assigned_at, known_at, likeness, story_id,
                    matched_article_pk, novelty, {_EARLIER})
                SELECT r.article_pk, {_BASE} || '{REVIEW_MARK}' || :number, :now, max(a.known_at, :now),
                    r.likeness, :story, CASE WHEN NOT :is_lead THEN r.matched_article_pk END, :novelty,
                    {marks}
                FROM story_report r JOIN article a ON a.pk = r.article_pk WHERE r.pk = :source""",
            {
                "number": number,
                "now": now,
                "story": one.story_id,
                "is_lead": one.is_lead,
                "novelty": round(one.novelty.score, 4),
                "source": one.source,
                **{f"earlier_{name}": one.novelty.counts[name] for name in _NAMES},
            },
        )
        self._add_entities(int(cursor.lastrowid or 0), one)
        return 1

    def _add_entities(self, key: int, one: Placement) -> None:
        """Add how new it is for each entity; how much there was of the entity in all stays as it was."""
        same = ", ".join(f"same_{name}" for name in _NAMES)
        volume = ", ".join(f"all_{name}" for name in _NAMES)
        marks = ", ".join("?" * len(_NAMES))
        self._db.conn.executemany(
            f"""INSERT INTO story_entity (report_pk, entity_id, novelty, {same}, {volume})
                SELECT ?, entity_id, ?, {marks}, {volume} FROM story_entity
                WHERE report_pk = ? AND entity_id = ?""",
            [
                (key, round(new.score, 4), *(new.counts[name] for name in _NAMES), one.source, entity)
                for entity, new in one.entities.items()
            ],
        )
