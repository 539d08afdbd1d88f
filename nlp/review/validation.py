"""Does an adjustment help? Cross-validated by date, so that no text is judged by its own day's reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.review.adjustment import Reviewed, fit_adjustment

Matrix = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Inverse penalties that are tried.
STRENGTHS: Final = (1.0, 3.0, 10.0, 30.0, 100.0)
_N_FOLDS: Final = 5
_N_DRAWS: Final = 1000
_SEED: Final = 20250213
_INTERVAL: Final = (0.05, 0.95)
#: Without as many of each kind nothing is learnt for a theme.
MIN_EACH: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Right, given and actual tags: of which precision, recall and F1 are made."""

    hits: int
    given: int
    actual: int

    @property
    def f1(self) -> float:
        """F1; 0 where nothing was given nor there."""
        total = self.given + self.actual
        return 2 * self.hits / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Before and after, of a theme or all together, with the 90 % interval of the difference in F1."""

    n: int
    before: Counts
    after: Counts
    interval: tuple[float, float]

    @property
    def gain(self) -> float:
        """What F1 gains."""
        return self.after.f1 - self.before.f1


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """The best strength for one language, by cross-validation, and what it brings.

    Attributes:
        strength: None where no theme could be learnt or nothing is better than the model as it is.
        themes: columns that are learnt.
        added: what was added to each text's log odds when it was not learnt from (n, 27).
    """

    strength: float | None
    themes: tuple[int, ...]
    added: Matrix


def learnable(labels: Matrix, *, min_reviews: int) -> tuple[int, ...]:
    """Return the columns with enough answers, and enough of each kind."""
    known = ~np.isnan(labels)
    positive = (labels == 1).sum(0)
    negative = (labels == 0).sum(0)
    enough = (known.sum(0) >= min_reviews) & (positive >= MIN_EACH) & (negative >= MIN_EACH)
    return tuple(int(column) for column in np.flatnonzero(enough))


def date_folds(days: Sequence[str]) -> NDArray[np.int64]:
    """Return a fold for each text: stretches of days of about the same size; a day is never split."""
    order = sorted(set(days))
    counts = np.array([days.count(day) for day in order])
    middle = np.cumsum(counts) - counts / 2
    fold_of = dict(zip(order, (middle * _N_FOLDS // max(1, len(days))).astype(int), strict=True))
    return np.array([fold_of[day] for day in days], dtype=np.int64)


def validate(
    reviewed: Reviewed, needed: Matrix, days: Sequence[str], *, min_reviews: int, judged: Truths
) -> Validated:
    """Choose how closely to follow the reviews.

    Args:
        reviewed: texts with what was said of them.
        needed: log odds (27,) from which on a theme is given.
        days: when each text was published.
        min_reviews: fewer answers teach nothing of a theme.
        judged: which answers count in the choice (n, 27): not those that were chosen for being wrong.
    """
    themes = learnable(reviewed.labels, min_reviews=min_reviews)
    nothing = Validated(strength=None, themes=themes, added=np.zeros_like(reviewed.log_odds))
    folds = date_folds(days)
    if not themes or len(set(folds.tolist())) < 2:  # noqa: PLR2004 - to learn from one and judge by another
        return nothing
    best, best_f1 = nothing, count(reviewed, needed, nothing.added, judged, themes).f1
    for strength in STRENGTHS:
        added = _held_out(reviewed, themes, folds, strength)
        f1 = count(reviewed, needed, added, judged, themes).f1
        if f1 > best_f1:
            best, best_f1 = Validated(strength=strength, themes=themes, added=added), f1
    return best


def _held_out(reviewed: Reviewed, themes: Sequence[int], folds: NDArray[np.int64], strength: float) -> Matrix:
    added = np.zeros_like(reviewed.log_odds)
    for fold in sorted(set(folds.tolist())):
        kept, out = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        lesson = reviewed.take(kept)
        model = fit_adjustment(lesson, [t for t in themes if _is_taught(lesson, t)], strength=strength)
        added[out] = model.decide([reviewed.features[int(row)] for row in out])
    return added


def _is_taught(lesson: Reviewed, theme: int) -> bool:
    return bool((lesson.labels[:, theme] == 1).any() and (lesson.labels[:, theme] == 0).any())


def count(reviewed: Reviewed, needed: Matrix, added: Matrix, judged: Truths, themes: Sequence[int]) -> Counts:
    """Count right, given and actual tags of some themes over the answers that are judged."""
    columns = list(themes)
    given, actual = _told(reviewed, needed, added, judged)
    return _counts(given[:, columns], actual[:, columns])


def compare(
    reviewed: Reviewed, needed: Matrix, added: Matrix, judged: Truths, themes: Sequence[int]
) -> Compared:
    """Set some themes before beside after; the interval is a bootstrap over texts."""
    columns = list(themes)
    before, actual = (part[:, columns] for part in _told(reviewed, needed, np.zeros_like(added), judged))
    after = _told(reviewed, needed, added, judged)[0][:, columns]
    random = np.random.default_rng(_SEED)
    gains = []
    for _ in range(_N_DRAWS):
        rows = random.integers(0, len(actual), len(actual))
        gains.append(_counts(after[rows], actual[rows]).f1 - _counts(before[rows], actual[rows]).f1)
    low, high = np.quantile(gains, _INTERVAL).tolist()
    return Compared(
        n=int(judged[:, columns].sum()),
        before=_counts(before, actual),
        after=_counts(after, actual),
        interval=(low, high),
    )


def _told(reviewed: Reviewed, needed: Matrix, added: Matrix, judged: Truths) -> tuple[Truths, Truths]:
    given = (reviewed.log_odds + added >= needed) & judged
    return given, (reviewed.labels == 1) & judged


def _counts(given: Truths, actual: Truths) -> Counts:
    return Counts(hits=int((given & actual).sum()), given=int(given.sum()), actual=int(actual.sum()))
