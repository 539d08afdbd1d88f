"""Search: the articles that have the words and pass the filters, and what else goes by that name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from nlp.entities.catalogue import Catalogue, Entity
from southbound.desk.passage import Passage, mark_words
from southbound.digest.wording import clean_line, web_url
from southbound.pipeline import catalogue as names
from southbound.store import Store
from southbound.store.find import ArticleQuery, ListedArticle, Order
from southbound.store.search import N_RANKED

PAGE_SIZE = 25
_N_DOWNLOADED = 5_000
_N_NAMES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """An article found; title and excerpt with the words marked."""

    article: ListedArticle
    title: tuple[Passage, ...]
    excerpt: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What a search found.

    Attributes:
        hits: of this page.
        number: of this page, from 1.
        has_more: whether there is a page after it.
        entities: of the catalogue that have the words in their names.
        themes: ids of themes whose names have the words.
        n_ranked: where the best were asked for and the words are so common that only this many of the newest
            texts were ranked; else None.
    """

    hits: tuple[SearchHit, ...]
    number: int
    has_more: bool
    entities: tuple[Entity, ...]
    themes: tuple[str, ...]
    n_ranked: int | None

    @property
    def first(self) -> int:
        """Place of the page's first hit among all that were found, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1


def build_search(
    store: Store,
    query: ArticleQuery,
    *,
    order: Order,
    number: int,
    theme_names: Mapping[str, str],
    catalogue: Catalogue | None,
) -> SearchPage:
    """Find articles, and what is named so.

    Args:
        store: everything stored.
        query: words and filters.
        order: newest or best first.
        number: page, from 1.
        theme_names: theme id -> name to look the words up in.
        catalogue: of entities; None to look none up.
    """
    found = store.finder.find(query, order=order, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    words = query.words.casefold().split()
    return SearchPage(
        hits=tuple(_hit(article, query.words) for article in found[:PAGE_SIZE]),
        number=number,
        has_more=len(found) > PAGE_SIZE,
        entities=_named_so(catalogue, query.words) if catalogue and words else (),
        themes=tuple(
            theme
            for theme, name in theme_names.items()
            if words and all(word in f"{name} {theme}".casefold() for word in words)
        )[:_N_NAMES],
        n_ranked=N_RANKED if order == "best" and store.finder.is_limited(query) else None,
    )


def frame_of_search(store: Store, query: ArticleQuery, *, order: Order) -> pd.DataFrame:
    """Return what a search finds as a table for download, 5,000 articles at most."""
    return frame_of_articles(store.finder.find(query, order=order, limit=_N_DOWNLOADED))


def frame_of_articles(articles: list[ListedArticle]) -> pd.DataFrame:
    """Return a list of articles as a table, without their texts."""
    columns = ["article", "known_at", "publisher", "language", "title", "url", "tone", "tone_score", "themes"]
    rows = [
        (
            *(one.article_id, pd.Timestamp(one.known_at), one.publisher, one.language),
            *(clean_line(one.title), web_url(one.url), one.tone, one.tone_score, " ".join(one.themes)),
        )
        for one in articles
    ]
    return pd.DataFrame(rows, columns=columns).astype({"tone": "Int64"})


def _named_so(catalogue: Catalogue, words: str) -> tuple[Entity, ...]:
    """Return the entities with the words in a name: those that are called just so first, then owners."""
    wanted = words.casefold()
    found = sorted(
        names.search(catalogue, words),
        key=lambda one: (wanted not in map(str.casefold, one.aliases), one.parent is not None),
    )
    return tuple(found[:_N_NAMES])


def _hit(article: ListedArticle, words: str) -> SearchHit:
    return SearchHit(
        article=article,
        title=mark_words(article.title, words),
        excerpt=mark_words(article.body, words, shorten=True),
    )
