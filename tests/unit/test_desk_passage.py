"""Texts in passages: nothing is lost, marks stand where they belong, and what could do harm is gone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.annotation import Span
from southbound.desk.passage import MarkedSpan, cut_passages, mark_words, marked_spans


def test_marks_stand_where_they_belong_and_names_on_evidence() -> None:
    text = "Alibaba cut prices. Rivals follow.\nThe end."
    (first, second) = cut_passages(
        text,
        [
            MarkedSpan(start=0, end=19, mark="evidence", key="ai"),
            MarkedSpan(start=0, end=7, mark="name", key="alibaba"),
        ],
    )
    assert [(passage.text, passage.mark) for passage in first] == [
        ("Alibaba", "name"),
        (" cut prices.", "evidence"),
        (" Rivals follow.", ""),
    ]
    assert [passage.text for passage in second] == ["The end."]


def test_a_span_whose_words_are_not_there_is_left_out() -> None:
    spans = [
        ("ai", Span(field="body", start=0, end=4, text="else")),
        ("ai", Span(field="body", start=0, end=4, text="here")),
    ]
    assert len(marked_spans(spans, "here it is", mark="evidence")) == 1


@given(
    st.text(alphabet="ab \n\u202ex.中", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
)
def test_every_visible_letter_is_shown_once_and_no_control(text: str, edges: list[tuple[int, int]]) -> None:
    spans = [
        MarkedSpan(start=min(pair), end=min(max(pair), len(text)), mark="evidence", key="k")
        for pair in edges
        if min(pair) < min(max(pair), len(text))
    ]
    shown = "".join(passage.text for line in cut_passages(text, spans) for passage in line)
    assert "\u202e" not in shown
    assert [sign for sign in shown if not sign.isspace()] == [
        sign for sign in text if not sign.isspace() and sign != "\u202e"
    ]


def test_words_searched_for_are_marked_in_what_is_left() -> None:
    passages = mark_words("x " * 200 + "cloud prices fell " + "y " * 200, '"cloud prices" fell', shorten=True)
    assert [passage.text for passage in passages if passage.mark] == ["cloud prices", "fell"]
    assert passages[0].text == "…"
    assert passages[-1].text.endswith("…")
