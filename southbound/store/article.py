"""Articles and their revisions."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any, Literal

from sqlite_utils import Database

from ingest.article import Article
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.model_name import ADJUSTED_MARK, BACK_MARK, FAILED_MARK

KnownBasis = Literal["seen", "published"]
_CJK_RUN = re.compile(r"([\u3400-\u9fff\uf900-\ufaff]+)")
#: Articles that are looked up and written at once; with 16 values each below SQLite's 32,766 parameters.
_BATCH = 2000


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
        source = iter(articles)
        while batch := list(islice(source, _BATCH)):
            added += self._add_batch(batch, seen_at=seen_at, basis=basis)
        return added

    def _add_batch(self, articles: list[Article], *, seen_at: datetime, basis: KnownBasis) -> Added:
        hashes = self._hashes({article.article_id for article in articles})
        next_pk = self._next_pk()
        rows: list[tuple[object, ...]] = []
        n_known = n_revised = 0
        for article in articles:
            earlier = hashes[article.article_id]
            if article.content_hash in earlier:
                n_known += 1
                continue
            # A revision was first known when we saw it, whatever date the publisher left on it.
            known_at, known_basis = _known(article, seen_at=seen_at, basis="seen" if earlier else basis)
            n_revised += bool(earlier)
            rows.append(
                _row_from_article(
                    article,
                    pk=next_pk + len(rows),
                    revision=len(earlier),
                    seen_at=seen_at,
                    known_at=known_at,
                    known_basis=known_basis,
                )
            )
            earlier.add(article.content_hash)
        self._insert(rows)
        return Added(new=len(rows) - n_revised, revised=n_revised, known=n_known)

    def _hashes(self, article_ids: Collection[str]) -> defaultdict[str, set[str]]:
        """Return the contents that are stored under each id: none under most."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        places = ", ".join("?" * len(article_ids))
        for article_id, content_hash in self._db.conn.execute(
            f"SELECT article_id, content_hash FROM article WHERE article_id IN ({places})", list(article_ids)
        ):
            found[article_id].add(content_hash)
        return found

    def _next_pk(self) -> int:
        # The caller's transaction holds the write lock: nobody else takes a key meanwhile.
        return int(self._db.conn.execute("SELECT coalesce(max(pk), 0) + 1 FROM article").fetchone()[0])

    def _insert(self, rows: list[tuple[object, ...]]) -> None:
        self._insert_into(f"article ({', '.join(_STORED)})", rows)
        self._insert_into(
            "article_search(rowid, title, body)",
            [(row[0], spaced(str(row[3])), spaced(str(row[4]))) for row in rows],
        )

    def _insert_into(self, target: str, rows: list[tuple[object, ...]]) -> None:
        """Insert all rows by one statement: no other thread can take Python's lock between two of them."""
        if rows:
            places = f"({', '.join('?' * len(rows[0]))})"
            self._db.conn.execute(
                f"INSERT INTO {target} VALUES {', '.join([places] * len(rows))}",
                list(chain.from_iterable(rows)),
            )

    def untagged(self, model: str, *, languages: tuple[str, ...] | None = None) -> int:
        """Count the articles that have no tags of `model` yet."""
        where, parameters = _language_condition(languages)
        return int(
            self._db.execute(
                f"SELECT count(*) FROM article a WHERE {_UNTAGGED}{where}",
                [*self._settled(model), *parameters],
            ).fetchone()[0]
        )

    def next_untagged(
        self, model: str, *, after_pk: int, limit: int, languages: tuple[str, ...] | None = None
    ) -> list[StoredArticle]:
        """Return up to `limit` articles with a key above `after_pk` that have no tags of `model` yet.

        One that the model failed on isn't tried again. With an adjustment in use, what was tagged before it
        was taken into use has been adjusted then (:mod:`southbound.pipeline.review.stored`).
        """
        where, parameters = _language_condition(languages)
        rows = self._db.query(
            f"""SELECT {_COLUMNS} FROM article a WHERE a.pk > ? AND {_UNTAGGED}{where}
                ORDER BY a.pk LIMIT ?""",
            [after_pk, *self._settled(model), *parameters, limit],
        )
        return [_article_from_row(row) for row in rows]

    def _settled(self, model: str) -> list[str]:
        """Return the parameters of `_UNTAGGED`: for an adjusted model in use, its base and since when."""
        row = self._db.execute(
            """SELECT a.base_model, u.known_at, u.version FROM adjustment_use u
               LEFT JOIN adjustment a ON a.version = u.version ORDER BY u.pk DESC LIMIT 1"""
        ).fetchone()
        base, since = "", ""
        if row is not None and f"{row[0]}{ADJUSTED_MARK}{row[2]}" == model:
            base, since = str(row[0]), str(row[1])
        return [model, f"{model}{FAILED_MARK}", since, base, f"{base}{ADJUSTED_MARK}*", f"{base}{BACK_MARK}*"]

    def by_keys(self, keys: Iterable[int]) -> list[StoredArticle]:
        """Return the texts with some keys, in the order of the keys' size."""
        rows = self._db.query(
            f"SELECT {_COLUMNS} FROM article a WHERE pk IN (SELECT value FROM json_each(?)) ORDER BY pk",
            [json.dumps(list(keys))],
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

    def latest(self, *, limit: int) -> list[StoredArticle]:
        """Return the articles that were known last, the newest first."""
        rows = self._db.query(
            f"SELECT {_COLUMNS} FROM article a WHERE revision = 0 ORDER BY known_at DESC, pk DESC LIMIT ?",
            [limit],
        )
        return [_article_from_row(row) for row in rows]

    def latest_before(self, publisher: str, at: datetime, *, limit: int) -> list[StoredArticle]:
        """Return a publisher's latest articles, pages' texts too, known before an instant, newest first."""
        rows = self._db.query(
            f"""SELECT {_COLUMNS} FROM article a WHERE publisher = ? AND known_at < ?
                    AND (revision = 0 OR EXISTS (SELECT 1 FROM page p WHERE p.full_text_pk = a.pk))
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


_STORED = (
    "pk",
    "article_id",
    "revision",
    "title",
    "body",
    "url",
    "canonical_url",
    "publisher",
    "language",
    "published_at",
    "seen_at",
    "known_at",
    "known_basis",
    "content_hash",
    "feed_url",
    "extra",
)
#: A model's own tags, or its word that it failed; or those of an adjusted model's base from before its use.
_UNTAGGED = """NOT EXISTS (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk AND (t.model IN (?, ?)
    OR t.tagged_at < ? AND (t.model = ? OR t.model GLOB ? OR t.model GLOB ?)))"""
_COLUMNS = "a.pk, article_id, revision, title, body, url, publisher, language, published_at, a.known_at"


def spaced(text: str) -> str:
    """Set each CJK character apart, so that a search finds it inside a run of others."""
    if text.isascii():
        return text
    parts = _CJK_RUN.split(
        text
    )  # runs at every second place; no step here is Python's own, which would be slow
    parts[1::2] = map(" ".join, parts[1::2])
    return " ".join(parts)


def _row_from_article(
    article: Article,
    *,
    pk: int,
    revision: int,
    seen_at: datetime,
    known_at: datetime,
    known_basis: KnownBasis,
) -> tuple[object, ...]:
    return (
        pk,
        article.article_id,
        revision,
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
    )


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
