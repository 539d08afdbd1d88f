"""How much a text is about an entity."""

from __future__ import annotations

import pytest

from nlp.annotation import Field, Span
from nlp.entities.relevance import FEATURES, Named, describe, weigh

TITLE = "Alibaba beats JD.com, says Nomura"
BODY = "Alibaba's sales rose. Analysts at Nomura said JD.com lost."


def span(field: Field, word: str, *, nth: int = 0) -> Span:
    text = TITLE if field == "title" else BODY
    start = -1
    for _ in range(nth + 1):
        start = text.index(word, start + 1)
    return Span(field=field, start=start, end=start + len(word), text=word)


def described() -> list[dict[str, float]]:
    alibaba = (span("title", "Alibaba"), span("body", "Alibaba"))
    jd = (span("title", "JD.com"), span("body", "JD.com"))
    nomura = (span("body", "Nomura"),)
    return describe(
        [
            Named(type="company", mentions=alibaba, about=2.0),
            Named(type="company", mentions=jd, about=-1.0),
            Named(type="institution", mentions=nomura, about=None),
        ],
        title=TITLE,
        body=BODY,
    )


def test_every_entity_has_every_feature() -> None:
    assert [set(row) for row in described()] == [set(FEATURES)] * 3


def test_a_name_at_the_head_of_the_title() -> None:
    row = described()[0]
    told = (
        "in_title",
        "opens_title",
        "title_start",
        "named_first",
        "named_most",
        "opens_sentence",
    )
    assert [row[name] for name in told] == [1.0] * 6
    assert row["possessive"] == 0.5
    assert row["share"] == 0.4
    assert (row["was_read"], row["about"]) == (1.0, 2.0)


def test_a_name_that_only_speaks() -> None:
    row = described()[2]
    told = (
        "in_title",
        "title_names_others",
        "speaks",
        "institution_speaks",
        "company_speaks",
    )
    assert [row[name] for name in told] == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert (row["was_read"], row["about"]) == (0.0, 0.0)


def test_an_entity_alone_in_a_title_without_a_body() -> None:
    named = Named(type="index", mentions=(Span(field="title", start=10, end=13, text="HSI"),), about=None)
    (row,) = describe([named], title="Stocks of HSI rise ..", body="")
    assert (row["alone"], row["share"], row["spread"], row["log_body"]) == (1.0, 1.0, 0.0, 0.0)
    assert row["title_start"] == pytest.approx(1 - 10 / 21)


def test_weights_give_a_probability() -> None:
    nothing = dict.fromkeys(FEATURES, 0.0)
    assert weigh(nothing, {"intercept": 0.0, **nothing}) == 0.5
    weights = {"intercept": -1.0, **nothing, "about": 3.0}
    assert weigh({**nothing, "about": 1.0}, weights) == pytest.approx(0.8807971)
    assert weigh({**nothing, "about": 0.0}, weights) == pytest.approx(0.2689414)
