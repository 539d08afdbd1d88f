"""Claims by version of their reader: added, never rewritten."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from nlp.annotation import Span
from nlp.claims.claim import Claim
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.article import StoredArticle
from southbound.store.model_name import FAILED_MARK
from southbound.store.tag import bound_of
from southbound.store.theme import own_visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleClaims:
    """What a reader found in an article.

    Attributes:
        article: Whose text was read.
        claims: In the order of the text.
        tickers: Listings of the claims' subjects, by entity.
    """

    article: StoredArticle
    claims: tuple[Claim, ...]
    tickers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQuery:
    """What claims are asked for; what is empty or None asks for nothing.

    Attributes:
        subject: What they are about.
        metrics: What they measure: any of these.
        publisher: Outlet.
        theme: Id of a theme that their article carries.
        articles: Ids of their articles: any of these.
        start: Their article was known at this instant or later.
        end: Their article was known before this instant.
        as_of: They and their text were known before this instant.
    """

    subject: str = ""
    metrics: tuple[str, ...] = ()
    publisher: str = ""
    theme: str = ""
    articles: tuple[str, ...] | None = None
    start: datetime | None = None
    end: datetime | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClaim:
    """A claim with the article that makes it.

    Attributes:
        claim: What is asserted.
        number: Its place in the text, from 0.
        tickers: Listings of its subject.
        article_id: Whose.
        revision: Of the text.
        publisher: Outlet.
        language: Of the text.
        title: Of the article.
        url: Of the article.
        published_at: As the source claims, else when the text was known.
        known_at: When the article was first known.
        reader: Version of what read it.
    """

    claim: Claim
    number: int
    tickers: tuple[str, ...]
    article_id: str
    revision: int
    publisher: str
    language: str
    title: str
    url: str | None
    published_at: datetime
    known_at: datetime
    reader: str


class ClaimTable:
    """Add and read claims. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, found: Iterable[ArticleClaims], *, reader: str, read_at: datetime) -> int:
        """Add one reading for each article; what the same reader read before is left as it is.

        The first reading of an archived article is known with the article (it could have been read then);
        any later one, and any of a live article, is known when it was made.
        """
        return sum(self._add_one(one, reader, read_at) for one in found)

    def _add_one(self, found: ArticleClaims, reader: str, read_at: datetime) -> int:
        known_at = self._known_at(found.article, read_at)
        cursor = self._db.conn.execute(
            """INSERT INTO claim_reading (article_pk, reader, read_at, known_at, n_claims)
               VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            [found.article.pk, reader, text_from_instant(read_at), known_at, len(found.claims)],
        )
        if not cursor.rowcount:
            return 0
        rows = [
            (cursor.lastrowid, number, *_values(claim, found.tickers))
            for number, claim in enumerate(found.claims)
        ]
        marks = ", ".join("?" * (2 + len(_COLUMNS)))
        self._db.conn.executemany(
            f"INSERT INTO claim (reading_pk, number, {', '.join(_COLUMNS)}) VALUES ({marks})", rows
        )
        return 1

    def _known_at(self, article: StoredArticle, read_at: datetime) -> str:
        row = self._db.execute(
            """SELECT known_basis, known_at, EXISTS (SELECT 1 FROM claim_reading WHERE article_pk = a.pk)
               FROM article a WHERE pk = ?""",
            [article.pk],
        ).fetchone()
        if row and row[0] == "published" and not row[2]:
            return str(row[1])
        return text_from_instant(max(read_at, article.known_at))

    def unread(self, reader: str) -> int:
        """Count the tagged articles that a reader has not read."""
        query = f"SELECT count(*) FROM article a WHERE {_UNREAD}"
        return int(self._db.execute(query, {"reader": reader}).fetchone()[0])

    def next_unread(self, reader: str, *, after_pk: int, limit: int) -> list[int]:
        """Return the keys of up to `limit` tagged articles above a key that a reader has not read."""
        rows = self._db.execute(
            f"SELECT a.pk FROM article a WHERE a.pk > :after AND {_UNREAD} ORDER BY a.pk LIMIT :limit",
            {"reader": reader, "after": after_pk, "limit": limit},
        )
        return [row[0] for row in rows]

    def find(self, query: ClaimQuery) -> Iterator[StoredClaim]:
        """Yield the claims that meet a query: the newest articles first, each in the order of its text.

        An article speaks through its page's full text where that was read by then, else its first revision;
        of several readings of it, the last one counts.
        """
        conditions = [text for text, asked in _conditions(query) if asked]
        source = _SOURCE_OF_ARTICLES if query.articles is not None else _SOURCE
        if query.articles is None and query.start is not None:
            source = _SOURCE_FROM_START
        rows = self._db.query(
            f"""WITH read AS ({source} AND {" AND ".join(conditions)} GROUP BY f.pk)
                SELECT {_SHOWN} FROM read JOIN claim_reading r ON r.pk = read.reading_pk
                JOIN article a ON a.pk = r.article_pk JOIN claim c ON c.reading_pk = r.pk
                WHERE {_claim_conditions(query)}
                ORDER BY read.first_known_at DESC, read.first_pk DESC, c.number""",
            _parameters(query),
        )
        return map(_claim_from_row, rows)

    def of_text(self, article: StoredArticle, *, as_of: datetime | None = None) -> list[StoredClaim]:
        """Return the claims of one text of an article, as last read before `as_of`, in its order."""
        rows = self._db.query(
            f"""SELECT {_SHOWN.replace("read.first_known_at", "a.known_at")} FROM claim_reading r
                JOIN article a ON a.pk = r.article_pk JOIN claim c ON c.reading_pk = r.pk
                WHERE r.pk = (SELECT max(x.pk) FROM claim_reading x
                              WHERE x.article_pk = :pk AND x.known_at < :as_of AND {_succeeded("x")})
                ORDER BY c.number""",
            {"pk": article.pk, "as_of": bound_of(as_of)},
        )
        return [_claim_from_row(row) for row in rows]

    def readers(self, *, as_of: datetime | None = None) -> list[str]:
        """Return the versions of the reader that read before `as_of`, in order."""
        rows = self._db.execute(
            f"""SELECT DISTINCT reader FROM claim_reading r WHERE known_at < ? AND {_succeeded("r")}
                ORDER BY reader""",
            [bound_of(as_of)],
        )
        return [row[0] for row in rows]

    def n_read(self, query: ClaimQuery) -> int:
        """Count the articles that were read for claims, among those that a query asks for."""
        conditions = [text for text, asked in _conditions(query) if asked]
        return int(
            self._db.execute(
                f"SELECT count(DISTINCT f.pk) {_FROM} AND {' AND '.join(conditions)}", _parameters(query)
            ).fetchone()[0]
        )

    def check(self) -> list[str]:
        """Return what is wrong with the claims: a count that is not theirs, a place outside their text."""
        counts = self._db.execute(
            """SELECT r.pk, r.n_claims, count(c.number) AS n FROM claim_reading r
               LEFT JOIN claim c ON c.reading_pk = r.pk GROUP BY r.pk HAVING n <> r.n_claims"""
        )
        outside = self._db.execute(
            """SELECT c.reading_pk, c.number FROM claim c JOIN claim_reading r ON r.pk = c.reading_pk
               JOIN article a ON a.pk = r.article_pk
               WHERE max(c."end", c.number_end)
                   > length(CASE c.field WHEN 'title' THEN a.title ELSE a.body END)"""
        )
        return [
            *(f"reading {pk} tells {told} claims, {n} are stored" for pk, told, n in counts),
            *(f"claim {number} of reading {pk} lies outside its text" for pk, number in outside),
        ]


_COLUMNS: Final = (
    "subject", "tickers", "metric", "value", "low", "high", "unit", "period", "direction", "bound",
    "comparison", "reference", "modality", "speaker", "field", "start", '"end"', "number_start", "number_end",
)  # fmt: skip

#: A text that a model has tagged and a reader has not read, nor failed on.
_UNREAD = f"""EXISTS (SELECT 1 FROM tagging t WHERE t.article_pk = a.pk)
    AND NOT EXISTS (SELECT 1 FROM claim_reading r
        WHERE r.article_pk = a.pk AND r.reader IN (:reader, :reader || '{FAILED_MARK}'))"""


def _succeeded(reading: str) -> str:
    """Return the condition that a reading isn't the mark of a text that its reader failed on.

    What an earlier reader read of such a text stays what is shown of it.
    """
    return f"substr({reading}.reader, -{len(FAILED_MARK)}) <> '{FAILED_MARK}'"


#: The texts of each article, its first revision and its page's full text, with their readings: what was known
#: of them before :as_of. The articles are looked up first: CROSS JOIN keeps SQLite to the order given.
_READINGS = f"""LEFT JOIN page p ON p.article_pk = f.pk
    CROSS JOIN article a ON a.pk IN (f.pk, p.full_text_pk) CROSS JOIN claim_reading r ON r.article_pk = a.pk
    WHERE f.revision = 0 AND a.known_at < :as_of AND r.known_at < :as_of AND {_succeeded("r")}"""
_FROM = f"FROM article f {_READINGS}"

#: Of the latest text of each article the last reading: with max(), SQLite takes the bare columns from the
#: row that holds the maximum.
_READ = """SELECT max((a.pk << 32) + r.pk), r.pk AS reading_pk, f.pk AS first_pk,
    f.known_at AS first_known_at"""
_SOURCE = f"{_READ} {_FROM}"
#: Left to itself, SQLite goes through all articles, as they lie in the order in which they are grouped.
_SOURCE_FROM_START = f"{_READ} FROM article f INDEXED BY article_known {_READINGS}"
_SOURCE_OF_ARTICLES = f"""{_READ} FROM (SELECT DISTINCT value AS article_id FROM json_each(:articles)) k
    CROSS JOIN article f ON f.article_id = k.article_id {_READINGS}"""

_SHOWN = """c.*, a.article_id, a.revision, a.publisher, a.language, a.title, a.url, a.published_at,
    a.known_at AS text_known_at, read.first_known_at AS known_at, r.reader,
    substr(CASE c.field WHEN 'title' THEN a.title ELSE a.body END, c.start + 1,
        c."end" - c.start) AS sentence,
    substr(CASE c.field WHEN 'title' THEN a.title ELSE a.body END, c.number_start + 1,
        c.number_end - c.number_start) AS words"""

_TEXTS = "(f.pk, (SELECT full_text_pk FROM page WHERE article_pk = f.pk))"

#: One that carries a theme of the user's own, by what was said of it before :as_of.
_OF_TEXTS = f"AND c.theme = :theme AND c.article_pk IN {_TEXTS}"
_CARRIES_OWN = f"""EXISTS (SELECT 1 FROM ({own_visible(_OF_TEXTS)}) o
    JOIN own_tag w ON w.theme = o.theme AND w.version = o.version AND w.article_pk = o.article_pk
        AND w.review = o.review
    WHERE w.carries)""".replace(":hindsight", "0")

#: An article whose first revision or full text carries a theme, as last tagged before :as_of.
_CARRIES = f"""CASE WHEN EXISTS (SELECT 1 FROM own_theme WHERE theme = :theme) THEN {_CARRIES_OWN}
    ELSE EXISTS (SELECT 1 FROM theme_tag h WHERE h.theme = :theme AND h.tagging_pk = (
        SELECT max(t.pk) FROM tagging t LEFT JOIN page w ON w.full_text_pk = t.article_pk
        JOIN article x ON x.pk = t.article_pk
        WHERE t.article_pk IN {_TEXTS} AND t.known_at < :as_of AND x.known_at < :as_of)) END"""


def _conditions(query: ClaimQuery) -> list[tuple[str, bool]]:
    return [
        ("1", True),
        ("f.publisher = :publisher", bool(query.publisher)),
        (_CARRIES, bool(query.theme)),
        ("f.known_at >= :start", query.start is not None),
        ("f.known_at < :end", query.end is not None),
    ]


def _claim_conditions(query: ClaimQuery) -> str:
    asked: Collection[str] = [
        text
        for text, is_asked in (
            ("c.subject = :subject", query.subject),
            ("c.metric IN (SELECT value FROM json_each(:metrics))", query.metrics),
        )
        if is_asked
    ]
    return " AND ".join(["1", *asked])


def _parameters(query: ClaimQuery) -> dict[str, Any]:
    return {
        "subject": query.subject,
        "metrics": json.dumps(query.metrics),
        "publisher": query.publisher,
        "theme": query.theme,
        "articles": json.dumps(query.articles or ()),
        "start": text_from_instant(query.start) if query.start else None,
        "end": text_from_instant(query.end) if query.end else None,
        "as_of": bound_of(query.as_of),
    }


def _values(claim: Claim, tickers: Mapping[str, tuple[str, ...]]) -> tuple[object, ...]:
    return (
        claim.subject,
        json.dumps(tickers.get(claim.subject, ())),
        claim.metric,
        claim.value,
        claim.low,
        claim.high,
        claim.unit,
        claim.period,
        claim.direction,
        claim.bound,
        claim.comparison,
        claim.reference,
        claim.modality,
        claim.speaker,
        claim.evidence.field,
        claim.evidence.start,
        claim.evidence.end,
        claim.number.start,
        claim.number.end,
    )


def _claim_from_row(row: Mapping[str, Any]) -> StoredClaim:
    names = (
        "subject", "metric", "value", "low", "high", "unit", "period", "direction", "bound", "comparison",
        "reference", "modality", "speaker",
    )  # fmt: skip
    field = row["field"]
    number = Span(field=field, start=row["number_start"], end=row["number_end"], text=row["words"])
    evidence = Span(field=field, start=row["start"], end=row["end"], text=row["sentence"])
    return StoredClaim(
        claim=Claim(**{name: row[name] for name in names}, number=number, evidence=evidence),
        number=row["number"],
        tickers=tuple(json.loads(row["tickers"])),
        article_id=row["article_id"],
        revision=row["revision"],
        publisher=row["publisher"],
        language=row["language"],
        title=row["title"],
        url=row["url"],
        published_at=instant_from_text(row["published_at"] or row["text_known_at"]),
        known_at=instant_from_text(row["known_at"]),
        reader=row["reader"],
    )
