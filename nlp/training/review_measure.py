"""Do reviews make tags better? Annotators' labels of held-out dates as reviews, later dates as the measure.

`python -m nlp.training.review_measure --data DATA`. Nothing of these dates was learnt from, nor are
thresholds set on what is measured. Two things are shown: what an adjustment of the shipped models gains on
later dates, and what a theme of one's own gains that begins as a definition and is then reviewed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from nlp.label import THEME_IDS
from nlp.review.adjustment import Reviewed, feature_of, fit_adjustment, group_of
from nlp.review.validation import Compared, compare, learnable, validate
from nlp.scoring.decision import needed_scores, raw_themes, temperatures
from nlp.scoring.scorer import EncoderScorer, Fields, Scorer, WordScorer
from nlp.script import has_han
from nlp.topics.feature import Featured, TermWeigher
from nlp.topics.topic import Lesson, learn_topic
from nlp.topics.vector import weigher_from_models
from nlp.training.example import Example, read_annotated
from nlp.training.split import split_by_date

#: Reviewed are the held-out items before these dates, measured the others.
_CUTS = {"en": "2025-02-12", "zh": "2026-05-22"}
_MIN_REVIEWS = 12
_MIN_POSITIVES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Held-out items of one language: reviewed ones, and later ones; and what each theme is told by."""

    language: str
    needed: NDArray[np.float64]
    days: Sequence[str]
    reviewed: Reviewed
    later: Reviewed
    told: dict[str, list[Featured]]


def read_held(data: Path, models: Path, themes: Path) -> list[Held]:
    """Score the held-out items of both languages."""
    split = split_by_date(read_annotated(data / "labelled"))
    examples = sorted([*split.calibration, *split.development], key=lambda one: one.published_on)
    weigher = weigher_from_models(models / "english", models / "chinese")
    scorers: dict[str, Scorer] = {
        "en": EncoderScorer(models / "english", precision="int8", n_threads=2, max_windows=8),
        "zh": WordScorer(models / "chinese", max_windows=8),
    }
    return [
        _held(
            language,
            scorer,
            [one for one in examples if group_of(one.language) == language],
            weigher,
            read_told(themes, language),
        )
        for language, scorer in scorers.items()
    ]


def read_told(folder: Path, language: str) -> dict[str, list[str]]:
    """Return what a user would tell of each theme: its definition, in Chinese its keywords."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    if language == "en":
        return {file["id"]: [file["definition"]] for file in files}
    return {
        file["id"]: [word for words in file["keywords"].values() for word in words if has_han(word)]
        for file in files
    }


def _held(
    language: str,
    scorer: Scorer,
    examples: Sequence[Example],
    weigher: TermWeigher,
    told: dict[str, list[str]],
) -> Held:
    def read(texts: Sequence[Fields]) -> list[Featured]:
        scored = scorer.score(texts)
        return [feature_of(text, one, weigher) for text, one in zip(texts, scored, strict=True)]

    cut = _CUTS[language]
    scored = scorer.score([one.reading for one in examples])
    scale = temperatures(scorer.manifest)
    whole = Reviewed(
        features=[
            feature_of(one.reading, result, weigher) for one, result in zip(examples, scored, strict=True)
        ],
        log_odds=np.array([raw_themes(one.raw, scorer.manifest) / scale for one in scored]),
        labels=np.array([[float(theme in one.themes) for theme in THEME_IDS] for one in examples]),
    )
    is_later = np.array([one.published_on[:10] >= cut for one in examples])
    return Held(
        language=language,
        needed=needed_scores(scorer.manifest) / scale,
        days=[one.published_on[:10] for one, late in zip(examples, is_later, strict=True) if not late],
        reviewed=whole.take(np.flatnonzero(~is_later)),
        later=whole.take(np.flatnonzero(is_later)),
        told={theme: read([(text, "") for text in texts]) for theme, texts in told.items()},
    )


def measure_adjustment(held: Held) -> tuple[float | None, Compared]:
    """Learn from the reviewed items, and compare all themes on the later ones; with the strength chosen."""
    judged = np.ones(held.reviewed.labels.shape, dtype=bool)
    found = validate(held.reviewed, held.needed, held.days, min_reviews=_MIN_REVIEWS, judged=judged)
    added = np.zeros_like(held.later.log_odds)
    if found.strength is not None:
        model = fit_adjustment(held.reviewed, found.themes, strength=found.strength)
        added = model.decide(held.later.features)
    everything = np.ones(held.later.labels.shape, dtype=bool)
    columns = range(len(THEME_IDS))
    return found.strength, compare(held.later, held.needed, added, everything, columns)


def measure_own_themes(held: Held) -> Iterator[str]:
    """Yield, by theme, the F1 on later dates of a theme from its definition, and after its reviews."""
    for column in learnable(held.reviewed.labels, min_reviews=_MIN_REVIEWS):
        theme = THEME_IDS[column]
        labels, actual = held.reviewed.labels[:, column] == 1, held.later.labels[:, column] == 1
        if min(int(labels.sum()), int(actual.sum())) < _MIN_POSITIVES:
            continue
        told = held.told[theme]
        drawn = held.reviewed.features
        first, _ = learn_topic(
            Lesson(told=told, positives=(), negatives=(), drawn=drawn, share=labels.mean())
        )
        positives, negatives = (
            [one for one, is_it in zip(drawn, labels, strict=True) if is_it == kind] for kind in (True, False)
        )
        then, _ = learn_topic(Lesson(told=told, positives=positives, negatives=negatives, drawn=()))
        before, after = (_f1(one.score(held.later.features) >= 0.5, actual) for one in (first, then))  # noqa: PLR2004
        counts = f"{len(positives)} | {int(actual.sum())}"
        yield f"| {theme} | {held.language} | {counts} | {before:.2f} | {after:.2f} |"


def _f1(given: NDArray[np.bool_], actual: NDArray[np.bool_]) -> float:
    return float(2 * (given & actual).sum() / max(1, given.sum() + actual.sum()))


def adjustment_row(held: Held) -> str:
    """Return a row of the first table."""
    strength, found = measure_adjustment(held)
    low, high = found.interval
    before, after = (
        f"{one.hits / max(1, one.given):.3f} | {one.hits / max(1, one.actual):.3f} | {one.f1:.3f}"
        for one in (found.before, found.after)
    )
    n_reviewed, n_later = len(held.reviewed.features), len(held.later.features)
    return (
        f"| {held.language} | {n_reviewed} | {n_later} | {strength or 'none'} | {before} | {after} | "
        f"{found.gain:+.3f} | {low:+.3f} to {high:+.3f} |"
    )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (labelled/)")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--themes", type=Path, default=Path("config/themes"))
    arguments = parser.parse_args()
    held = read_held(arguments.data, arguments.models, arguments.themes)
    print(  # noqa: T201 - what was asked for
        "| | reviewed | later | strength | P | R | F1 | P after | R after | F1 after | gain | 90 % |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    )
    for one in held:
        print(adjustment_row(one), flush=True)  # noqa: T201
    print("\n| own theme | | examples | later | F1, definition | F1, reviewed |\n|---|---|--:|--:|--:|--:|")  # noqa: T201
    for one in held:
        for row in measure_own_themes(one):
            print(row, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
