"""A linear model on words: fast, and all there is for Chinese until a bilingual encoder comes.

Features are TF-IDF values (logarithmic counts, unit length) of single words and pairs, or, in Chinese,
of runs of one to three characters with the script folded; once over the title and once over the whole.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from nlp.error import ModelError
from nlp.script import fold_script

Analyzer = Literal["word", "character"]
Scores = NDArray[np.float32]

#: Marks the terms of the title among the vocabulary.
TITLE_MARK = "#"
TITLE_WEIGHT = 0.7
#: As much of a text as is read at once: what the annotators saw, and a little more.
READ_CHARS = 1000
_WORD = re.compile(r"\w[\w&.'-]*\w|\w")
_CHARACTERS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[a-z0-9.%]+")
_MAX_RUN = 3


def iterate_terms(text: str, analyzer: Analyzer) -> Iterator[str]:
    """Yield a text's terms, repeated as often as they stand in it."""
    lowered = text.lower()
    if analyzer == "word":
        words = _WORD.findall(lowered)
        yield from words
        yield from map(" ".join, pairwise(words))
        return
    for piece in _CHARACTERS.findall(fold_script(lowered)):
        if piece.isascii():
            yield piece
        else:
            for length in range(1, _MAX_RUN + 1):
                yield from (piece[i : i + length] for i in range(len(piece) - length + 1))


def iterate_features(title: str, text: str, analyzer: Analyzer) -> Iterator[tuple[str, Iterable[str], float]]:
    """Yield the two blocks of features: their mark, their terms, their weight."""
    yield TITLE_MARK, iterate_terms(title, analyzer), TITLE_WEIGHT
    yield "", iterate_terms(f"{title}\n{text[:READ_CHARS]}", analyzer), 1.0


class LexicalModel:
    """The trained model: `lexical.json` (terms, analyzer) and `lexical.safetensors` in a model folder.

    Raises:
        ModelError: a file is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        try:
            description = json.loads((folder / "lexical.json").read_text(encoding="utf-8"))
            tensors = load_file(folder / "lexical.safetensors")
            self._analyzer: Analyzer = description["analyzer"]
            self._index = {term: number for number, term in enumerate(description["terms"])}
            self._weights: Scores = tensors["weights"].astype(np.float32)
            self._idf: Scores = tensors["idf"].astype(np.float32)
            self._bias: Scores = tensors["bias"].astype(np.float32)
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise ModelError(
                f"{folder} holds no usable word model ({error}); reinstall Southbound"
            ) from error

    def score(self, title: str, text: str) -> Scores:
        """Return raw scores (31,): themes, tones, scope."""
        raw = self._bias.copy()
        for mark, terms, weight in iterate_features(title, text, self._analyzer):
            raw += weight * self._project(mark, terms)
        return raw

    @property
    def idf(self) -> dict[str, float]:
        """What each term of the vocabulary weighs for being rare."""
        return {term: float(self._idf[number]) for term, number in self._index.items()}

    def _project(self, mark: str, terms: Iterable[str]) -> Scores:
        counts = Counter(number for term in terms if (number := self._index.get(mark + term)) is not None)
        if not counts:
            return np.zeros_like(self._bias)
        rows = np.fromiter(counts, dtype=np.int64)
        logs = np.array([1 + math.log(count) for count in counts.values()], dtype=np.float32)
        values = logs * self._idf[rows]
        projected: Scores = values @ self._weights[rows] / np.linalg.norm(values)
        return projected
