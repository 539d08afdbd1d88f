"""Placebo: the same values on other dates.

Blocks of sessions are put in another order, so that a placebo has the series' own values and, within a
block, its autocorrelation, but no link with the target's dates. What is found in the data should stand out
from what is found in placebos.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from signals.evaluation.bootstrap import Positions
from signals.evaluation.regression import Floats


def shuffled_positions(
    is_known: npt.NDArray[np.bool_], *, block: int, n_draws: int, rng: np.random.Generator
) -> Positions:
    """Return (n_draws, n) positions to take: blocks in another order, cut at a place drawn by chance.

    Args:
        is_known: (n,) whether a session has a value; the stretches before the first and after the last stay
            where they are.
        block: sessions a block, about.
        n_draws: placebos.
        rng: source of chance.
    """
    n = len(is_known)
    known = np.flatnonzero(is_known)
    positions = np.tile(np.arange(n, dtype=np.intp), (n_draws, 1))
    if not len(known):
        return positions
    first, last = known[0], known[-1] + 1
    blocks = max(2, math.ceil((last - first) / block))
    for row in positions:
        turned = np.roll(np.arange(first, last), rng.integers(0, last - first))
        pieces = np.array_split(turned, blocks)
        row[first:last] = np.concatenate([pieces[piece] for piece in rng.permutation(blocks)])
    return positions


def placebo_quantile(observed: float | None, draws: Floats) -> float | None:
    """Return the share of placebos whose statistic is smaller in size; near 1 the finding stands out."""
    known = draws[np.isfinite(draws)]
    if observed is None or not len(known):
        return None
    return float((np.abs(known) < abs(observed)).mean())
