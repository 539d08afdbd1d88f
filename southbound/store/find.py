"""Lists of articles by words, tags and time, as they were known at an instant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant
from southbound.store.search import HAVING_WORDS, best_first, is_common, match_expression
from southbound.store.tag import bound_of
from southbound.store.theme import own_visible

Order = Literal["newest", "best"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleQuery:
    """What articles are asked for; what is empty or None asks for nothing.

    Attributes:
        words: that all stand in title or body; "a phrase" in quotes stays together.
        theme: id of a theme that they carry.
        entity: id of an entity that they name.
        publisher: outlet.
        language: "en" or "zh".
        tone: -1, 0 or 1.
        start: known at this instant or later.
        end: known before this instant.
        as_of: they and their tags were known before this instant.
    """

    words: str = ""
    theme: str = ""
    entity: str = ""
    publisher: str = ""
    language: str = ""
    tone: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """An article of a list, with its tags; `tone` and `tone_score` are None where it is not tagged."""

    article_id: str
    title: str
    body: str
    url: str | None
    publisher: str
    language: str
    known_at: datetime
    tone: int | None
    tone_score: float | None
    themes: tuple[str, ...]


class ArticleFinder:
    """Finds articles."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(
        self, query: ArticleQuery, *, order: Order = "newest", limit: int = 50, offset: int = 0
    ) -> list[ListedArticle]:
        """Return the articles that meet a query; the revisions of one article are one.

        Args:
            query: what is asked for.
            order: the newest first, or those that have the words best. Where more texts meet the query than
                are ranked (see `is_limited`), the newest are ranked, and the older ones follow by their time.
            limit: how many at most.
            offset: how many to leave out first.
        """
        keys = list(islice(self._keys(query, order), offset, offset + limit))
        return self._listed(keys, query)

    def is_limited(self, query: ArticleQuery) -> bool:
        """Say whether the words are so common that "best" ranks only the newest texts that have them."""
        expression = match_expression(query.words)
        return bool(expression) and is_common(self._db, expression)

    def publishers(self, *, as_of: datetime | None = None) -> list[str]:
        """Return the outlets that have articles, in order."""
        rows = self._db.execute(
            "SELECT DISTINCT publisher FROM article WHERE known_at < ? ORDER BY publisher", [bound_of(as_of)]
        )
        return [row[0] for row in rows]

    def _keys(self, query: ArticleQuery, order: Order) -> Iterator[int]:
        """Yield the key of the first row of each article that meets the query, in order."""
        expression = match_expression(query.words)
        if query.words.strip() and not expression:
            return
        common = bool(expression) and is_common(self._db, expression)
        is_ranked = bool(expression) and order == "best"
        statement, parameters = _statement(
            query,
            expression,
            by_theme=self._is_narrow(query.theme, most=None if is_ranked else _MANY),
            words_first=bool(expression) and not common,
        )
        newest = _each_once(self._db.execute(statement, parameters))
        yield from self._first_rows(best_first(self._db, expression, newest) if is_ranked else newest)

    def _first_rows(self, keys: Iterable[int]) -> Iterator[int]:
        """Yield the first key of each article."""
        seen: set[str] = set()
        for key in keys:
            (article_id,) = self._db.execute("SELECT article_id FROM article WHERE pk = ?", [key]).fetchone()
            if article_id not in seen:
                seen.add(article_id)
                yield key

    def _is_narrow(self, theme: str, *, most: int | None) -> bool:
        """Say whether to read a theme first: one of the catalogue that has fewer articles than `most`."""
        if self._db.execute("SELECT 1 FROM own_theme WHERE theme = ?", [theme]).fetchone():
            return False
        few = "SELECT count(*) FROM (SELECT 1 FROM theme_tag WHERE theme = ? LIMIT ?)"
        return most is None or self._db.execute(few, [theme, most]).fetchone()[0] < most

    def _listed(self, keys: Sequence[int], query: ArticleQuery) -> list[ListedArticle]:
        parameters = {"keys": json.dumps(list(keys)), "as_of": bound_of(query.as_of)}
        rows = {row["pk"]: row for row in self._db.query(_LISTED, parameters)}
        themes: dict[int, list[str]] = {}
        for key, theme in self._db.execute(_THEMES, parameters):
            themes.setdefault(key, []).append(theme)
        return [_listed_from_row(rows[key], themes.get(key, [])) for key in keys]


#: Articles of a theme, above which the newest of all are read until enough of them carry it; but not where
#: all that carry it are wanted, as the best of them can be told only then.
_MANY = 2_000

_LATEST = """t.pk = (SELECT max(x.pk) FROM tagging x WHERE x.article_pk = a.pk AND x.known_at < :as_of)"""

