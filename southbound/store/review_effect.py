"""What corrections do to stories and to the tags of own themes: further rows, beside what was there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from nlp.annotation import Span
from nlp.stories.novelty import WINDOWS
from southbound.instant import text_from_instant
from southbound.store.model_name import REVIEW_MARK

_EARLIER = ", ".join(f"earlier_{name}" for name in WINDOWS)
_NONE_EARLIER = ", ".join("0" for _ in WINDOWS)
#: The story model's name, without what reviewers did to its assignment.
_BASE = f"""CASE WHEN instr(r.version, '{REVIEW_MARK}') > 0
    THEN substr(r.version, 1, instr(r.version, '{REVIEW_MARK}') - 1) ELSE r.version END"""
_LATEST = "SELECT max(l.pk) FROM story_report l WHERE l.article_pk = r.article_pk"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """A report of a story as it stands now."""

    article_pk: int
    article_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnState:
    """What an own theme says of a text: `review` is a correction's number, 0 where its version said it."""

    theme: str
    version: int
    score: float
    carries: bool
    evidence: tuple[Span, ...]
    review: int


class EffectTable:
    """Adds what corrections do. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def speaking(self, article_id: str) -> int | None:
        """Return the key of the text whose tags are shown of an article; None where it has none."""
        row = self._db.execute(
            """SELECT a.pk FROM article a JOIN tagging t ON t.article_pk = a.pk
               WHERE a.article_id = ? AND (a.revision = 0 OR EXISTS
                   (SELECT 1 FROM page p WHERE p.full_text_pk = a.pk)) ORDER BY t.pk DESC LIMIT 1""",
            [article_id],
        ).fetchone()
        return int(row[0]) if row else None

    def tagging_keys(self, article_pk: int) -> list[tuple[int, str]]:
        """Return the keys of a text's taggings with their models, in the order in which they were made."""
        rows = self._db.execute(
            "SELECT pk, model FROM tagging WHERE article_pk = ? ORDER BY pk", [article_pk]
        )
        return [(int(pk), str(model)) for pk, model in rows]

    def members(self, story_id: str) -> list[StoryMember]:
        """Return the reports of a story as it stands now, the earliest first."""
        rows = self._db.execute(
            f"""SELECT a.pk, a.article_id FROM story_report r JOIN article a ON a.pk = r.article_pk
                WHERE r.story_id = ? AND r.pk = ({_LATEST}) ORDER BY a.known_at, a.article_id""",
            [story_id],
        )
        return [StoryMember(article_pk=int(pk), article_id=str(article)) for pk, article in rows]

    def move_reports(
        self, article_pks: Iterable[int], story_id: str, *, number: int, at: datetime, lead: int | None = None
    ) -> None:
        """Assign reports to a story by a correction's number; `lead` begins it, and is new by that.

        How new the others were stays as it was: that was measured on what was known then.
        """
        for article_pk in article_pks:
            is_lead = article_pk == lead
            self._insert_report(
                article_pk,
                f"r.pk = ({_LATEST})",
                {"story": story_id, "number": number, "now": text_from_instant(at)},
                columns=f":story, {'NULL' if is_lead else 'r.matched_article_pk'}, "
                f"{'1.0' if is_lead else 'r.novelty'}, {_NONE_EARLIER if is_lead else _EARLIER}",
            )

    def moved_by(self, number: int) -> list[tuple[int, bool]]:
        """Return the reports that a correction moved, and whether its row is still their latest."""
        rows = self._db.execute(
            f"""SELECT r.article_pk, r.pk = ({_LATEST}) FROM story_report r WHERE r.version LIKE ?
                ORDER BY r.pk""",
            [f"%{REVIEW_MARK}{number}"],
        )
        return [(int(pk), bool(last)) for pk, last in rows]

    def restore_report(self, article_pk: int, *, before: int, number: int, at: datetime) -> None:
        """Assign a report as it stood before a correction, by the number of the undo."""
        place = f"""r.pk = (SELECT max(b.pk) FROM story_report b WHERE b.article_pk = r.article_pk AND b.pk <
            (SELECT m.pk FROM story_report m WHERE m.article_pk = r.article_pk
             AND m.version LIKE '%{REVIEW_MARK}{int(before)}'))"""
        self._insert_report(
            article_pk,
            place,
            {"number": number, "now": text_from_instant(at)},
            columns=f"r.story_id, r.matched_article_pk, r.novelty, {_EARLIER}",
        )

    def _insert_report(self, article_pk: int, place: str, values: Mapping[str, Any], *, columns: str) -> None:
        cursor = self._db.conn.execute(
            f"""INSERT INTO story_report (article_pk, version, assigned_at, known_at, likeness,
                    story_id, matched_article_pk, novelty, {_EARLIER})
                SELECT r.article_pk, {_BASE} || '{REVIEW_MARK}' || :number, :now, max(a.known_at, :now),
                    r.likeness, {columns}
                FROM story_report r JOIN article a ON a.pk = r.article_pk
                WHERE r.article_pk = :article_pk AND {place}""",
            {**values, "article_pk": article_pk},
        )
        self._copy_entities(int(cursor.lastrowid or 0), article_pk)

    def _copy_entities(self, key: int, article_pk: int) -> None:
        names = [str(row[1]) for row in self._db.execute("PRAGMA table_info(story_entity)")][1:]
        listed = ", ".join(names)
        self._db.conn.execute(
            f"""INSERT INTO story_entity (report_pk, {listed}) SELECT ?, {listed} FROM story_entity
                WHERE report_pk = (SELECT min(pk) FROM story_report WHERE article_pk = ?)""",
            [key, article_pk],
        )

    def own_state(self, theme: str, article_pk: int, *, corrected: bool = True) -> OwnState | None:
        """Return what an own theme's latest version says of a text; None where none has read it.

        `corrected` with what reviewers said of it.
        """
        row = self._db.execute(
            f"""SELECT theme, version, score, carries, evidence, review FROM own_tag
                WHERE theme = ? AND article_pk = ? {"" if corrected else "AND review = 0"}
                ORDER BY version DESC, review DESC LIMIT 1""",
            [theme, article_pk],
        ).fetchone()
        if row is None:
            return None
        evidence = tuple(Span(**one) for one in json.loads(row[4] or "[]"))
        return OwnState(
            theme=row[0], version=row[1], score=row[2], carries=bool(row[3]), evidence=evidence, review=row[5]
        )

    def add_own(self, state: OwnState, article_pk: int, *, at: datetime) -> None:
        """Add what an own theme says of a text after a correction."""
        now = text_from_instant(at)
        self._db.conn.execute(
            """INSERT INTO own_tag (theme, version, article_pk, tagged_at, known_at, score, carries, evidence,
                   review)
               SELECT ?, ?, a.pk, ?, max(a.known_at, ?), ?, ?, ?, ? FROM article a WHERE a.pk = ?""",
            [
                *(state.theme, state.version, now, now, state.score, int(state.carries)),
                _evidence(state.evidence if state.carries else ()),
                *(state.review, article_pk),
            ],
        )


def _evidence(spans: Sequence[Span]) -> str | None:
    return json.dumps([asdict(span) for span in spans], ensure_ascii=False) if spans else None
