"""Which items were drawn for review, when and from which part of the queue; and what can be drawn.

Everything is drawn from what a model said, never from what a reviewer made of it: the random control measures
the model.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant
from southbound.store.model_name import REVIEW_MARK

#: Columns of every kind of candidate.
_N_COLUMNS = 8
DrawnStratum = Literal["uncertain", "influential", "control"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A tag that could be reviewed, or an article as a whole where it has neither theme nor entity.

    Attributes:
        article_pk: key of the text that was tagged.
        tagging_pk: key of what a model said of it.
        article_id: of the article.
        language: of the text.
        theme: of the tag; None where it is another's.
        entity_id: of the tag; None where it is another's.
        is_given: whether the article carries it; a theme below its threshold is none that it carries.
        score: of the theme, or the entity's relevance.
        forms: by which the text names the entity; of a candidate that was drawn before, none.
    """

    article_pk: int
    tagging_pk: int
    article_id: str
    language: str
    theme: str | None = None
    entity_id: str | None = None
    is_given: bool = True
    score: float | None = None
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraw:
    """A drawn candidate.

    Attributes:
        candidate: what was drawn.
        stratum: which part of the queue drew it.
        threshold: what the score is held against; None where there is none.
        population: of a random draw, how many could have been drawn.
        reason: why it is worth a look, in a few words.
    """

    candidate: Candidate
    stratum: DrawnStratum
    threshold: float | None = None
    population: int | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(NewDraw):
    """A stored draw, with its number, its time, and the article's revision and time."""

    pk: int
    drawn_at: datetime
    revision: int
    known_at: datetime

    @property
    def article_id(self) -> str:
        """Id of the article."""
        return self.candidate.article_id

    @property
    def is_article(self) -> bool:
        """Whether an article is to be read as a whole."""
        return self.candidate.theme is None and self.candidate.entity_id is None


class DrawTable:
    """Adds and reads draws, and what can be drawn. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, draws: Iterable[NewDraw], *, at: datetime) -> list[int]:
        """Add draws and return their numbers."""
        now = text_from_instant(at)
        return [self._add_one(draw, now) for draw in draws]

    def _add_one(self, draw: NewDraw, now: str) -> int:
        values = asdict(draw.candidate)
        del values["language"], values["article_id"], values["forms"]
        row = {
            **values,
            "known_at": now,
            "stratum": draw.stratum,
            "threshold": draw.threshold,
            "population": draw.population,
            "reason": draw.reason,
        }
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        cursor = self._db.conn.execute(f"INSERT INTO review_draw ({names}) VALUES ({marks})", row)
        return int(cursor.lastrowid or 0)

    def get(self, pk: int) -> Draw | None:
        """Return a draw; None where there is none of that number."""
        return next(iter(self._read("d.pk = :pk", {"pk": pk})), None)

    def all(self, *, before: str) -> list[Draw]:
        """Return all draws made before an instant's text, in order."""
        return self._read("d.known_at < :before", {"before": before})

    def pending(self, *, theme: str = "") -> list[Draw]:
        """Return the draws that nobody has said anything of, in the order in which they were drawn."""
        return self._read(
            f"NOT EXISTS ({_REVIEWS}) AND (:theme = '' OR d.theme = :theme OR d.theme IS NULL)",
            {"theme": theme},
        )

    def for_second(self, reviewer: str) -> list[Draw]:
        """Return the draws that others have reviewed and this reviewer hasn't; the random control first."""
        return self._read(
            f"EXISTS ({_REVIEWS}) AND NOT EXISTS ({_REVIEWS} AND c.reviewer = :reviewer)",
            {"reviewer": reviewer},
            order="d.stratum <> 'control', d.pk",
        )

    def drawn(self) -> set[tuple[int, str, str]]:
        """Return what was drawn before: key of the tagging, theme and entity ("" for none)."""
        rows = self._db.execute(
            "SELECT tagging_pk, coalesce(theme, ''), coalesce(entity_id, '') FROM review_draw"
        )
        return {(int(key), str(theme), str(entity)) for key, theme, entity in rows}

    def themes(self, start: datetime, end: datetime) -> list[Candidate]:
        """Return every theme that a model gives to articles known in the half-open span."""
        return self._candidates("theme_tag", "x.theme, NULL, 1, x.score", start, end)

    def own_themes(self, start: datetime, end: datetime, *, carried: bool) -> list[Candidate]:
        """Return the user's own themes that articles carry, or that were read in them and are not carried."""
        found = self._candidates("", "x.theme, NULL, x.carries, x.score", start, end, joined=_OWN)
        return [one for one in found if one.is_given == carried]

    def near_themes(self, start: datetime, end: datetime) -> list[Candidate]:
        """Return the themes that a model nearly gives to them."""
        return self._candidates("near_theme", "x.theme, NULL, 0, x.score", start, end)

    def entities(self, start: datetime, end: datetime) -> list[Candidate]:
        """Return the entities that a model finds in them, with the forms by which each text names them."""
        forms = "(SELECT json_group_array(json_extract(m.value, '$.text')) FROM json_each(x.mentions) m)"
        return self._candidates("entity_tag", f"NULL, x.entity_id, 1, x.relevance, {forms}", start, end)

    def entity_types(self, tagging_pk: int) -> dict[str, str]:
        """Return the types of the entities that a tagging finds, by their ids."""
        rows = self._db.execute("SELECT entity_id, type FROM entity_tag WHERE tagging_pk = ?", [tagging_pk])
        return {str(entity): str(kind) for entity, kind in rows}

    def articles(self, start: datetime, end: datetime) -> list[Candidate]:
        """Return the tagged articles of the span, each as a whole."""
        return self._candidates("", "NULL, NULL, 1, NULL", start, end)

    def given_themes(self, tagging_pk: int) -> list[str]:
        """Return the themes that a tagging gives, the user's own among them."""
        rows = self._db.execute(
            f"""SELECT theme FROM theme_tag WHERE tagging_pk = :key
                UNION SELECT x.theme FROM tagging t {_OWN} WHERE t.pk = :key AND x.carries ORDER BY 1""",
            {"key": tagging_pk},
        )
        return [str(row[0]) for row in rows]

    def last_known_at(self) -> datetime | None:
        """Return when the last tagged article was known; None without any."""
        row = self._db.execute(
            """SELECT known_at FROM article a WHERE revision = 0
               AND EXISTS (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk)
               ORDER BY known_at DESC LIMIT 1"""
        ).fetchone()
        return instant_from_text(row[0]) if row else None

    def _candidates(
        self, table: str, columns: str, start: datetime, end: datetime, *, joined: str = ""
    ) -> list[Candidate]:
        joined = f"JOIN {table} x ON x.tagging_pk = t.pk" if table else joined
        rows = self._db.execute(
            f"""WITH said AS ({_SAID})
                SELECT t.article_pk, t.pk, a.article_id, a.language, {columns}
                FROM said s JOIN tagging t ON t.pk = s.tagging_pk JOIN article a ON a.pk = t.article_pk
                {joined} ORDER BY t.pk, 5, 6""",
            {"start": text_from_instant(start), "end": text_from_instant(end)},
        )
        return [
            Candidate(
                article_pk=row[0],
                tagging_pk=row[1],
                article_id=row[2],
                language=row[3],
                theme=row[4],
                entity_id=row[5],
                is_given=bool(row[6]),
                score=row[7],
                forms=tuple(dict.fromkeys(json.loads(row[8]))) if len(row) > _N_COLUMNS else (),
            )
            for row in rows
        ]

    def _read(self, where: str, values: Mapping[str, Any], *, order: str = "d.pk") -> list[Draw]:
        rows = self._db.query(
            f"""SELECT d.*, a.article_id, a.revision, a.language,
                    (SELECT f.known_at FROM article f WHERE f.article_id = a.article_id AND f.revision = 0)
                        AS article_known_at
                FROM review_draw d JOIN article a ON a.pk = d.article_pk WHERE {where} ORDER BY {order}""",
            dict(values),
        )
        return [_draw_from_row(row) for row in rows]


