"""What examples say, as the numbers that a model is held against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.label import THEME_IDS
from nlp.training.example import Example


def theme_targets(examples: Sequence[Example]) -> np.ndarray:
    """Return 0/1 targets of shape (n, 27) in the order of THEME_IDS."""
    return np.array([[theme in e.themes for theme in THEME_IDS] for e in examples], dtype=np.float32)
