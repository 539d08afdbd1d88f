"""A linear classifier over text features, learnt from few examples, small enough to be stored."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlp.topics.feature import Featured, Terms, number_terms, stack_terms, stack_vectors
from nlp.topics.softmax import Solution, fit_softmax

Matrix = NDArray[np.float64]

#: Inverse penalty; more examples bear a little less of it (measured at 8 to 64 examples a class).
STRENGTH = 10.0
#: Spreads the differences of likeness, some hundredths, over the scores.
_PROTOTYPE_SCALE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearClassifier:
    """Weights of vectors (d, k) and of terms (v, k), and the classes' level (k,).

    `vector_bias` (k,) is added for a text that has a vector, so that texts with and without can be compared.
    """

    vectors: Matrix
    terms: Mapping[str, int]
    words: Matrix
    bias: Matrix
    vector_bias: Matrix

    def decide(self, features: Sequence[Featured]) -> Matrix:
        """Return raw scores (n, k)."""
        dense = stack_vectors(features)
        if dense.shape[1] != len(self.vectors):
            dense = np.zeros((len(features), len(self.vectors)), np.float32)
        scores: Matrix = dense @ self.vectors + stack_terms(features, self.terms) @ self.words + self.bias
        scores[[one.vector is not None for one in features]] += self.vector_bias
        return scores

    def weigh_words(self, terms: Terms) -> Matrix:
        """Return what terms say by themselves, without vector and level (k,)."""
        found = [(self.terms[term], value) for term, value in terms.items() if term in self.terms]
        total = np.zeros_like(self.bias)
        for number, value in found:
            total += value * self.words[number]
        return total

    def to_bytes(self) -> bytes:
        """Write all of it, single precision."""
        target = io.BytesIO()
        np.savez_compressed(
            target,
            vectors=self.vectors.astype(np.float32),
            terms=np.array(sorted(self.terms, key=lambda term: self.terms[term]), dtype=np.str_),
            words=self.words.astype(np.float32),
            bias=self.bias.astype(np.float32),
            vector_bias=self.vector_bias.astype(np.float32),
        )
        return target.getvalue()


def read_classifier(stored: bytes) -> LinearClassifier:
    """Read what :meth:`LinearClassifier.to_bytes` wrote."""
    with np.load(io.BytesIO(stored), allow_pickle=False) as parts:
        return LinearClassifier(
            vectors=parts["vectors"].astype(np.float64),
            terms={str(term): number for number, term in enumerate(parts["terms"])},
            words=parts["words"].astype(np.float64),
            bias=parts["bias"].astype(np.float64),
            vector_bias=parts["vector_bias"].astype(np.float64),
        )


def multiply(features: Sequence[Featured]) -> Matrix:
    """Return the products of texts with each other (n, n), each half of the vector and the words alike."""
    dense = stack_vectors(features).astype(np.float64)
    sparse = stack_terms(features, number_terms(features)).astype(np.float64)
    products: Matrix = dense @ dense.T + (sparse @ sparse.T).toarray()
    return products


def fit_linear(
    features: Sequence[Featured],
    classes: NDArray[np.int64],
    *,
    n_classes: int,
    products: Matrix | None = None,
    strength: float = STRENGTH,
) -> LinearClassifier:
    """Learn to tell classes apart.

    Args:
        features: one for each example.
        classes: the examples' classes, 0..n_classes-1.
        n_classes: how many classes there are.
        products: `multiply(features)`, where it is at hand.
        strength: inverse penalty.
    """
    given = multiply(features) if products is None else products
    return combine_examples(features, fit_softmax(given, classes, n_classes=n_classes, strength=strength))


def fit_prototypes(features: Sequence[Featured], classes: NDArray[np.int64]) -> LinearClassifier:
    """Set the mean text of class 1 against that of class 0; the mean of class 0 scores nothing.

    A regression would push down the theme's own articles among those drawn against it; a mean hardly
    notices them.
    """
    targets = np.eye(2)[classes]
    shares = targets / np.maximum(targets.sum(0), 1)
    model = combine_examples(features, Solution(coefficients=_PROTOTYPE_SCALE * shares, bias=np.zeros(2)))
    against = stack_vectors(features)[(classes == 0) & [one.vector is not None for one in features]]
    if not len(against):
        return model
    return replace(model, vector_bias=-(against @ model.vectors).mean(0))


def combine_examples(features: Sequence[Featured], solution: Solution) -> LinearClassifier:
    """Turn what each example adds to the classes into weights of vectors and terms."""
    index = number_terms(features)
    return LinearClassifier(
        vectors=stack_vectors(features).T.astype(np.float64) @ solution.coefficients,
        terms=index,
        words=stack_terms(features, index).T @ solution.coefficients,
        bias=solution.bias,
        vector_bias=np.zeros_like(solution.bias),
    )
