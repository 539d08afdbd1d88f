"""Find the labelled examples that are nearest to a text: what a tag may have been learnt from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.label import THEME_IDS
from nlp.scoring.lexical import READ_CHARS, Analyzer, LexicalModel, iterate_terms

_N_THEMES = len(THEME_IDS)


class Labelled(Protocol):
    """What must be known of a labelled example."""

    @property
    def example_id(self) -> str:
        """The id."""
        ...

    @property
    def title(self) -> str:
        """The title."""
        ...

    @property
    def lead(self) -> str:
        """The text below the title."""
        ...

    @property
    def themes(self) -> frozenset[str]:
        """The themes it was labelled with."""
        ...

    @property
    def tone(self) -> int:
        """The tone it was labelled with, -1, 0 or 1."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A labelled example and how near it is, 0..1."""

    example_id: str
    title: str
    themes: tuple[str, ...]
    tone: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a text stands: its weighted terms, and what its words say of the themes; both of unit length."""

    terms: Mapping[str, float]
    themes: NDArray[np.float64]


def find_nearest(
    title: str,
    body: str,
    examples: Sequence[Labelled],
    model: LexicalModel,
    *,
    analyzer: Analyzer,
    limit: int,
) -> list[Neighbour]:
    """Return up to `limit` examples, nearest first.

    Nearness is the mean of two cosines: of the terms by TF-IDF, and of the themes' probabilities by the
    word model. Terms alone find the same names, themes alone the same subject.
    """
    idf = model.idf
    place = _place(title, body, model, idf, analyzer)
    near = [
        (_similarity(place, _place(example.title, example.lead, model, idf, analyzer)), example)
        for example in examples
    ]
    near.sort(key=lambda pair: (-pair[0], pair[1].example_id))
    return [_neighbour(example, similarity) for similarity, example in near[:limit]]


def _neighbour(example: Labelled, similarity: float) -> Neighbour:
    return Neighbour(
        example_id=example.example_id,
        title=example.title,
        themes=tuple(theme for theme in THEME_IDS if theme in example.themes),
        tone=example.tone,
        similarity=similarity,
    )


def _similarity(one: _Place, other: _Place) -> float:
    shared = sum(value * other.terms.get(term, 0.0) for term, value in one.terms.items())
    return (shared + float(one.themes @ other.themes)) / 2


def _place(
    title: str, body: str, model: LexicalModel, idf: Mapping[str, float], analyzer: Analyzer
) -> _Place:
    text = f"{title}\n{body[:READ_CHARS]}"
    counts = Counter(term for term in iterate_terms(text, analyzer) if term in idf)
    values = {term: (1 + math.log(count)) * idf[term] for term, count in counts.items()}
    length = math.sqrt(sum(value**2 for value in values.values())) or 1.0
    likely = 1 / (1 + np.exp(-model.score(title, body)[:_N_THEMES].astype(np.float64)))
    # A text without a theme is like another without one, not like chance.
    themes = np.append(likely, 1 - likely.max())
    return _Place(
        terms={term: value / length for term, value in values.items()}, themes=themes / np.linalg.norm(themes)
    )
