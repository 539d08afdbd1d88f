"""Panels against alphalens-reloaded on the same numbers, and against figures by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from signals.error import InputError
from signals.evaluation import PanelConfig, Span, build_factor, factor_frame, study_panel
from signals.evaluation.finding import Chance
from signals.evaluation.panel import (
    forward_returns,
    information_coefficients,
    quantiles_of,
    rank_autocorrelation,
    returns_by_quantile,
    turnover,
)

SESSIONS = pd.bdate_range("2024-01-02", periods=90, name="date")
ASSETS = [f"XHKG:{number}" for number in range(1, 24)]
HORIZONS = (1, 5, 20)
QUICK = Chance(n_bootstrap=100, n_placebo=20)


def walk(seed: int, *, scale: float = 0.02) -> pd.DataFrame:
    steps = np.random.default_rng(seed).normal(0, scale, (len(SESSIONS), len(ASSETS)))
    return pd.DataFrame(100 * np.exp(steps.cumsum(axis=0)), SESSIONS, ASSETS)


def noise(seed: int) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(len(SESSIONS), len(ASSETS)))
    # A memory, so that ranks and quantiles persist; rounded, so that some values tie.
    return pd.DataFrame(values, SESSIONS, ASSETS).ewm(halflife=3).mean().round(2)


@pytest.fixture(scope="module")
def alphalens_data() -> pd.DataFrame:
    """The panel as alphalens itself prepares it."""
    utils = pytest.importorskip("alphalens.utils", reason="needs alphalens-reloaded, to compare with")
    factor = noise(1).stack()  # noqa: PD013 - the index alphalens takes
    factor.index.names = ["date", "asset"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: pd.DataFrame = utils.get_clean_factor_and_forward_returns(
            factor, walk(2), quantiles=5, periods=HORIZONS, max_loss=1.0
        )
    return made


@pytest.fixture(scope="module")
def performance() -> object:
    return pytest.importorskip("alphalens.performance", reason="needs alphalens-reloaded, to compare with")


def known(sessions: pd.Index, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table on alphalens' sessions: it drops those without each forward return."""
    return table.loc[sessions]


def test_our_frame_is_the_one_alphalens_makes(alphalens_data: pd.DataFrame) -> None:
    ours = factor_frame(noise(1), walk(2), horizons=HORIZONS, quantiles=5)
    names = {column: f"{HORIZONS[place]}D" for place, column in enumerate(alphalens_data.columns[:3])}
    theirs = alphalens_data.rename(columns=names).sort_index()
    assert ours.index.names == theirs.index.names
    assert list(ours.columns) == list(theirs.columns)
    ours = ours.sort_index()
    assert ours.index.equals(theirs.index)
    np.testing.assert_allclose(ours.to_numpy(float), theirs.to_numpy(float), rtol=1e-10)


def test_alphalens_takes_our_frame(performance: object) -> None:
    frame = factor_frame(noise(1), walk(2), horizons=HORIZONS, quantiles=5)
    found = performance.factor_information_coefficient(frame)  # type: ignore[attr-defined] # no types
    for horizon in HORIZONS:
        ours = information_coefficients(noise(1), forward_returns(walk(2), horizon))
        np.testing.assert_allclose(
            found[f"{horizon}D"], known(found.index, ours.to_frame())[0], rtol=1e-10, atol=1e-10
        )


def test_quantile_returns_are_those_of_alphalens(performance: object) -> None:
    frame = factor_frame(noise(1), walk(2), horizons=HORIZONS, quantiles=5)
    sessions = frame.index.get_level_values("date").unique()
    quantiles = known(sessions, quantiles_of(noise(1), 5))
    by_date, _ = performance.mean_return_by_quantile(frame, by_date=True)  # type: ignore[attr-defined]
    means, _ = performance.mean_return_by_quantile(frame)  # type: ignore[attr-defined]
    for horizon in HORIZONS:
        ours = returns_by_quantile(known(sessions, forward_returns(walk(2), horizon)), quantiles)
        theirs = by_date[f"{horizon}D"].unstack(0)  # noqa: PD010 - quantiles as columns
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(ours.mean(), means[f"{horizon}D"], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("period", [1, 5])
def test_turnover_and_rank_autocorrelation_are_those_of_alphalens(performance: object, period: int) -> None:
    frame = factor_frame(noise(1), walk(2), horizons=HORIZONS, quantiles=5)
    sessions = frame.index.get_level_values("date").unique()
    for quantile in (1, 3, 5):
        theirs = performance.quantile_turnover(  # type: ignore[attr-defined]
            frame["factor_quantile"], quantile, period
        ).dropna()
        ours = turnover(known(sessions, quantiles_of(noise(1), 5)), quantile, period=period)
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)
    theirs = performance.factor_rank_autocorrelation(frame, period).dropna()  # type: ignore[attr-defined]
    ours = rank_autocorrelation(known(sessions, noise(1)), period=period).dropna()
    np.testing.assert_allclose(ours, theirs, rtol=1e-10)


