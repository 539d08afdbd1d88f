"""A window over columns laid end to end gives what pandas gives column by column, to the last digit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signals.window import ColumnWindow, before

VALUES = st.sampled_from([np.nan, 0.0, 0.1, 0.25, 1 / 3, 0.7, 1e-9]) | st.floats(0, 1)
TABLES = st.tuples(st.integers(0, 30), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=VALUES)
)


@given(values=TABLES, length=st.none() | st.integers(1, 12), needed=st.integers(1, 6))
def test_the_figures_are_those_of_each_column_alone(
    values: np.ndarray, length: int | None, needed: int
) -> None:
    needed = needed if length is None else min(needed, length)
    window = ColumnWindow(values, length=length, needed=needed)
    table = pd.DataFrame(values)
    alone = table.expanding(min_periods=needed) if length is None else table.rolling(length, needed)
    np.testing.assert_array_equal(window.mean(), alone.mean().to_numpy(dtype=float), strict=True)
    np.testing.assert_array_equal(window.deviation(), alone.std().to_numpy(dtype=float), strict=True)


def test_before_moves_each_row_down() -> None:
    assert before(np.array([[1.0, 2.0], [3.0, 4.0]]))[1].tolist() == [1.0, 2.0]
    assert np.isnan(before(np.array([[1.0, 2.0]]))).all()
    assert before(np.empty((0, 2))).shape == (0, 2)


def test_a_window_never_reaches_into_the_next_column() -> None:
    mean = ColumnWindow(np.array([[1.0, 10.0], [3.0, 30.0]]), length=2, needed=1).mean()
    assert mean.tolist() == [[1.0, 10.0], [2.0, 20.0]]
