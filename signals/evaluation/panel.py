"""Measures of a cross-sectional factor, with alphalens' definitions and numbers.

Tables are sessions x assets throughout. The tests compare with alphalens-reloaded to 1e-10; what it does row
by row is done here on whole tables, so that hundreds of placebos take seconds.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from signals.evaluation.regression import Floats
from signals.price import count_leaps

Flags: TypeAlias = npt.NDArray[np.bool_]

#: Assets that a session needs for a rank correlation.
MIN_ASSETS: Final = 5


def forward_returns(prices: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return the return from each session's price to that `horizon` sessions later; rows are consecutive.

    Splits are applied already; over a leap that none explains there is no return.
    """
    returns = prices.shift(-horizon) / prices.where(prices > 0) - 1
    leaps = count_leaps(prices)
    return returns.where(leaps == leaps.shift(-horizon))


def information_coefficients(
    factor: pd.DataFrame, returns: pd.DataFrame, *, min_assets: int = MIN_ASSETS
) -> pd.Series:
    """Return Spearman's correlation of factor and returns in each session; null where either is constant."""
    both = factor.notna() & returns.notna()
    return rank_correlations(factor.where(both), returns.where(both), min_assets=min_assets)


def rank_correlations(first: pd.DataFrame, second: pd.DataFrame, *, min_assets: int) -> pd.Series:
    """Correlate the ranks of two tables that are null in the same places, row by row."""
    return row_correlations(first.rank(axis=1), second.rank(axis=1), min_assets=min_assets)


def row_correlations(first: pd.DataFrame, second: pd.DataFrame, *, min_assets: int = 2) -> pd.Series:
    """Return Pearson's correlation of each row over the assets known in both."""
    x, y = first.to_numpy(dtype=float), second.to_numpy(dtype=float)
    known = np.isfinite(x) & np.isfinite(y)
    counts = known.sum(axis=1)
    x, y = _centred(x, known, counts), _centred(y, known, counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (x * y).sum(axis=1) / np.sqrt(np.square(x).sum(axis=1) * np.square(y).sum(axis=1))
    return pd.Series(np.where(counts >= min_assets, found, np.nan), index=first.index)


def quantiles_of(factor: pd.DataFrame, quantiles: int) -> pd.DataFrame:
    """Return each asset's quantile in its session, 1 (lowest) to `quantiles`, as pandas.qcut cuts.

    A session whose edges coincide, since too many assets have the same value, is null throughout.
    """
    values = factor.to_numpy(dtype=float)
    cut = np.full(values.shape, np.nan)
    some = np.flatnonzero(np.isfinite(values).any(axis=1))
    if not len(some):
        return pd.DataFrame(cut, index=factor.index, columns=factor.columns)
    edges = np.nanpercentile(values[some], np.linspace(0, 1, quantiles + 1) * 100, axis=1).T
    distinct = (np.diff(edges, axis=1) > 0).all(axis=1)
    for row, limits in zip(some[distinct], edges[distinct], strict=True):
        places = np.searchsorted(limits, values[row], side="left").astype(float)
        cut[row] = np.where(values[row] == limits[0], 1.0, places)
    cut[~np.isfinite(values)] = np.nan
    return pd.DataFrame(cut, index=factor.index, columns=factor.columns)


def returns_by_quantile(returns: pd.DataFrame, quantiles: pd.DataFrame) -> pd.DataFrame:
    """Return the mean return of each quantile in each session, in excess of the session's mean.

    Returns:
        Sessions x quantiles (1 and up). The mean is over assets that have both.
    """
    cut = quantiles.to_numpy(dtype=float)
    values = np.where(np.isfinite(cut), returns.to_numpy(dtype=float), np.nan)
    known = np.isfinite(values)
    excess = _centred(values, known, known.sum(axis=1))
    labels = range(1, int(np.nanmax(cut, initial=0)) + 1)
    means = {label: _row_means(excess, known & (cut == label)) for label in labels}
    return pd.DataFrame(means, index=returns.index)


def turnover(quantiles: pd.DataFrame, quantile: int, *, period: int) -> pd.Series:
    """Return the share of a quantile's assets that were not in it `period` sessions before.

    Sessions without quantiles are left out before counting back, as alphalens does.
    """
    inside = quantiles.dropna(how="all").to_numpy(dtype=float) == quantile
    index = quantiles.dropna(how="all").index
    has_any = inside.any(axis=1)
    inside, index = inside[has_any], index[has_any]
    new = inside[period:] & ~inside[: len(inside) - period]
    return pd.Series(new.sum(axis=1) / inside[period:].sum(axis=1), index=index[period:])


def rank_autocorrelation(factor: pd.DataFrame, *, period: int) -> pd.Series:
    """Return the correlation of the factor's ranks with those `period` sessions before."""
    ranks = factor.dropna(how="all").rank(axis=1)
    return row_correlations(ranks, ranks.shift(period))


def _centred(values: Floats, known: Flags, counts: npt.NDArray[np.intp]) -> Floats:
    """Return deviations from the mean of each row's known values, zero where unknown."""
    filled = np.where(known, values, 0.0)
    means = filled.sum(axis=1, keepdims=True) / np.maximum(counts, 1)[:, None]
    return np.asarray(np.where(known, filled - means, 0.0))


def _row_means(values: Floats, chosen: Flags) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(chosen, values, 0.0).sum(axis=1) / chosen.sum(axis=1))
