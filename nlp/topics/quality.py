"""How good a theme of one's own is, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_N_DRAWS = 1000
_UNSEEN = 0.5
_SEED = 20250212
_INTERVAL = (0.05, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Cross-validated scores, each with the 90 % interval of a bootstrap over the texts.

    Attributes:
        f1, precision, recall: at the threshold, which was set on the same margins: a little flattered.
        average_precision: of the ranking, whatever the threshold.
        f1_interval, average_precision_interval: 5th and 95th percentile.
        n_positives, n_negatives: texts behind it.
    """

    f1: float
    f1_interval: tuple[float, float]
    precision: float
    recall: float
    average_precision: float
    average_precision_interval: tuple[float, float]
    n_positives: int
    n_negatives: int


def find_threshold(margins: NDArray[np.float64], targets: NDArray[np.int64]) -> float:
    """Return the margin at which F1 is highest, half way to the next lower text."""
    order = np.argsort(-margins, kind="stable")
    ranked = margins[order]
    hits = np.cumsum(targets[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + targets.sum())
    last = int(np.argmax(f1))
    after = ranked[last + 1] if last + 1 < len(ranked) else ranked[last] - 1
    return float((ranked[last] + after) / 2)


def measure_quality(margins: NDArray[np.float64], targets: NDArray[np.int64], threshold: float) -> Quality:
    """Measure held-out margins (n,) against targets 0/1 (n,), both of which must occur."""
    random = np.random.default_rng(_SEED)
    kinds = [np.flatnonzero(targets == kind) for kind in (0, 1)]
    draws = []
    for _ in range(_N_DRAWS):
        chosen = np.concatenate([random.choice(kind, len(kind)) for kind in kinds])
        drawn = margins[chosen]
        # Half an unseen miss of each kind: eight of eight right doesn't prove that none goes wrong.
        for mine, other in (kinds, kinds[::-1]):
            if random.random() < _UNSEEN:
                drawn[int(random.choice(np.flatnonzero(targets[chosen] == targets[mine[0]])))] = margins[
                    random.choice(other)
                ]
        draws.append(_score(drawn, targets[chosen], threshold))
    low, high = np.quantile(np.array(draws), _INTERVAL, axis=0).round(4).tolist()
    f1, precision, recall, average = (round(value, 4) for value in _score(margins, targets, threshold))
    return Quality(
        f1=f1,
        f1_interval=(low[0], high[0]),
        precision=precision,
        recall=recall,
        average_precision=average,
        average_precision_interval=(low[3], high[3]),
        n_positives=len(kinds[1]),
        n_negatives=len(kinds[0]),
    )


def _score(
    margins: NDArray[np.float64], targets: NDArray[np.int64], threshold: float
) -> tuple[float, float, float, float]:
    """Return F1, precision, recall and average precision."""
    chosen = margins >= threshold
    hits = float((chosen & (targets == 1)).sum())
    n_chosen, n_targets = float(chosen.sum()), float(targets.sum())
    ranked = targets[np.argsort(-margins, kind="stable")]
    precisions = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return (
        2 * hits / max(1.0, n_chosen + n_targets),
        hits / max(1.0, n_chosen),
        hits / max(1.0, n_targets),
        float((precisions * ranked).sum() / max(1.0, n_targets)),
    )
