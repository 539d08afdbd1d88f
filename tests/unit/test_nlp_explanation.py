"""Why a text is tagged: the parts of a score, the passages, the names considered, like examples."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.entities.catalogue import Catalogue, entity_from_row
from nlp.explanation import Explanation, explain
from nlp.scoring.scorer import EncoderScorer, WordScorer
from nlp.tagger import Tagger
from nlp.training.example import Example

TITLE = "Alibaba rises"
BODY = "The shares of Tencent fell, said Link.\n\nRead also: more of it\n12 3. Money came back."


def example(number: int, title: str, *themes: str) -> Example:
    return Example(
        example_id=f"own-{number}",
        title=title,
        lead="",
        language="en",
        publisher="own",
        published_on="",
        themes=frozenset(themes),
        tone=1,
        hk_china=True,
        source="own_items",
    )


@pytest.fixture(scope="module")
def tagger(tiny_model: Path, tiny_chinese_model: Path) -> Iterator[Tagger]:
    rows = (
        {"id": "alibaba", "name": "Alibaba", "type": "company"},
        {
            "id": "link",
            "name": "Link REIT",
            "type": "company",
            "aliases": {"en": ["Link"]},
            "ambiguous": ["Link"],
            "context": ["malls"],
        },
    )
    entities = {str(row["id"]): entity_from_row(row, where="own") for row in rows}
    english = EncoderScorer(tiny_model, precision="float32", n_threads=1, max_windows=8)
    chinese = WordScorer(tiny_chinese_model, max_windows=8)
    tagger = Tagger([english, chinese], Catalogue(entities=entities, by_listing={}))
    yield tagger
    tagger.close()


def explained(tagger: Tagger, title: str = TITLE, body: str = BODY, language: str = "en") -> Explanation:
    examples = [example(1, "Money flow of the shares", "ai"), example(2, "Alibaba rises"), example(3, "Rain")]
    return explain(tagger, Text(title=title, body=body, language=language), examples=examples, n_neighbours=2)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_parts_add_up_to_the_log_odds(tagger: Tagger, language: str) -> None:
    found = explained(tagger, body="money " * 700, language=language)
    assert len(found.themes) == 27
    # The encoder leaves the later windows to the words, which are the same again.
    assert found.n_windows == (1 if language == "en" else 5)
    for reason in found.themes:
        odds = math.log(reason.score / (1 - reason.score))
        assert (reason.encoder or 0) + reason.words + reason.discount == pytest.approx(odds, abs=1e-3)
        assert (reason.encoder is None) == (language != "en")
        assert (reason.discount < 0) == (reason.window > 1)


def test_given_themes_come_first_with_their_evidence_alone(tagger: Tagger) -> None:
    found = explained(tagger)
    assert [reason.theme for reason in found.themes if reason.is_given] == ["ai", "diversification"]
    first = found.themes[0]
    assert (first.threshold, len(first.evidence)) == (0.5, 1)
    assert first.evidence_score is not None
    assert first.evidence_score > 0.5
    assert (found.themes[2].evidence, found.themes[2].evidence_score) == ((), None)


def test_the_passages_are_the_text(tagger: Tagger) -> None:
    found = explained(tagger)
    assert [(p.span.text.strip(), p.is_read, bool(p.scores)) for p in found.passages] == [
        ("Alibaba rises", True, True),
        ("The shares of Tencent fell, said Link.", True, True),
        ("Read also: more of it\n12 3.", True, False),
        ("Money came back.", True, True),
    ]
    for passage in found.passages:
        field = TITLE if passage.span.field == "title" else BODY
        assert field[passage.span.start : passage.span.end] == passage.span.text
    carrying = {theme for passage in found.passages for theme in passage.evidence_of}
    assert carrying == {"ai", "diversification"}
    assert list(found.passages[0].scores) == ["ai", "diversification"]


def test_boilerplate_is_not_read(tagger: Tagger) -> None:
    found = explained(tagger, body="Money came back.\nRead also: more of it")
    assert [(p.span.text.strip(), p.is_read) for p in found.passages[1:]] == [
        ("Money came back.", True),
        ("Read also: more of it", False),
    ]


def test_ambiguous_names_show_what_speaks_for_them(tagger: Tagger) -> None:
    (form,) = explained(tagger).forms
    assert (form.span.text, form.span.field, list(form.support), form.chosen) == (
        "Link",
        "body",
        ["link"],
        None,
    )
    assert form.support["link"] < 1
    (form,) = explained(tagger, body="Link fell. Units of Link REIT were sold, and its malls.").forms
    assert (form.span.start, form.chosen) == (0, "link")
    assert form.support["link"] == pytest.approx(101.0)


def test_neighbours_are_nearest_first(tagger: Tagger) -> None:
    near = explained(tagger, title="Alibaba rises", body="").neighbours
    assert len(near) == 2
    assert (near[0].example_id, near[0].title, near[0].themes, near[0].tone) == ("own-2", TITLE, (), 1)
    assert near[0].similarity == pytest.approx(1.0)
    assert near[0].similarity > near[1].similarity


def test_another_language_has_entities_only(tagger: Tagger) -> None:
    found = explained(tagger, body="", language="de")
    assert (found.n_windows, found.themes, found.neighbours) == (0, (), ())
    assert [(p.span.text, p.is_read) for p in found.passages] == [("Alibaba rises", False)]
    assert [entity.entity_id for entity in found.annotation.entities] == ["alibaba"]
