"""What every test starts from: values on one grid of sessions, and the reason where they are too few."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from signals.error import InputError
from signals.evaluation.regression import Floats

MIN_OBSERVATIONS: Final = 30
CONSTANT: Final = "a value that never changes has no correlation"


def on_grid(series: pd.Series, target: pd.Series) -> tuple[Floats, Floats]:
    """Return both as floats on the sessions of the series, in their order.

    Raises:
        InputError: a session stands twice.
    """
    for name, one in (("series", series), ("target", target)):
        if not one.index.is_unique:
            raise InputError(f"{name}: a session stands twice; keep one version of each")
    grid = series.index.sort_values()
    values = [one.reindex(grid).to_numpy(dtype=float, na_value=np.nan) for one in (series, target)]
    return values[0], values[1]


def shortage(n: int, needed: int, *values: Floats) -> str | None:
    """Return why nothing can be said of these values, None where it can."""
    if n < needed:
        return f"{n} sessions with both values; {needed} are needed"
    if any(np.ptp(one) == 0 for one in values):
        return CONSTANT
    return None


def shifted(values: Floats, by: int) -> Floats:
    """Return at position t the value at t + `by`; null beyond the ends."""
    moved = np.full(len(values), np.nan)
    first, last = max(-by, 0), max(min(len(values), len(values) - by), 0)
    if first < last:
        moved[first:last] = values[first + by : last + by]
    return moved


def complete_rows(*columns: Floats) -> Floats:
    """Return the columns beside each other, (rows, columns), without the rows that have a null."""
    table = np.column_stack(columns)
    return np.asarray(table[np.isfinite(table).all(axis=1)])
