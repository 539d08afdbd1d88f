"""Evidence that stands alone: what is tried, when, and what is taken."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.scoring.choice import Fields, Sought, choose_evidence, seek, text_of
from nlp.scoring.evidence import Sentence

FIELDS = ("Markets", "One rose. Two fell. Three stood. Four slept.")
HEAD = Sentence(field="title", start=0, end=7)
ONE, TWO, THREE, FOUR = (
    Sentence(field="body", start=start, end=end) for start, end in ((0, 9), (10, 19), (20, 32), (33, 44))
)
ALL = [HEAD, ONE, TWO, THREE, FOUR]


class Reader:
    """Gives texts the scores it was told, and remembers what it was asked."""

    def __init__(self, scores: dict[str, float]) -> None:
        self.scores = scores
        self.asked: list[list[Fields]] = []

    def __call__(self, texts: Sequence[Fields]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        return np.array([[self.scores.get(" | ".join(filter(None, t)), -9.0)] for t in texts], np.float32)


def look_for(*predicted: float, needed: float = 1.0) -> Sought:
    scores = np.array(predicted, np.float32)[:, None]
    return seek(FIELDS, ALL, scores, theme=0, needed=needed)


def test_a_clear_sentence_is_taken_unread() -> None:
    reader = Reader({})
    assert choose_evidence([look_for(0, 1, 3.5, 2, 0)], reader) == [(TWO,)]
    assert reader.asked == []


def test_a_doubtful_one_is_read_and_kept_if_it_carries() -> None:
    reader = Reader({"Two fell.": 1.0})
    assert choose_evidence([look_for(0, 1, 3.4, 2, 0)], reader) == [(TWO,)]
    assert reader.asked == [[("Two fell.", "")]]


def test_else_the_next_likeliest_are_read() -> None:
    reader = Reader({"Two fell.": 0.9, "Three stood.": 1.2, "One rose.": 1.5, "Four slept.": 8.0})
    assert choose_evidence([look_for(0, 1, 3.4, 2, 0)], reader) == [(ONE,)]
    assert reader.asked[1:] == [[("Three stood.", ""), ("One rose.", "")]]


def test_two_together_where_none_carries_alone() -> None:
    reader = Reader({"Two fell.": 0.5, "Markets | Three stood.": 1.1, "Two fell. | Three stood.": 1.0})
    assert choose_evidence([look_for(0, 1, 3.4, 2, 0)], reader) == [(HEAD, THREE)]
    assert len(reader.asked) == 3
    assert ("One rose.", "Two fell.") in reader.asked[2]


def test_the_strongest_stays_where_nothing_carries() -> None:
    reader = Reader({"Two fell.": 0.5, "Three stood.": 0.7, "Markets | Three stood.": 0.6})
    assert choose_evidence([look_for(0, 1, 3.4, 2, 0)], reader) == [(THREE,)]


def test_what_two_themes_want_is_read_once() -> None:
    reader = Reader({"Two fell.": 2.0})
    sought = [look_for(0, 1, 3.4, 2, 0), look_for(0, 0, 1.5, 0, 0)]
    assert choose_evidence(sought, reader) == [(TWO,), (TWO,)]
    assert reader.asked == [[("Two fell.", "")]]
    assert choose_evidence([], reader) == []


def test_a_title_alone_and_a_blank_title() -> None:
    alone = seek(("Markets", ""), [HEAD], np.array([[0.0]], np.float32), theme=0, needed=1.0)
    assert choose_evidence([alone], Reader({"Markets": 0.2})) == [(HEAD,)]
    scores = np.array([9, 1, 0, 0, 0], np.float32)[:, None]
    blank = seek(("       ", FIELDS[1]), ALL, scores, theme=0, needed=1.0)
    assert blank.candidates == (ONE, TWO, THREE)


def test_evidence_as_a_text() -> None:
    assert text_of((HEAD, TWO), FIELDS) == ("Markets", "Two fell.")
    assert text_of((ONE,), FIELDS) == ("One rose.", "")
