"""Full-text search over title and body, in both languages and both Chinese scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
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
_NEWEST = f"SELECT a.pk FROM article a WHERE {HAVING_WORDS} ORDER BY a.known_at DESC, a.pk DESC"
#: The rank of the texts of a range of keys, and of some of them: the list spares ranking the others, but
#: takes longer to look through than a few others take to rank.
_RANKS = """SELECT rowid, rank FROM article_search
    WHERE article_search MATCH :words AND rowid BETWEEN :first AND :last"""
_RANKS_OF = f"{_RANKS} AND +rowid IN (SELECT value FROM json_each(:keys))"
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
        found = self._db.execute(_NEWEST, {"words": expression})
        newest = (key for (key,) in islice(found, N_RANKED))
        keys = list(islice(best_first(self._db, expression, newest), limit))
        rows = self._db.query(
            """SELECT pk, article_id, title, publisher, language, known_at, url
               FROM article WHERE pk IN (SELECT value FROM json_each(?))""",
            [json.dumps(keys)],
        )
        hits = {row.pop("pk"): Hit(**row) for row in rows}
        return [hits[key] for key in keys]


def is_common(db: Database, expression: str) -> bool:
    """Say whether so many texts match an expression that not all of them are ranked."""
    matches = "SELECT 1 FROM article_search WHERE article_search MATCH ? LIMIT ?"
    found = db.execute(f"SELECT count(*) FROM ({matches})", [expression, N_RANKED + 1]).fetchone()
    return bool(found[0] > N_RANKED)


def best_first(db: Database, expression: str, newest: Iterator[int]) -> Iterator[int]:
    """Yield the keys of texts, those first that have the words best; of equals, in the order given.

    Only so many are ranked, the others follow as they come.

    Args:
        db: where they are.
        expression: what they all match.
        newest: their keys, the newest first.
    """
    keys = list(islice(newest, N_RANKED))
    if keys:
        yield from sorted(keys, key=_ranks(db, expression, keys).__getitem__)
        yield from newest


def _ranks(db: Database, expression: str, keys: list[int]) -> dict[int, float]:
    first, last = min(keys), max(keys)
    parameters = {"words": expression, "first": first, "last": last}
    if last - first < 2 * len(keys):
        return dict(db.execute(_RANKS, parameters).fetchall())
    return dict(db.execute(_RANKS_OF, {**parameters, "keys": json.dumps(keys)}).fetchall())


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
