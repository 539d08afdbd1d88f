"""Level shifts: found, dated, and never with the future."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.error import InputError
from signals.regime import find_shifts


def series(values: list[float] | np.ndarray) -> pd.Series:
    return pd.Series(values, index=pd.bdate_range("2024-01-01", periods=len(values)))


def test_a_shift_is_dated_to_its_first_session() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(0, 1, 60), rng.normal(3, 1, 40)])
    (shift, *later) = find_shifts(series(values))
    index = series(values).index
    assert shift.direction == "up"
    assert abs(index.get_loc(shift.began) - 60) <= 1  # type: ignore[operator]  # unique, so one place
    assert index.get_loc(shift.knowable) - 60 <= 6  # type: ignore[operator]
    assert shift.before == pytest.approx(0, abs=0.4)
    assert shift.after == pytest.approx(3, abs=1)
    assert later == []


def test_by_hand() -> None:
    # Past 0, 2, 0, 2: mean 1, sd 1.1547. Then 5, 5: z = 3.4641, sums 2.9641 and 5.9282.
    (shift,) = find_shifts(series([0, 2, 0, 2, 5, 5, 5]), min_past=4, threshold=5)
    assert (shift.began, shift.knowable) == (pd.Timestamp("2024-01-05"), pd.Timestamp("2024-01-08"))
    assert (shift.before, shift.after, shift.n_sessions) == (1.0, 5.0, 2)


def test_up_and_down_again() -> None:
    rng = np.random.default_rng(2)
    values = np.concatenate([rng.normal(0, 1, 60), rng.normal(4, 1, 60), rng.normal(0, 1, 60)])
    assert [shift.direction for shift in find_shifts(series(values))] == ["up", "down"]


def test_chance_alone_seldom_alarms_and_a_shift_is_found_in_days() -> None:
    rng = np.random.default_rng(3)
    n_alarms = sum(len(find_shifts(series(rng.normal(0, 1, 250)))) for _ in range(200))
    assert n_alarms / 200 < 0.2
    delays: list[int] = []
    for _ in range(100):
        values = series(np.concatenate([rng.normal(0, 1, 100), rng.normal(2, 1, 60)]))
        found = [shift for shift in find_shifts(values) if shift.knowable >= values.index[100]]
        delays.append(int(values.index.searchsorted(found[0].knowable)) - 99 if found else 60)
    assert 3 <= np.median(delays) <= 6


def test_nulls_are_passed_over_and_a_flat_past_is_no_division_by_zero() -> None:
    values = [1.0] * 45 + [np.nan] * 3 + [2.0]
    (shift,) = find_shifts(series(values))
    assert shift.knowable == series(values).index[-1]
    assert find_shifts(series([1.0] * 60)) == ()
    assert find_shifts(series([])) == ()


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.floats(-10, 10), max_size=80),
    cut=st.integers(0, 80),
)
def test_what_was_knowable_stays(values: list[float], cut: int) -> None:
    full, part = series(values), series(values).iloc[:cut]
    known = tuple(shift for shift in find_shifts(full, min_past=5) if shift.knowable in part.index)
    assert find_shifts(part, min_past=5) == known


def test_options_out_of_range_are_named() -> None:
    with pytest.raises(InputError, match="threshold above 0"):
        find_shifts(series([1.0]), threshold=0)
    with pytest.raises(InputError, match="must ascend"):
        find_shifts(series([1.0, 2.0])[::-1])
