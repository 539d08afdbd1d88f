"""What every tagging says, held in columns: read once, extended as more come, shared by many readers.

A series asks the same of the whole history each time; out of the tables that takes seconds of a processor
with 100,000 articles, out of these columns milliseconds. Nothing is decided here that the tables would decide
otherwise: each answer is that of `southbound.store.tag` and `southbound.store.news`, to the last digit.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlite_utils import Database

from southbound.store.tag import bound_of

Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Truths: TypeAlias = npt.NDArray[np.bool_]

_TEXTS: Final = ("article", "publisher", "language", "model")
_TAGGINGS: Final = """
    SELECT t.pk, f.pk, a.pk, f.known_at, max(a.known_at, t.known_at), t.n_themes, t.tone,
        t.positive - t.negative, a.article_id, a.publisher, a.language, t.model
    FROM tagging t JOIN article a ON a.pk = t.article_pk
    LEFT JOIN page p ON p.full_text_pk = a.pk JOIN article f ON f.pk = coalesce(p.article_pk, a.pk)
    WHERE f.revision = 0 AND t.pk > ? ORDER BY t.pk"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeTags:
    """Where a theme stands: rows of the columns (ascending), and the score in each."""

    row: Integers
    score: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Assignments of articles to stories, by their keys.

    Attributes:
        first: key of the article's first revision.
        seen_from: since when the assignment is known; text as in the tables.
        novelty: how new the article was in its story, 0..1.
        last: highest key.
    """

    first: Integers
    seen_from: npt.NDArray[np.str_]
    novelty: Floats
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One row a tagging of an article's first revision or its page's text, by the tagging's key.

    Attributes:
        tagging: key of the tagging.
        first: key of the article's first revision.
        text: key of the revision that was tagged.
        known_at: when the article was first known (UTC).
        seen_from: since when this tagging can be seen, text and tags both being known; text as in the tables.
        n_themes: themes of the catalogue that it carries.
        tone: -1, 0 or 1.
        tone_score: -1..1.
        texts: article (its id), publisher, language and model.
        order: the rows by known_at, then by key of the text.
        themes: of each theme of the catalogue, its tags.
        reports: which stories the articles are reports of.
        last: highest key of a tagging when it was read; those of other revisions count too.
        n_taggings: taggings in the database then.
    """

    tagging: Integers
    first: Integers
    text: Integers
    known_at: pd.DatetimeIndex
    seen_from: npt.NDArray[np.str_]
    n_themes: Integers
    tone: Integers
    tone_score: Floats
    texts: pd.DataFrame
    order: Integers
    themes: dict[str, ThemeTags]
    reports: Reports
    last: int
    n_taggings: int

    def visible(self, as_of: datetime | None) -> Integers:
        """Return the rows that speak for their articles as known before `as_of`, by known_at.

        Of each article that is the last tagging known then.
        """
        if not len(self.tagging):
            return self.order
        known = self.seen_from < bound_of(as_of)
        speaking = np.full(int(self.first.max()) + 1, -1, dtype=np.int64)
        rows = np.flatnonzero(known)
        # Of rows that are assigned to one place the last stays: that of the highest key.
        speaking[self.first[rows]] = rows
        is_visible = np.zeros(len(self.tagging), dtype=bool)
        is_visible[speaking[speaking >= 0]] = True
        return self.order[is_visible[self.order]]

    def novelty(self, as_of: datetime | None) -> Floats:
        """Return how new each row's article was in its story, as assigned before `as_of`; 1 without one."""
        reports = self.reports
        known = reports.seen_from < bound_of(as_of)
        n_keys = max((int(keys.max()) for keys in (self.first, reports.first) if len(keys)), default=0) + 1
        novelty = np.ones(n_keys)
        # Of assignments of one article the last stays.
        novelty[reports.first[known]] = reports.novelty[known]
        return novelty[self.first]

    def scores(self, theme: str) -> Floats:
        """Return a theme's score in each row, null where it does not carry it."""
        scores = np.full(len(self.tagging), np.nan)
        if theme in self.themes:
            scores[self.themes[theme].row] = self.themes[theme].score
        return scores

    def rows_of(self, taggings: Integers) -> Integers:
        """Return the row of each key of a tagging, -1 where it is none of these."""
        if not len(self.tagging):
            return np.full(len(taggings), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.tagging, taggings), len(self.tagging) - 1)
        return np.where(self.tagging[place] == taggings, place, -1)


