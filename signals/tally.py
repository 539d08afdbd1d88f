"""Counts of articles by session and by publisher, from which every measure is made.

Sums are taken in an order that depends on the values alone, so a series is the same to the last digit
whatever the order of its rows and whatever came later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

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

    def publisher_shares(self, min_sessions: int) -> PublisherShares:
        """Return the share of each publisher by session, null without an article.

        Publishers seen in fewer than `min_sessions` sessions are left out: they could never be scaled.
        """
        counts, n_sessions = self.counts, len(self.n_articles)
        seen = np.bincount(counts.publisher)
        kept = np.flatnonzero(seen >= min_sessions)
        chosen = np.isin(counts.publisher, kept)
        cell = counts.session[chosen], np.searchsorted(kept, counts.publisher[chosen])
        total, theme = np.zeros((2, n_sessions, len(kept)))
        total[cell], theme[cell] = counts.total[chosen], counts.theme[chosen]
        published = total > 0
        theme, total = decay(theme, self.half_life), decay(total, self.half_life)
        share = np.divide(theme, total, out=np.full_like(total, np.nan), where=published)
        return PublisherShares(share=share, theme=theme, articles=total, publishers=self.publishers[kept])


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
    half_life = config.half_life_sessions
    position = grid.get_indexer(sessions).astype(np.int64)
    rows, position = rows.loc[position >= 0], position[position >= 0]
    is_theme = rows["is_theme"].to_numpy(dtype=bool)
    theme, theme_position = rows.loc[is_theme], position[is_theme]
    tone = theme["tone"].to_numpy(dtype=float, na_value=np.nan)
    told = ~np.isnan(tone)
    codes, publishers = pd.factorize(rows["publisher"], sort=True)
    counts = _count_publishers(codes, position, is_theme, len(grid))
    n_articles = np.bincount(position, minlength=len(grid))
    return Tally(
        n_articles=n_articles,
        n_theme_articles=np.bincount(theme_position, minlength=len(grid)),
        n_publishers=np.bincount(counts.session, minlength=len(grid)),
        weight=decay(_sum_by(theme_position, _weights(theme, config), len(grid)), half_life),
        weighted_articles=decay(n_articles.astype(float), half_life),
        tone_sum=decay(_sum_by(theme_position[told], tone[told], len(grid)), half_life),
        tone_articles=decay(np.bincount(theme_position[told], minlength=len(grid)).astype(float), half_life),
        counts=counts,
        publishers=pd.Index(publishers),
        half_life=half_life,
    )


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


def _weights(theme: pd.DataFrame, config: IntensityConfig) -> Floats:
    """Return each theme article's weight; an unknown tone weighs 0, an unknown novelty or relevance 1."""
    weight = np.ones(len(theme))
    for name in config.weights:
        weight = weight * theme[name].astype(float).fillna(0.0 if name == "tone" else 1.0).to_numpy()
    return weight


def _sum_by(position: Integers, values: Floats, n_sessions: int) -> Floats:
    """Return the sum of values by session, the smallest first whatever the order of the rows."""
    order = np.lexsort((values, position))
    return add_by(position[order], values[order], n_sessions)


def _count_publishers(
    codes: npt.NDArray[np.integer], position: Integers, is_theme: npt.NDArray[np.bool_], n_sessions: int
) -> PublisherCounts:
    pairs, place, total = np.unique(codes * n_sessions + position, return_inverse=True, return_counts=True)
    return PublisherCounts(
        session=pairs % n_sessions,
        publisher=pairs // n_sessions,
        total=total,
        theme=np.bincount(place[is_theme], minlength=len(pairs)),
    )
