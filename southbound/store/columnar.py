"""The tables that are exported by columns, for tools that read Parquet.

Nothing here holds text of an article: its address, its tags and its times are facts, its words are not ours
to pass on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlite_utils import Database

from southbound.instant import instant_from_text
from southbound.store.tag import bound_of
from southbound.store.tag_query import NOVELTY, VISIBLE

#: Rows that are in memory at once on their way to a file.
_BATCH: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTable:
    """A table as it is exported.

    Attributes:
        name: of the file.
        query: its rows as known before `:as_of`, in the order of `columns`.
        columns: name -> type ("text", "instant", "day", "number", "count", "texts").
        meanings: name -> what it holds, with its unit.
    """

    name: str
    query: str
    columns: Mapping[str, str]
    meanings: Mapping[str, str]


def _table(name: str, query: str, columns: Mapping[str, tuple[str, str]]) -> ColumnTable:
    return ColumnTable(
        name=name,
        query=query,
        columns=MappingProxyType({column: kind for column, (kind, _) in columns.items()}),
        meanings=MappingProxyType({column: meaning for column, (_, meaning) in columns.items()}),
    )


_TAGGED = "FROM visible v JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk"
_KNOWN_AT = ("instant", "when the article could be used, UTC: it decides the session")

TABLES: Final = (
    _table(
        "articles",
        f"""WITH visible AS ({VISIBLE})
            SELECT a.article_id, a.publisher, a.language, a.url, a.published_at, v.known_at, a.known_basis,
                t.known_at, {NOVELTY}, t.hk_china, t.positive - t.negative, t.n_themes, t.model
            {_TAGGED} ORDER BY v.known_at, a.pk""",
        {
            "article": ("text", "id of the article"),
            "publisher": ("text", "outlet"),
            "language": ("text", "en, zh-Hans or zh-Hant"),
            "url": ("text", "where it can be read; its text is not exported"),
            "published_at": ("instant", "what the source claims, UTC"),
            "known_at": _KNOWN_AT,
            "known_basis": ("text", "seen (when it was seen) or published (of an archive)"),
            "tags_known_at": ("instant", "when its tags could be used, UTC"),
            "novelty": ("number", "how new it was in its story, 0 to 1; a share weighs by it"),
            "hk_china": ("number", "how much it is about Hong Kong or China, 0 to 1"),
            "tone": ("number", "for holders, -1 to 1"),
            "n_themes": ("count", "themes it carries; market news is what carries any"),
            "model": ("text", "what tagged it"),
        },
    ),
    _table(
        "tags",
        f"""WITH visible AS ({VISIBLE})
            SELECT a.article_id, a.publisher, v.known_at, h.theme, h.score
            {_TAGGED} JOIN theme_tag h ON h.tagging_pk = t.pk ORDER BY v.known_at, a.pk, h.theme""",
        {
            "article": ("text", "id of the article"),
            "publisher": ("text", "outlet"),
            "known_at": _KNOWN_AT,
            "theme": ("text", "id of a theme of the catalogue"),
            "score": ("number", "how sure the model is, 0 to 1, to four digits"),
        },
    ),
    _table(
        "entities",
        f"""WITH visible AS ({VISIBLE})
            SELECT a.article_id, a.publisher, v.known_at, e.entity_id, e.name, e.type, e.tickers, e.relevance,
                e.positive - e.negative
            {_TAGGED} JOIN entity_tag e ON e.tagging_pk = t.pk ORDER BY v.known_at, a.pk, e.entity_id""",
        {
            "article": ("text", "id of the article"),
            "publisher": ("text", "outlet"),
            "known_at": _KNOWN_AT,
            "entity": ("text", "id of the entity; unknown:... stands in no catalogue"),
            "name": ("text", "its name"),
            "type": ("text", "company, institution, person, index or product"),
            "assets": ("texts", "its listings, such as XHKG:9988"),
            "relevance": ("number", "how much the article is about it, 0 to 1"),
            "tone": ("number", "for its holders, -1 to 1; null where not judged"),
        },
    ),
    _table(
        "prices",
        """SELECT asset_id, session, open, high, low, close, volume, turnover, adjusted, currency, known_at
           FROM price WHERE known_at < :as_of ORDER BY asset_id, session, adjusted, known_at""",
        {
            "asset": ("text", "such as INDEX:HSI or XHKG:9988"),
            "session": ("day", "trading day"),
            "open": ("number", "first price; null where unknown"),
            "high": ("number", "highest"),
            "low": ("number", "lowest"),
            "close": ("number", "last"),
            "volume": ("number", "shares"),
            "turnover": ("number", "in the currency"),
            "adjusted": ("count", "1 where corrected for dividends and splits, 0 where as traded"),
            "currency": ("text", "of the prices"),
            "known_at": ("instant", "when this version could be used, UTC; the latest version counts"),
        },
    ),
    _table(
        "corporate_actions",
        """SELECT asset_id, session, kind, value, currency, known_at FROM corporate_action
           WHERE known_at < :as_of ORDER BY asset_id, session, kind, known_at""",
        {
            "asset": ("text", "such as XHKG:9988"),
            "session": ("day", "first trading day without the dividend, or with the new number of shares"),
            "kind": ("text", "dividend or split"),
            "value": (
                "number",
                "of a dividend, units of the currency a share; of a split, new shares for one",
            ),
            "currency": ("text", "of a dividend"),
            "known_at": ("instant", "when this version could be used, UTC; the latest version counts"),
        },
    ),
)


class ColumnReader:
    """Reads tables in batches; never writes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def batches(self, table: ColumnTable, *, as_of: datetime | None) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows known before `as_of`, many at a time."""
        cursor = self._db.execute(table.query, {"as_of": bound_of(as_of)})
        while rows := cursor.fetchmany(_BATCH):
            yield rows

    def known_span(self, *, as_of: datetime | None) -> tuple[datetime, datetime] | None:
        """Return when the first and the last article were known; None where none was."""
        row = self._db.execute(
            "SELECT min(known_at), max(known_at) FROM article WHERE known_at < ?", [bound_of(as_of)]
        ).fetchone()
        return (instant_from_text(row[0]), instant_from_text(row[1])) if row[0] else None
