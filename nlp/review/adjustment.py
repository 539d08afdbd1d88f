"""What reviewers teach: something added to a model's scores, learnt from what they said of its tags.

A theme's calibrated log odds `l` become `l + b + w x`, where x is the text's vector and its weighted words:
a logistic regression with the model's own log odds as offset. So where the reviews say nothing, the model's
word stands. It is small, lies beside the model that it corrects, and can be taken away again.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import scipy  # its parts are loaded when they are first asked for
from numpy.typing import NDArray

from nlp.annotation import Span
from nlp.label import THEME_IDS
from nlp.scoring.decision import temperatures
from nlp.scoring.engine import Manifest
from nlp.scoring.lexical import READ_CHARS
from nlp.scoring.scorer import Fields, Scored
from nlp.script import has_han
from nlp.topics.feature import Featured, TermWeigher, halve
from nlp.topics.linear import LinearClassifier, combine_examples, multiply, read_classifier
from nlp.topics.softmax import Solution

Matrix = NDArray[np.float64]

#: Draws the level `b` towards 0: 5 is as good as 1 on held-out dates, and moves less on one-sided reviews.
_LEVEL_PENALTY: Final = 5.0
_SMALLEST: Final = 1e-6
_MAX_STEPS: Final = 100
_SENTENCE: Final = re.compile(r"[^\s.!?。！？][^.!?。！？\n]*(?:\.(?=\S)[^.!?。！？\n]*)*[.!?。！？]*")
_MIN_LETTERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Reviewed texts of one language.

    Attributes:
        features: of each text (n).
        log_odds: the model's calibrated log odds (n, 27).
        labels: 1 carried, 0 not carried, NaN where nobody said (n, 27).
    """

    features: Sequence[Featured]
    log_odds: Matrix
    labels: Matrix

    def take(self, rows: NDArray[np.intp]) -> Reviewed:
        """Return some of the texts."""
        return Reviewed(
            features=[self.features[row] for row in rows],
            log_odds=self.log_odds[rows],
            labels=self.labels[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A learnt adjustment: a classifier a language ("en", "zh"), one column a theme.

    `name` stands behind the model's in every tag that it had a part in.
    """

    name: str
    classifiers: Mapping[str, LinearClassifier]
    weigher: TermWeigher

    def apply(self, language: str, fields: Fields, scored: Scored, manifest: Manifest) -> Scored:
        """Return a text's scores with what was learnt added to its themes, in every window alike."""
        classifier = self.classifiers.get(group_of(language))
        if classifier is None:
            return scored
        added = classifier.decide([feature_of(fields, scored, self.weigher)])[0]
        raw = scored.raw.copy()
        raw[:, : len(THEME_IDS)] += (added * temperatures(manifest)).astype(np.float32)
        return replace(scored, raw=raw)


def group_of(language: str) -> str:
    """Return which of the two models reads a language: "en" or "zh"."""
    return "zh" if language.startswith("zh") else "en"


def feature_of(fields: Fields, scored: Scored, weigher: TermWeigher) -> Featured:
    """Return what an adjustment reads of a scored text; a vector only where the title has no Chinese."""
    vector = None if has_han(fields[0]) else scored.vector
    return Featured(vector=halve(vector), terms=weigher.weigh(*fields))


def find_evidence(
    title: str, body: str, classifier: LinearClassifier, weigher: TermWeigher, theme: str
) -> Span:
    """Return the sentence whose words speak most for a theme by what was learnt, else the title."""
    column = THEME_IDS.index(theme)
    best = Span(field="title", start=0, end=len(title), text=title)
    most = max(0.0, float(classifier.weigh_words(weigher.weigh(title))[column]))
    for match in _SENTENCE.finditer(body[:READ_CHARS]):
        weight = float(classifier.weigh_words(weigher.weigh(match[0]))[column])
        if weight > most and sum(map(str.isalpha, match[0])) >= _MIN_LETTERS:
            best, most = Span(field="body", start=match.start(), end=match.end(), text=match[0]), weight
    return best


def fit_adjustment(reviewed: Reviewed, themes: Sequence[int], *, strength: float) -> LinearClassifier:
    """Learn what is added to some themes (columns); nothing is added to the others.

    Args:
        reviewed: texts with what was said of them.
        themes: columns to learn.
        strength: inverse of the penalty on the weights: larger follows the reviews more closely.
    """
    points, back = _directions(multiply(reviewed.features))
    shape = (len(reviewed.features), len(THEME_IDS))
    coefficients, level = np.zeros(shape), np.zeros(shape[1])
    for theme in themes:
        known = ~np.isnan(reviewed.labels[:, theme])
        slopes, level[theme] = _fit_theme(
            points[known], reviewed.log_odds[known, theme], reviewed.labels[known, theme], strength
        )
        coefficients[:, theme] = back @ slopes
    return combine_examples(reviewed.features, Solution(coefficients=coefficients, bias=level))


def _directions(products: Matrix) -> tuple[Matrix, Matrix]:
    """Return the texts as points along the principal directions of their products, and the way back."""
    values, directions = np.linalg.eigh(products)
    kept = values > _SMALLEST * max(float(values.max()), _SMALLEST)
    lengths = np.sqrt(values[kept])
    return directions[:, kept] * lengths, directions[:, kept] / lengths


def _fit_theme(points: Matrix, offset: Matrix, labels: Matrix, strength: float) -> tuple[Matrix, float]:
    """Fit the slopes along the points and the level of one theme."""

    def lose(flat: Matrix) -> tuple[float, Matrix]:
        slopes, level = flat[:-1], flat[-1]
        odds = offset + level + points @ slopes
        missed = 1 / (1 + np.exp(-odds)) - labels
        loss = float((np.logaddexp(0, odds) - labels * odds).sum())
        loss += float(0.5 / strength * slopes @ slopes + _LEVEL_PENALTY * level**2)
        slope_gradient = points.T @ missed + slopes / strength
        return loss, np.append(slope_gradient, missed.sum() + 2 * _LEVEL_PENALTY * level)

    found = scipy.optimize.minimize(
        lose, np.zeros(points.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": _MAX_STEPS}
    )
    return found.x[:-1], float(found.x[-1])


def to_content(classifiers: Mapping[str, LinearClassifier]) -> dict[str, Any]:
    """Lay classifiers out so that they can be stored as JSON."""
    return {
        language: base64.b64encode(one.to_bytes()).decode("ascii") for language, one in classifiers.items()
    }


def from_content(content: Mapping[str, Any]) -> dict[str, LinearClassifier]:
    """Read what :func:`to_content` laid out."""
    return {language: read_classifier(base64.b64decode(one)) for language, one in content.items()}
