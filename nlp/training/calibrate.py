"""Temperatures and thresholds, set on the calibration split and never on what is scored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from nlp.label import THEME_IDS

#: A theme's own threshold counts as much as this many cases of all themes' common one: by two-fold
#: cross-validation on the calibration dates, 40 to 150 are alike and 12 is worse.
_PRIOR_CASES = 60
_BOUNDS = (0.1, 4.0)
_BIAS_PENALTY = 0.02
_GRID = np.arange(0.15, 0.76, 0.02)


def temperature(logits: NDArray[np.floating], targets: NDArray[np.floating]) -> float:
    """Return the temperature that makes sigmoid(logits / t) the likeliest (Guo et al., 2017)."""
    best = minimize_scalar(lambda t: theme_loss(logits, targets, t), bounds=_BOUNDS, method="bounded")
    return float(best.x)


def tone_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Return the temperature of the tone head: logits (n, 3), labels (n,) 0..2."""
    best = minimize_scalar(lambda t: tone_loss(logits, labels, t), bounds=_BOUNDS, method="bounded")
    return float(best.x)


def tone_bias(logits: NDArray[np.floating], labels: NDArray[np.integer], t: float) -> list[float]:
    """Return what to add to logits / t (3,): the items learnt from are neutral oftener than the annotators'.

    Drawn towards nothing, as few items tell; the neutral's is 0.
    """

    def loss(pair: NDArray[np.float64]) -> float:
        bias = np.array([pair[0], 0.0, pair[1]])
        return tone_loss(logits + t * bias, labels, t) + _BIAS_PENALTY * float(pair @ pair)

    negative, positive = minimize(loss, np.zeros(2), method="L-BFGS-B").x
    return [round(float(negative), 4), 0.0, round(float(positive), 4)]


def theme_loss(logits: NDArray[np.floating], targets: NDArray[np.floating], t: float) -> float:
    """Return the mean binary cross-entropy of sigmoid(logits / t)."""
    raw = logits / t
    return float(np.mean(np.logaddexp(0, raw) - targets * raw))


def tone_loss(logits: NDArray[np.floating], labels: NDArray[np.integer], t: float) -> float:
    """Return the mean cross-entropy of softmax(logits / t)."""
    raw = logits / t
    return float(np.mean(np.logaddexp.reduce(raw, axis=1) - raw[np.arange(len(raw)), labels]))


def thresholds(scores: NDArray[np.floating], targets: NDArray[np.floating]) -> dict[str, float]:
    """Return a threshold a theme: its own best, drawn to the common best where cases are few.

    Args:
        scores: probabilities (n, 27).
        targets: 0 or 1 (n, 27).
    """
    common = _best(scores.ravel(), targets.ravel())
    chosen = {}
    for column, theme in enumerate(THEME_IDS):
        n_cases = float(targets[:, column].sum())
        own = _best(scores[:, column], targets[:, column]) if n_cases else common
        weight = n_cases / (n_cases + _PRIOR_CASES)
        chosen[theme] = round(weight * own + (1 - weight) * common, 3)
    return chosen


def _best(scores: NDArray[np.floating], targets: NDArray[np.floating]) -> float:
    """Return the threshold of the best F1; of a plateau, its middle."""
    f1 = np.array([f1_score(scores >= t, targets > 0) for t in _GRID])
    return float(np.median(_GRID[f1 >= f1.max() - 1e-9]))


def f1_score(predicted: NDArray[np.bool_], actual: NDArray[np.bool_]) -> float:
    """Return F1 of two Boolean arrays of one shape; 0 where nothing is predicted nor there."""
    hits = float((predicted & actual).sum())
    found = float(predicted.sum() + actual.sum())
    return 2 * hits / found if found else 0.0
