"""What the recogniser learns from: marks stay with their names through every change."""

from __future__ import annotations

import random

import spacy

from nlp.training.example import Example
from nlp.training.invention import invent_name
from nlp.training.name_text import MarkedText, examples_of, mark_gold, recase_title, vary

KINDS = ("company", "institution", "person", "index", "product")


def make_text(*, partial: bool = False) -> MarkedText:
    example = Example(
        example_id="1",
        title="Lumio hires Okafor",
        lead="Lumio Robotics Inc said LRI hired Ann Okafor. Mr Okafor was glad.",
        language="en",
        publisher="Harbour",
        published_on="2024-01-01",
        themes=frozenset(),
        tone=0,
        hk_china=False,
        source="en_wire",
        entities=(
            {"name": "Lumio Robotics", "type": "company", "salient": True,
             "surfaces": ["Lumio", "Lumio Robotics Inc", "LRI"]},
            {"name": "Ann Okafor", "type": "person", "salient": True, "surfaces": ["Okafor", "Ann Okafor"]},
        ),
    )  # fmt: skip
    marked = mark_gold(example)
    return MarkedText(title=marked.title, body=marked.body, marks=marked.marks, partial=partial)


def surfaces(text: MarkedText) -> list[tuple[str, str]]:
    return [(mark.type, text.text(mark.field)[mark.start : mark.end]) for mark in text.marks]


def test_the_longest_surface_is_marked() -> None:
    assert surfaces(make_text()) == [
        ("company", "Lumio"), ("person", "Okafor"), ("company", "Lumio Robotics Inc"), ("company", "LRI"),
        ("person", "Ann Okafor"), ("person", "Okafor"),
    ]  # fmt: skip


def test_other_names_keep_their_marks_and_surroundings() -> None:
    rng = random.Random(4)  # noqa: S311 - a test's draw
    changed = 0
    for _ in range(50):
        varied = vary(make_text(), rng, {})
        assert [kind for kind, _ in surfaces(varied)] == [kind for kind, _ in surfaces(make_text())]
        assert varied.body.endswith(" was glad.")
        assert all(form.strip() == form and form for _, form in surfaces(varied))
        changed += surfaces(varied) != surfaces(make_text())
    assert changed > 30


def test_recasing_moves_no_mark() -> None:
    rng = random.Random(1)  # noqa: S311 - a test's draw
    titles = {recase_title(make_text(), rng).title for _ in range(100)}
    assert titles == {"Lumio hires Okafor", "LUMIO HIRES OKAFOR", "Lumio Hires Okafor"}


def test_an_invented_name_is_the_same_for_the_same_seed() -> None:
    for kind in KINDS:
        first, second = (invent_name(kind, random.Random(7)) for _ in range(2))  # noqa: S311 - as above
        assert first == second
        assert first.full[0].isupper()
        assert first.short


def test_open_words_are_left_open_in_what_the_gazetteer_marked() -> None:
    nlp = spacy.blank("en")
    marked = make_text(partial=True)
    some = MarkedText(title=marked.title, body=marked.body, marks=marked.marks[:1], partial=True)
    (example,) = examples_of([some], nlp)
    states = {token.text: token.ent_iob for token in example.reference}
    assert (states["Okafor"], states["hires"], states["said"]) == (0, 2, 2)
    assert [span.text for span in example.reference.ents] == ["Lumio"]
    (whole,) = examples_of([make_text()], nlp)
    assert all(token.ent_iob for token in whole.reference)
