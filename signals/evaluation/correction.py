"""Correction of p-values for the number of tests that were made."""

from __future__ import annotations

import numpy as np

from signals.evaluation.bootstrap import Positions
from signals.evaluation.regression import Floats


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Return p-values adjusted to bound the share of false ones among those called significant.

    Benjamini and Hochberg (JRSS B 1995); holds for independent and positively dependent tests. Nulls are
    no tests and stay null.
    """
    adjusted = np.full(len(p_values), np.nan)
    order = _ascending(p_values)
    n = len(order)
    scaled = p_values[order] * n / np.arange(1, n + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return adjusted


def holm(p_values: Floats) -> Floats:
    """Return p-values adjusted to bound the chance of any false one, however the tests depend.

    Holm (Scandinavian Journal of Statistics 1979). Nulls are no tests and stay null.
    """
    adjusted = np.full(len(p_values), np.nan)
    order = _ascending(p_values)
    n = len(order)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * np.arange(n, 0, -1)), 1)
    return adjusted


def _ascending(p_values: Floats) -> Positions:
    known = np.flatnonzero(np.isfinite(p_values))
    return np.asarray(known[np.argsort(p_values[known], kind="stable")])
