"""Entity tags over articles: where names stand, what stands beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from nlp.annotation import Span
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.tag import UNKNOWN_PREFIX, bound_of
from southbound.store.tag_query import VISIBLE

#: Below this relevance an entity is named in passing only.
MIN_RELEVANCE = 0.3
#: The first text after all that begin with the prefix.
_AFTER_PREFIX = UNKNOWN_PREFIX[:-1] + chr(ord(UNKNOWN_PREFIX[-1]) + 1)
_COLUMNS = (
    "e.entity_id, e.name, e.type, v.tagging_pk, a.article_id, a.title, a.publisher, v.known_at, t.hk_china"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedArticle:
    """An entity's tag in one article."""

    entity_id: str
    name: str
    type: str
    tagging_pk: int
    article_id: str
    title: str
    publisher: str
    known_at: datetime
    hk_china: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEntity:
    """An entity, the articles that name it, and when the last of them was known (UTC)."""

    entity_id: str
    name: str
    type: str
    tickers: tuple[str, ...]
    n_articles: int
    last_known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where one article names an entity: its texts and the mentions in them."""

    article_id: str
    title: str
    body: str
    mentions: tuple[Span, ...]


class EntityTable:
    """Reads entity tags across articles."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def unknown(self, *, as_of: datetime | None = None) -> list[NamedArticle]:
        """Return every tag of a name outside the catalogue that was known before `as_of`, oldest first."""
        return self._named(
            "e.entity_id >= :first AND e.entity_id < :after", as_of, UNKNOWN_PREFIX, _AFTER_PREFIX
        )

    def of(self, entity_id: str, *, as_of: datetime | None = None) -> list[NamedArticle]:
        """Return every tag of one entity that was known before `as_of`, oldest first."""
        return self._named("e.entity_id = :first", as_of, entity_id)

    def named(self, *, as_of: datetime | None = None, words: str = "") -> list[NamedEntity]:
        """Return the entities that articles known before `as_of` name, those in most articles first.

        Args:
            as_of: what was known when.
            words: only entities whose id, name or listings have all of these.
        """
        # With max(), SQLite takes the bare columns from the row that holds the maximum.
        rows = self._db.execute(
            f"""WITH visible AS ({VISIBLE})
                SELECT e.entity_id, e.name, e.type, e.tickers, count(*) AS n, max(v.known_at),
                    max(e.tagging_pk)
                FROM visible v JOIN entity_tag e ON e.tagging_pk = v.tagging_pk
                GROUP BY e.entity_id ORDER BY n DESC, e.entity_id""",
            {"as_of": bound_of(as_of)},
        )
        wanted = words.casefold().split()
        return [
            NamedEntity(
                entity_id=row[0],
                name=row[1],
                type=row[2],
                tickers=tuple(json.loads(row[3])),
                n_articles=row[4],
                last_known_at=instant_from_text(row[5]),
            )
            for row in rows
            if has_words(wanted, (row[0], row[1], row[3]))
        ]

    def _named(self, where: str, as_of: datetime | None, first: str, after: str = "") -> list[NamedArticle]:
        rows = self._db.query(
            f"""WITH visible AS ({VISIBLE})
                SELECT {_COLUMNS} FROM visible v JOIN entity_tag e ON e.tagging_pk = v.tagging_pk
                JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk
                WHERE {where} ORDER BY v.known_at, a.pk""",
            {"as_of": bound_of(as_of), "first": first, "after": after},
        )
        return [NamedArticle(**{**row, "known_at": instant_from_text(row["known_at"])}) for row in rows]

    def beside(self, taggings: Sequence[int], *, limit: int) -> list[tuple[str, str, int]]:
        """Return the catalogue's entities that most of these taggings have: (id, name, taggings)."""
        rows = self._db.execute(
            """SELECT entity_id, name, count(*) AS n FROM entity_tag
               WHERE tagging_pk IN (SELECT value FROM json_each(?)) AND NOT (entity_id >= ? AND entity_id < ?)
               GROUP BY entity_id ORDER BY n DESC, entity_id LIMIT ?""",
            [json.dumps(list(taggings)), UNKNOWN_PREFIX, _AFTER_PREFIX, limit],
        ).fetchall()
        return [(str(row[0]), str(row[1]), int(row[2])) for row in rows]

    def themes_of(self, taggings: Sequence[int]) -> list[tuple[str, int]]:
        """Return the catalogue's themes that these taggings have, with how many have each, most first."""
        rows = self._db.execute(
            """SELECT theme, count(*) AS n FROM theme_tag
               WHERE tagging_pk IN (SELECT value FROM json_each(?)) GROUP BY theme ORDER BY n DESC, theme""",
            [json.dumps(list(taggings))],
        ).fetchall()
        return [(str(row[0]), int(row[1])) for row in rows]

    def with_theme(
        self, theme: str, start: datetime, end: datetime, *, as_of: datetime | None = None, limit: int
    ) -> list[tuple[str, str, int]]:
        """Return the catalogue's entities that most of a theme's articles are about: (id, name, articles).

        Args:
            theme: of the catalogue.
            start: first instant at which the articles became known.
            end: the instant after the last.
            as_of: only tags known before it.
            limit: how many at most.
        """
        rows = self._db.execute(
            f"""WITH visible AS ({VISIBLE})
                SELECT e.entity_id, e.name, count(*) AS n FROM visible v
                JOIN theme_tag h ON h.tagging_pk = v.tagging_pk AND h.theme = :theme
                JOIN entity_tag e ON e.tagging_pk = v.tagging_pk AND e.relevance >= :least
                WHERE v.known_at >= :start AND v.known_at < :end
                    AND NOT (e.entity_id >= :first AND e.entity_id < :after)
                GROUP BY e.entity_id ORDER BY n DESC, e.entity_id LIMIT :limit""",
            {
                "theme": theme,
                "as_of": bound_of(as_of),
                "least": MIN_RELEVANCE,
                "limit": limit,
                "start": text_from_instant(start),
                "end": text_from_instant(end),
                "first": UNKNOWN_PREFIX,
                "after": _AFTER_PREFIX,
            },
        ).fetchall()
        return [(str(row[0]), str(row[1]), int(row[2])) for row in rows]

    def context(self, tagging_pk: int, entity_id: str) -> Context:
        """Return an article's texts with an entity's mentions in them."""
        row = self._db.execute(
            """SELECT a.article_id, a.title, a.body, e.mentions FROM entity_tag e
               JOIN tagging t ON t.pk = e.tagging_pk JOIN article a ON a.pk = t.article_pk
               WHERE e.tagging_pk = ? AND e.entity_id = ?""",
            [tagging_pk, entity_id],
        ).fetchone()
        mentions = tuple(Span(**span) for span in json.loads(row[3]))
        return Context(article_id=str(row[0]), title=str(row[1]), body=str(row[2]), mentions=mentions)

    def known_from(self, *, as_of: datetime | None = None) -> tuple[datetime, datetime] | None:
        """Return when the first and last tagged article before `as_of` became known; None without any."""
        row = self._db.execute(
            """SELECT min(a.known_at), max(a.known_at) FROM article a
               WHERE a.known_at < :as_of AND EXISTS (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk)""",
            {"as_of": bound_of(as_of)},
        ).fetchone()
        return (instant_from_text(row[0]), instant_from_text(row[1])) if row[0] else None


def has_words(words: Sequence[str], texts: Sequence[str]) -> bool:
    """Say whether some texts have all of some words, which are in lower case."""
    joined = " ".join(texts).casefold()
    return all(word in joined for word in words)
