"""What is learnt from reviews: it helps where they say so, and is nothing where they say too little."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nlp.annotation import Text
from nlp.entities.catalogue import Catalogue
from nlp.label import THEME_IDS
from nlp.review.adjustment import Adjustment, Reviewed, fit_adjustment, from_content, to_content
from nlp.review.validation import compare, date_folds, learnable, validate
from nlp.scoring.scorer import EncoderScorer, Scorer, WordScorer
from nlp.tagger import Tagger
from nlp.topics.feature import Featured
from nlp.topics.linear import LinearClassifier
from nlp.topics.vector import weigher_from_models

N_THEMES = len(THEME_IDS)
NEEDED = np.zeros(N_THEMES)


def lesson(n: int = 60, *, noise: bool = False) -> Reviewed:
    """Texts of which the model gives all the first theme; reviewers reject those that say "crypto"."""
    random = np.random.default_rng(7)
    is_crypto = np.arange(n) % 2 == 0
    features = [
        Featured(vector=None, terms={"crypto" if crypto else "bank": 0.8, f"word{number}": 0.6})
        for number, crypto in enumerate(is_crypto)
    ]
    labels = np.full((n, N_THEMES), np.nan)
    labels[:, 0] = random.random(n) < 0.5 if noise else ~is_crypto
    log_odds = np.full((n, N_THEMES), -3.0)
    log_odds[:, 0] = 0.5
    return Reviewed(features=features, log_odds=log_odds, labels=labels)


def days(n: int = 60) -> list[str]:
    return [f"2025-01-{1 + number // 4:02}" for number in range(n)]


def test_a_lesson_that_holds_is_learnt_and_others_are_left() -> None:
    reviewed = lesson()
    judged = ~np.isnan(reviewed.labels)
    found = validate(reviewed, NEEDED, days(), min_reviews=12, judged=judged)
    assert found.strength is not None
    assert found.themes == (0,)
    compared = compare(reviewed, NEEDED, found.added, judged, found.themes)
    assert (compared.before.hits, compared.before.given) == (30, 60)
    assert (compared.after.hits, compared.after.given) == (30, 30)
    assert compared.interval[0] > 0
    model = fit_adjustment(reviewed, found.themes, strength=found.strength)
    kept = from_content(to_content({"en": model}))["en"]
    added = kept.decide([Featured(vector=None, terms={"crypto": 1.0}), Featured(vector=None, terms={})])
    assert added[0, 0] < -0.5
    assert not added[:, 1:].any()


def test_what_is_chance_is_not_taken_for_a_lesson() -> None:
    reviewed = lesson(noise=True)
    judged = ~np.isnan(reviewed.labels)
    found = validate(reviewed, NEEDED, days(), min_reviews=12, judged=judged)
    compared = compare(reviewed, NEEDED, found.added, judged, found.themes)
    assert compared.interval[0] <= 0


def test_too_few_answers_or_of_one_kind_teach_nothing() -> None:
    reviewed = lesson(10)
    assert learnable(reviewed.labels, min_reviews=12) == ()
    labels = lesson().labels
    labels[:, 0] = 1.0
    assert learnable(labels, min_reviews=12) == ()
    judged = ~np.isnan(reviewed.labels)
    found = validate(reviewed, NEEDED, days(10), min_reviews=12, judged=judged)
    assert found.strength is None
    assert not found.added.any()


def test_a_day_is_never_split_between_learning_and_judging() -> None:
    given = [*["2025-01-01"] * 7, *["2025-01-02"] * 2, *["2025-01-03"] * 11]
    folds = date_folds(given)
    for day in set(given):
        assert len({fold for fold, one in zip(folds, given, strict=True) if one == day}) == 1
    assert len(set(folds.tolist())) > 1


def test_a_tagger_with_an_adjustment_says_so_and_gives_what_was_learnt(
    tiny_model: Path, tiny_chinese_model: Path
) -> None:
    level = np.zeros(N_THEMES)
    level[0] = -50.0
    nothing = np.zeros((1, N_THEMES))
    classifier = LinearClassifier(vectors=nothing, terms={}, words=nothing, bias=level, vector_bias=level * 0)
    adjustment = Adjustment(
        name="adjusted@1",
        classifiers={"en": classifier},
        weigher=weigher_from_models(tiny_model, tiny_chinese_model),
    )
    scorers: list[Scorer] = [
        EncoderScorer(tiny_model, precision="float32", n_threads=1, max_windows=2),
        WordScorer(tiny_chinese_model, max_windows=2),
    ]
    texts = [
        Text(title="Hong Kong shares rose", body="", language="en"),
        Text(title="港股上升", body="", language="zh-Hant"),
    ]
    tagger = Tagger(scorers, Catalogue(entities={}, by_listing={}), adjustment=adjustment)
    english, chinese = tagger.annotate(texts)
    tagger.close()
    assert tagger.model.endswith("+adjusted@1")
    assert [tag.theme for tag in english.themes] == ["diversification"]
    assert {tag.theme for tag in chinese.themes} == {"ai", "diversification"}
