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
        """Return the articles that contain every word of `query`; "a phrase" in quotes stays together."""
        expression = match_expression(query)
        if not expression:
            return []
        rows = self._db.query(
            """SELECT a.article_id, a.title, a.publisher, a.language, a.known_at, a.url
               FROM article_search s JOIN article a ON a.pk = s.rowid
               WHERE article_search MATCH ? ORDER BY rank, a.known_at DESC LIMIT ?""",
            [expression, limit],
        )
        return [Hit(**row) for row in rows]


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
