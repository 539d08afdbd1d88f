"""Which sentences carry a theme: token scores of the encoder pass, added up by sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.annotation import Field, Span
from nlp.entities.gazetteer import Reading
from nlp.scoring.window import Window

#: A short sentence's mean is drawn towards zero by this many neutral tokens.
_SHRINKAGE = 6
_MIN_LETTERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence's place, half open, in its field."""

    field: Field
    start: int
    end: int


def sentences_of(reading: Reading) -> list[Sentence]:
    """Return the sentences of both fields; the title is one, and those without words are left out."""
    title, body = reading.texts
    found = [Sentence(field="title", start=0, end=len(title))]
    for sent in reading.body.sents:
        start, end = sent.start_char, sent.end_char
        text = body[start:end]
        start, end = start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
        if sum(map(str.isalpha, text)) >= _MIN_LETTERS:
            found.append(Sentence(field="body", start=start, end=end))
    return found


def score_sentences(
    sentences: Sequence[Sentence], windows: Iterable[tuple[Window, NDArray[np.float32]]]
) -> NDArray[np.float32]:
    """Return each sentence's shrunken mean of the token scores, shape (sentences, columns)."""
    body = [(sentence.start, sentence.end) for sentence in sentences if sentence.field == "body"]
    starts = np.array([start for start, _ in body])
    totals: NDArray[np.float32] | None = None
    counts = np.full(len(sentences), _SHRINKAGE, dtype=np.float32)
    for number, (window, scores) in enumerate(windows):
        if totals is None:
            totals = np.zeros((len(sentences), scores.shape[1]), dtype=np.float32)
        if number == 0:
            title = scores[1 : 1 + len(window.title_offsets)]
            totals[0] = title.sum(0)
            counts[0] += len(title)
        if not body or not window.body_offsets:
            continue
        places = np.searchsorted(starts, [start for start, _ in window.body_offsets], side="right") - 1
        tokens = scores[window.body_start : window.body_start + len(places)]
        inside = places >= 0
        np.add.at(totals, places[inside] + 1, tokens[inside])
        np.add.at(counts, places[inside] + 1, 1)
    if totals is None:
        return np.zeros((len(sentences), 0), dtype=np.float32)
    return totals / counts[:, None]


def span_of(sentence: Sentence, text: str) -> Span:
    """Quote a sentence from the field as the publisher wrote it."""
    return Span(
        field=sentence.field, start=sentence.start, end=sentence.end, text=text[sentence.start : sentence.end]
    )
