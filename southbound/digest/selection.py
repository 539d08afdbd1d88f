"""Which part of the news a desk reads."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from southbound.store.article import StoredArticle
from southbound.store.tag import TaggedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A desk's choice; where nothing is named, everything is chosen.

    Attributes:
        themes: ids of the themes that are shown; shares stay parts of all market news that is read.
        entities: ids of the entities that the desk watches.
        publishers: only their articles are read.
        languages: only articles in these are read; "zh" takes in "zh-Hant" and "zh-Hans".
    """

    themes: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def reads(self, article: TaggedArticle | StoredArticle) -> bool:
        """Say whether an article is read."""
        return (not self.publishers or article.publisher in self.publishers) and (
            not self.languages or (article.language or "").startswith(self.languages)
        )

    def read_rows(self, articles: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table of articles (publisher, language) that are read."""
        if self.publishers:
            articles = articles.loc[articles["publisher"].isin(self.publishers)]
        if self.languages:
            articles = articles.loc[articles["language"].fillna("").str.startswith(self.languages)]
        return articles

    def shows(self, theme: str) -> bool:
        """Say whether a theme is shown."""
        return not self.themes or theme in self.themes
