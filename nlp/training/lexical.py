"""Fit the linear model on words and write it into a model folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.label import TONES
from nlp.lexical import Analyzer, iterate_features
from nlp.training.example import Example
from nlp.training.fit import theme_targets

_MIN_DOCUMENTS = 3
_THEME_C, _TONE_C, _SCOPE_C = 20.0, 3.0, 10.0
#: A theme's cases count double: most themes are rare.
_CASE_WEIGHT = 2.0


def fit_lexical(folder: Path, examples: Sequence[Example], analyzer: Analyzer) -> None:
    """Fit on examples and write `lexical.json` and `lexical.safetensors`."""
    terms, idf = _vocabulary(examples, analyzer)
    features = _features(examples, analyzer, {term: i for i, term in enumerate(terms)}, idf)
    heads = [*_theme_heads(features, examples), *_other_heads(features, examples)]
    weights = np.stack([weight for weight, _ in heads], axis=1)
    folder.mkdir(parents=True, exist_ok=True)
    description = {"analyzer": analyzer, "terms": terms}
    (folder / "lexical.json").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    save_file(
        {
            "weights": weights.astype(np.float16),
            "idf": idf.astype(np.float16),
            "bias": np.array([bias for _, bias in heads], dtype=np.float32),
        },
        folder / "lexical.safetensors",
    )


def _vocabulary(examples: Sequence[Example], analyzer: Analyzer) -> tuple[list[str], NDArray[np.float64]]:
    """Return the terms that stand in at least three items, and log((1 + n) / (1 + df)) + 1 of each."""
    documents: Counter[str] = Counter()
    for example in examples:
        for mark, block, _ in iterate_features(example.title, example.lead, analyzer):
            documents.update({mark + term for term in block})
    terms = sorted(term for term, count in documents.items() if count >= _MIN_DOCUMENTS)
    counts = np.array([documents[term] for term in terms])
    return terms, np.log((1 + len(examples)) / (1 + counts)) + 1


def _features(
    examples: Sequence[Example], analyzer: Analyzer, index: dict[str, int], idf: NDArray[np.float64]
) -> csr_matrix:
    data, columns, ends = [], [], [0]
    for example in examples:
        for mark, block, weight in iterate_features(example.title, example.lead, analyzer):
            counts = Counter(index[mark + term] for term in block if mark + term in index)
            rows = np.fromiter(counts, dtype=np.int64)
            values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * idf[rows]
            data.append(weight * values / max(float(np.linalg.norm(values)), 1e-9))
            columns.append(rows)
        ends.append(ends[-1] + len(columns[-1]) + len(columns[-2]))
    return csr_matrix(
        (np.concatenate(data), np.concatenate(columns), np.array(ends)), shape=(len(examples), len(index))
    )


Head = tuple[NDArray[np.float64], float]


def _theme_heads(features: csr_matrix, examples: Sequence[Example]) -> list[Head]:
    heads = []
    for column in theme_targets(examples).T:
        model = LogisticRegression(C=_THEME_C, class_weight={0: 1.0, 1: _CASE_WEIGHT}, solver="liblinear")
        model.fit(features, column)
        heads.append((model.coef_[0], float(model.intercept_[0])))
    return heads


def _other_heads(features: csr_matrix, examples: Sequence[Example]) -> list[Head]:
    tone = LogisticRegression(C=_TONE_C, max_iter=400).fit(features, [TONES.index(e.tone) for e in examples])
    scope = LogisticRegression(C=_SCOPE_C, max_iter=400).fit(features, [e.hk_china for e in examples])
    heads = [*zip(tone.coef_, map(float, tone.intercept_), strict=True)]
    return [*heads, (scope.coef_[0], float(scope.intercept_[0]))]
