"""Scores of a model on labelled examples: the tables of the model card and the floors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from nlp.annotation import Annotation, Text
from nlp.label import THEME_IDS
from nlp.tagger import Tagger
from nlp.training.calibrate import f1_score
from nlp.training.example import Example
from nlp.training.target import theme_targets

#: Macro-F1 is over the themes with at least this many cases.
MIN_CASES = 5
#: An item is about Hong Kong or China from here on.
SCOPE_THRESHOLD = 0.5
_BINS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well a model tags some examples; every figure is 0..1."""

    n: int
    micro_f1: float
    macro_f1: float
    tone_accuracy: float
    scope_accuracy: float
    calibration_error: float
    theme_f1: Mapping[str, float]
    theme_cases: Mapping[str, int]

    def headline(self) -> dict[str, float]:
        """Return the figures that have floors."""
        return {
            "micro_f1": self.micro_f1,
            "macro_f1": self.macro_f1,
            "tone_accuracy": self.tone_accuracy,
            "scope_accuracy": self.scope_accuracy,
        }


def annotate(tagger: Tagger, examples: Sequence[Example]) -> list[Annotation]:
    """Tag examples as the product would."""
    texts = (
        Text(title=e.title, body=e.lead, language=e.language, published_on=day_of(e.published_on))
        for e in examples
    )
    return list(tagger.annotate(texts))


def day_of(published_on: str) -> date | None:
    """Read an example's date; None where it has none."""
    return date.fromisoformat(published_on) if published_on else None


def measure(annotations: Sequence[Annotation], examples: Sequence[Example]) -> Quality:
    """Hold annotations against the annotators' labels.

    Raises:
        ValueError: there are no examples.
    """
    if not examples:
        raise ValueError("there are no examples to measure on")
    actual = theme_targets(examples) > 0
    found = [{tag.theme for tag in annotation.themes} for annotation in annotations]
    predicted = np.array([[theme in themes for theme in THEME_IDS] for themes in found])
    scores = np.array([[annotation.scores[theme] for theme in THEME_IDS] for annotation in annotations])
    cases = dict(zip(THEME_IDS, map(int, actual.sum(0)), strict=True))
    f1 = {theme: f1_score(predicted[:, i], actual[:, i]) for i, theme in enumerate(THEME_IDS)}
    return Quality(
        n=len(examples),
        micro_f1=f1_score(predicted, actual),
        macro_f1=float(np.mean([f1[theme] for theme in THEME_IDS if cases[theme] >= MIN_CASES])),
        tone_accuracy=_share(a.tone.label == e.tone for a, e in zip(annotations, examples, strict=True)),
        scope_accuracy=_share(
            (a.hk_china >= SCOPE_THRESHOLD) == e.hk_china for a, e in zip(annotations, examples, strict=True)
        ),
        calibration_error=calibration_error(scores.ravel(), actual.ravel()),
        theme_f1=f1,
        theme_cases=cases,
    )


def calibration_error(scores: NDArray[np.floating], actual: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over 15 equal bins (Naeini et al., 2015)."""
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    counts = np.bincount(bins, minlength=_BINS)
    gaps = np.abs(
        np.bincount(bins, weights=scores, minlength=_BINS)
        - np.bincount(bins, weights=actual.astype(float), minlength=_BINS)
    )
    return float(gaps.sum() / counts.sum())


def _share(hits: object) -> float:
    return float(np.mean(list(hits)))  # type: ignore[call-overload]
