"""Counts of articles by session and by publisher, from which every measure is made.

Sums are taken in an order that depends on the values alone, so a series is the same to the last digit
whatever the order of its rows and whatever came later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from signals.error import InputError
from signals.variant import IntensityConfig

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherCounts:
    """Articles of one publisher in one session; four arrays of equal length, one entry a pair.

    Attributes:
        session: position in the sessions of the tally.
        publisher: code of the publisher, in the order of their names.
        total: all articles.
        theme: theme articles.
    """

    session: Integers
    publisher: Integers
    total: Integers
    theme: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherShares:
    """Shares by session (first axis) and publisher (second).

    Attributes:
        share: X, theme articles / all articles, decayed where asked; null without an article.
        theme: theme articles, decayed where asked.
        articles: all articles, decayed where asked.
        publishers: names along the second axis.
    """

    share: Floats
    theme: Floats
    articles: Floats
    publishers: pd.Index

    def since(self, place: int) -> PublisherShares:
        """Return those of the sessions from a place on."""
        share, theme, articles = (values[place:] for values in (self.share, self.theme, self.articles))
        return PublisherShares(share=share, theme=theme, articles=articles, publishers=self.publishers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was published, by session.

    Attributes:
        n_articles: articles of the session.
        n_theme_articles: theme articles of the session.
        n_publishers: publishers with an article in the session.
        weight: sum of the weights of theme articles, decayed where asked.
        weighted_articles: all articles, decayed where asked.
        tone_sum: sum of tone over the theme articles that have one, decayed where asked.
        tone_articles: number of those, decayed where asked.
        counts: articles by publisher.
        publishers: names, in order; their places are the codes in `counts`.
        half_life: of the decay, in sessions; None for no decay.
    """

    n_articles: Integers
    n_theme_articles: Integers
    n_publishers: Integers
    weight: Floats
    weighted_articles: Floats
    tone_sum: Floats
    tone_articles: Floats
    counts: PublisherCounts
    publishers: pd.Index
    half_life: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsTally:
    """All articles on a grid of sessions, whatever they are about: what every theme and variant shares.

    Attributes:
        position: session of each article on the grid; -1 outside.
        pair: entry of `session`, `publisher` and `total` that each article counts in; -1 outside the grid.
        session: position in the grid of each pair of session and publisher.
        publisher: code of the publisher of each pair, in the order of their names.
        total: articles of each pair.
        n_articles: articles of each session.
        n_publishers: publishers with an article in each session.
        publishers: names, in order.
    """

    position: Integers
    pair: Integers
    session: Integers
    publisher: Integers
    total: Integers
    n_articles: Integers
    n_publishers: Integers
    publishers: pd.Index


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRows:
    """The articles of one theme; arrays of equal length, in any order.

    Attributes:
        row: place of each among all articles.
        score: 0..1.
        novelty: 0..1, null where unknown.
        relevance: 0..1, null where unknown.
        tone: -1..1, null where unknown.
    """

    row: Integers
    score: Floats
    novelty: Floats
    relevance: Floats
    tone: Floats


