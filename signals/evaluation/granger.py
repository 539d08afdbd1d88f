"""Granger's test: does the past of one help to tell the other?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first asked for: to load `stats` takes half a second

from signals.evaluation.regression import Floats, squared_residuals
from signals.evaluation.sample import MIN_OBSERVATIONS, complete_rows, on_grid, shifted, shortage

FORWARD = "series -> target"
BACKWARD = "target -> series"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrangerTest:
    """F-test that the past of one adds nothing to the other's own past (both with `lags` lags).

    Attributes:
        direction: "series -> target" or "target -> series".
        lags: sessions of past on either side.
        n: sessions in the regression.
        f_statistic: None where `reason` says why.
        p_value: of F with lags and n - 2 * lags - 1 degrees of freedom.
        reason: why there is no number, else None.
    """

    direction: str
    lags: int
    n: int
    f_statistic: float | None = None
    p_value: float | None = None
    reason: str | None = None


def granger(
    series: pd.Series, target: pd.Series, *, lags: int = 5, min_observations: int = MIN_OBSERVATIONS
) -> tuple[GrangerTest, GrangerTest]:
    """Test both ways whether the past of one helps to tell the other; for the input see `lead_lag`."""
    values, aligned = on_grid(series, target)
    return (
        cause(values, aligned, FORWARD, lags=lags, min_observations=min_observations),
        cause(aligned, values, BACKWARD, lags=lags, min_observations=min_observations),
    )


def cause(source: Floats, effect: Floats, direction: str, *, lags: int, min_observations: int) -> GrangerTest:
    """Test one way; the arrays lie on one grid of sessions."""
    past = range(1, lags + 1)
    table = complete_rows(
        effect, *(shifted(effect, -lag) for lag in past), *(shifted(source, -lag) for lag in past)
    )
    n = len(table)
    reason = shortage(n, max(min_observations, 3 * lags + 2), *table.T)
    if reason:
        return GrangerTest(direction=direction, lags=lags, n=n, reason=reason)
    y, columns = table[:, 0], np.column_stack([np.ones(n), table[:, 1:]])
    freedom = n - 2 * lags - 1
    restricted, full = squared_residuals(y, columns[:, : lags + 1]), squared_residuals(y, columns)
    statistic = float((restricted - full) / lags / (full / freedom))
    return GrangerTest(
        direction=direction,
        lags=lags,
        n=n,
        f_statistic=statistic,
        p_value=float(scipy.stats.f.sf(statistic, lags, freedom)),
    )
