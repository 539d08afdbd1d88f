"""The decision on a pair of reports: a logistic regression on readable features, kept as a JSON file."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlp.error import ModelError

WEIGHTS = "weights.json"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How much the reading of both texts counts beside the features, and where it is asked for.

    Attributes:
        open_from: smallest likelihood by the features alone of a pair that they leave open.
        open_to: greatest likelihood of such a pair.
        intercept: added to the rest.
        weights: of the features, in the order of `likeness.FEATURES`.
        told: weight of the reader's logit.
    """

    open_from: float
    open_to: float
    intercept: float
    weights: tuple[float, ...]
    told: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Weights by feature, and from which likelihood on two reports are taken to tell one event.

    Attributes:
        name: name and version.
        intercept: added to the weighted features.
        weights: by the names in `likeness.FEATURES`, in their order.
        threshold: smallest likelihood, 0..1, of a pair of one event.
        join_threshold: the same of a report and a story, whose likeness is a mean over members.
        best_share: what the most alike member counts in that mean; the rest is the mean of all compared.
        readings: what a reading of both texts counts, by their language; without one they aren't read.
    """

    name: str
    intercept: float
    weights: tuple[float, ...]
    threshold: float
    join_threshold: float
    best_share: float
    readings: Mapping[str, Reading] = field(default_factory=dict)

    def judge(self, features: Sequence[float]) -> float:
        """Return the likelihood, 0..1, that two reports with these features tell one event."""
        return _likelihood(self.intercept + _weigh(self.weights, features))

    def is_open(self, likelihood: float, language: str) -> bool:
        """Say whether the features leave a pair of a language open, so that its texts are to be read."""
        reading = self.readings.get(language)
        return reading is not None and reading.open_from <= likelihood <= reading.open_to

    def judge_read(self, features: Sequence[float], told: float, language: str) -> float:
        """Return the likelihood of an open pair by its features and the logit that its reader gave."""
        reading = self.readings[language]
        return _likelihood(reading.intercept + _weigh(reading.weights, features) + reading.told * told)


def _weigh(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def _likelihood(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def read_decision(folder: Path, features: Collection[str]) -> Decision:
    """Read a model folder (`weights.json`, `manifest.json` with its checksum).

    Raises:
        ModelError: a file is missing, damaged, or made for other features.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        content = (folder / WEIGHTS).read_bytes()
        values = json.loads(content)
        if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
            raise ModelError(
                f"{folder / WEIGHTS} isn't the file that its manifest describes; reinstall Southbound"
            )
        return _decision(str(manifest["name"]), values, features)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder} holds no usable story model ({error}); reinstall Southbound") from error


def _decision(name: str, values: Mapping[str, object], features: Collection[str]) -> Decision:
    return Decision(
        name=name,
        intercept=_number(values["intercept"]),
        weights=_weights(values["weights"], features),
        threshold=_number(values["threshold"]),
        join_threshold=_number(values["join_threshold"]),
        best_share=_number(values["best_share"]),
        readings=_readings(values.get("readings", {}), features),
    )


def _weights(values: object, features: Collection[str]) -> tuple[float, ...]:
    if not isinstance(values, dict) or list(values) != list(features):
        raise ValueError("its weights are of other features")
    return tuple(_number(values[feature]) for feature in features)


def _readings(values: object, features: Collection[str]) -> dict[str, Reading]:
    if not isinstance(values, dict):
        raise TypeError(f"{values!r} doesn't tell what readings count")
    return {
        language: Reading(
            open_from=_number(raw["open_from"]),
            open_to=_number(raw["open_to"]),
            intercept=_number(raw["intercept"]),
            weights=_weights(raw["weights"], features),
            told=_number(raw["told"]),
        )
        for language, raw in values.items()
    }


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)
