"""Tags by model version: added, never rewritten."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import pandas as pd
from sqlite_utils import Database

from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from nlp.review.residual import NEAR_SCORE
from southbound.instant import instant_from_text, text_from_instant
from southbound.store.article import StoredArticle
from southbound.store.tag_query import (
    ENTITY_ARTICLES,
    OWN_ARTICLES,
    OWN_LISTINGS,
    THEME_ARTICLES,
    THEME_LISTINGS,
    VISIBLE_BETWEEN,
)
from southbound.store.theme import ThemeTable

#: What the ids of entities begin with that the catalogue doesn't know.
UNKNOWN_PREFIX = "unknown:"
#: Listings that are kept as they were read: the same few entities are named every day.
_KEPT_TICKERS = 1 << 12
_TONE_COLUMNS = ("tone", "negative", "neutral", "positive")
#: After every instant that can be stored: asks for everything.
END_OF_TIME = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedArticle:
    """An article with the tags that were known at the time asked for."""

    article_id: str
    title: str
    body: str
    url: str | None
    publisher: str
    language: str
    published_at: datetime | None
    known_at: datetime
    model: str
    hk_china: float
    tone: int
    tone_score: float
    themes: tuple[ThemeTag, ...]
    entities: tuple[EntityTag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTagging:
    """What one model said of an article."""

    model: str
    tagged_at: datetime
    known_at: datetime
    hk_china: float
    tone: Tone
    tokens: TokenCount
    themes: tuple[ThemeTag, ...]
    entities: tuple[EntityTag, ...]


class TagTable:
    """Add and read tags. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, tagged: Iterable[tuple[StoredArticle, Annotation]], *, tagged_at: datetime) -> int:
        """Add one tagging for each pair; what the same model tagged before is left as it is.

        The first tagging of an archived article is known with the article (the model could have
        run then); any later one, and any of a live article, is known when it was made.
        """
        return sum(self._add_one(article, annotation, tagged_at) for article, annotation in tagged)

    def _add_one(self, article: StoredArticle, annotation: Annotation, tagged_at: datetime) -> int:
        known_at = self._known_at(article, tagged_at)
        cursor = self._db.conn.execute(
            """INSERT INTO tagging (article_pk, model, tagged_at, known_at, hk_china, tone, negative, neutral,
                   positive, n_themes, tokens_read, tokens_total)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            [
                article.pk,
                annotation.model,
                text_from_instant(tagged_at),
                known_at,
                round(annotation.hk_china, 4),
                annotation.tone.label,
                round(annotation.tone.negative, 4),
                round(annotation.tone.neutral, 4),
                round(annotation.tone.positive, 4),
                len(annotation.themes),
                annotation.tokens.read,
                annotation.tokens.total,
            ],
        )
        if not cursor.rowcount or (key := cursor.lastrowid) is None:
            return 0
        self._add_themes(key, annotation)
        self._add_entities(key, annotation)
        return 1

    def _add_themes(self, key: int, annotation: Annotation) -> None:
        self._db.conn.executemany(
            "INSERT INTO theme_tag (tagging_pk, theme, score, evidence) VALUES (?, ?, ?, ?)",
            [
                (key, tag.theme, round(tag.score, 4), _json_from_spans(tag.evidence))
                for tag in annotation.themes
            ],
        )
        self._db.conn.executemany(
            "INSERT INTO near_theme (tagging_pk, theme, score) VALUES (?, ?, ?)",
            [(key, theme, round(score, 4)) for theme, score in _near_scores(annotation).items()],
        )

    def _add_entities(self, key: int, annotation: Annotation) -> None:
        self._db.conn.executemany(
            """INSERT INTO entity_tag (tagging_pk, entity_id, name, type, tickers, relevance, mentions,
                   tone, negative, neutral, positive)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                (
                    key,
                    tag.entity_id,
                    tag.name,
                    tag.type,
                    json.dumps(tag.tickers),
                    round(tag.relevance, 4),
                    _json_from_spans(tag.mentions),
                    *_tone_values(tag.tone),
                )
                for tag in annotation.entities
            ],
        )

    def _known_at(self, article: StoredArticle, tagged_at: datetime) -> str:
        row = self._db.execute(
            """SELECT known_basis, known_at, EXISTS (SELECT 1 FROM tagging WHERE article_pk = a.pk)
               FROM article a WHERE pk = ?""",
            [article.pk],
        ).fetchone()
        if row and row[0] == "published" and not row[2]:
            return str(row[1])
        return text_from_instant(max(tagged_at, article.known_at))

    def theme_articles(
        self,
        theme: str | None,
        *,
        entity: str | None = None,
        as_of: datetime | None = None,
        hindsight: bool = False,
    ) -> pd.DataFrame:
        """Return the market news known before `as_of`, one row an article, marked by theme, entity, or both.

        Market news is what carries at least one theme: the denominator of a share. Columns: article (its
        id), publisher, language, known_at (aware UTC), is_theme, score (1 where only an entity is asked
        for), relevance (of the entity; 1 without one), tone (-1..1), model, novelty (0..1, in its story; 1
        where none was known before `as_of`).

        Of a theme of the user's own, the articles that it has read, what it marks being market news too;
        `hindsight` shows one that was defined at `as_of` or later as it reads them now. Without a theme,
        what names the entity is market news too.
        """
        is_own = self._db.execute("SELECT 1 FROM own_theme WHERE theme = ?", [theme]).fetchone()
        query = OWN_ARTICLES if is_own else THEME_ARTICLES if theme else ENTITY_ARTICLES
        parameters = {"theme": theme, "entity": entity, "as_of": bound_of(as_of), "hindsight": int(hindsight)}
        columns = ["article", "publisher", "language", "known_at", "novelty"]
        columns += ["score", "relevance", "tone", "model"]
        frame = pd.DataFrame(self._db.execute(query, parameters).fetchall(), columns=columns)
        frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True, format="ISO8601")
        frame = frame.astype({"score": float, "relevance": float, "tone": float, "novelty": float})
        frame["is_theme"] = frame["score"].notna() & (frame["relevance"].notna() | (entity is None))
        return frame.fillna({"score": 0.0, "relevance": 1.0})

    def theme_listings(self, theme: str, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return the listed entities that a theme's articles name, with the tags known before `as_of`.

        One row an article, entity and listing: article (its id), known_at (aware UTC), entity (its id),
        asset (the listing, such as XHKG:9988), relevance (0..1), score (of the theme).
        """
        is_own = self._db.execute("SELECT 1 FROM own_theme WHERE theme = ?", [theme]).fetchone()
        parameters = {"theme": theme, "as_of": bound_of(as_of), "hindsight": 0}
        rows = self._db.execute(OWN_LISTINGS if is_own else THEME_LISTINGS, parameters).fetchall()
        columns = ["article", "known_at", "entity", "asset", "relevance", "score"]
        frame = pd.DataFrame(rows, columns=columns)
        frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True, format="ISO8601")
        return frame.astype({"relevance": float, "score": float})

    def names_entity(self, entity: str) -> bool:
        """Say whether any tag names an entity."""
        found = self._db.execute("SELECT 1 FROM entity_tag WHERE entity_id = ? LIMIT 1", [entity]).fetchone()
        return found is not None

    def vintages(self) -> list[datetime]:
        """Return the instants at which tags and stories came that changed what was known, ascending.

        Those of archived articles that came with them are none: they were known all along.
        """
        rows = self._db.execute(
            """SELECT DISTINCT t.known_at AS instant FROM tagging t JOIN article a ON a.pk = t.article_pk
                   WHERE t.known_at > a.known_at OR a.revision > 0
               UNION SELECT DISTINCT o.known_at FROM own_tag o JOIN article a ON a.pk = o.article_pk
                   WHERE o.known_at > a.known_at OR a.revision > 0
               UNION SELECT DISTINCT s.known_at FROM story_report s JOIN article a ON a.pk = s.article_pk
                   WHERE s.known_at > a.known_at
               ORDER BY instant"""
        )
        return [instant_from_text(row[0]) for row in rows]

    def known_between(
        self, start: datetime, end: datetime, *, as_of: datetime | None = None, hindsight: bool = False
    ) -> list[TaggedArticle]:
        """Return the articles first known in the half-open span, with the tags known before `as_of`.

        Themes of the user's own are among them; `hindsight` as in :meth:`theme_articles`.
        """
        keys: dict[int, dict[str, Any]] = {
            row["tagging_pk"]: row
            for row in self._db.query(
                f"""WITH visible AS ({VISIBLE_BETWEEN})
                    SELECT v.tagging_pk, a.pk AS article_pk, a.article_id, a.title, a.body, a.url,
                        a.publisher, a.language, a.published_at, v.known_at, t.model, t.hk_china, t.tone,
                        t.positive - t.negative AS tone_score
                    FROM visible v JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk
                    ORDER BY v.known_at, a.pk""",
                {"as_of": bound_of(as_of), "start": text_from_instant(start), "end": text_from_instant(end)},
            )
        }
        themes = self._themes(list(keys))
        pks = {key: row.pop("article_pk") for key, row in keys.items()}
        own = ThemeTable(self._db).tags_of(list(pks.values()), bound=bound_of(as_of), hindsight=hindsight)
        themes = {
            key: tuple(sorted([*themes.get(key, ()), *own.get(pk, ())], key=lambda tag: -tag.score))
            for key, pk in pks.items()
        }
        entities = self._entities(list(keys))
        return [
            _tagged_from_row(row, themes.get(key, ()), entities.get(key, ())) for key, row in keys.items()
        ]

    def of_article(self, article: StoredArticle) -> list[StoredTagging]:
        """Return every tagging of an article, first to last."""
        rows = list(
            self._db.query("SELECT * FROM tagging WHERE article_pk = ? ORDER BY known_at, pk", [article.pk])
        )
        keys = [row["pk"] for row in rows]
        themes, entities = self._themes(keys), self._entities(keys)
        return [
            _tagging_from_row(row, themes.get(row["pk"], ()), entities.get(row["pk"], ())) for row in rows
        ]

    def entities_of(self, article_pks: Iterable[int]) -> dict[int, tuple[EntityTag, ...]]:
        """Return the entities that the last tagging of each text names, by key of the text."""
        keys = dict(
            self._db.execute(
                """SELECT max(pk), article_pk FROM tagging
                   WHERE article_pk IN (SELECT value FROM json_each(?)) GROUP BY article_pk""",
                [json.dumps(list(article_pks))],
            ).fetchall()
        )
        entities = self._entities(list(keys))
        return {pk: entities.get(key, ()) for key, pk in keys.items()}

    def _themes(self, keys: list[int]) -> dict[int, tuple[ThemeTag, ...]]:
        found: dict[int, list[ThemeTag]] = {}
        rows = self._rows("theme_tag", ("theme", "score"), "evidence", keys, order="score DESC")
        for key, theme, score, evidence in rows:
            found.setdefault(key, []).append(ThemeTag(theme=theme, score=score, evidence=evidence))
        return {key: tuple(tags) for key, tags in found.items()}

    def _entities(self, keys: list[int]) -> dict[int, tuple[EntityTag, ...]]:
        found: dict[int, list[EntityTag]] = {}
        columns = ("entity_id", "name", "type", "tickers", "relevance", *_TONE_COLUMNS)
        rows = self._rows("entity_tag", columns, "mentions", keys, order="relevance DESC")
        for key, entity_id, name, kind, tickers, relevance, *tone, mentions in rows:
            tag = EntityTag(
                entity_id=entity_id,
                name=name,
                type=kind,
                tickers=_tickers_from_text(tickers),
                relevance=relevance,
                linked=not entity_id.startswith(UNKNOWN_PREFIX),
                mentions=mentions,
                tone=None if tone[0] is None else _tone_from_row(dict(zip(_TONE_COLUMNS, tone, strict=True))),
            )
            found.setdefault(key, []).append(tag)
        return {key: tuple(tags) for key, tags in found.items()}

    def _rows(
        self, table: str, columns: Sequence[str], spans: str, keys: list[int], *, order: str
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the key of each tag of some taggings, columns of it, and the spans that one column holds."""
        rows = self._db.execute(
            f"""SELECT tagging_pk, {", ".join(columns)}, {spans} FROM {table}
                WHERE tagging_pk IN (SELECT value FROM json_each(?)) ORDER BY {order}""",
            [json.dumps(keys)],
        ).fetchall()
        # Read at once: thousands of calls for a few spans each take several times as long.
        told = json.loads(f"[{','.join(row[-1] for row in rows)}]")
        for row, own in zip(rows, told, strict=True):
            yield *row[:-1], tuple(Span(**span) for span in own)


def bound_of(as_of: datetime | None) -> str:
    """Return the text that instants are compared with; without `as_of`, one after all."""
    return text_from_instant(as_of) if as_of else END_OF_TIME


def _near_scores(annotation: Annotation) -> dict[str, float]:
    """Return the scores of the themes that the text doesn't carry but comes near to: for reviewers."""
    given = {tag.theme for tag in annotation.themes}
    return {
        theme: score
        for theme, score in annotation.scores.items()
        if score >= NEAR_SCORE and theme not in given
    }


def _json_from_spans(spans: Iterable[Span]) -> str:
    return json.dumps([asdict(span) for span in spans], ensure_ascii=False)


@lru_cache(maxsize=_KEPT_TICKERS)
def _tickers_from_text(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _tone_values(tone: Tone | None) -> tuple[float | None, ...]:
    if tone is None:
        return (None,) * 4
    return (tone.label, round(tone.negative, 4), round(tone.neutral, 4), round(tone.positive, 4))


def _tone_from_row(row: dict[str, Any]) -> Tone:
    return Tone(label=row["tone"], negative=row["negative"], neutral=row["neutral"], positive=row["positive"])


def _tagging_from_row(
    row: dict[str, Any], themes: tuple[ThemeTag, ...], entities: tuple[EntityTag, ...]
) -> StoredTagging:
    return StoredTagging(
        model=row["model"],
        tagged_at=instant_from_text(row["tagged_at"]),
        known_at=instant_from_text(row["known_at"]),
        hk_china=row["hk_china"],
        tone=_tone_from_row(row),
        tokens=TokenCount(read=row["tokens_read"], total=row["tokens_total"]),
        themes=themes,
        entities=entities,
    )


def _tagged_from_row(
    row: dict[str, Any], themes: tuple[ThemeTag, ...], entities: tuple[EntityTag, ...]
) -> TaggedArticle:
    values = {key: value for key, value in row.items() if key != "tagging_pk"}
    published = values.pop("published_at")
    return TaggedArticle(
        **{**values, "known_at": instant_from_text(values["known_at"])},
        published_at=instant_from_text(published) if published else None,
        themes=themes,
        entities=entities,
    )
