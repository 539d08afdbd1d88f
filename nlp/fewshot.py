"""Classify short texts into topics of one's own from a few examples of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from nlp.error import NlpError
from nlp.text import readable
from nlp.topics.feature import Featured, Terms
from nlp.topics.linear import STRENGTH, LinearClassifier, fit_linear
from nlp.topics.spelling import SpellingWeigher
from nlp.topics.vector import FeatureReader

_ROOT = Path(__file__).parent.parent
_MIN_CLASSES = 2
#: How much a text's words, and the runs of characters in them, count beside its place among all texts.
_TERMS_WEIGHT = 1.5


class FewShotClassifier:
    """Learns topics from 8, 16, 64 or so examples of each, two topics or many, in seconds on a CPU.

    The features are the shipped encoder's: a text's place among all texts, the mean of its word pieces' own
    vectors, and what the tagger says of its themes, tone and scope; and beside them the text's words and
    pairs, and the runs of characters in its words, weighted by their rarity in the news. One logistic
    regression over all of them gives the topics; every class counts the same, however many examples it has.
    Chinese texts go by their words alone.

        classifier = FewShotClassifier().fit(["Fed holds rates", "Gold hits a record"], ["rates", "gold"])
        classifier.predict(["ECB cuts by a quarter point"])

    Args:
        reader: reads the features; default: the models of this installation.
        definitions: what a class means, by class, where that is at hand; each counts as one more example.
        strength: inverse of the regression's penalty.
    """

    def __init__(
        self,
        reader: FeatureReader | None = None,
        *,
        definitions: Mapping[str, str] | None = None,
        strength: float = STRENGTH,
    ) -> None:
        self._reader = reader or FeatureReader(_bundled("english"), _bundled("chinese"))
        self._spelling = SpellingWeigher(self._reader.weigher.idf)
        self._definitions = definitions or {}
        self._strength = strength
        self._model: LinearClassifier | None = None
        self._classes: list[str | int] = []

    @property
    def classes(self) -> list[str | int]:
        """The classes in the order of :meth:`predict_proba`'s columns."""
        return list(self._classes)

    def fit(self, texts: Sequence[str], labels: Sequence[str | int]) -> Self:
        """Learn from texts and their labels.

        Raises:
            NlpError: there are not as many labels as texts, or fewer than two classes.
        """
        if len(texts) != len(labels):
            raise NlpError(f"{len(texts)} texts have {len(labels)} labels; give each text one")
        classes = sorted(set(labels), key=str)
        if len(classes) < _MIN_CLASSES:
            raise NlpError("the examples are all of one class; give examples of at least two")
        defined = [label for label in classes if str(label) in self._definitions]
        features = self._read([*texts, *(self._definitions[str(label)] for label in defined)])
        numbers = {label: number for number, label in enumerate(classes)}
        targets = np.array([numbers[label] for label in (*labels, *defined)])
        self._classes = list(classes)
        self._model = fit_linear(features, targets, n_classes=len(classes), strength=self._strength)
        return self

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return each text's probabilities over :attr:`classes` (n, k).

        Raises:
            NlpError: nothing has been learnt yet.
        """
        if self._model is None:
            raise NlpError("nothing has been learnt yet; call fit first")
        if not texts:
            return np.zeros((0, len(self._classes)))
        probabilities: NDArray[np.float64] = softmax(self._model.decide(self._read(texts)), axis=1)
        return probabilities

    def predict(self, texts: Sequence[str]) -> list[str | int]:
        """Return each text's most probable class."""
        return [self._classes[number] for number in self.predict_proba(texts).argmax(1)]

    def _read(self, texts: Sequence[str]) -> list[Featured]:
        found = self._reader.read_judged([(text, "") for text in texts])
        spelt = [self._spelling.weigh(readable(text)) for text in texts]
        return [
            replace(one, terms=_scale({**one.terms, **runs})) for one, runs in zip(found, spelt, strict=True)
        ]


def _scale(terms: Terms) -> Terms:
    return {term: value * _TERMS_WEIGHT**0.5 for term, value in terms.items()}


def _bundled(name: str) -> Path:
    """Find a bundled model: beside the package in a checkout, inside the shell's package in a wheel."""
    beside = _ROOT / "models" / name
    return beside if beside.is_dir() else _ROOT / "southbound" / "models" / name
