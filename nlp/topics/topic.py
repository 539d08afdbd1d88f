"""A theme of one's own: learnt from a definition, keywords and, better, examples; it scores any article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.annotation import Span
from nlp.entities.matcher import Reading
from nlp.error import NlpError
from nlp.language import make_language
from nlp.scoring.evidence import sentences_of, span_of
from nlp.text import readable
from nlp.topics.feature import Featured, TermWeigher
from nlp.topics.linear import LinearClassifier, fit_linear, fit_prototypes, multiply
from nlp.topics.quality import Quality, find_threshold, measure_quality

Margins = NDArray[np.float64]

_N_FOLDS = 5
#: Of what is drawn at random as counter-examples, this share that is most like the definition is left out.
_LEFT_OUT = 0.02
#: Without as many examples of both kinds, nothing can be measured.
_MIN_MEASURED = 4
_SEED = 20250211
_ABOVE = 1e-6


class TopicError(NlpError):
    """A theme can't be learnt from what was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a theme is learnt from.

    Attributes:
        told: the definition, and each keyword.
        positives: examples of the theme.
        negatives: counter-examples.
        drawn: articles drawn at random, most of which don't carry the theme.
        share: without examples, the theme is taken to be this share of the news.
    """

    told: Sequence[Featured]
    positives: Sequence[Featured]
    negatives: Sequence[Featured]
    drawn: Sequence[Featured]
    share: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A learnt theme: a text carries it where its margin reaches the threshold."""

    model: LinearClassifier
    threshold: float

    def score(self, features: Sequence[Featured]) -> Margins:
        """Return scores in 0..1 (n,); 0.5 is the threshold."""
        return _score(_margins(self.model, features), self.threshold)

    def find_evidence(self, title: str, body: str, *, language: str, weigher: TermWeigher) -> Span:
        """Return the sentence whose words speak most for the theme; the title where none does."""
        nlp = make_language(language)
        clean = readable(title), readable(body)
        reading = Reading(title=nlp(clean[0]), body=nlp(clean[1]), text="\n".join(clean))
        sentences = sentences_of(reading)
        originals = {"title": title, "body": body}
        found = []
        for sentence in sentences:
            terms = weigher.weigh(originals[sentence.field][sentence.start : sentence.end])
            found.append(float(np.diff(self.model.weigh_words(terms))[0]))
        best = sentences[int(np.argmax(found))]
        return span_of(best, originals[best.field])


class _Fitted(Protocol):
    def decide(self, features: Sequence[Featured]) -> Margins: ...


def learn_topic(lesson: Lesson) -> tuple[Topic, Quality | None]:
    """Learn a theme, and measure it by cross-validation where there are examples to measure it by.

    Raises:
        TopicError: there is nothing to learn from.
    """
    if not lesson.told and not lesson.positives:
        raise TopicError("a theme needs a definition or examples")
    against = [*lesson.negatives, *_unlike(lesson)]
    if not against:
        raise TopicError("there is nothing to tell the theme from; ingest articles or give counter-examples")
    features = [*lesson.told, *lesson.positives, *against]
    targets = np.array([1] * (len(features) - len(against)) + [0] * len(against))
    if min(len(lesson.positives), len(against)) < _MIN_MEASURED:
        model = fit_prototypes(features, targets)
        margins = _margins(model, lesson.drawn or against)
        # Just above: many texts that say nothing of the theme may stand at the same margin.
        return Topic(model=model, threshold=float(np.quantile(margins, 1 - lesson.share)) + _ABOVE), None
    products = multiply(features)
    model = fit_linear(features, targets, n_classes=2, products=products)
    n_told = len(lesson.told)
    held_out = _cross_validate(features, targets, products, n_told=n_told)
    threshold = find_threshold(held_out, targets[n_told:])
    return Topic(model=model, threshold=threshold), measure_quality(held_out, targets[n_told:], threshold)


def _unlike(lesson: Lesson) -> list[Featured]:
    """Leave out of the drawn articles those that are most like what the theme is about."""
    about = [*lesson.told, *lesson.positives]
    if not lesson.drawn:
        return []
    products = multiply([*about, *lesson.drawn])[len(about) :, : len(about)].max(1)
    bound = np.quantile(products, 1 - _LEFT_OUT)
    return [one for one, likeness in zip(lesson.drawn, products, strict=True) if likeness <= bound]


def _cross_validate(
    features: Sequence[Featured], targets: NDArray[np.int64], products: Margins, *, n_told: int
) -> Margins:
    """Return the margin of each text but the told ones, as learnt without it (and its fold)."""
    folds = np.full(len(targets), -1)
    random = np.random.default_rng(_SEED)
    for kind in (0, 1):
        places = n_told + np.flatnonzero(targets[n_told:] == kind)
        folds[random.permutation(places)] = np.arange(len(places)) % _N_FOLDS
    margins = np.zeros(len(targets))
    for fold in range(_N_FOLDS):
        kept, out = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        if out:
            model = fit_linear(
                [features[i] for i in kept], targets[kept], n_classes=2, products=products[np.ix_(kept, kept)]
            )
            margins[out] = _margins(model, [features[i] for i in out])
    return margins[n_told:]


def _margins(model: _Fitted, features: Sequence[Featured]) -> Margins:
    scores = model.decide(features)
    margins: Margins = scores[:, 1] - scores[:, 0]
    return margins


def _score(margins: Margins, threshold: float) -> Margins:
    scores: Margins = 1 / (1 + np.exp(-np.clip(margins - threshold, -30, 30)))
    return scores
