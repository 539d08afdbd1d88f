"""What a theme of one's own is read off: the encoder's vector of a text, and its weighted words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from nlp.scoring.lexical import READ_CHARS, Analyzer, iterate_terms
from nlp.script import has_han

Vector = NDArray[np.float32]
Terms = dict[str, float]
#: The two halves of a text vector, the embedded pieces and the last layer, count as a block each.
N_HALVES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Featured:
    """A text's features: unit-length halves of its vector (all zero without one), unit-length terms."""

    vector: Vector | None
    terms: Terms


class TermWeigher:
    """Weighs a text's terms by how rare they are in the news.

    Args:
        idf: inverse document frequency of the known terms of words and of characters, as the shipped word
            models hold them. A term that they don't know is taken for as rare as their rarest.
    """

    def __init__(self, idf: Mapping[str, float]) -> None:
        self.idf = idf
        self._rarest = max(idf.values(), default=1.0)

    def weigh(self, title: str, body: str = "") -> Terms:
        """Return the TF-IDF values of the title and the body's start, of unit length together."""
        text = f"{title}\n{body[:READ_CHARS]}"
        return weigh_counts(Counter(iterate_terms(text, _analyzer(text))), self.idf, self._rarest)


def weigh_counts(counts: Mapping[str, int], idf: Mapping[str, float], rarest: float) -> Terms:
    """Return counted terms' TF-IDF values, of unit length together; `rarest` is the idf of one unknown."""
    values = {term: (1 + math.log(count)) * idf.get(term, rarest) for term, count in counts.items()}
    length = math.sqrt(sum(value**2 for value in values.values())) or 1.0
    return {term: value / length for term, value in values.items()}


def halve(vector: Vector | None) -> Vector | None:
    """Scale each half of a text vector to unit length."""
    if vector is None:
        return None
    halves = np.asarray(vector, np.float32).reshape(N_HALVES, -1)
    lengths = np.maximum(np.linalg.norm(halves, axis=1, keepdims=True), 1e-9)
    scaled: Vector = (halves / lengths).ravel()
    return scaled


def stack_vectors(features: Sequence[Featured]) -> Vector:
    """Return the vectors as rows (n, d), zero where a text has none; d is 1 where no text has one."""
    width = max((one.vector.size for one in features if one.vector is not None), default=1)
    rows = np.zeros((len(features), width), np.float32)
    for row, one in zip(rows, features, strict=True):
        if one.vector is not None:
            row[:] = one.vector
    return rows


def number_terms(features: Iterable[Featured]) -> dict[str, int]:
    """Number the terms of some texts."""
    return {term: number for number, term in enumerate(sorted({t for one in features for t in one.terms}))}


def stack_terms(features: Sequence[Featured], index: Mapping[str, int]) -> csr_array:
    """Return the terms as sparse rows (n, len(index)); what the index lacks is left out."""
    cells = [
        (row, index[term], value)
        for row, one in enumerate(features)
        for term, value in one.terms.items()
        if term in index
    ]
    rows, columns, values = (np.array(part) for part in (zip(*cells, strict=True) if cells else ((), (), ())))
    shape = (len(features), max(1, len(index)))
    return csr_array((values.astype(np.float32), (rows.astype(int), columns.astype(int))), shape=shape)


def _analyzer(text: str) -> Analyzer:
    return "character" if has_han(text) else "word"
