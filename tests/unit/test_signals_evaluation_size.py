"""On pure noise, tests at 5 % reject 3 to 7 % of the time: independent noise, and noise with a memory.

The share of 1,500 repetitions is known to within 1.1 points (two standard errors), so the bounds leave a test
of the right level a margin. Measured elsewhere, in %, autocorrelation 0 / 0.5 / 0.8, 4,000 repetitions each:

- 60 sessions: correlation 5.3 / 5.2 / 6.3, where Newey-West with Student's quantiles has 8.0 / 11.2 / 22.8;
  projection over 5 sessions 6.4 / 7.3 / 7.7
- 120 sessions: correlation 5.6 / 4.7 / 5.5; projection over 5 sessions 5.8 / 6.3 / 6.4,
  over 20 sessions 3.6 / 4.3 / 6.7
- 180 sessions: correlation 5.1 / 4.9 / 5.7; projection over 5 sessions 6.1 / 6.2 / 6.0,
  over 20 sessions 4.3 / 5.9 / 7.2
- spikes: 3.1 to 4.4 throughout, on the safe side, since the mean they are held against contains them
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest

from signals.evaluation.event import effect, find_spikes
from signals.evaluation.granger import cause
from signals.evaluation.lead_lag import correlate
from signals.evaluation.panel import forward_returns, information_coefficients
from signals.evaluation.projection import CONTROL_LAGS, project
from signals.evaluation.regression import Floats, mean_test

pytestmark = pytest.mark.no_cover
N, REPETITIONS = 200, 1500
MEMORY = pytest.mark.parametrize("memory", [0.0, 0.5])


def noise(memory: float, n: int, *, seed: int) -> Floats:
    """Return (n, N) series of a first-order autoregression."""
    shocks = np.random.default_rng(seed).normal(size=(n, N + 50))
    values = np.zeros_like(shocks)
    for step in range(1, N + 50):
        values[:, step] = memory * values[:, step - 1] + shocks[:, step]
    return values[:, 50:]


def rejected(p_values: Iterator[float | None]) -> float:
    told = np.array([p for p in p_values if p is not None])
    assert len(told) > REPETITIONS * 0.9
    return float((told < 0.05).mean())


def correlation(x: Floats, y: Floats) -> float | None:
    return correlate(x, y, 1, min_observations=30).robust_p_value


def granger(x: Floats, y: Floats) -> float | None:
    return cause(x, y, "", lags=5, min_observations=30).p_value


def projection(horizon: int) -> Callable[[Floats, Floats], float | None]:
    return lambda x, y: project(x, y, horizon, control_lags=CONTROL_LAGS, min_observations=30).p_value


def spikes(x: Floats, y: Floats) -> float | None:
    found = find_spikes(x / x.std(), threshold=1.5, horizon=5)
    return effect(y, found, (1, 3), min_events=5).p_value


@MEMORY
@pytest.mark.parametrize(
    "test",
    [correlation, granger, projection(1), projection(5), projection(20), spikes],
    ids=["correlation", "granger", "projection-1", "projection-5", "projection-20", "spikes"],
)
def test_noise_is_rejected_as_often_as_was_promised(
    test: Callable[[Floats, Floats], float | None], memory: float
) -> None:
    x, y = noise(memory, REPETITIONS, seed=1), noise(memory, REPETITIONS, seed=2)
    assert 0.03 <= rejected(map(test, x, y)) <= 0.07


@MEMORY
def test_noise_panels_too(memory: float) -> None:
    # Quantiles and spreads are means over sessions like coefficients, and tested by the same test.
    horizons, n_panels, n_assets = (1, 5, 20), 600, 8
    # One below the other, with so many sessions without prices between them that no return reaches over.
    factor = np.full((n_panels, N + max(horizons), n_assets), np.nan)
    prices = np.full_like(factor, np.nan)
    for number in range(n_panels):
        factor[number, :N] = noise(memory, n_assets, seed=10_000 + number).T
        steps = np.random.default_rng(20_000 + number).normal(0, 0.01, (N, n_assets))
        prices[number, :N] = np.exp(steps.cumsum(axis=0))
    below = [pd.DataFrame(values.reshape(-1, n_assets)) for values in (factor, prices)]
    for horizon in horizons:
        values = information_coefficients(below[0], forward_returns(below[1], horizon)).to_numpy(dtype=float)
        panels = [panel[np.isfinite(panel)] for panel in values.reshape(n_panels, -1)]
        assert {len(panel) for panel in panels} == {N - horizon}
        share = np.mean([float(mean_test(panel, overlap=horizon - 1).p_values) < 0.05 for panel in panels])
        assert 0.03 <= share <= 0.07, (horizon, share)
