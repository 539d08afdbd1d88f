"""Add what reviewers taught to scores that were kept: what changes, and what can't be told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: Scores below it aren't kept.
NEAR_SCORE: Final = 0.1
#: Scores are kept to four places: one that is 0 or 1 by that may be half of the last place off.
_LEAST: Final = 0.00005


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was kept of a model's word on a text.

    Attributes:
        given: scores of the themes that it carries.
        near: scores of those that it comes near to, from `NEAR_SCORE` on.
        has_near: whether those were kept at all.
    """

    given: Mapping[str, float]
    near: Mapping[str, float]
    has_near: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """What a text carries and comes near to by adjusted scores; `is_open`: a further theme may be due."""

    given: Mapping[str, float]
    near: Mapping[str, float]
    is_open: bool


def adjust_scores(heard: Heard, added: Mapping[str, float], thresholds: Mapping[str, float]) -> Residual:
    """Add log odds to scores, and hold them against the thresholds; all three by theme."""
    known = {**heard.near, **heard.given}
    moved = {theme: move(score, added.get(theme, 0.0)) for theme, score in known.items()}
    given = {theme: score for theme, score in moved.items() if score >= thresholds[theme]}
    near = {theme: score for theme, score in moved.items() if score >= NEAR_SCORE and theme not in given}
    unknown = added.keys() - known.keys()
    return Residual(
        given=given,
        near=near,
        is_open=any(
            move(NEAR_SCORE if heard.has_near else thresholds[theme], added[theme]) >= thresholds[theme]
            for theme in unknown
            if added[theme] > 0
        ),
    )


def move(score: float, added: float) -> float:
    """Return a score with log odds added to it; one that nothing is added to stays as it is."""
    if not added:
        return score
    kept = min(max(score, _LEAST), 1 - _LEAST)
    return 1 / (1 + math.exp(-(math.log(kept / (1 - kept)) + added)))
