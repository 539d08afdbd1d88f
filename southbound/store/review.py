"""What reviewers correct. Added, never rewritten: an undo is a row of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from nlp.annotation import Span
from nlp.review.change import Change, Kind, Target
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.tag import bound_of

Stratum = Literal["uncertain", "influential", "control", "free"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCorrection:
    """What a reviewer says of a text, before it has a number.

    Attributes:
        known_at: when it was said.
        reviewer: who said it.
        article_pk: key of the revision that was read.
        tagging_pk: key of the tags that were seen; None where there were none.
        change: what is said.
        old_value: how it stood before.
        story_id: of the story that is merged, or that a report is split off.
        into: of a merge, the story that takes the reports.
        stratum: which part of the queue the item came from; "free" where it came from none.
        draw_pk: key of the item in the queue.
        note: in the reviewer's words.
        undoes: the correction that it takes back.
    """

    known_at: datetime
    reviewer: str
    article_pk: int
    tagging_pk: int | None
    change: Change
    old_value: Mapping[str, Any] = field(default_factory=dict)
    story_id: str | None = None
    into: str | None = None
    stratum: Stratum = "free"
    draw_pk: int | None = None
    note: str = ""
    undoes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(NewCorrection):
    """A stored correction: its number, and the article and revision that it was made on."""

    pk: int
    article_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionQuery:
    """Which corrections are asked for; what is empty or None asks for nothing."""

    reviewer: str = ""
    kind: str = ""
    theme: str = ""
    entity: str = ""
    article_id: str = ""
    stratum: str = ""
    start: datetime | None = None
    as_of: datetime | None = None


class CorrectionTable:
    """Add and read corrections. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, new: NewCorrection) -> int:
        """Add a correction and return its number."""
        row = _row_of(new)
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        cursor = self._db.conn.execute(f"INSERT INTO correction ({names}) VALUES ({marks})", row)
        return int(cursor.lastrowid or 0)

    def get(self, pk: int) -> Correction | None:
        """Return a correction; None where there is none of that number."""
        return next(iter(self._read("c.pk = :pk", {"pk": pk})), None)

    def of_article(self, article_id: str) -> list[Correction]:
        """Return all that was ever said of an article's revisions, in order."""
        return self.of_articles([article_id])

    def of_articles(self, article_ids: Sequence[str]) -> list[Correction]:
        """Return all that was ever said of some articles, in order."""
        return self._read(
            "a.article_id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(article_ids))}
        )

    def any_of(self, article_pks: Iterable[int]) -> set[str]:
        """Return the ids of those articles that a reviewer has said something of."""
        rows = self._db.execute(
            """SELECT DISTINCT a.article_id FROM article a JOIN article b ON b.article_id = a.article_id
               JOIN correction c ON c.article_pk = b.pk
               WHERE a.pk IN (SELECT value FROM json_each(?))""",
            [json.dumps(list(article_pks))],
        )
        return {str(row[0]) for row in rows}

    def find(
        self, query: CorrectionQuery, *, limit: int = -1, offset: int = 0, newest_first: bool = False
    ) -> list[Correction]:
        """Return the corrections that meet a query, undone or not, in order."""
        order = "DESC" if newest_first else "ASC"
        values = {**_parameters(query), "limit": limit, "offset": offset}
        where = f"{_MEETS} ORDER BY c.pk {order} LIMIT :limit OFFSET :offset"
        return self._read(where, values, ordered=True)

    def undo_of(self, pk: int) -> list[Correction]:
        """Return the undos of a correction."""
        return self._read("c.undoes = :pk", {"pk": pk})

    def count(self) -> int:
        """Count the corrections."""
        return int(self._db.execute("SELECT count(*) FROM correction").fetchone()[0])

    def _read(self, where: str, values: Mapping[str, Any], *, ordered: bool = False) -> list[Correction]:
        rows = self._db.query(
            f"""SELECT c.*, a.article_id, a.revision FROM correction c JOIN article a ON a.pk = c.article_pk
                WHERE {where}{"" if ordered else " ORDER BY c.pk"}""",
            dict(values),
        )
        return [_correction_from_row(row) for row in rows]


_MEETS = """(:reviewer = '' OR c.reviewer = :reviewer) AND (:kind = '' OR c.kind = :kind)
    AND (:theme = '' OR c.theme = :theme) AND (:entity = '' OR c.entity_id = :entity)
    AND (:article_id = '' OR a.article_id = :article_id) AND (:stratum = '' OR c.stratum = :stratum)
    AND c.known_at >= :start AND c.known_at < :as_of"""


def _parameters(query: CorrectionQuery) -> dict[str, Any]:
    return {
        "reviewer": query.reviewer,
        "kind": query.kind,
        "theme": query.theme,
        "entity": query.entity,
        "article_id": query.article_id,
        "stratum": query.stratum,
        "start": text_from_instant(query.start) if query.start else "",
        "as_of": bound_of(query.as_of),
    }


def _row_of(new: NewCorrection) -> dict[str, Any]:
    change = new.change
    value: dict[str, Any] = {}
    if change.evidence:
        value["evidence"] = [asdict(span) for span in change.evidence]
    if change.target is not None:
        value["target"] = asdict(change.target)
    if change.label is not None:
        value["label"] = change.label
    if new.into is not None:
        value["into"] = new.into
    return {
        "known_at": text_from_instant(new.known_at),
        "reviewer": new.reviewer,
        "kind": change.kind,
        "article_pk": new.article_pk,
        "tagging_pk": new.tagging_pk,
        "theme": change.theme or None,
        "entity_id": change.entity_id or None,
        "mentions": _json([asdict(span) for span in change.mentions]) if change.mentions else None,
        "story_id": new.story_id,
        "old_value": _json(dict(new.old_value)) if new.old_value else None,
        "new_value": _json(value) if value else None,
        "stratum": new.stratum,
        "draw_pk": new.draw_pk,
        "note": new.note,
        "undoes": new.undoes,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _correction_from_row(row: Mapping[str, Any]) -> Correction:
    value = json.loads(row["new_value"]) if row["new_value"] else {}
    target = value.get("target")
    kind: Kind = row["kind"]
    change = Change(
        kind=kind,
        theme=row["theme"] or "",
        entity_id=row["entity_id"] or "",
        mentions=_spans(json.loads(row["mentions"]) if row["mentions"] else ()),
        evidence=_spans(value.get("evidence", ())),
        target=Target(**{**target, "tickers": tuple(target["tickers"])}) if target else None,
        label=value.get("label"),
    )
    return Correction(
        pk=row["pk"],
        article_id=row["article_id"],
        revision=row["revision"],
        known_at=instant_from_text(row["known_at"]),
        reviewer=row["reviewer"],
        article_pk=row["article_pk"],
        tagging_pk=row["tagging_pk"],
        change=change,
        old_value=json.loads(row["old_value"]) if row["old_value"] else {},
        story_id=row["story_id"],
        into=value.get("into"),
        stratum=row["stratum"],
        draw_pk=row["draw_pk"],
        note=row["note"],
        undoes=row["undoes"],
    )


def _spans(values: Iterable[Mapping[str, Any]]) -> tuple[Span, ...]:
    return tuple(Span(**value) for value in values)
