"""Articles and their revisions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from ingest.article import Article
from southbound.instant import instant_from_text, text_from_instant

KnownBasis = Literal["seen", "published"]
_CJK = re.compile(r"([\u3400-\u9fff\uf900-\ufaff])")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as the store holds it."""

    pk: int
    article_id: str
    revision: int
    title: str
    body: str
    url: str | None
    publisher: str
    language: str
    published_at: datetime | None
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What an import did: new articles, revisions of known ones, and those known already."""

    new: int = 0
    revised: int = 0
    known: int = 0

    def __add__(self, other: Added) -> Added:
        return Added(
            new=self.new + other.new, revised=self.revised + other.revised, known=self.known + other.known
        )


class ArticleTable:
    """Add and read articles. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, articles: Iterable[Article], *, seen_at: datetime, basis: KnownBasis) -> Added:
        """Add what is not known yet.

        An article is known by its id and content. The same id with another content becomes a
        further revision; a text that was withdrawn and comes back is known already, so that a story told
        A, B, A has the revisions A and B, each since we first saw it. The revisions are the texts that
        were new, in that order, and the last one is not always what the publisher shows now. (Taking
        every return for news would double the articles of feeds that list both texts.)

        `basis` says when a fact could be used: when we saw it, or, for archives, when it was published
        (never later than we saw it).
        """
        added = Added()
        for article in articles:
            added += self._add_one(article, seen_at=seen_at, basis=basis)
        return added

    def _add_one(self, article: Article, *, seen_at: datetime, basis: KnownBasis) -> Added:
        hashes = [
            row[0]
            for row in self._db.execute(
                "SELECT content_hash FROM article WHERE article_id = ?", [article.article_id]
            )
        ]
        if article.content_hash in hashes:
            return Added(known=1)
        # A revision was first known when we saw it, whatever date the publisher left on it.
        known_at, known_basis = _known(article, seen_at=seen_at, basis="seen" if hashes else basis)
        cursor = self._db.conn.execute(
            """INSERT INTO article (article_id, revision, title, body, url, canonical_url, publisher,
                   language, published_at, seen_at, known_at, known_basis, content_hash, feed_url, extra)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                article.article_id,
                len(hashes),
                article.title,
                article.body,
                article.url,
                article.canonical_url,
                article.publisher,
                article.language,
                text_from_instant(article.published_at) if article.published_at else None,
                text_from_instant(seen_at),
                text_from_instant(known_at),
                known_basis,
                article.content_hash,
                article.feed_url,
                json.dumps(dict(article.extra), ensure_ascii=False, default=str),
            ],
        )
        self._db.conn.execute(
            "INSERT INTO article_search(rowid, title, body) VALUES (?, ?, ?)",
            [cursor.lastrowid, spaced(article.title), spaced(article.body)],
        )
        return Added(revised=1) if hashes else Added(new=1)

    def untagged(self, model: str, *, languages: tuple[str, ...] | None = None) -> int:
        """Count the articles that have no tags of `model` yet."""
        where, parameters = _language_condition(languages)
        return int(
            self._db.execute(
                f"""SELECT count(*) FROM article a WHERE NOT EXISTS
                    (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk AND t.model = ?){where}""",
                [model, *parameters],
            ).fetchone()[0]
        )

    def next_untagged(
        self, model: str, *, after_pk: int, limit: int, languages: tuple[str, ...] | None = None
    ) -> list[StoredArticle]:
        """Return up to `limit` articles with a key above `after_pk` that have no tags of `model` yet."""
        where, parameters = _language_condition(languages)
        rows = self._db.query(
            f"""SELECT {_COLUMNS} FROM article a WHERE a.pk > ? AND NOT EXISTS
                (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk AND t.model = ?){where}
                ORDER BY a.pk LIMIT ?""",
            [after_pk, model, *parameters, limit],
        )
        return [_article_from_row(row) for row in rows]

    def known_between(self, start: datetime, end: datetime) -> Iterator[StoredArticle]:
        """Yield each article first known in the half-open span, in the order of `known_at`."""
        rows = self._db.query(
            f"""SELECT {_COLUMNS} FROM article a WHERE revision = 0 AND known_at >= ? AND known_at < ?
                ORDER BY known_at, pk""",
            [text_from_instant(start), text_from_instant(end)],
        )
        return (_article_from_row(row) for row in rows)

    def latest_before(self, publisher: str, at: datetime, *, limit: int) -> list[StoredArticle]:
        """Return a publisher's latest articles known before an instant, newest first."""
        rows = self._db.query(
            f"""SELECT {_COLUMNS} FROM article a WHERE publisher = ? AND revision = 0 AND known_at < ?
                ORDER BY known_at DESC, pk DESC LIMIT ?""",
            [publisher, text_from_instant(at), limit],
        )
        return [_article_from_row(row) for row in rows]

    def revisions(self, article_id: str) -> list[StoredArticle]:
        """Return an article's revisions, first to last; none where the id is unknown."""
        rows = self._db.query(
            f"SELECT {_COLUMNS} FROM article a WHERE article_id = ? ORDER BY revision", [article_id]
        )
        return [_article_from_row(row) for row in rows]

    def count(self) -> int:
        """Count articles, revisions included."""
        return int(self._db.execute("SELECT count(*) FROM article").fetchone()[0])


_COLUMNS = "a.pk, article_id, revision, title, body, url, publisher, language, published_at, a.known_at"


def spaced(text: str) -> str:
    """Set each CJK character apart, so that a search finds it inside a run of others."""
    return _CJK.sub(r" \1 ", text)


def _known(article: Article, *, seen_at: datetime, basis: KnownBasis) -> tuple[datetime, KnownBasis]:
    published_at = article.published_at
    if basis == "published" and published_at is not None and published_at <= seen_at:
        return published_at, "published"
    return seen_at, "seen"


def _language_condition(languages: tuple[str, ...] | None) -> tuple[str, list[str]]:
    if not languages:
        return "", []
    return f" AND a.language IN ({', '.join('?' * len(languages))})", list(languages)


def _article_from_row(row: dict[str, Any]) -> StoredArticle:
    published = row["published_at"]
    return StoredArticle(
        pk=row["pk"],
        article_id=row["article_id"],
        revision=row["revision"],
        title=row["title"],
        body=row["body"],
        url=row["url"],
        publisher=row["publisher"],
        language=row["language"],
        published_at=instant_from_text(published) if published else None,
        known_at=instant_from_text(row["known_at"]),
    )
