"""Inference against figures computed apart from this code (plain numpy, statsmodels' own Granger test)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from signals.error import InputError
from signals.evaluation import evaluate, event_study, granger, lead_lag

SESSIONS = pd.bdate_range("2025-01-02", periods=60)
STEP = np.arange(60)


def leader() -> pd.Series:
    return pd.Series(((STEP * STEP * 7 + 3 * STEP) % 11).astype(float), index=SESSIONS)


def follower() -> pd.Series:
    """Return half the leader of two sessions before, and a saw-tooth."""
    values = 0.5 * np.roll(leader().to_numpy(), 2) + (STEP * 5) % 7
    values[:2] = [3, 4]
    return pd.Series(values, index=SESSIONS)


@pytest.mark.parametrize(
    ("lag", "n", "correlation", "standard_error", "p_value"),
    [
        (0, 60, 0.2580627232, 0.0869002638, 4.330509573e-3),
        (2, 58, 0.6478144505, 0.1105196442, 2.550737271e-7),
        (-1, 59, -0.2618497587, 0.1021368117, 1.301779566e-2),
    ],
)
def test_lead_lag_has_newey_west_errors(
    lag: int, n: int, correlation: float, standard_error: float, p_value: float
) -> None:
    (found,) = lead_lag(leader(), follower(), lags=[lag])
    assert (found.lag, found.n, found.reason) == (lag, n, None)
    assert found.correlation == pytest.approx(correlation)
    assert found.standard_error == pytest.approx(standard_error)
    assert found.p_value == pytest.approx(p_value)


def test_lags_run_from_minus_five_to_five() -> None:
    assert [one.lag for one in lead_lag(leader(), follower())] == [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5]


def test_sessions_are_counted_on_the_grid_of_the_series() -> None:
    # The target lacks a session; the others keep their distance.
    target = leader().shift(1).drop(SESSIONS[10]).dropna()
    (found,) = lead_lag(leader(), target, lags=[1])
    assert found.n == 58
    assert found.correlation == pytest.approx(1.0)


def test_granger_both_ways() -> None:
    forward, backward = granger(leader(), follower(), lags=3)
    assert (forward.direction, forward.n, forward.lags) == ("series -> target", 57, 3)
    assert forward.f_statistic == pytest.approx(9.40693856)
    assert forward.p_value == pytest.approx(4.918005914e-5)
    assert backward.direction == "target -> series"
    assert backward.f_statistic == pytest.approx(0.42179740)
    assert backward.p_value == pytest.approx(0.7381727330)


def test_event_study_by_hand() -> None:
    # Spikes at 0, 8, 16, 24, 32 of 40; after them 1, 2, 3, 4, 5, else 0. Mean 3, baseline 15 / 40 = .375;
    # t = (3 - .375) / (sqrt(2.5) / sqrt(5)) = 2.625 / .707107.
    zscores, target = np.zeros(40), np.zeros(40)
    zscores[[0, 8, 16, 24, 32]] = 2.5
    target[[1, 9, 17, 25, 33]] = [1, 2, 3, 4, 5]
    index = SESSIONS[:40]
    found = event_study(pd.Series(zscores, index=index), pd.Series(target, index=index))
    assert [(one.first, one.last) for one in found] == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (1, 5)]
    first, whole = found[0], found[-1]
    assert (first.n, first.mean, first.baseline) == (5, 3.0, 0.375)
    assert first.t == pytest.approx(3.7123106)
    assert whole.mean == pytest.approx(0.6)
    assert found[1].reason == "the target is the same after each spike"


def test_spikes_close_together_count_once_and_late_ones_need_their_window() -> None:
    zscores = pd.Series(np.zeros(60), index=SESSIONS)
    zscores.iloc[[1, 2, 6, 7, 20, 30, 40, 50, 58]] = 2.1  # 2 and 6 lie within five sessions of 1
    zscores.iloc[15] = 2.0  # not above the threshold
    found = event_study(zscores, leader())
    assert [one.n for one in found] == [7, 6, 6, 6, 6, 6]


def test_small_samples_say_so() -> None:
    short, target = leader().iloc[:12], follower()
    (found,) = lead_lag(short, target, lags=[3])
    assert found.reason == "9 sessions with both values; 30 are needed"
    assert (found.correlation, found.standard_error, found.p_value) == (None, None, None)
    forward, _ = granger(short, target)
    assert (forward.n, forward.f_statistic) == (7, None)
    assert forward.reason == "7 sessions with both values; 30 are needed"
    spike = event_study(short * 0, target)[0]
    assert spike.reason == "0 spikes with the target after them; 5 are needed"


def test_a_constant_has_no_correlation() -> None:
    flat = pd.Series(1.0, index=SESSIONS)
    (found,) = lead_lag(flat, follower(), lags=[0])
    assert found.reason == "a value that never changes has no correlation"
    assert granger(flat, follower())[0].reason == "a value that never changes has no correlation"


def test_evaluate_leaves_the_running_session_out() -> None:
    series = pd.DataFrame(
        {
            "session": SESSIONS,
            "intensity": leader().to_numpy(),
            "zscore": 0.0,
            "complete": [True] * 59 + [False],
        }
    )
    found = evaluate(series, follower(), lags=[0, 2])
    assert (found.measure, found.n_sessions) == ("intensity", 59)
    assert [one.n for one in found.lead_lag] == [59, 57]
    assert len(found.granger) == 2
    assert len(found.events) == 6


def test_wrong_input_is_named() -> None:
    with pytest.raises(InputError, match="series: column complete, zscore, intensity is missing"):
        evaluate(pd.DataFrame({"session": SESSIONS}), follower())
    with pytest.raises(InputError, match="target: a session stands twice"):
        lead_lag(leader(), pd.concat([follower(), follower()]))
