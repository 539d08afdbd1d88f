"""Correlation of the series with a target some sessions later or earlier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first asked for: to load `stats` takes half a second

from signals.evaluation.regression import Floats, fit_hac, mean_test, newey_west_lags
from signals.evaluation.sample import MIN_OBSERVATIONS, complete_rows, on_grid, shifted, shortage


@dataclass(frozen=True, slots=True, kw_only=True)
class LagCorrelation:
    """Correlation of the series in session t with the target in session t + lag.

    Attributes:
        lag: sessions; above 0 the series leads.
        n: pairs of sessions where both have a value.
        correlation: Pearson's; None where `reason` says why.
        standard_error: Newey-West (HAC), with floor(4 * (n / 100) ** (2 / 9)) autocovariances.
        p_value: two-sided, from t = correlation / standard_error and Student's quantiles, as other programs
            print it. On autocorrelated noise it is too small.
        robust_t: statistic of `signals.evaluation.regression.mean_test` on the products of both.
        robust_p_value: its two-sided p-value, which keeps its level.
        reason: why there is no number, else None.
    """

    lag: int
    n: int
    correlation: float | None = None
    standard_error: float | None = None
    p_value: float | None = None
    robust_t: float | None = None
    robust_p_value: float | None = None
    reason: str | None = None


def lead_lag(
    series: pd.Series,
    target: pd.Series,
    *,
    lags: Iterable[int] = range(-5, 6),
    min_observations: int = MIN_OBSERVATIONS,
) -> tuple[LagCorrelation, ...]:
    """Correlate the series in session t with the target in session t + lag, for each lag.

    Args:
        series: values under consecutive session dates; null where there is none.
        target: values under session dates; sessions the series lacks are left out.
        lags: above 0 the series leads.
        min_observations: pairs needed for a number.
    """
    values, aligned = on_grid(series, target)
    return tuple(correlate(values, aligned, lag, min_observations=min_observations) for lag in lags)


def pairs(series: Floats, target: Floats, lag: int) -> Floats:
    """Return the values of series and target `lag` sessions later, (n, 2), where both are known."""
    return complete_rows(series, shifted(target, lag))


def correlate(series: Floats, target: Floats, lag: int, *, min_observations: int) -> LagCorrelation:
    """Correlate at one lag; the arrays lie on one grid of sessions."""
    both = pairs(series, target, lag)
    n, reason = len(both), shortage(len(both), max(min_observations, 3), *both.T)
    if reason:
        return LagCorrelation(lag=lag, n=n, reason=reason)
    # On standardised values the slope is the correlation, so the regression's HAC error is its error.
    x, y = ((both - both.mean(axis=0)) / both.std(axis=0)).T
    fitted = fit_hac(y, np.column_stack([np.ones(n), x]), n_autocovariances=newey_west_lags(n))
    # The null is imposed: without correlation the products have mean zero.
    tested = mean_test(x * y)
    return LagCorrelation(
        lag=lag,
        n=n,
        correlation=float(fitted.coefficients[1]),
        standard_error=float(fitted.standard_errors[1]),
        p_value=float(2 * scipy.stats.t.sf(abs(fitted.statistics[1]), n - 2)),
        robust_t=float(tested.statistics),
        robust_p_value=float(tested.p_values),
    )