_LISTED = f"""SELECT a.pk, a.article_id, a.title, a.body, a.url, a.publisher, a.language, a.known_at, t.tone,
        t.positive - t.negative AS tone_score
    FROM article a LEFT JOIN tagging t ON t.article_pk = a.pk AND {_LATEST}
    WHERE a.pk IN (SELECT value FROM json_each(:keys))"""

_THEMES = f"""WITH own AS ({own_visible("AND c.article_pk IN (SELECT value FROM json_each(:keys))")})
    SELECT article_pk, theme FROM (
        SELECT a.pk AS article_pk, h.theme, h.score FROM article a
        JOIN tagging t ON t.article_pk = a.pk AND {_LATEST} JOIN theme_tag h ON h.tagging_pk = t.pk
        WHERE a.pk IN (SELECT value FROM json_each(:keys))
        UNION ALL SELECT c.article_pk, c.theme, c.score FROM own o JOIN own_tag c
            ON c.theme = o.theme AND c.version = o.version AND c.article_pk = o.article_pk
            AND c.review = o.review WHERE c.carries)
    ORDER BY score DESC""".replace(":hindsight", "0")

_OWN = f"""EXISTS (SELECT 1 FROM ({own_visible("AND c.theme = :theme AND c.article_pk = a.pk")}) o
    JOIN own_tag w ON w.theme = o.theme AND w.version = o.version AND w.article_pk = o.article_pk
        AND w.review = o.review
    WHERE w.carries)""".replace(":hindsight", "0")

_CARRIED = f"""CASE WHEN EXISTS (SELECT 1 FROM own_theme WHERE theme = :theme) THEN {_OWN} ELSE
    EXISTS (SELECT 1 FROM tagging t JOIN theme_tag h ON h.tagging_pk = t.pk
        WHERE t.article_pk = a.pk AND h.theme = :theme AND {_LATEST}) END"""

_NAMED = "EXISTS (SELECT 1 FROM entity_tag e WHERE e.tagging_pk = t.pk AND e.entity_id = :entity)"


def _each_once(rows: Iterable[tuple[int]]) -> Iterator[int]:
    """Yield each key once: a text that was tagged twice stands twice under its theme."""
    seen: set[int] = set()
    for (key,) in rows:
        if key not in seen:
            seen.add(key)
            yield key


def _statement(
    query: ArticleQuery, expression: str, *, by_theme: bool, words_first: bool
) -> tuple[str, dict[str, Any]]:
    """Return the statement whose rows are the keys of the texts that meet a query, the newest first."""
    source, conditions = _source(query, by_theme=by_theme, words_first=words_first)
    conditions += [
        text
        for text, asked in (
            (HAVING_WORDS, expression and not words_first),
            ("a.known_at < :as_of", True),
            (_NAMED, query.entity),
            (_CARRIED, query.theme),
            ("a.publisher = :publisher", query.publisher),
            ("a.language LIKE :language || '%'", query.language),
            ("t.tone = :tone", query.tone is not None),
            ("a.known_at >= :start", query.start),
            ("a.known_at < :end", query.end),
        )
        if asked
    ]
    sql = f"SELECT a.pk FROM {source} WHERE {' AND '.join(conditions)} ORDER BY a.known_at DESC, a.pk DESC"
    return sql, _parameters(query, expression)


def _source(query: ArticleQuery, *, by_theme: bool, words_first: bool) -> tuple[str, list[str]]:
    """Return the tables of a statement, and the condition that the first one brings.

    The narrowest table is read first: CROSS JOIN keeps SQLite to the order given.
    """
    tags = "CROSS JOIN tagging g ON g.pk = k.tagging_pk CROSS JOIN article a ON a.pk = g.article_pk"
    if words_first:
        source = "article_search s CROSS JOIN article a ON a.pk = s.rowid"
        conditions = ["article_search MATCH :words"]
    elif query.entity:
        source, conditions = f"entity_tag k {tags}", ["k.entity_id = :entity"]
    elif query.theme and by_theme:
        source, conditions = f"theme_tag k {tags}", ["k.theme = :theme"]
    else:
        source, conditions = "article a", []
    if query.entity or query.tone is not None:
        source += f" CROSS JOIN tagging t ON t.article_pk = a.pk AND {_LATEST}"
    return source, conditions


def _parameters(query: ArticleQuery, expression: str) -> dict[str, Any]:
    return {
        "words": expression,
        "theme": query.theme,
        "entity": query.entity,
        "publisher": query.publisher,
        "language": query.language,
        "tone": query.tone,
        "start": text_from_instant(query.start) if query.start else None,
        "end": text_from_instant(query.end) if query.end else None,
        "as_of": bound_of(query.as_of),
    }


def _listed_from_row(row: dict[str, Any], themes: Sequence[str]) -> ListedArticle:
    values = {key: value for key, value in row.items() if key != "pk"}
    return ListedArticle(
        **{**values, "known_at": instant_from_text(values["known_at"])}, themes=tuple(dict.fromkeys(themes))
    )
