"""Bootstraps and placebos, and studies of market-wide series that use them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.evaluation import Chance, MarketConfig, study_market
from signals.evaluation.bootstrap import block_length, percentile_band, resample
from signals.evaluation.finding import corrected, count_tests
from signals.evaluation.placebo import placebo_quantile, shuffled_positions

SESSIONS = pd.bdate_range("2024-01-02", periods=150)
QUICK = Chance(n_bootstrap=100, n_placebo=40)


def series(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "session": SESSIONS[: len(values)],
            "share": values,
            "zscore": (values - values.mean()) / values.std(),
            "complete": True,
        }
    )


def test_blocks_keep_neighbours_together() -> None:
    rng = np.random.default_rng(1)
    moving = resample(100, block=10, n_draws=50, rng=rng, kind="moving")
    assert moving.shape == (50, 100)
    steps = np.diff(moving, axis=1)
    assert (steps == 1).mean() > 0.9
    assert (moving >= 0).all()
    assert (moving < 100).all()
    stationary = resample(100, block=10, n_draws=400, rng=rng)
    follows = (np.diff(stationary, axis=1) % 100 == 1).mean()
    assert follows == pytest.approx(1 - 0.1 + 0.1 / 100, abs=0.01)


def test_the_bootstrap_error_of_a_mean_is_that_of_arch() -> None:
    arch = pytest.importorskip("arch.bootstrap", reason="needs arch, to compare with")
    shocks = np.random.default_rng(2).normal(size=300)
    values = pd.Series(shocks).ewm(alpha=0.5).mean().to_numpy()
    ours = values[resample(300, block=8, n_draws=4000, rng=np.random.default_rng(3))].mean(axis=1).std()
    theirs = arch.StationaryBootstrap(8, values, seed=3).apply(np.mean, 4000).std()
    assert ours == pytest.approx(theirs, rel=0.05)


def test_block_lengths_grow_with_the_cube_root() -> None:
    assert [block_length(n) for n in (1, 8, 27, 28, 1000)] == [1, 2, 3, 4, 10]
    assert block_length(27, overlap=20) == 20
    assert block_length(10, overlap=20) == 10


def test_a_band_needs_half_of_its_draws() -> None:
    assert percentile_band(np.arange(101.0)) == pytest.approx((2.5, 97.5))
    assert percentile_band(np.array([1.0, np.nan, np.nan])) is None


@given(
    n=st.integers(1, 60), edge=st.integers(0, 10), block=st.integers(1, 20), seed=st.integers(0, 2**32 - 1)
)
def test_a_placebo_has_each_value_once_and_leaves_the_edges(n: int, edge: int, block: int, seed: int) -> None:
    is_known = np.ones(n, dtype=bool)
    is_known[:edge] = False
    orders = shuffled_positions(is_known, block=block, n_draws=3, rng=np.random.default_rng(seed))
    for order in orders:
        assert sorted(order) == list(range(n))
        assert order[: min(edge, n)].tolist() == list(range(min(edge, n)))


def test_placebos_keep_the_autocorrelation() -> None:
    values = np.sin(np.arange(150) / 8)
    orders = shuffled_positions(np.ones(150, bool), block=10, n_draws=50, rng=np.random.default_rng(1))
    kept = [np.corrcoef(values[order][1:], values[order][:-1])[0, 1] for order in orders]
    assert np.mean(kept) > 0.8


def test_the_quantile_counts_smaller_placebos() -> None:
    assert placebo_quantile(-2.0, np.array([1.0, -1.0, 3.0, np.nan, 0.0])) == 0.75
    assert placebo_quantile(None, np.array([1.0])) is None
    assert placebo_quantile(1.0, np.array([])) is None


def test_a_link_stands_out_from_placebos_and_bands_hold_it() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=150)
    target = pd.Series(100 * x + rng.normal(0, 50, 150), index=SESSIONS)
    found = study_market(series(x), target, name="flow", measure="share", chance=QUICK)
    told = {(one.kind, one.label): one for one in found}
    now, later = told["lead_lag", "lag 0"], told["lead_lag", "lag +3"]
    assert now.placebo_quantile == 1.0
    assert (later.placebo_quantile or 0) < 1.0
    assert now.bootstrap is not None
    assert 0.8 < now.bootstrap[0] < (now.estimate or 0) < now.bootstrap[1] < 1
    response = told["local_projection", "horizon 1"]
    assert response.band is not None
    assert response.bootstrap is not None
    assert response.band[0] < 100 * x.std() < response.band[1]
    assert response.bootstrap[0] < (response.estimate or 0) < response.bootstrap[1]
    assert {one.kind for one in found} == {"lead_lag", "granger", "local_projection", "event"}


def test_the_same_seed_gives_the_same_study_and_another_other_placebos() -> None:
    rng = np.random.default_rng(5)
    frame, target = series(rng.normal(size=150)), pd.Series(rng.normal(size=150), index=SESSIONS)
    config = MarketConfig(lags=(0,), horizons=(1,), granger_lags=0, event_horizon=0)
    one, same, other = (
        study_market(
            frame,
            target,
            name="flow",
            measure="share",
            config=config,
            chance=Chance(n_placebo=50, n_bootstrap=50, seed=seed),
        )
        for seed in (1, 1, 2)
    )
    assert one == same
    assert [found.p_value for found in one] == [found.p_value for found in other]
    assert [found.bootstrap for found in one] != [found.bootstrap for found in other]


def test_targets_after_the_last_session_count() -> None:
    x = np.random.default_rng(6).normal(size=100)
    target = pd.Series(np.random.default_rng(7).normal(size=150), index=SESSIONS)
    config = MarketConfig(lags=(0, 5), horizons=(), granger_lags=0, event_horizon=0)
    found = study_market(series(x), target, name="flow", measure="share", config=config, chance=QUICK)
    assert [one.n for one in found] == [100, 100]


def test_a_target_without_values_gives_reasons_only() -> None:
    target = pd.Series(np.nan, index=SESSIONS)
    x = np.random.default_rng(8).normal(size=150)
    found = study_market(series(x), target, name="flow", measure="share", chance=QUICK)
    assert all(one.reason and one.p_value is None and one.placebo_quantile is None for one in found)
    assert count_tests(corrected(found)) == {"": 0}
