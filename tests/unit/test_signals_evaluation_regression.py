"""Our regressions against statsmodels, and their critical values against the published ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests
from statsmodels.tsa.stattools import grangercausalitytests

from signals.evaluation.correction import benjamini_hochberg, holm
from signals.evaluation.granger import cause
from signals.evaluation.projection import design, project, regressors
from signals.evaluation.regression import fit_hac, fixed_b, mean_test, newey_west_lags

CHANCE = np.random.default_rng(11)


@pytest.mark.parametrize(("n", "k", "lags"), [(40, 2, 0), (60, 3, 3), (250, 8, 17), (120, 2, 40)])
def test_newey_west_errors_are_those_of_statsmodels(n: int, k: int, lags: int) -> None:
    columns = np.column_stack([np.ones(n), CHANCE.normal(size=(n, k - 1)).cumsum(axis=0) * 1e-3])
    y = columns.sum(axis=1) + CHANCE.normal(size=n).cumsum()
    ours = fit_hac(y, columns, n_autocovariances=lags)
    theirs = OLS(y, columns).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    np.testing.assert_allclose(ours.coefficients, theirs.params, rtol=1e-10)
    np.testing.assert_allclose(ours.standard_errors, theirs.bse, rtol=1e-10)


def test_a_stack_of_regressions_is_each_of_them() -> None:
    columns = np.concatenate([np.ones((5, 50, 1)), CHANCE.normal(size=(5, 50, 2))], axis=2)
    y = CHANCE.normal(size=(5, 50))
    stack = fit_hac(y, columns, n_autocovariances=4)
    for one in range(5):
        alone = fit_hac(y[one], columns[one], n_autocovariances=4)
        np.testing.assert_allclose(stack.p_values[one], alone.p_values, rtol=1e-12)


def test_columns_that_depend_on_each_other_give_nulls() -> None:
    x = CHANCE.normal(size=40)
    fitted = fit_hac(CHANCE.normal(size=40), np.column_stack([x, 2 * x]), n_autocovariances=2)
    assert np.isnan(fitted.p_values).all()


@pytest.mark.parametrize("bandwidth", [0.02, 0.05, 0.1, 0.15, 0.2])
def test_critical_values_are_those_of_kiefer_and_vogelsang(bandwidth: float) -> None:
    # Their polynomial for the Bartlett kernel, two-sided 5 % (Econometric Theory 2005, table 1).
    published = 1.9600 + 2.9694 * bandwidth + 0.4160 * bandwidth**2 - 0.5324 * bandwidth**3
    scale, freedom = fixed_b(1000, round(bandwidth * 1000) - 1)
    assert stats.t.isf(0.025, freedom) / scale == pytest.approx(published, rel=0.02)


def test_without_autocovariances_it_is_students_test() -> None:
    assert fixed_b(40, 0, 3) == pytest.approx((1, 37))


def test_the_rule_for_autocovariances() -> None:
    assert list(map(newey_west_lags, [60, 100, 250, 1000])) == [3, 4, 4, 6]
    assert newey_west_lags(100, overlap=19) == 19
    assert newey_west_lags(10, overlap=19) == 9


def test_the_mean_of_a_clear_shift_is_found_and_its_band_holds_it() -> None:
    found = mean_test(0.5 + CHANCE.normal(size=200))
    assert found.p_values < 1e-6
    assert 0.1 < found.half_widths < 0.2


def test_granger_is_that_of_statsmodels() -> None:
    x = CHANCE.normal(size=150)
    y = 0.3 * np.roll(x, 2) + CHANCE.normal(size=150)
    ours = cause(x, y, "series -> target", lags=4, min_observations=30)
    theirs = grangercausalitytests(np.column_stack([y, x]), maxlag=[4])[4][0]["ssr_ftest"]
    assert ours.f_statistic == pytest.approx(theirs[0], rel=1e-10)
    assert ours.p_value == pytest.approx(theirs[1], rel=1e-10)


def test_local_projections_are_those_of_statsmodels() -> None:
    x, y = CHANCE.normal(size=(2, 160))
    x[50] = y[90] = np.nan
    ours = project(x, y, 5, control_lags=3, min_observations=30)
    rows = design(x, y, 5, control_lags=3)
    theirs = OLS(rows[:, 0], regressors(rows)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 10, "use_correction": True}
    )
    # A gap of x is missed by its own session and three controls, one of y by five sums and three controls.
    assert ours.n == len(rows) == 160 - 3 - 4 - 4 - 8
    assert ours.response == pytest.approx(theirs.params[0], rel=1e-10)
    assert ours.standard_error == pytest.approx(theirs.bse[0], rel=1e-10)


def test_a_response_that_is_there_is_found_where_it_is() -> None:
    x = CHANCE.normal(size=400)
    y = 2.0 * np.roll(x, 1) + CHANCE.normal(size=400)
    at_once, later = (project(x, y, horizon, control_lags=3, min_observations=30) for horizon in (1, 2))
    assert at_once.low is not None
    assert later.low is not None
    assert at_once.low < 0 < (at_once.high or 0)
    assert later.low < 2.0 < (later.high or 0)
    assert later.low > 1.5


def test_a_series_without_news_of_its_own_gives_its_reason() -> None:
    alternating = np.tile([0.0, 1.0], 60)
    found = project(alternating, CHANCE.normal(size=120), 1, control_lags=3, min_observations=30)
    assert (found.reason, found.response) == ("the series follows from its own past and the target's", None)


@pytest.mark.parametrize(("ours", "theirs"), [(benjamini_hochberg, "fdr_bh"), (holm, "holm")])
def test_corrections_are_those_of_statsmodels(ours: object, theirs: str) -> None:
    assert callable(ours)
    for n in (1, 7, 162):
        p_values = CHANCE.uniform(size=n) ** 3
        np.testing.assert_allclose(ours(p_values), multipletests(p_values, method=theirs)[1], rtol=1e-10)


def test_what_was_not_tested_is_in_no_family() -> None:
    p_values = np.array([0.01, np.nan, 0.04])
    np.testing.assert_allclose(holm(p_values), [0.02, np.nan, 0.04])
    np.testing.assert_allclose(benjamini_hochberg(p_values), [0.02, np.nan, 0.04])


def test_a_family_of_noise_is_rarely_called_a_finding() -> None:
    families = CHANCE.uniform(size=(2000, 40))
    called = [bool((holm(family) < 0.05).any()) for family in families]
    assert 0.035 < np.mean(called) < 0.065
