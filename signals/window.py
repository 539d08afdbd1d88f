"""Moving means and deviations over the columns of an array.

The columns are laid end to end and one window goes over them, starting anew with each. The figures are those
that pandas gives column by column, to the last digit; over hundreds of columns that takes many times as long.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.indexers import BaseIndexer

from signals.tally import Floats, Integers


class ColumnWindow:
    """Windows that end with each row of each column, that row included."""

    def __init__(self, values: Floats, *, length: int | None, needed: int, first_shown: int = 0) -> None:
        """Lay the windows.

        Args:
            values: rows by columns; nulls are left out.
            length: rows of a window at most; None for all from the first.
            needed: values that a figure takes; it is null with fewer.
            first_shown: the rows before it get no figures, but count in those of later rows.
        """
        self._shape = values.shape
        self._first_shown = first_shown
        bounds = _Bounds(n_rows=values.shape[0], length=length)
        self._windows = pd.Series(values.ravel(order="F")).rolling(bounds, min_periods=needed)

    def mean(self) -> Floats:
        """Return the mean of each window."""
        return self._table(self._windows.mean())

    def deviation(self) -> Floats:
        """Return the standard deviation of each window (ddof 1)."""
        return self._table(self._windows.std())

    def _table(self, figures: pd.Series) -> Floats:
        table = figures.to_numpy(dtype=np.float64).reshape(self._shape, order="F")
        return np.ascontiguousarray(table[self._first_shown :])


class _Bounds(BaseIndexer):
    """The windows over columns laid end to end: none reaches into another column."""

    def __init__(self, *, n_rows: int, length: int | None) -> None:
        super().__init__()
        self._n_rows = n_rows
        self._length = length

    def get_window_bounds(
        self,
        num_values: int = 0,
        min_periods: int | None = None,
        center: bool | None = None,  # noqa: FBT001 - pandas' own
        closed: str | None = None,
        step: int | None = None,
    ) -> tuple[Integers, Integers]:
        """Return where each window starts, and the place after its end; the arguments are pandas' own."""
        del min_periods, center, closed, step
        place = np.arange(num_values, dtype=np.int64)
        first = np.repeat(place[:: max(1, self._n_rows)], self._n_rows)
        start = first if self._length is None else np.maximum(first, place + 1 - self._length)
        return start, place + 1


def before(values: Floats) -> Floats:
    """Return each row's predecessor in its place, null in the first row."""
    moved = np.full_like(values, np.nan)
    moved[1:] = values[:-1]
    return moved


def where_rows(values: Floats, chosen: npt.NDArray[np.bool_]) -> Floats:
    """Return the values of some rows, null in the others."""
    return np.where(chosen[:, np.newaxis], values, np.nan)
