"""Full-text search over title and body, in both languages and both Chinese scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlite_utils import Database

from ingest.text import clean_line
from southbound.store.article import spaced

if TYPE_CHECKING:
    from opencc import OpenCC

#: Words that more texts have are common: of those only the newest so many are ranked, as to rank a text takes
#: more than to find it. Which texts have the words, and how a text ranks, stays as it is.
N_RANKED = 10_000
#: The texts that have the words; with the plus sign, SQLite goes through them in the order asked for.
HAVING_WORDS = "+a.pk IN (SELECT rowid FROM article_search WHERE article_search MATCH :words)"
_NEWEST = f"""SELECT a.pk, a.article_id FROM article a WHERE {HAVING_WORDS}
    ORDER BY a.known_at DESC, a.pk DESC"""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that a search found, best first."""

    article_id: str
    title: str
    publisher: str
    language: str
    known_at: str
    url: str | None


#: FTS5 writes what it has gathered in memory when there is so much of it; by default a megabyte. Each time
#: makes a segment, and segments have to be merged.
_GATHERED_BYTES = 32 * 1024 * 1024


class SearchIndex:
    """Find articles by words."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def gather_for_bulk(self) -> None:
        """Let large transactions write the index in large pieces, from now on: the file remembers it."""
        gathered = self._db.execute("SELECT v FROM article_search_config WHERE k = 'hashsize'").fetchone()
        if gathered is None or gathered[0] != _GATHERED_BYTES:
            self._db.conn.execute(
                "INSERT INTO article_search(article_search, rank) VALUES ('hashsize', ?)", [_GATHERED_BYTES]
            )

    def find(self, query: str, *, limit: int = 20) -> list[Hit]:
        """Return the articles that contain every word of `query`; "a phrase" in quotes stays together.

        Of common words, the best among the newest 10,000 texts.
        """
        expression = match_expression(query)
        if not expression:
            return []
        newest = _NEWEST if is_common(self._db, expression) else ""
        rows = self._db.query(
            f"""SELECT a.article_id, a.title, a.publisher, a.language, a.known_at, a.url
                FROM {ranked_source(newest)} ORDER BY s.rank, a.known_at DESC LIMIT :limit""",
            {"words": expression, "limit": limit},
        )
        return [Hit(**row) for row in rows]


def is_common(db: Database, expression: str) -> bool:
    """Say whether so many texts match an expression that not all of them are ranked."""
    matches = "SELECT 1 FROM article_search WHERE article_search MATCH ? LIMIT ?"
    found = db.execute(f"SELECT count(*) FROM ({matches})", [expression, N_RANKED + 1]).fetchone()
    return bool(found[0] > N_RANKED)


def ranked_source(newest: str = "") -> str:
    """Return the tables s (with a rank) and a of the texts that have the words, and the start of a WHERE.

    Args:
        newest: a statement whose first column is the key of texts, the newest first, where the rank of the
            first of those alone is asked for.
    """
    chosen = f" AND +s.rowid IN (SELECT pk FROM ({newest} LIMIT {N_RANKED}))" if newest else ""
    return (
        f"article_search s CROSS JOIN article a ON a.pk = s.rowid WHERE article_search MATCH :words{chosen}"
    )


def match_expression(query: str) -> str:
    """Turn a user's words into an FTS5 expression in which nothing is an operator."""
    words = re.finditer(r'"([^"]+)"|([^\s"]+)', clean_line(query))
    terms = [match.group(1) or match.group(2) for match in words]
    # A term without a letter or digit has no token, and what has no token matches nothing.
    return " AND ".join(_term(term) for term in terms if re.search(r"[^\W_]", term))


def _term(term: str) -> str:
    forms = {term}
    if _HAN.search(term):
        forms |= {_converter(direction).convert(term) for direction in ("t2s", "s2t", "s2hk")}
    phrases = sorted(f'"{" ".join(spaced(form).split())}"' for form in forms)
    return phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"


@cache
def _converter(direction: str) -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 - loads dictionaries, needed for Chinese searches only

    return OpenCC(direction)
