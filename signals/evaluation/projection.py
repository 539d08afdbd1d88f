"""Local projections: how the target answers to the series, cumulated over horizons.

Jorda, Estimation and inference of impulse responses by local projections (AER 2005): for each horizon h its
own regression of `sum(target[t .. t+h-1])` on `series[t]`, a constant, and the past of both as controls.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from signals.evaluation.regression import Floats, fit_hac, newey_west_lags
from signals.evaluation.sample import MIN_OBSERVATIONS, complete_rows, on_grid, shifted, shortage

#: Sessions of either's past that are held constant.
CONTROL_LAGS: Final = 3
_COLLINEAR: Final = "the series follows from its own past and the target's"


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The target summed over sessions t .. t + horizon - 1, for a series one deviation higher in session t.

    Attributes:
        horizon: sessions summed; the first is the one whose decision follows the news.
        n: sessions in the regression.
        response: in the target's unit, for one standard deviation of the series; None where `reason` says
            why.
        standard_error: Newey-West with at least 2 * horizon autocovariances, since neighbouring sums overlap.
        t: response / standard_error.
        p_value: two-sided, fixed-b (see `signals.evaluation.regression`).
        low: lower end of the 95 % band.
        high: upper end.
        reason: why there is no number, else None.
    """

    horizon: int
    n: int
    response: float | None = None
    standard_error: float | None = None
    t: float | None = None
    p_value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


def local_projections(
    series: pd.Series,
    target: pd.Series,
    *,
    horizons: Iterable[int] = (1, 5, 20),
    control_lags: int = CONTROL_LAGS,
    min_observations: int = MIN_OBSERVATIONS,
) -> tuple[Projection, ...]:
    """Project the target, cumulated over each horizon, on the series; for the input see `lead_lag`."""
    values, aligned = on_grid(series, target)
    return tuple(
        project(values, aligned, horizon, control_lags=control_lags, min_observations=min_observations)
        for horizon in horizons
    )


def design(series: Floats, target: Floats, horizon: int, *, control_lags: int) -> Floats:
    """Return the rows of one regression: the cumulated target, the series, the controls."""
    ahead = np.sum([shifted(target, step) for step in range(horizon)], axis=0)
    past = range(1, control_lags + 1)
    controls = [shifted(one, -lag) for one in (series, target) for lag in past]
    return complete_rows(ahead, series, *controls)


def regressors(rows: Floats) -> Floats:
    """Return the columns of the regression: the series in deviations, a constant, the controls."""
    value = rows[..., 1] / rows[..., 1].std(axis=-1, keepdims=True)
    return np.concatenate([value[..., None], np.ones((*value.shape, 1)), rows[..., 2:]], axis=-1)


def project(
    series: Floats, target: Floats, horizon: int, *, control_lags: int, min_observations: int
) -> Projection:
    """Estimate the response at one horizon; the arrays lie on one grid of sessions."""
    rows = design(series, target, horizon, control_lags=control_lags)
    n, needed = len(rows), max(min_observations, 3 * (2 * control_lags + 2), 4 * horizon)
    reason = shortage(n, needed, *rows.T)
    if reason:
        return Projection(horizon=horizon, n=n, reason=reason)
    lags = newey_west_lags(n, overlap=2 * horizon if horizon > 1 else 0)
    fitted = fit_hac(rows[:, 0], regressors(rows), n_autocovariances=lags)
    response, error = float(fitted.coefficients[0]), float(fitted.standard_errors[0])
    if not np.isfinite(error):
        return Projection(horizon=horizon, n=n, reason=_COLLINEAR)
    half = float(fitted.half_widths[0])
    return Projection(
        horizon=horizon,
        n=n,
        response=response,
        standard_error=error,
        t=response / error,
        p_value=float(fitted.p_values[0]),
        low=response - half,
        high=response + half,
    )
