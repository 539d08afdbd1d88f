"""Fit what weighs entities: their relevance, and how their holders' tone leans on the item's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from nlp.entities.relevance import FEATURES, Named, describe
from nlp.label import TONES
from nlp.scoring.mention import score_mentions
from nlp.scoring.scorer import Scorer
from nlp.training.example import Example
from nlp.training.mention import entity_tone
from nlp.training.place import find_surfaces

_HEAD = ("was_read", "about")
_HAND = tuple(name for name in FEATURES if name not in _HEAD)
_STRENGTH = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entity:
    """An annotated entity: its features, whether the item is about it, what the mention head says of it."""

    features: Mapping[str, float]
    about: bool
    heard: NDArray[np.float32] | None


def fit_relevance(
    learnt: Sequence[Example], calibration: Sequence[Example], scorer: Scorer
) -> dict[str, float]:
    """Fit the relevance model to the annotators' "the item is about it".

    The features of place, number and context are fitted on `learnt`; what the encoder's mention head adds,
    which has seen those items, on `calibration`. Without an encoder the first alone counts.
    """
    entities = _entities(learnt, None)
    rows = np.array([[one.features[name] for name in _HAND] for one in entities])
    scale = rows.std(0) + 1e-6
    model = LogisticRegression(C=_STRENGTH, max_iter=3000).fit(rows / scale, [one.about for one in entities])
    weights, intercept = model.coef_[0] / scale, float(model.intercept_[0])
    heard = [one for one in _entities(calibration, scorer) if one.heard is not None]
    if not heard:
        return _coefficients(weights, intercept, head=0.0, mean=0.0)
    by_hand = np.array([[one.features[name] for name in _HAND] for one in heard]) @ weights + intercept
    by_head = np.array([one.heard[0] for one in heard if one.heard is not None])
    both = LogisticRegression(C=10.0).fit(np.stack([by_hand, by_head], 1), [one.about for one in heard])
    share, head = map(float, both.coef_[0])
    return _coefficients(
        share * weights, share * intercept + float(both.intercept_[0]), head=head, mean=float(by_head.mean())
    )


def _coefficients(
    weights: NDArray[np.float64], intercept: float, *, head: float, mean: float
) -> dict[str, float]:
    """Lay coefficients out; of an entity that it didn't read, the encoder is taken to say the mean."""
    by_name = dict(zip(_HAND, weights.round(4).tolist(), strict=True))
    rest = {"intercept": round(intercept + head * mean, 4), "was_read": round(-head * mean, 4)}
    return {**rest, **by_name, "about": round(head, 4)}


def fit_entity_tone(examples: Sequence[Example], scorer: Scorer) -> dict[str, float]:
    """Weigh what an entity's mentions say against the tone of the whole item, by what is likeliest."""
    parts: list[tuple[NDArray[np.float32], NDArray[np.float32], int]] = []
    for example, scored in zip(
        examples, scorer.score([example.reading for example in examples]), strict=True
    ):
        for surfaces, tone in told_tones(example):
            heard = score_mentions(
                find_surfaces(surfaces, title=example.title, body=example.lead), scored.passes
            )
            if heard is not None:
                parts.append((heard[1:], scored.raw[0, -4:-1], TONES.index(tone)))
    mention, item = (np.array([part[i] for part in parts], dtype=np.float64) for i in (0, 1))
    labels = np.array([part[2] for part in parts])

    def loss(weights: NDArray[np.float64]) -> float:
        raw = weights[0] * mention + weights[1] * item
        raw = raw - raw.max(1, keepdims=True)
        return float(np.mean(np.log(np.exp(raw).sum(1)) - raw[np.arange(len(labels)), labels]))

    found = minimize(loss, np.array([1.0, 0.2]), method="L-BFGS-B", bounds=[(0.0, 5.0), (0.0, 5.0)]).x
    return {"mention": round(float(found[0]), 4), "item": round(float(found[1]), 4)}


def told_tones(example: Example) -> list[tuple[Sequence[str], int]]:
    """Return the surfaces of the entities of which somebody said what the item means for their holders."""
    told = [(entity["surfaces"], entity_tone(example, entity)) for entity in example.entities]
    told += [([surface], tone) for surface, tone in example.entity_tones.items()]
    return [(surfaces, tone) for surfaces, tone in told if tone is not None]


def _entities(examples: Sequence[Example], scorer: Scorer | None) -> list[_Entity]:
    scored = scorer.score([example.reading for example in examples]) if scorer else [None] * len(examples)
    found = []
    for example, read in zip(examples, scored, strict=True):
        places = [
            (entity, find_surfaces(entity["surfaces"], title=example.title, body=example.lead))
            for entity in example.entities
        ]
        placed = [(entity, spans) for entity, spans in places if spans]
        named = [Named(type=entity["type"], mentions=spans, about=None) for entity, spans in placed]
        rows = describe(named, title=example.title, body=example.lead)
        for (entity, spans), row in zip(placed, rows, strict=True):
            heard = score_mentions(spans, read.passes) if read else None
            found.append(_Entity(features=row, about=bool(entity["salient"]), heard=heard))
    return found