#: What a model said last of each article of a span, of its page's text where there is one.
_SAID = f"""SELECT max(t.pk) AS tagging_pk FROM article f LEFT JOIN page p ON p.article_pk = f.pk
    CROSS JOIN article a ON a.pk IN (f.pk, p.full_text_pk) CROSS JOIN tagging t ON t.article_pk = a.pk
    WHERE f.revision = 0 AND f.known_at >= :start AND f.known_at < :end
        AND instr(t.model, '{REVIEW_MARK}') = 0 GROUP BY f.pk"""

#: What the last version of each own theme said of what a model said of a text, before any reviewer.
_OWN = """JOIN own_tag x ON x.article_pk = t.article_pk AND x.review = 0 AND x.version = (
        SELECT max(l.version) FROM own_tag l
        WHERE l.theme = x.theme AND l.article_pk = x.article_pk AND l.review = 0)
    JOIN own_theme w ON w.theme = x.theme AND w.version = x.version AND w.ended_at IS NULL"""

#: What stands of the answers to a draw: a verdict on its theme, a word on its entity, "checked" of an
#: article. An undo of an undo is rare, and then counts as not reviewed.
_REVIEWS = """SELECT 1 FROM correction c WHERE c.draw_pk = d.pk AND c.undoes IS NULL
    AND NOT EXISTS (SELECT 1 FROM correction u WHERE u.undoes = c.pk)
    AND CASE WHEN d.theme IS NOT NULL THEN c.theme = d.theme
        WHEN d.entity_id IS NOT NULL THEN c.entity_id = d.entity_id AND c.kind GLOB '*_entity'
        ELSE c.kind = 'checked' END"""


def _draw_from_row(row: Mapping[str, Any]) -> Draw:
    candidate = Candidate(
        article_pk=row["article_pk"],
        tagging_pk=row["tagging_pk"],
        article_id=row["article_id"],
        language=row["language"],
        theme=row["theme"],
        entity_id=row["entity_id"],
        is_given=bool(row["is_given"]),
        score=row["score"],
    )
    return Draw(
        candidate=candidate,
        stratum=row["stratum"],
        threshold=row["threshold"],
        population=row["population"],
        reason=row["reason"],
        pk=row["pk"],
        drawn_at=instant_from_text(row["known_at"]),
        revision=row["revision"],
        known_at=instant_from_text(row["article_known_at"]),
    )