def tally_articles(
    rows: pd.DataFrame, sessions: pd.DatetimeIndex, grid: pd.DatetimeIndex, *, config: IntensityConfig
) -> Tally:
    """Count articles on a grid of consecutive sessions.

    Args:
        rows: articles with publisher, is_theme, score, novelty, relevance and tone.
        sessions: the session of each row; rows outside the grid are left out.
        grid: the sessions counted.
        config: how an article is weighed, and whether it decays.
    """
    chosen = np.flatnonzero(rows["is_theme"].to_numpy(dtype=bool))
    theme = rows.iloc[chosen]
    values = {
        name: theme[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ("score", "novelty", "relevance", "tone")
    }
    news = tally_news(rows["publisher"], sessions, grid)
    return tally_theme(news, ThemeRows(row=chosen, **values), config=config)


def tally_news(publisher: pd.Series, sessions: pd.DatetimeIndex, grid: pd.DatetimeIndex) -> NewsTally:
    """Count all articles on a grid of consecutive sessions, given publisher and session of each."""
    position = grid.get_indexer(sessions).astype(np.int64)
    inside = position >= 0
    codes, publishers = pd.factorize(publisher[inside], sort=True)
    key = codes.astype(np.int64) * len(grid) + position[inside]
    pairs, place, total = np.unique(key, return_inverse=True, return_counts=True)
    pair = np.full(len(position), -1)
    pair[inside] = place
    session = pairs % max(len(grid), 1)
    return NewsTally(
        position=position,
        pair=pair,
        session=session,
        publisher=pairs // max(len(grid), 1),
        total=total,
        n_articles=np.bincount(position[inside], minlength=len(grid)),
        n_publishers=np.bincount(session, minlength=len(grid)),
        publishers=pd.Index(publishers),
    )


def tally_totals(
    publisher: pd.Series, sessions: pd.DatetimeIndex, total: Integers, grid: pd.DatetimeIndex
) -> NewsTally:
    """Take over counts of all articles on a grid, given session, publisher and number of each pair.

    Raises:
        InputError: a pair stands twice.
    """
    position = grid.get_indexer(sessions).astype(np.int64)
    inside = position >= 0
    codes, publishers = pd.factorize(np.asarray(publisher[inside]), sort=True)
    key = codes.astype(np.int64) * len(grid) + position[inside]
    order = np.argsort(key, kind="stable")
    if (np.diff(key[order]) == 0).any():
        raise InputError("news: a publisher has two rows for one session; sum them first")
    kept = total[inside][order].astype(np.int64)
    session = position[inside][order]
    none = np.array([], dtype=np.int64)
    return NewsTally(
        position=none,
        pair=none,
        session=session,
        publisher=codes[order].astype(np.int64),
        total=kept,
        n_articles=add_by(session, kept.astype(float), len(grid)).astype(np.int64),
        n_publishers=np.bincount(session, minlength=len(grid)),
        publishers=pd.Index(publishers),
    )


def find_pairs(
    news: NewsTally, publisher: pd.Series, sessions: pd.DatetimeIndex, grid: pd.DatetimeIndex
) -> Integers:
    """Return the pair of the tally that each row belongs to; -1 outside the grid.

    Raises:
        InputError: a row on the grid belongs to none.
    """
    names = pd.Categorical(publisher)
    codes = news.publishers.get_indexer(names.categories).astype(np.int64)[names.codes]
    position = grid.get_indexer(sessions).astype(np.int64)
    inside = position >= 0
    places = np.full(len(news.publishers) * len(grid), -1)
    places[news.publisher * len(grid) + news.session] = np.arange(len(news.total))
    known = inside & (codes >= 0)
    found = np.full(len(codes), -1)
    found[known] = places[codes[known] * len(grid) + position[known]]
    if (inside & (found < 0)).any():
        raise InputError("counts: a publisher has theme articles in a session without any article in news")
    return found


def tally_theme(news: NewsTally, theme: ThemeRows, *, config: IntensityConfig) -> Tally:
    """Count a theme's articles among all.

    Args:
        news: all articles, counted.
        theme: which of them carry the theme; those outside the grid are left out.
        config: how an article is weighed, and whether it decays.
    """
    n_sessions = len(news.n_articles)
    position = news.position[theme.row]
    inside = position >= 0
    told = inside & ~np.isnan(theme.tone)
    weights = _weights(theme, config)
    return _tally(
        news,
        np.bincount(news.pair[theme.row[inside]], minlength=len(news.total)),
        n_theme_articles=np.bincount(position[inside], minlength=n_sessions),
        weight=_sum_by(position[inside], weights[inside], n_sessions),
        tone_sum=_sum_by(position[told], theme.tone[told], n_sessions),
        tone_articles=np.bincount(position[told], minlength=n_sessions).astype(float),
        half_life=config.half_life_sessions,
    )


def tally_counts(news: NewsTally, in_theme: Integers, *, config: IntensityConfig) -> Tally:
    """Count a theme of which only the number of articles by session and publisher is known; no tone.

    Args:
        news: all articles, counted.
        in_theme: the theme's articles of each pair of session and publisher of `news`.
        config: its weights must be empty: each article counts as one.

    Raises:
        InputError: an article is to be weighed by what is not known of it.
    """
    if config.weights:
        raise InputError(f"counts know no {config.weights[0]}; leave the weights empty")
    n_sessions = len(news.n_articles)
    nothing = np.zeros(n_sessions)
    weight = add_by(news.session, in_theme.astype(float), n_sessions)
    return _tally(
        news,
        in_theme,
        n_theme_articles=weight.astype(np.int64),
        weight=weight,
        tone_sum=nothing,
        tone_articles=nothing,
        half_life=config.half_life_sessions,
    )


def _tally(
    news: NewsTally,
    in_theme: Integers,
    *,
    n_theme_articles: Integers,
    weight: Floats,
    tone_sum: Floats,
    tone_articles: Floats,
    half_life: float | None,
) -> Tally:
    sums = np.column_stack([weight, news.n_articles.astype(float), tone_sum, tone_articles])
    weight, weighted_articles, tone_sum, tone_articles = decay(sums, half_life).T
    return Tally(
        n_articles=news.n_articles,
        n_theme_articles=n_theme_articles,
        n_publishers=news.n_publishers,
        weight=weight,
        weighted_articles=weighted_articles,
        tone_sum=tone_sum,
        tone_articles=tone_articles,
        counts=PublisherCounts(
            session=news.session, publisher=news.publisher, total=news.total, theme=in_theme
        ),
        publishers=news.publishers,
        half_life=half_life,
    )


def publisher_shares(tallies: Sequence[Tally], min_sessions: int) -> list[PublisherShares]:
    """Return the share of each publisher by session, null without an article, for themes of the same news.

    Publishers seen in fewer than `min_sessions` sessions are left out: they could never be scaled.
    """
    first = tallies[0]
    counts = first.counts
    kept = np.flatnonzero(np.bincount(counts.publisher) >= min_sessions)
    shape = len(first.n_articles), len(kept)
    chosen = np.flatnonzero(np.isin(counts.publisher, kept))
    cell = counts.session[chosen] * len(kept) + np.searchsorted(kept, counts.publisher[chosen])
    total = _placed(counts.total[chosen], cell, shape)
    articles, published = decay(total, first.half_life), total > 0
    found = []
    for tally in tallies:
        theme = decay(_placed(tally.counts.theme[chosen], cell, shape), tally.half_life)
        share = np.divide(theme, articles, out=np.full_like(articles, np.nan), where=published)
        found.append(
            PublisherShares(share=share, theme=theme, articles=articles, publishers=tally.publishers[kept])
        )
    return found


def _placed(values: Integers, cell: Integers, shape: tuple[int, int]) -> Floats:
    """Return values in their cells of a table, 0 in the others."""
    placed = np.zeros(shape)
    placed.ravel()[cell] = values
    return placed


def add_by(position: npt.NDArray[np.integer], values: Floats, n_sessions: int) -> Floats:
    """Return the sum of values by session, added one after the other.

    numpy's own sum goes in pairs, so a zero put in between (a publisher that appears later) could change
    the last digit; here it cannot.
    """
    return np.bincount(position, weights=values, minlength=n_sessions).astype(np.float64)


def decay(values: Floats, half_life: float | None) -> Floats:
    """Return sums over the past, each session weighted 0.5 ** (age / half_life), along the first axis."""
    if half_life is None:
        return values
    kept, decayed = 0.5 ** (1 / half_life), values.copy()
    for session in range(1, len(decayed)):
        decayed[session] += kept * decayed[session - 1]
    return decayed


def _weights(theme: ThemeRows, config: IntensityConfig) -> Floats:
    """Return each theme article's weight; an unknown tone weighs 0, an unknown novelty or relevance 1."""
    weight = np.ones(len(theme.row))
    for name in config.weights:
        values = getattr(theme, name)
        weight = weight * np.where(np.isnan(values), 0.0 if name == "tone" else 1.0, values)
    return weight


def _sum_by(position: Integers, values: Floats, n_sessions: int) -> Floats:
    """Return the sum of values by session, the smallest first whatever the order of the rows."""
    order = np.argsort(values)  # equal values may stand in any order
    return add_by(position[order], values[order], n_sessions)
