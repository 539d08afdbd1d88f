"""From raw scores to what a text is said to be: probabilities of themes, tone and scope."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlp.annotation import Tone
from nlp.label import THEME_IDS, TONES
from nlp.scoring.engine import Manifest

Scores = NDArray[np.float32]
Probabilities = NDArray[np.float64]

_N_THEMES = len(THEME_IDS)
#: Later windows weigh less in tone and scope: an item says early what it is about.
_LATER_WEIGHT = 0.25


def discount_windows(raw: Scores, manifest: Manifest) -> Scores:
    """Return each window's raw scores of the themes (n, 27), the later ones with their discount."""
    discount = np.where(np.arange(len(raw)) > 0, manifest.later_window_discount, 0.0).astype(np.float32)
    discounted: Scores = raw[:, :_N_THEMES] - discount[:, None]
    return discounted


def raw_themes(raw: Scores, manifest: Manifest) -> Scores:
    """Return the text's raw scores (27,) from those of its windows (n, 31): its strongest window counts."""
    strongest: Scores = discount_windows(raw, manifest).max(0)
    return strongest


def theme_probabilities(raw: Scores, manifest: Manifest) -> Probabilities:
    """Return the themes' calibrated probabilities, given raw scores (..., 27)."""
    return sigmoid(raw / temperatures(manifest))


def temperatures(manifest: Manifest) -> Probabilities:
    """Return the themes' temperatures (27,): what raw scores are divided by."""
    return np.array([manifest.temperatures[theme] for theme in THEME_IDS])


def needed_scores(manifest: Manifest) -> Probabilities:
    """Return the raw score (27,) from which on each theme is given."""
    thresholds = np.array([manifest.thresholds[theme] for theme in THEME_IDS])
    needed: Probabilities = np.log(thresholds / (1 - thresholds)) * temperatures(manifest)
    return needed


def given_themes(probabilities: Probabilities, manifest: Manifest) -> list[int]:
    """Return the columns of the themes at or above their threshold, strongest first."""
    order = map(int, np.argsort(-probabilities))
    return [i for i in order if probabilities[i] >= manifest.thresholds[THEME_IDS[i]]]


def tone_of(raw: Scores, manifest: Manifest) -> Tone:
    """Return the tone from the windows' raw scores (n, 31)."""
    blended = _blend(raw[:, _N_THEMES:-1]) / manifest.tone_temperature
    return _tone_from(blended + np.asarray(manifest.tone_bias, np.float32))


def entity_tone_of(mention: Scores, raw: Scores, manifest: Manifest) -> Tone:
    """Return the tone for an entity's holders: what its mentions say, leaning on the tone of the whole.

    Args:
        mention: raw tone scores (3,) of the mention head.
        raw: the windows' raw scores (n, 31).
        manifest: holds the weights of the two.
    """
    weights = manifest.entity_tone
    whole = _blend(raw[:, _N_THEMES:-1])
    return _tone_from(weights["mention"] * mention + weights["item"] * whole)


def scope_of(raw: Scores) -> float:
    """Return the probability that the text is about Hong Kong or China, from its windows' raw scores."""
    return float(sigmoid(_blend(raw[:, -1:]))[0])


def _tone_from(raw: Scores) -> Tone:
    probabilities = _softmax(raw)
    negative, neutral, positive = (float(value) for value in probabilities)
    return Tone(
        label=TONES[int(np.argmax(probabilities))], negative=negative, neutral=neutral, positive=positive
    )


def sigmoid(raw: NDArray[np.floating]) -> Probabilities:
    """Return the logistic function of raw scores."""
    return 1.0 / (1.0 + np.exp(-raw.astype(np.float64)))


def _blend(raw: Scores) -> Scores:
    """Average windows (n, k) to (k,), the first with full weight."""
    weights = np.where(np.arange(len(raw)) == 0, 1.0, _LATER_WEIGHT)
    blended: Scores = np.average(raw, axis=0, weights=weights).astype(np.float32)
    return blended


def _softmax(raw: Scores) -> Scores:
    powers: Scores = np.exp(raw - raw.max())
    shares: Scores = powers / powers.sum()
    return shares
