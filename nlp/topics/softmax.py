"""Logistic regression for few examples and many features, solved among the examples.

With n examples the weights lie in the span of their features, so that n coefficients a class are all there
is to find: the features enter by the products of examples with each other alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

Matrix = NDArray[np.float64]

_SMALLEST = 1e-6
_MAX_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What each example adds to each class (n, k), and the classes' own level (k,)."""

    coefficients: Matrix
    bias: Matrix


def fit_softmax(products: Matrix, classes: NDArray[np.int64], *, n_classes: int, strength: float) -> Solution:
    """Fit multinomial logistic regression with a quadratic penalty; every class counts the same.

    Args:
        products: inner products of the examples' features (n, n).
        classes: each example's class, 0..n_classes-1 (n,).
        n_classes: how many classes there are.
        strength: inverse of the penalty's weight (C): larger follows the examples more closely.
    """
    values, directions = np.linalg.eigh(products)
    kept = values > _SMALLEST * max(float(values.max()), _SMALLEST)
    lengths = np.sqrt(values[kept])
    points = directions[:, kept] * lengths
    targets = np.eye(n_classes)[classes]
    weights = (len(classes) / n_classes / np.maximum(targets.sum(0), 1))[classes]
    shape = (points.shape[1] + 1, n_classes)

    def lose(flat: Matrix) -> tuple[float, Matrix]:
        slopes, bias = flat.reshape(shape)[:-1], flat.reshape(shape)[-1]
        logs = log_softmax(points @ slopes + bias, axis=1)
        missed = (np.exp(logs) - targets) * weights[:, None]
        loss = -(weights[:, None] * targets * logs).sum() + 0.5 / strength * (slopes**2).sum()
        return float(loss), np.vstack([points.T @ missed + slopes / strength, missed.sum(0)]).ravel()

    found = minimize(
        lose, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _MAX_STEPS}
    )
    solved = found.x.reshape(shape)
    return Solution(coefficients=(directions[:, kept] / lengths) @ solved[:-1], bias=solved[-1])
