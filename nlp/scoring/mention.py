"""What the encoder says of an entity: the mean of the mention head's scores over the tokens that name it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.annotation import Span
from nlp.scoring.engine import Pass
from nlp.scoring.window import Offsets

Scores = NDArray[np.float32]


def score_mentions(mentions: Sequence[Span], passes: Sequence[Pass]) -> Scores | None:
    """Return an entity's raw scores (4,): about it, negative, neutral, positive; None where none was read.

    The title stands in every window; its tokens count in the first one only.
    """
    parts = (scores for number, read in enumerate(passes) for scores in _read(mentions, read, number))
    found = [scores for scores in parts if len(scores)]
    if not found:
        return None
    mean: Scores = np.concatenate(found).mean(0)
    return mean


def _read(mentions: Sequence[Span], read: Pass, number: int) -> Iterator[Scores]:
    title, body = read.window.title_offsets, read.window.body_offsets
    for span in mentions:
        if span.field == "body":
            yield read.mentions[_inside(span, body) + read.window.body_start]
        elif number == 0:
            yield read.mentions[_inside(span, title) + 1]


def _inside(span: Span, offsets: Offsets) -> NDArray[np.int64]:
    """Return the numbers of the pieces that share a character with a span."""
    places = np.asarray(offsets, dtype=np.int64).reshape(-1, 2)
    first = np.searchsorted(places[:, 1], span.start, side="right")
    last = np.searchsorted(places[:, 0], span.end, side="left")
    return np.arange(first, max(first, last))
