"""Choose the evidence of themes so that it stands alone: read by itself, it still carries its theme.

Every sentence's score alone is predicted from the pass that was made over the whole text. Where the
best prediction leaves doubt, the likeliest sentences are in fact read alone, in two rounds; where none
carries the theme by itself, two of them together are the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from nlp.scoring.evidence import Sentence

Scores = NDArray[np.float32]
Fields = tuple[str, str]
#: Returns each text's raw scores (texts, themes), from its strongest window.
Reader = Callable[[Sequence[Fields]], Scores]
Option = tuple[Sentence, ...]

#: A sentence that is predicted to score so far (raw) above what its theme needs isn't read to make sure:
#: predictions are 1.7 too high on average, as the rest of the text speaks through a sentence's tokens.
SURE = 2.5
#: Sentences that are tried alone, likeliest first.
_N_CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A theme that a text was given, in want of evidence.

    Attributes:
        fields: the text as it is read.
        theme: column of the theme.
        needed: raw score from which on the theme is given.
        candidates: the likeliest sentences, best first; at least one.
        predicted: raw score of the first, were it read alone.
    """

    fields: Fields
    theme: int
    needed: float
    candidates: Sequence[Sentence]
    predicted: float


def seek(
    fields: Fields, sentences: Sequence[Sentence], predicted: Scores, *, theme: int, needed: float
) -> Sought:
    """Return what is to be tried for a theme, given the sentences' predicted scores (sentences, themes)."""
    order = [int(i) for i in np.argsort(-predicted[:, theme], kind="stable")]
    # A title can be blank once markup is taken out.
    ranked = [i for i in order if text_of((sentences[i],), fields)[0].strip()] or order[:1]
    return Sought(
        fields=fields,
        theme=theme,
        needed=needed,
        candidates=tuple(sentences[i] for i in ranked[:_N_CANDIDATES]),
        predicted=float(predicted[ranked[0], theme]),
    )


def choose_evidence(sought: Sequence[Sought], read: Reader) -> list[Option]:
    """Return the evidence for each theme sought: one sentence, or two in the order of the text.

    What several themes want tried is read once. A pair is taken only where no sentence carries the theme
    alone, and then only if it is stronger than each.
    """
    chosen: list[Option] = [(item.candidates[0],) for item in sought]
    best = [-np.inf] * len(sought)
    doubtful = [i for i, item in enumerate(sought) if item.predicted < item.needed + SURE]
    for options in (_likeliest, _others, _pairs):
        trials = [(i, option) for i in doubtful for option in options(sought[i])]
        for (i, option), score in zip(trials, _read_all(trials, sought, read), strict=True):
            if score > best[i]:
                chosen[i], best[i] = option, score
        doubtful = [i for i in doubtful if best[i] < sought[i].needed]
    return chosen


def text_of(option: Option, fields: Fields) -> Fields:
    """Return a piece of evidence as a text of its own: its first sentence is the title."""
    first, *rest = (fields[sentence.field == "body"][sentence.start : sentence.end] for sentence in option)
    return first, " ".join(rest)


def _likeliest(item: Sought) -> Iterator[Option]:
    yield (item.candidates[0],)


def _others(item: Sought) -> Iterator[Option]:
    yield from ((sentence,) for sentence in item.candidates[1:])


def _pairs(item: Sought) -> Iterator[Option]:
    """Yield pairs of the likeliest sentences, and of the title with each."""
    title = Sentence(field="title", start=0, end=len(item.fields[0]))
    sentences = {*item.candidates, title} if item.fields[0].strip() else set(item.candidates)
    in_order = sorted(sentences, key=lambda sentence: (sentence.field == "body", sentence.start))
    yield from combinations(in_order, 2)


def _read_all(trials: Sequence[tuple[int, Option]], sought: Sequence[Sought], read: Reader) -> list[float]:
    texts = [text_of(option, sought[i].fields) for i, option in trials]
    unique = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    if not unique:
        return []
    scores = read(list(unique))
    return [float(scores[unique[text], sought[i].theme]) for text, (i, _) in zip(texts, trials, strict=True)]
