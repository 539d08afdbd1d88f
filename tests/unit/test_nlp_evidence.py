"""Which sentence carries a theme."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.entities.catalogue import Catalogue
from nlp.entities.gazetteer import Gazetteer
from nlp.scoring.evidence import Sentence, score_sentences, sentences_of, span_of
from nlp.scoring.window import Window

TITLE, BODY = "Alibaba rises", "  Money came back to shares. 12 3.\nMainland buyers led again."
FIRST, SECOND = Sentence(field="body", start=2, end=28), Sentence(field="body", start=35, end=61)
HEAD = Sentence(field="title", start=0, end=13)


def window(body: list[tuple[int, int]]) -> Window:
    n_ids = 2 + 3 + len(body)
    return Window(ids=(0,) * n_ids, segments=(0,) * n_ids, title_offsets=[(0, 7), (8, 13)], body_offsets=body)


def scores(window: Window, **places: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    values = np.zeros((len(window.ids), 1), np.float32)
    for place, value in places.items():
        values[int(place.removeprefix("at"))] = value
    return values


def test_sentences_without_words_are_left_out() -> None:
    reading = Gazetteer(Catalogue(entities={}, by_listing={})).read(TITLE, BODY, language="en")
    assert sentences_of(reading) == [HEAD, FIRST, SECOND]
    assert span_of(FIRST, BODY).text == "Money came back to shares."
    assert span_of(SECOND, BODY).text == "Mainland buyers led again."


def test_a_title_is_always_a_sentence() -> None:
    reading = Gazetteer(Catalogue(entities={}, by_listing={})).read("AI", "", language="en")
    assert sentences_of(reading) == [Sentence(field="title", start=0, end=2)]


def test_tokens_count_for_their_sentence() -> None:
    # Positions: [CLS], two pieces of the title, [SEP], then the body's.
    one = window([(2, 7), (8, 12), (35, 43), (44, 50)])
    strengths = score_sentences(
        [HEAD, FIRST, SECOND], [(one, scores(one, at0=99, at1=8, at2=8, at3=99, at4=4, at5=12, at6=-8))]
    )
    assert strengths.ravel().tolist() == pytest.approx([16 / 8, 16 / 8, -8 / 8])


def test_later_windows_add_to_the_body_only() -> None:
    one, two = window([(2, 7)]), window([(35, 43)])
    strengths = score_sentences(
        [HEAD, FIRST, SECOND],
        [(one, scores(one, at1=8, at4=7)), (two, scores(two, at1=80, at2=80, at4=14))],
    )
    assert strengths.ravel().tolist() == pytest.approx([8 / 8, 7 / 7, 14 / 7])


def test_a_short_sentence_does_not_win_by_one_word() -> None:
    one = window([(2, 7), *[(35 + i, 36 + i) for i in range(12)]])
    places = {f"at{5 + i}": 6.0 for i in range(12)}
    strengths = score_sentences([HEAD, FIRST, SECOND], [(one, scores(one, at4=12, **places))])
    assert strengths.argmax() == 2


def test_a_text_of_a_title_alone() -> None:
    one = window([])
    assert score_sentences([HEAD], [(one, scores(one, at1=8))]).tolist() == [[1.0]]
    assert score_sentences([HEAD], []).shape == (1, 0)