def test_a_session_that_cannot_be_cut_has_no_quantiles() -> None:
    factor = noise(1)
    factor.iloc[3, :18] = 0.0
    cut = quantiles_of(factor, 5)
    assert cut.iloc[3].isna().all()
    assert cut.drop(index=SESSIONS[3]).notna().all(axis=None)


def test_strength_is_summed_and_decays_by_half() -> None:
    mentions = pd.DataFrame(
        {
            "session": SESSIONS[[0, 0, 2]],
            "asset": ["XHKG:1", "XHKG:1", "XHKG:2"],
            "strength": [0.5, 0.25, 1.0],
        }
    )
    factor = build_factor(mentions, SESSIONS[:4], ["XHKG:1", "XHKG:2"], thin=SESSIONS[[1]], half_life=1)
    assert factor["XHKG:1"].tolist() == pytest.approx([0.75, np.nan, 0.1875, 0.09375], nan_ok=True)
    assert factor["XHKG:2"].tolist() == pytest.approx([0, np.nan, 1.0, 0.5], nan_ok=True)
    alone = build_factor(mentions, SESSIONS[:4], ["XHKG:1"])
    assert alone["XHKG:1"].tolist() == [0.75, 0, 0, 0]
    with pytest.raises(InputError, match="half-life"):
        build_factor(mentions, SESSIONS, ASSETS, half_life=-1)


def test_a_factor_that_knows_is_found_and_its_placebos_are_not() -> None:
    prices = walk(2)
    factor = forward_returns(prices, 1).fillna(0.0) + noise(1) * 0.01
    study = study_panel(factor, prices, config=PanelConfig(horizons=(1,)), chance=QUICK)
    by_kind = {one.kind: one for one in study.findings}
    coefficient, spread, net = (by_kind[kind] for kind in ("information_coefficient", "spread", "net_spread"))
    assert (coefficient.p_value or 1) < 1e-6
    assert coefficient.placebo_quantile == spread.placebo_quantile == 1.0
    assert coefficient.bootstrap is not None
    assert 0 < coefficient.bootstrap[0] < (coefficient.estimate or 0) < coefficient.bootstrap[1]
    assert [one.horizon for one in study.quantiles] == [1] * 5
    # Costs: the turnover of top and bottom, 25 basis points for each position that is exchanged.
    turned = [one.turnover or 0 for one in study.quantiles if one.quantile in {1, 5}]
    assert (spread.estimate or 0) - (net.estimate or 0) == pytest.approx(sum(turned) * 25 / 1e4)


def test_a_sample_does_not_look_beyond_its_end() -> None:
    factor, prices = noise(1), walk(2)
    end = SESSIONS[59]
    changed = prices.copy()
    changed.loc[changed.index > end] *= 7
    span = Span(last=end, end=end)
    config = PanelConfig(horizons=(1, 5))
    one, other = (
        study_panel(factor, table, span=span, config=config, chance=QUICK) for table in (prices, changed)
    )
    assert one == other
    assert [found.n for found in one.findings if found.kind == "information_coefficient"] == [59, 55]


def test_the_same_seed_gives_the_same_study() -> None:
    one, other = (study_panel(noise(1), walk(2), chance=QUICK) for _ in range(2))
    assert one == other


def test_too_little_gives_its_reason() -> None:
    few = study_panel(noise(1).iloc[:20], walk(2), config=PanelConfig(horizons=(1,)), chance=QUICK)
    assert few.findings[0].reason == "20 sessions where factor and returns can be ranked; 30 are needed"
    named = pd.DataFrame(0.0, SESSIONS, ASSETS)
    named.iloc[0, 0] = 1.0
    unnamed = study_panel(noise(1), walk(2), named=named, config=PanelConfig(horizons=(1,)), chance=QUICK)
    said = "the news name an asset 1 times (by session); 30 are needed"
    assert {one.reason for one in unnamed.findings} == {said}
    with pytest.raises(InputError, match="at least 2 quantiles"):
        PanelConfig(quantiles=1)
