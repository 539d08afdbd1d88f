"""Fit the linear model on words and write it into a model folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.label import TONES
from nlp.scoring.lexical import Analyzer
from nlp.training.example import Example
from nlp.training.space import Space, Values, build_space
from nlp.training.target import theme_targets

_N_FOLDS = 5
#: Days in a row that stay together in a fold: a story's reposts come within days.
_FOLD_DAYS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Inverse strength of each head's regularisation, and how much a theme's cases count: most are rare."""

    theme_c: float
    tone_c: float
    scope_c: float
    case_weight: float


#: Set by cross-validation over the training dates.
_RECIPES: dict[Analyzer, Recipe] = {
    "word": Recipe(theme_c=20.0, tone_c=3.0, scope_c=10.0, case_weight=2.0),
    "character": Recipe(theme_c=10.0, tone_c=1.5, scope_c=10.0, case_weight=6.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a word model is fitted on: examples, described."""

    analyzer: Analyzer
    examples: Sequence[Example]
    space: Space


def prepare(
    examples: Sequence[Example], analyzer: Analyzer, *, unlabelled: Sequence[Example] = ()
) -> Material:
    """Describe examples; unlabelled ones tell which terms go together."""
    space = build_space(examples, analyzer, unlabelled=unlabelled)
    return Material(analyzer=analyzer, examples=examples, space=space)


def fit_lexical(folder: Path, material: Material) -> None:
    """Fit on all examples and write `lexical.json` and `lexical.safetensors`."""
    space = material.space
    weights, bias = _fit_heads(space.features, material.examples, _RECIPES[material.analyzer])
    folder.mkdir(parents=True, exist_ok=True)
    description = {"analyzer": material.analyzer, "terms": space.terms}
    (folder / "lexical.json").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    save_file(
        {
            "weights": space.fold(weights).astype(np.float16),
            "idf": space.idf.astype(np.float16),
            "bias": bias.astype(np.float32),
        },
        folder / "lexical.safetensors",
    )


def score_out_of_fold(material: Material) -> tuple[list[int], NDArray[np.float32]]:
    """Score each dated example by a model that was fitted without it and the news of its days.

    Returns:
        The examples' numbers, ascending, and their raw scores (n, 31): themes, tones, scope.
    """
    folds = np.array([fold_of(example) for example in material.examples])
    features = material.space.features
    raw = np.zeros((len(folds), 0), dtype=np.float32)
    for fold in range(_N_FOLDS):
        learnt, held = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold)
        examples = [material.examples[number] for number in learnt]
        weights, bias = _fit_heads(features[learnt], examples, _RECIPES[material.analyzer])
        if not raw.size:
            raw = np.zeros((len(folds), len(bias)), dtype=np.float32)
        raw[held] = features[held] @ weights + bias
    dated = np.flatnonzero(folds >= 0)
    return dated.tolist(), raw[dated]


def fold_of(example: Example) -> int:
    """Return the fold (0..4) of an example's days; -1 without a date: it's always learnt from."""
    if not example.published_on:
        return -1
    return date.fromisoformat(example.published_on).toordinal() // _FOLD_DAYS % _N_FOLDS


Head = tuple[Values, float]


def _fit_heads(features: csr_matrix, examples: Sequence[Example], recipe: Recipe) -> tuple[Values, Values]:
    """Return weights (features, 31) and biases (31,)."""
    heads = [*_theme_heads(features, examples, recipe), *_other_heads(features, examples, recipe)]
    return np.stack([weight for weight, _ in heads], axis=1), np.array([bias for _, bias in heads])


def _theme_heads(features: csr_matrix, examples: Sequence[Example], recipe: Recipe) -> list[Head]:
    heads = []
    class_weight = {0: 1.0, 1: recipe.case_weight}
    for column in theme_targets(examples).T:
        model = LogisticRegression(C=recipe.theme_c, class_weight=class_weight, solver="liblinear")
        model.fit(features, column)
        heads.append((model.coef_[0], float(model.intercept_[0])))
    return heads


def _other_heads(features: csr_matrix, examples: Sequence[Example], recipe: Recipe) -> list[Head]:
    tone = LogisticRegression(C=recipe.tone_c, max_iter=400)
    tone.fit(features, [TONES.index(example.tone) for example in examples])
    scope = LogisticRegression(C=recipe.scope_c, max_iter=400)
    scope.fit(features, [example.hk_china for example in examples])
    heads = [*zip(tone.coef_, map(float, tone.intercept_), strict=True)]
    return [*heads, (scope.coef_[0], float(scope.intercept_[0]))]
