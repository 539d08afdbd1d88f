"""The feature space of the word model: terms, how rare each is, and what goes together in unlabelled text.

Directions are the leading singular vectors of the texts' TF-IDF values (latent semantic analysis;
Deerwester et al., 1990), divided by the root of the singular values: matters of which there is less news
count almost as much. A model that is linear in them is linear in the terms: they make terms that stand in
the same news weigh alike, also those that no labelled item has, and cost nothing at tagging.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array, hstack
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from nlp.scoring.lexical import TITLE_MARK, TITLE_WEIGHT, Analyzer, iterate_features
from nlp.training.example import Example

#: As many labelled items must have a term: with three, English words weigh 2 MB more and tell less.
_MIN_LABELLED: dict[Analyzer, int] = {"word": 4, "character": 3}
#: Of the terms that no labelled item has, those of this many texts are kept.
_MIN_UNLABELLED = 10
#: What stands in more than this share of the texts says nothing of what goes together.
_MAX_SHARE = 0.3
_N_DIRECTIONS = 300
#: A text's squared length in the directions against that in the terms; set by cross-validation.
_DIRECTION_SHARE = 1.0
#: Singular vectors below this part of the first are noise.
_MIN_SIZE = 0.05
_SEED = 7

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Labelled examples as vectors.

    Attributes:
        terms: names of the terms; those of titles begin with the mark.
        idf: log((1 + n) / (1 + df)) of each term, and 1 more where only labelled text tells it.
        shared: numbers of the terms that take part in directions.
        directions: their parts (shared, directions); empty without unlabelled text.
        features: the examples (n, terms + directions).
    """

    terms: list[str]
    idf: Values
    shared: NDArray[np.intp]
    directions: NDArray[np.float32]
    features: csr_matrix

    def fold(self, weights: Values) -> Values:
        """Turn weights of terms and directions (features, heads) into weights of terms alone."""
        folded = weights[: len(self.terms)].copy()
        folded[self.shared] += self.directions @ weights[len(self.terms) :]
        return folded


def build_space(
    examples: Sequence[Example], analyzer: Analyzer, *, unlabelled: Sequence[Example] = ()
) -> Space:
    """Describe examples by their terms and, with unlabelled ones at hand, by directions."""
    counts, names = _count([*examples, *unlabelled], analyzer)
    in_labelled = counts[: len(examples)].getnnz(axis=0)
    documents = counts.getnnz(axis=0)
    is_title = np.array([name.startswith(TITLE_MARK) for name in names])
    kept = (in_labelled >= _MIN_LABELLED[analyzer]) | (
        ~is_title & (documents >= _MIN_UNLABELLED) & bool(unlabelled)
    )
    columns = np.array(sorted(np.flatnonzero(kept), key=names.__getitem__))
    rarity = np.log((1 + counts.shape[0]) / (1 + documents[columns]))
    # Among the many terms of unlabelled text, those that stand everywhere should count for nothing.
    idf = rarity if unlabelled else rarity + 1
    title, body = _blocks(counts[:, columns], idf, is_title[columns])
    common = _MAX_SHARE * counts.shape[0]
    shared = np.flatnonzero(
        ~is_title[columns] & (documents[columns] >= _MIN_UNLABELLED) & (documents[columns] <= common)
    )
    directions = _directions(body[:, shared]) if unlabelled else np.zeros((len(shared), 0), np.float32)
    labelled = slice(len(examples))
    features = hstack([title[labelled] + body[labelled], body[labelled][:, shared] @ directions])
    return Space(
        terms=[names[column] for column in columns],
        idf=idf,
        shared=shared,
        directions=directions,
        features=csr_matrix(features),
    )


def _count(examples: Sequence[Example], analyzer: Analyzer) -> tuple[csr_matrix, list[str]]:
    """Return how often each term stands in each example (n, terms), and the terms' names."""
    numbers: dict[str, int] = {}
    rows = []
    for example in examples:
        blocks = iterate_features(*example.reading, analyzer)
        row = Counter(
            numbers.setdefault(mark + term, len(numbers)) for mark, terms, _ in blocks for term in terms
        )
        rows.append((np.array(list(row), dtype=np.int32), np.array(list(row.values()), dtype=np.float32)))
    ends = [0, *accumulate(len(columns) for columns, _ in rows)]
    indices, data = (np.concatenate(list(part)) for part in zip(*rows, strict=True))
    return csr_matrix((data, indices, ends), shape=(len(examples), len(numbers))), list(numbers)


def _blocks(counts: csr_matrix, idf: Values, is_title: NDArray[np.bool_]) -> tuple[csr_matrix, csr_matrix]:
    """Return TF-IDF values of titles and of whole texts, each of the length that its weight says."""
    values = counts.astype(np.float64)
    values.data = (1 + np.log(values.data)) * idf[values.indices]
    title, body = (normalize(csr_matrix(values @ diags_array(mask * 1.0))) for mask in (is_title, ~is_title))
    return title * TITLE_WEIGHT, body


def _directions(body: csr_matrix) -> NDArray[np.float32]:
    """Return each term's part in each direction of texts (n, terms), scaled for use as features."""
    body = body.astype(np.float32)
    n_directions = min(_N_DIRECTIONS, body.shape[1] - 1, body.shape[0] - 1)
    _, sizes, vectors = randomized_svd(body, n_directions, n_iter=3, random_state=_SEED)
    strong = sizes > _MIN_SIZE * sizes[0]
    directions: NDArray[np.float32] = vectors[strong].T / np.sqrt(sizes[strong])
    length = float(np.square(body @ directions).sum(1).mean())
    return directions * np.float32(np.sqrt(_DIRECTION_SHARE * (1 + TITLE_WEIGHT**2) / length))
