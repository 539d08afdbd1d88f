"""Block bootstraps: draws of sessions that keep neighbours together, so that autocorrelation survives."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from signals.evaluation.regression import Floats

Positions: TypeAlias = npt.NDArray[np.intp]
Bootstrap: TypeAlias = Literal["stationary", "moving"]

_CONFIDENCE: Final = 0.95


def block_length(n: int, *, overlap: int = 0) -> int:
    """Return n ** (1 / 3) rounded up (Hall, Horowitz and Jing, Biometrika 1995), at least the overlap."""
    return max(1, min(n, max(math.ceil(round(math.cbrt(n), 9)), overlap)))


def resample(
    n: int, *, block: int, n_draws: int, rng: np.random.Generator, kind: Bootstrap = "stationary"
) -> Positions:
    """Return (n_draws, n) positions to take.

    Args:
        n: observations.
        block: length of the blocks; their mean length for the stationary bootstrap.
        n_draws: rows.
        rng: source of chance.
        kind: "stationary" (Politis and Romano, JASA 1994: blocks of geometric length, wrapping round) or
            "moving" (Kuensch, Annals of Statistics 1989: overlapping blocks of one length).
    """
    if kind == "moving":
        starts = rng.integers(0, n - block + 1, size=(n_draws, math.ceil(n / block)))
        return (starts[:, :, None] + np.arange(block)).reshape(n_draws, -1)[:, :n].astype(np.intp)
    begins = rng.random((n_draws, n)) < 1 / block
    begins[:, 0] = True
    starts = rng.integers(0, n, size=(n_draws, n))
    last_begin = np.maximum.accumulate(np.where(begins, np.arange(n), 0), axis=1)
    chosen = np.take_along_axis(starts, last_begin, axis=1)
    return ((chosen + np.arange(n) - last_begin) % n).astype(np.intp)


def percentile_band(draws: Floats) -> tuple[float, float] | None:
    """Return the middle 95 % of the draws; None where fewer than half are numbers."""
    known = draws[np.isfinite(draws)]
    if len(known) * 2 < len(draws) or not len(known):
        return None
    tail = 50 * (1 - _CONFIDENCE)
    low, high = np.percentile(known, [tail, 100 - tail])
    return float(low), float(high)
