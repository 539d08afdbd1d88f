"""All tests of a market-wide series against one target, with bands and placebos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from signals.evaluation import projection
from signals.evaluation.bootstrap import Positions, block_length, percentile_band, resample
from signals.evaluation.event import EventEffect, means_after
from signals.evaluation.finding import Band, Chance, Finding
from signals.evaluation.granger import GrangerTest
from signals.evaluation.lead_lag import LagCorrelation, pairs
from signals.evaluation.market import Grid, MarketConfig, Result, make_grid, run_tests, spikes_of
from signals.evaluation.placebo import placebo_quantile, shuffled_positions
from signals.evaluation.projection import Projection
from signals.evaluation.regression import Floats, fit_hac


def study_market(
    series: pd.DataFrame,
    target: pd.Series,
    *,
    name: str,
    measure: str = "intensity",
    config: MarketConfig | None = None,
    chance: Chance | None = None,
) -> tuple[Finding, ...]:
    """Run all tests, each with its bootstrap band and its place among placebos.

    Args:
        series: rows of `compute_series` (session, complete, zscore and the measure).
        target: under session t what begins after the decision of t: its flow, or the return from its first
            tradeable price to that of the next session. So lag 0 and horizon 1 could be traded. Null before
            the series begins means unknown; sessions after its end count for lags and horizons.
        name: of the target.
        measure: column of the series to test.
        config: what is tested.
        chance: how bands and placebos are drawn.

    Raises:
        InputError: a column is missing, or a session stands twice.
    """
    config, chance = config or MarketConfig(), chance or Chance()
    grid = make_grid(series, target, measure, beyond=True)
    results = run_tests(grid, config)
    bands = _bands(grid, results, config, chance)
    quantiles = _placebo_quantiles(grid, results, config, chance)
    return tuple(
        _finding(result, name, band, quantile)
        for result, band, quantile in zip(results, bands, quantiles, strict=True)
    )


def _placebo_quantiles(
    grid: Grid, results: Sequence[Result], config: MarketConfig, chance: Chance
) -> list[float | None]:
    rng = np.random.default_rng([chance.seed, 1])
    orders = shuffled_positions(
        np.isfinite(grid.series), block=chance.placebo_block, n_draws=chance.n_placebo, rng=rng
    )
    draws = np.array(
        [[_statistic(result) for result in run_tests(grid.shuffled(order), config)] for order in orders],
        dtype=float,
    ).reshape(len(orders), len(results))
    return [placebo_quantile(_statistic(result), draws[:, place]) for place, result in enumerate(results)]


def _bands(grid: Grid, results: Sequence[Result], config: MarketConfig, chance: Chance) -> list[Band | None]:
    rng = np.random.default_rng([chance.seed, 2])
    spikes = spikes_of(grid, config)
    return [
        None
        if result.reason or not chance.n_bootstrap
        else percentile_band(_draws(grid, result, spikes, config, chance, rng))
        for result in results
    ]


def _draws(
    grid: Grid,
    result: Result,
    spikes: list[int],
    config: MarketConfig,
    chance: Chance,
    rng: np.random.Generator,
) -> Floats:
    """Return the estimate on each resample of the observations that it was made from."""

    def positions(n: int, overlap: int = 0) -> Positions:
        block = block_length(n, overlap=overlap)
        return resample(n, block=block, n_draws=chance.n_bootstrap, rng=rng, kind=chance.bootstrap)

    if isinstance(result, LagCorrelation):
        both = pairs(grid.series, grid.target, result.lag)
        return _correlations(both[positions(len(both))])
    if isinstance(result, Projection):
        rows = projection.design(grid.series, grid.target, result.horizon, control_lags=config.control_lags)
        drawn = rows[positions(len(rows), result.horizon)]
        return fit_hac(drawn[..., 0], projection.regressors(drawn), n_autocovariances=0).coefficients[..., 0]
    if isinstance(result, EventEffect):
        means = means_after(grid.target, spikes, (result.first, result.last))
        return np.asarray(means[rng.integers(0, len(means), (chance.n_bootstrap, len(means)))].mean(axis=1))
    return np.array([], dtype=float)


def _correlations(drawn: Floats) -> Floats:
    centred = drawn - drawn.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(centred.prod(axis=2).mean(axis=1) / drawn.std(axis=1).prod(axis=1))


def _statistic(result: Result) -> float | None:
    match result:
        case LagCorrelation():
            return result.robust_t
        case GrangerTest():
            return result.f_statistic
        case _:
            return result.t


def _finding(result: Result, target: str, bootstrap: Band | None, quantile: float | None) -> Finding:
    return replace(
        _told(result, target),
        statistic=_statistic(result),
        bootstrap=bootstrap,
        placebo_quantile=quantile,
        reason=result.reason,
    )


def _told(result: Result, target: str) -> Finding:
    match result:
        case LagCorrelation():
            return Finding(
                kind="lead_lag",
                target=target,
                label=f"lag {result.lag:+d}" if result.lag else "lag 0",
                step=result.lag,
                n=result.n,
                estimate=result.correlation,
                standard_error=result.standard_error,
                p_value=result.robust_p_value,
            )
        case GrangerTest():
            return Finding(
                kind="granger",
                target=target,
                label=f"{result.direction}, {result.lags} lags",
                step=result.lags,
                n=result.n,
                p_value=result.p_value,
            )
        case Projection():
            return Finding(
                kind="local_projection",
                target=target,
                label=f"horizon {result.horizon}",
                step=result.horizon,
                n=result.n,
                estimate=result.response,
                standard_error=result.standard_error,
                p_value=result.p_value,
                band=None if result.low is None or result.high is None else (result.low, result.high),
            )
        case EventEffect():
            return Finding(
                kind="event",
                target=target,
                label=_window_label(result.first, result.last),
                step=result.last,
                n=result.n,
                estimate=result.mean,
                baseline=result.baseline,
                p_value=result.p_value,
            )


def _window_label(first: int, last: int) -> str:
    return f"session +{first}" if first == last else f"sessions +{first} to +{last}"
