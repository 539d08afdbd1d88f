"""The market news as a whole: what every theme of the catalogue counts against."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import pandas as pd
from sqlite_utils import Database

from southbound.instant import instant_from_text
from southbound.store.tag import bound_of
from southbound.store.tag_query import NOVELTY, VISIBLE

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketNews:
    """The market news known at one time.

    Attributes:
        articles: article (its id), publisher, language, known_at (aware UTC), novelty (0..1, in its story),
            tone (-1..1), model.
        tags: theme (categories in order), row (of the article in `articles`), score; one row a theme of an
            article.
    """

    articles: pd.DataFrame
    tags: pd.DataFrame


class NewsTable:
    """Reads the market news; never writes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def read(self, *, as_of: datetime | None = None) -> MarketNews:
        """Return the market news known before `as_of`, and every theme of the catalogue on it.

        One read for what `TagTable.theme_articles` reads theme by theme. Themes of the user's own are not
        among them: each has market news of its own.
        """
        parameters = {"as_of": bound_of(as_of)}
        columns = ["key", "article", "publisher", "language", "known_at", "novelty", "tone", "model"]
        articles = pd.DataFrame(self._db.execute(_MARKET_NEWS, parameters).fetchall(), columns=columns)
        articles["known_at"] = pd.to_datetime(articles["known_at"], utc=True, format="ISO8601")
        tags = pd.DataFrame(
            self._db.execute(_MARKET_TAGS, parameters).fetchall(), columns=["theme", "row", "score"]
        )
        tags["theme"] = pd.Categorical(tags["theme"].astype("str"))
        tags["row"] = pd.Index(articles.pop("key")).get_indexer(pd.Index(tags["row"])).astype("int64")
        return MarketNews(
            articles=articles.astype({"novelty": float, "tone": float}), tags=tags.astype({"score": float})
        )

    def remember(self, key: Hashable, make: Callable[[], _Made]) -> _Made:  # noqa: ARG002 - see RememberedNews
        """Return what is made of the news; nothing is remembered for the key."""
        return make()

    def first_known(self) -> datetime | None:
        """Return when the first tagged article was known; None where none is."""
        row = self._db.execute(
            "SELECT min(max(a.known_at, t.known_at)) FROM tagging t JOIN article a ON a.pk = t.article_pk"
        ).fetchone()
        return instant_from_text(row[0]) if row[0] else None


_MARKET_NEWS = f"""WITH visible AS ({VISIBLE})
    SELECT a.pk, a.article_id, a.publisher, a.language, v.known_at, {NOVELTY}, t.positive - t.negative,
        t.model
    FROM visible v JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk
    WHERE t.n_themes > 0 ORDER BY v.known_at, a.pk"""

_MARKET_TAGS = f"""WITH visible AS ({VISIBLE})
    SELECT h.theme, t.article_pk, h.score
    FROM visible v JOIN theme_tag h ON h.tagging_pk = v.tagging_pk
    JOIN tagging t ON t.pk = v.tagging_pk"""
