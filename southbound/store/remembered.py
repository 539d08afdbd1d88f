"""The tables of tags, of market news and of entities, answered out of memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from sqlite_utils import Database

from southbound.store.entity import EntityTable, NamedEntity
from southbound.store.memory import Columns, Floats, Integers
from southbound.store.news import MarketNews, NewsTable
from southbound.store.roster import RosterMemory
from southbound.store.tag import TagTable

_Made = TypeVar("_Made")


class RememberedTags(TagTable):
    """The table of tags; what is asked of all articles comes out of columns that were read before."""

    def __init__(self, db: Database, columns: Callable[[], Columns]) -> None:
        super().__init__(db)
        self._columns = columns

    def theme_articles(
        self,
        theme: str | None,
        *,
        entity: str | None = None,
        as_of: datetime | None = None,
        hindsight: bool = False,
    ) -> pd.DataFrame:
        """Return what the table does; themes of the user's own are read from it."""
        if theme and self._db.execute("SELECT 1 FROM own_theme WHERE theme = ?", [theme]).fetchone():
            return super().theme_articles(theme, entity=entity, as_of=as_of, hindsight=hindsight)
        columns = self._columns()
        relevance = self._relevance(columns, entity)
        scores = columns.scores(theme) if theme else np.where(np.isnan(relevance), np.nan, 1.0)
        rows = columns.visible(as_of)
        is_news = columns.n_themes[rows] > 0
        if not theme:
            is_news |= ~np.isnan(relevance[rows])
        rows = rows[is_news]
        score, near = scores[rows], relevance[rows]
        texts = columns.texts.take(rows).reset_index(drop=True)
        return pd.DataFrame(
            {
                "article": texts["article"],
                "publisher": texts["publisher"],
                "language": texts["language"],
                "known_at": columns.known_at.take(rows),
                "novelty": columns.novelty(as_of)[rows],
                "score": np.nan_to_num(score, nan=0.0),
                "relevance": np.nan_to_num(near, nan=1.0),
                "tone": columns.tone_score[rows],
                "model": texts["model"],
                "is_theme": ~np.isnan(score) & (~np.isnan(near) | (entity is None)),
            }
        )

    def _relevance(self, columns: Columns, entity: str | None) -> Floats:
        """Return an entity's relevance in each row, null where it is not named."""
        relevance = np.full(len(columns.tagging), np.nan)
        if entity is not None:
            query = "SELECT tagging_pk, relevance FROM entity_tag WHERE entity_id = ?"
            found = np.array(self._db.execute(query, [entity]).fetchall(), dtype=np.float64).reshape(-1, 2)
            rows = columns.rows_of(found[:, 0].astype(np.int64))
            relevance[rows[rows >= 0]] = found[rows >= 0, 1]
        return relevance


class RememberedNews(NewsTable):
    """The market news out of columns that were read before."""

    def __init__(self, db: Database, columns: Callable[[], Columns]) -> None:
        super().__init__(db)
        self._columns = columns
        self._last: tuple[datetime | None, MarketNews] | None = None
        self._made: tuple[Hashable, Any] | None = None

    def read(self, *, as_of: datetime | None = None) -> MarketNews:
        """Return what the table does; the tags stand theme by theme. It is not to be changed.

        What was asked last is kept: a digest asks several times as of one instant.
        """
        if self._last is None or self._last[0] != as_of:
            self._last = as_of, self._read(as_of)
        return self._last[1]

    def remember(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Return what is made of the news; what was made last is kept under its key."""
        if self._made is None or self._made[0] != key:
            self._made = key, make()
        return cast("_Made", self._made[1])

    def _read(self, as_of: datetime | None) -> MarketNews:
        columns = self._columns()
        visible = columns.visible(as_of)
        rows = visible[columns.n_themes[visible] > 0]
        texts = columns.texts.take(rows).reset_index(drop=True)
        articles = pd.DataFrame(
            {
                "article": texts["article"],
                "publisher": texts["publisher"],
                "language": texts["language"],
                "known_at": columns.known_at.take(rows),
                "novelty": columns.novelty(as_of)[rows],
                "tone": columns.tone_score[rows],
                "model": texts["model"],
            }
        )
        return MarketNews(articles=articles, tags=_tags(columns, rows))


class RememberedEntities(EntityTable):
    """The table of entities; which there are comes out of memory."""

    def __init__(self, db: Database, columns: Callable[[], Columns], roster: RosterMemory) -> None:
        super().__init__(db)
        self._columns = columns
        self._roster = roster

    def named(self, *, as_of: datetime | None = None, words: str = "") -> list[NamedEntity]:
        """Return what the table does."""
        columns = self._columns()
        return self._roster.roster(self._db, columns).named(columns, as_of=as_of, words=words)


def _tags(columns: Columns, rows: Integers) -> pd.DataFrame:
    """Return the themes of rows of the columns, each row by its place among them."""
    place = np.full(len(columns.tagging), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    parts = [(theme, place[tags.row], tags.score) for theme, tags in sorted(columns.themes.items())]
    seen = [(theme, own[own >= 0], score[own >= 0]) for theme, own, score in parts if (own >= 0).any()]
    codes = np.repeat(np.arange(len(seen)), [len(own) for _, own, _ in seen])
    return pd.DataFrame(
        {
            "theme": pd.Categorical.from_codes(codes, pd.Index([theme for theme, _, _ in seen], dtype="str")),
            "row": np.concatenate([np.array([], dtype=np.int64), *(own for _, own, _ in seen)]),
            "score": np.concatenate([np.array([], dtype=np.float64), *(score for _, _, score in seen)]),
        }
    )
