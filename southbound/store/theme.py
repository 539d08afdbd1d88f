"""Themes of the user's own: versions, and what each version says of each article. Added, never rewritten.

A row stands for every article that a version has read, whether it carries the theme or not: that a
later version takes a tag away is known by its own row, and an article that nobody read is missing, not zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from nlp.annotation import Span, ThemeTag
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.article import StoredArticle

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTheme:
    """A version of a theme of the user's own.

    `examples` are what it was learnt from: {"title", "body", "label"}. `quality` is None where nothing could
    be measured. `vector_name` says which encoder's vectors it reads.
    """

    theme: str
    version: int
    name: str
    definition: str
    keywords: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]
    share: float
    threshold: float
    classifier: bytes
    vector_name: str
    quality: Mapping[str, Any] | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTag:
    """What a version says of an article: score 0..1, and the evidence where the article carries the theme."""

    article_pk: int
    score: float
    evidence: Span | None


class ThemeTable:
    """Add and read themes of the user's own. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, theme: OwnTheme) -> None:
        """Add a version; those before it are left as they are, but no longer tag."""
        values = {
            "theme": theme.theme,
            "version": theme.version,
            "name": theme.name,
            "definition": theme.definition,
            "keywords": json.dumps(theme.keywords, ensure_ascii=False),
            "examples": json.dumps([dict(one) for one in theme.examples], ensure_ascii=False),
            "share": theme.share,
            "threshold": theme.threshold,
            "classifier": theme.classifier,
            "vector_name": theme.vector_name,
            "quality": json.dumps(theme.quality) if theme.quality is not None else None,
            "created_at": text_from_instant(theme.created_at),
        }
        self._db.conn.execute(
            f"INSERT INTO own_theme ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        )

    def versions(self, theme: str) -> list[OwnTheme]:
        """Return all versions of a theme, oldest first."""
        rows = self._db.query("SELECT * FROM own_theme WHERE theme = ? ORDER BY version", [theme])
        return [_theme_from_row(row) for row in rows]

    def latest(self) -> list[OwnTheme]:
        """Return the latest version of each theme, ended or not, in alphabetical order."""
        rows = self._db.query(
            """SELECT * FROM own_theme o WHERE version =
               (SELECT max(version) FROM own_theme WHERE theme = o.theme) ORDER BY theme"""
        )
        return [_theme_from_row(row) for row in rows]

    def active(self) -> list[OwnTheme]:
        """Return the versions that tag: the latest of each theme that has not ended."""
        return [theme for theme in self.latest() if theme.ended_at is None]

    def names(self) -> dict[str, str]:
        """Return the name of each theme by its id, ended ones included: their history can be asked for."""
        return {theme.theme: theme.name for theme in self.latest()}

    def end(self, theme: str, *, at: datetime) -> None:
        """End a theme: it tags nothing any more, what it has tagged stays."""
        self._db.conn.execute(
            "UPDATE own_theme SET ended_at = ? WHERE theme = ? AND ended_at IS NULL",
            [text_from_instant(at), theme],
        )

    def add_tags(
        self, theme: OwnTheme, tags: Iterable[OwnTag], *, tagged_at: datetime, with_article: bool
    ) -> None:
        """Add what a version says; what it said of an article before is left as it is.

        A back-fill is known when it was made. An archived article that is tagged for the first time
        (`with_article`) is taken to have been there all along: its tag is known with it, but not before the
        version was.
        """
        now = text_from_instant(tagged_at)
        early = text_from_instant(theme.created_at) if with_article else now
        self._db.conn.executemany(
            """INSERT INTO own_tag (theme, version, article_pk, tagged_at, known_at, score, carries, evidence)
               SELECT ?, ?, a.pk, ?, max(a.known_at, CASE WHEN a.known_basis = 'published'
                   AND (SELECT count(*) FROM tagging g WHERE g.article_pk = a.pk) <= 1 THEN ? ELSE ? END),
                   ?, ?, ? FROM article a WHERE a.pk = ? ON CONFLICT DO NOTHING""",
            [
                (
                    *(theme.theme, theme.version, now, early, now, round(tag.score, 4)),
                    *(int(tag.evidence is not None), _json_from_span(tag.evidence), tag.article_pk),
                )
                for tag in tags
            ],
        )

    def unread(self, theme: OwnTheme, *, after_pk: int, limit: int) -> list[StoredArticle]:
        """Return up to `limit` tagged articles above a key that a version has not read."""
        rows = self._db.query(
            f"""SELECT {_COLUMNS}
               FROM article a WHERE a.pk > ? AND EXISTS (SELECT 1 FROM tagging WHERE article_pk = a.pk)
                   AND NOT EXISTS (SELECT 1 FROM own_tag t
                       WHERE t.theme = ? AND t.version = ? AND t.article_pk = a.pk)
               ORDER BY a.pk LIMIT ?""",
            [after_pk, theme.theme, theme.version, limit],
        )
        return [_article_from_row(row) for row in rows]

    def draw(self, count: int, *, seed: int) -> list[StoredArticle]:
        """Return some tagged articles drawn at random, the same ones for the same database and seed."""
        rows = self._db.query(
            f"""SELECT {_COLUMNS}
               FROM article a WHERE revision = 0 AND EXISTS (SELECT 1 FROM tagging WHERE article_pk = a.pk)
               ORDER BY (a.pk * 2654435761 + ?) % 4294967291 LIMIT ?""",
            [seed, count],
        )
        return [_article_from_row(row) for row in rows]

    def find_articles(self, article_ids: Sequence[str]) -> dict[str, StoredArticle]:
        """Return the first revisions of articles by their ids; those that are not there are left out."""
        rows = self._db.query(
            f"""SELECT {_COLUMNS}
               FROM article a WHERE revision = 0 AND article_id IN (SELECT value FROM json_each(?))""",
            [json.dumps(list(article_ids))],
        )
        return {row["article_id"]: _article_from_row(row) for row in rows}

    def hits(self, theme: OwnTheme, *, limit: int, latest: bool) -> list[tuple[StoredArticle, ThemeTag]]:
        """Return articles that carry a version's theme: the best, or the latest first."""
        order = "a.known_at DESC, a.pk DESC" if latest else "t.score DESC, a.known_at DESC"
        rows = self._db.query(
            f"""SELECT a.pk, article_id, revision, title, body, url, publisher, language, published_at,
                    a.known_at, t.score, t.evidence, t.theme
                FROM own_tag t JOIN article a ON a.pk = t.article_pk
                WHERE t.theme = ? AND t.version = ? AND t.carries AND t.review = {_LAST_REVIEW}
                ORDER BY {order} LIMIT ?""",
            [theme.theme, theme.version, limit],
        )
        return [
            (_article_from_row({key: row[key] for key in _ARTICLE_KEYS}), _tag_from_row(row)) for row in rows
        ]

    def count(self, theme: OwnTheme) -> tuple[int, int]:
        """Return how many articles a version has read, and how many of them carry the theme."""
        row = self._db.execute(
            f"""SELECT count(*), coalesce(sum(carries), 0) FROM own_tag t
                WHERE theme = ? AND version = ? AND t.review = {_LAST_REVIEW}""",
            [theme.theme, theme.version],
        ).fetchone()
        return int(row[0]), int(row[1])

    def add_vectors(self, name: str, vectors: Mapping[int, Vector]) -> None:
        """Keep articles' vectors in half precision, by the articles' keys."""
        self._db.conn.executemany(
            "INSERT INTO article_vector VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [(key, name, vector.astype(np.float16).tobytes()) for key, vector in vectors.items()],
        )

    def vectors(self, name: str, keys: Iterable[int]) -> dict[int, Vector]:
        """Return the kept vectors of articles; those that have none are left out."""
        rows = self._db.query(
            """SELECT article_pk, vector FROM article_vector
               WHERE vector_name = ? AND article_pk IN (SELECT value FROM json_each(?))""",
            [name, json.dumps(list(keys))],
        )
        return {
            row["article_pk"]: np.frombuffer(row["vector"], np.float16).astype(np.float32) for row in rows
        }

    def count_tagged(self) -> int:
        """Count the tagged articles."""
        return int(self._db.execute("SELECT count(DISTINCT article_pk) FROM tagging").fetchone()[0])

    def tags_of(
        self, article_pks: Sequence[int], *, bound: str, hindsight: bool
    ) -> dict[int, list[ThemeTag]]:
        """Return the own themes that articles carry, as known before a bound, by the articles' keys."""
        rows = self._db.query(
            f"""WITH own AS ({own_visible("AND c.article_pk IN (SELECT value FROM json_each(:keys))")})
                SELECT t.article_pk, t.theme, t.score, t.evidence FROM own o JOIN own_tag t
                    ON t.theme = o.theme AND t.version = o.version AND t.article_pk = o.article_pk
                    AND t.review = o.review
                WHERE t.carries ORDER BY t.score DESC""",
            {"as_of": bound, "hindsight": int(hindsight), "keys": json.dumps(list(article_pks))},
        )
        found: dict[int, list[ThemeTag]] = {}
        for row in rows:
            found.setdefault(row["article_pk"], []).append(_tag_from_row(row))
        return found


def own_visible(condition: str) -> str:
    """Return the query for the version of each own theme that speaks for each article.

    It is the latest that was known before :as_of, with what reviewers last said of it; with :hindsight, of a
    theme that was first defined at or after :as_of, the latest of all.
    """
    # With max(), SQLite takes the bare columns from the row that holds the maximum.
    return f"""SELECT c.theme, c.article_pk, c.version, c.review,
            max(c.version * {_MOST_REVIEWS} + c.review) AS place FROM own_tag c
        WHERE (c.known_at < :as_of OR (:hindsight AND :as_of <=
            (SELECT min(h.created_at) FROM own_theme h WHERE h.theme = c.theme))) {condition}
        GROUP BY c.theme, c.article_pk"""


#: More than corrections can be: versions come before what is said of one version.
_MOST_REVIEWS = 1_000_000_000
_LAST_REVIEW = """(SELECT max(l.review) FROM own_tag l
    WHERE l.theme = t.theme AND l.article_pk = t.article_pk AND l.version = t.version)"""
_COLUMNS = "a.pk, article_id, revision, title, body, url, publisher, language, published_at, a.known_at"
_ARTICLE_KEYS = (
    *("pk", "article_id", "revision", "title", "body", "url", "publisher", "language"),
    *("published_at", "known_at"),
)


def _json_from_span(span: Span | None) -> str | None:
    if span is None:
        return None
    values = {"field": span.field, "start": span.start, "end": span.end, "text": span.text}
    return json.dumps([values], ensure_ascii=False)


def _tag_from_row(row: Mapping[str, Any]) -> ThemeTag:
    spans = tuple(Span(**span) for span in json.loads(row["evidence"]))
    return ThemeTag(theme=row["theme"], score=row["score"], evidence=spans)


def _theme_from_row(row: dict[str, Any]) -> OwnTheme:
    values = dict(row)
    quality, ended = values.pop("quality"), values.pop("ended_at")
    return OwnTheme(
        **{
            **values,
            "keywords": tuple(json.loads(values["keywords"])),
            "examples": tuple(json.loads(values["examples"])),
            "created_at": instant_from_text(values["created_at"]),
        },
        quality=json.loads(quality) if quality else None,
        ended_at=instant_from_text(ended) if ended else None,
    )


def _article_from_row(row: dict[str, Any]) -> StoredArticle:
    published = row["published_at"]
    return StoredArticle(
        **{
            **row,
            "published_at": instant_from_text(published) if published else None,
            "known_at": instant_from_text(row["known_at"]),
        }
    )
