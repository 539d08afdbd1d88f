"""Splits, consolidations and leaps: what makes a return, and what is left null."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.evaluation.panel import forward_returns
from signals.price import (
    NO_SPLITS,
    Leap,
    apply_splits,
    comparable_prices,
    count_leaps,
    find_leaps,
    price_returns,
)

NAN = float("nan")
SESSIONS = pd.date_range("2025-02-03", periods=5)


def series(*prices: float) -> pd.Series:
    return pd.Series(prices, index=SESSIONS[: len(prices)])


def splits(*told: tuple[int, float]) -> pd.DataFrame:
    """Return splits by the place of their session, each known by its evening."""
    return pd.DataFrame(
        [
            {
                "session": SESSIONS[place],
                "ratio": ratio,
                "known_at": SESSIONS[place].tz_localize("UTC") + pd.Timedelta(hours=10),
            }
            for place, ratio in told
        ]
    )


def test_a_two_for_one_split_halves_what_was_before() -> None:
    adjusted = comparable_prices(series(100, 104, 53, 54), splits((2, 2.0)))
    assert adjusted.tolist() == [50.0, 52.0, 53.0, 54.0]


def test_a_consolidation_of_ten_shares_into_one() -> None:
    adjusted = comparable_prices(series(1.0, 1.1, 11.0, 12.1), splits((2, 0.1)))
    assert adjusted.tolist() == pytest.approx([10.0, 11.0, 11.0, 12.1])


def test_splits_multiply_and_prices_in_between_have_their_own_scale() -> None:
    adjusted = comparable_prices(series(120, 60, 62, 6.2, 6.3), splits((1, 2.0), (3, 10.0)))
    assert adjusted.tolist() == pytest.approx([6.0, 6.0, 6.2, 6.2, 6.3])


def test_prices_that_their_source_restated_are_not_divided_again() -> None:
    restated = series(50, 52, 53, 54)
    pd.testing.assert_series_equal(comparable_prices(restated, splits((2, 2.0))), restated.astype(float))


def test_a_split_that_can_be_read_either_way_leaves_what_was_before_null() -> None:
    # Eleven shares for ten: a fall of 5 % is near both readings.
    adjusted = comparable_prices(series(100, 95, 96), splits((1, 1.1)))
    assert adjusted.tolist() == pytest.approx([NAN, 95.0, 96.0], nan_ok=True)
    assert comparable_prices(series(100, 91, 92), splits((1, 1.1))).tolist() == pytest.approx(
        [100 / 1.1, 91.0, 92.0]
    )


def test_before_a_leap_that_nobody_explained_there_is_nothing_to_compare() -> None:
    prices = series(20, 21, 210, 211)
    assert comparable_prices(prices, NO_SPLITS).tolist() == pytest.approx([NAN, NAN, 210, 211], nan_ok=True)
    assert apply_splits(prices, NO_SPLITS).tolist() == [20.0, 21.0, 210.0, 211.0]
    assert count_leaps(pd.DataFrame({"A": prices}))["A"].tolist() == [0, 0, 1, 1]


def test_a_split_over_a_suspension_counts_at_the_next_price() -> None:
    prices = series(100, NAN, NAN, 50, 51)
    assert comparable_prices(prices, splits((2, 2.0))).tolist() == pytest.approx(
        [50.0, NAN, NAN, 50.0, 51.0], nan_ok=True
    )


def test_of_a_corrected_split_the_last_version_counts() -> None:
    told = pd.concat([splits((1, 5.0)), splits((1, 4.0)).assign(known_at=pd.Timestamp("2025-03-01T00:00Z"))])
    assert comparable_prices(series(100, 25), told).tolist() == [25.0, 25.0]


def test_returns_over_a_split_a_leap_and_a_gap() -> None:
    before, after = series(100, 100, 100, 0, NAN), series(50, 50, 10, 5, 5)
    returns = price_returns(before, after, series(2, 1, 1, 1, 1))
    assert returns.tolist() == pytest.approx([0.0, -0.5, NAN, NAN, NAN], nan_ok=True)


def test_forward_returns_end_at_a_leap() -> None:
    prices = pd.DataFrame({"A": series(20, 21, 210, 211, 212)})
    assert forward_returns(prices, 1)["A"].tolist() == pytest.approx(
        [0.05, NAN, 211 / 210 - 1, 212 / 211 - 1, NAN], nan_ok=True
    )
    assert forward_returns(prices, 2)["A"].tolist() == pytest.approx(
        [NAN, NAN, 212 / 210 - 1, NAN, NAN], nan_ok=True
    )


@given(
    moves=st.lists(st.floats(-0.15, 0.15), min_size=1, max_size=30),
    ratio=st.sampled_from([0.05, 0.1, 0.2, 0.5, 2.0, 3.0, 4.0, 5.0, 10.0, 50.0]),
    place=st.integers(0, 30),
)
def test_a_split_never_makes_a_return(moves: list[float], ratio: float, place: int) -> None:
    """Whether prices are as traded or restated, the returns are those of the whole company."""
    sessions = pd.date_range("2025-01-01", periods=len(moves) + 1)
    value = pd.Series(100 * np.exp(np.cumsum([0.0, *moves])), index=sessions)
    at = sessions[min(max(place, 1), len(moves))]
    told = pd.DataFrame({"session": [at], "ratio": [ratio], "known_at": [at.tz_localize("UTC")]})
    traded = value.where(value.index < at, value / ratio)
    expected = value.pct_change().iloc[1:].tolist()
    for prices in (traded, value):
        assert comparable_prices(prices, told).pct_change().iloc[1:].tolist() == pytest.approx(expected)


def test_a_leap_is_found_unless_a_split_explains_it() -> None:
    closes = [(date(2025, 6, 10), 132.0), (date(2025, 6, 9), 395.0), (date(2025, 6, 11), 13.2)]
    assert list(find_leaps(closes)) == [Leap(session=date(2025, 6, 11), before=132.0, after=13.2)]
    assert list(find_leaps(closes, splits={date(2025, 6, 11)})) == []


@given(st.lists(st.floats(1.0, 4.99), min_size=1, max_size=30))
def test_closes_that_stay_within_the_factor_never_leap(closes: list[float]) -> None:
    assert not list(find_leaps((date(2025, 1, day + 1), close) for day, close in enumerate(closes)))
    prices = pd.Series(closes, index=pd.date_range("2025-01-01", periods=len(closes)))
    assert not any(map(math.isnan, comparable_prices(prices, NO_SPLITS)))
