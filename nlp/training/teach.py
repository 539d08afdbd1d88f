"""Unlabelled news as training material: a finished model's own scores are what is learnt.

The teacher is the whole model, encoder and word model together, so that the student's encoder takes over
what only the words knew (self-training with soft labels; Xie et al., 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlp.label import THEME_IDS
from nlp.training.example import Example, SoftLabels
from nlp.training.load import load_scorer

_N_THEMES = len(THEME_IDS)


def teach(examples: Sequence[Example], teacher: Path) -> list[Example]:
    """Give examples the scores of a model folder as their labels."""
    scorer = load_scorer(teacher)
    temperatures = np.array([scorer.manifest.temperatures[theme] for theme in THEME_IDS])
    scored = scorer.score([example.reading for example in examples])
    scorer.close()
    taught = []
    for example, result in zip(examples, scored, strict=True):
        raw = result.raw[0].astype(np.float64)
        tone = np.exp(
            raw[_N_THEMES:-1] / scorer.manifest.tone_temperature + np.array(scorer.manifest.tone_bias)
        )
        labels = SoftLabels(
            themes=tuple(1 / (1 + np.exp(-raw[:_N_THEMES] / temperatures))),
            tone=tuple(tone / tone.sum()),
            scope=float(1 / (1 + np.exp(-raw[-1]))),
        )
        taught.append(replace(example, taught=labels))
    return taught