class NewsMemory:
    """The columns of one database, kept up to date; any number of threads may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: object = None
        self._columns: Columns | None = None

    def columns(self, db: Database, *, mark: object) -> Columns:
        """Return the columns as of a mark of the database; they are read again only where it changed."""
        with self._lock:
            if self._columns is None or mark != self._mark:
                self._columns = _brought_up(db, self._columns)
                self._mark = mark
            return self._columns


def _brought_up(db: Database, held: Columns | None) -> Columns:
    """Add what came since; read all where something went."""
    db.execute("BEGIN")
    try:
        columns = _with_taggings(db, held)
        reports = _with_reports(db, None if held is None else held.reports)
        return columns if reports is columns.reports else replace(columns, reports=reports)
    finally:
        db.execute("COMMIT")


def _with_taggings(db: Database, held: Columns | None) -> Columns:
    count, last = db.execute("SELECT count(*), coalesce(max(pk), 0) FROM tagging").fetchone()
    if held is not None:
        if (count, last) == (held.n_taggings, held.last):
            return held
        earlier = db.execute("SELECT count(*) FROM tagging WHERE pk <= ?", [held.last]).fetchone()[0]
        if earlier == held.n_taggings:
            joined = _joined(held, _read(db, after=held.last))
            return replace(joined, n_taggings=int(count), last=int(last))
    return replace(_read(db, after=0), n_taggings=int(count), last=int(last))


def _with_reports(db: Database, held: Reports | None) -> Reports:
    count, last = db.execute("SELECT count(*), coalesce(max(pk), 0) FROM story_report").fetchone()
    if held is not None:
        if (count, last) == (len(held.first), held.last):
            return held
        earlier = db.execute("SELECT count(*) FROM story_report WHERE pk <= ?", [held.last]).fetchone()[0]
        if earlier == len(held.first):
            added = _read_reports(db, after=held.last, last=last)
            return Reports(
                first=np.concatenate([held.first, added.first]),
                seen_from=np.concatenate([held.seen_from, added.seen_from]),
                novelty=np.concatenate([held.novelty, added.novelty]),
                last=added.last,
            )
    return _read_reports(db, after=0, last=last)


def _read_reports(db: Database, *, after: int, last: int) -> Reports:
    query = "SELECT article_pk, known_at, novelty FROM story_report WHERE pk > ? ORDER BY pk"
    rows = db.execute(query, [after]).fetchall()
    first, seen_from, novelty = [list(part) for part in zip(*rows, strict=True)] or [[], [], []]
    return Reports(
        first=np.array(first, dtype=np.int64),
        seen_from=np.array(seen_from, dtype="U24"),
        novelty=np.array(novelty, dtype=np.float64),
        last=int(last),
    )


_NO_REPORTS: Final = Reports(
    first=np.array([], dtype=np.int64),
    seen_from=np.array([], dtype="U24"),
    novelty=np.array([], dtype=np.float64),
    last=0,
)


def _read(db: Database, *, after: int) -> Columns:
    rows = db.execute(_TAGGINGS, [after]).fetchall()
    parts: list[Any] = [list(part) for part in zip(*rows, strict=True)] or [[] for _ in range(12)]
    tagging, first, text = (np.array(part, dtype=np.int64) for part in parts[:3])
    known_at = pd.DatetimeIndex(pd.to_datetime(pd.Series(parts[3], dtype=str), utc=True, format="ISO8601"))
    columns = Columns(
        tagging=tagging,
        first=first,
        text=text,
        known_at=known_at,
        seen_from=np.array(parts[4], dtype="U24"),
        n_themes=np.array(parts[5], dtype=np.int64),
        tone=np.array(parts[6], dtype=np.int64),
        tone_score=np.array(parts[7], dtype=np.float64),
        texts=pd.DataFrame(dict(zip(_TEXTS, parts[8:], strict=True)), dtype="str"),
        order=_order(known_at, text),
        themes={},
        reports=_NO_REPORTS,
        last=0,
        n_taggings=0,
    )
    return replace(columns, themes=_read_themes(db, columns, after=after))


def _read_themes(db: Database, columns: Columns, *, after: int) -> dict[str, ThemeTags]:
    query = "SELECT theme, tagging_pk, score FROM theme_tag WHERE tagging_pk > ? ORDER BY tagging_pk"
    tags = pd.DataFrame(db.execute(query, [after]).fetchall(), columns=["theme", "tagging", "score"])
    tags["row"] = columns.rows_of(tags["tagging"].to_numpy(dtype=np.int64))
    found = tags.loc[tags["row"] >= 0]
    return {
        str(theme): ThemeTags(
            row=own["row"].to_numpy(dtype=np.int64), score=own["score"].to_numpy(dtype=np.float64)
        )
        for theme, own in found.groupby("theme", sort=False)
    }


def _joined(held: Columns, added: Columns) -> Columns:
    n_held = len(held.tagging)
    known_at = pd.DatetimeIndex(held.known_at.append(added.known_at))
    text = np.concatenate([held.text, added.text])
    moved = {
        theme: ThemeTags(row=tags.row + n_held, score=tags.score) for theme, tags in added.themes.items()
    }
    return Columns(
        tagging=np.concatenate([held.tagging, added.tagging]),
        first=np.concatenate([held.first, added.first]),
        text=text,
        known_at=known_at,
        seen_from=np.concatenate([held.seen_from, added.seen_from]),
        n_themes=np.concatenate([held.n_themes, added.n_themes]),
        tone=np.concatenate([held.tone, added.tone]),
        tone_score=np.concatenate([held.tone_score, added.tone_score]),
        texts=pd.concat([held.texts, added.texts], ignore_index=True),
        order=_order(known_at, text),
        themes={
            **held.themes,
            **{theme: _after(held.themes.get(theme), tags) for theme, tags in moved.items()},
        },
        reports=held.reports,
        last=held.last,
        n_taggings=held.n_taggings,
    )


def _after(held: ThemeTags | None, added: ThemeTags) -> ThemeTags:
    if held is None:
        return added
    return ThemeTags(
        row=np.concatenate([held.row, added.row]), score=np.concatenate([held.score, added.score])
    )


def _order(known_at: pd.DatetimeIndex, text: Integers) -> Integers:
    return np.lexsort((text, known_at.asi8)).astype(np.int64)
