"""How entity linking is measured against the annotators."""

from __future__ import annotations

import math
from datetime import date

import pytest

from nlp.annotation import Span
from nlp.entities.catalogue import Catalogue, Entity, Listing
from nlp.training.example import Example
from nlp.training.linking import judge, measure_links, measure_relevance
from nlp.training.place import find_places

RELEVANCE = {
    "intercept": 0.0,
    "in_title": 1.0,
    "title_start": 0.0,
    "first_place": 0.0,
    "log_count": 0.0,
    "share": 0.0,
    "in_lead": 0.0,
}


def company(entity_id: str, name: str, *codes: str) -> Entity:
    listings = tuple(Listing(asset_id=f"XHKG:{code}", valid_from=date(2020, 1, 1)) for code in codes)
    return Entity(entity_id=entity_id, name=name, type="company", aliases=(name,), listings=listings)


def make_catalogue() -> Catalogue:
    entities = [company("tencent", "Tencent", "700"), company("alibaba", "Alibaba", "9988")]
    return Catalogue(
        entities={e.entity_id: e for e in entities},
        by_listing={x.asset_id: e.entity_id for e in entities for x in e.listings},
    )


def example(title: str, *entities: dict[str, object], hk_china: bool = True, lead: str = "") -> Example:
    return Example(
        example_id=title, title=title, lead=lead, language="en", publisher="own", published_on="2025-02-10",
        themes=frozenset(), tone=0, hk_china=hk_china, source="en_hk", entities=entities,
    )  # fmt: skip


def gold(
    name: str, *, kind: str = "company", hk: str | None = None, salient: bool = True
) -> dict[str, object]:
    return {"name": name, "type": kind, "hk": hk, "salient": salient, "surfaces": [name]}


def test_found_missed_right_and_wrong_are_told_apart() -> None:
    item = example("Tencent and Alibaba beat Meituan", gold("Tencent", hk="700"), gold("Meituan"))
    (verdict,) = judge([item], make_catalogue(), RELEVANCE)
    assert [entity.name for entity, _ in verdict.found] == ["Tencent"]
    assert [entity.name for entity in verdict.missed] == ["Meituan"]
    assert [link.entity.entity_id for link in verdict.right] == ["tencent"]
    assert [link.entity.entity_id for link in verdict.wrong] == ["alibaba"]


def test_codes_find_and_must_agree() -> None:
    by_code = example("0700.HK rises", gold("The giant", hk="700"))
    other = example("Tencent rises", gold("Tencent", hk="80700"))
    first, second = judge([by_code, other], make_catalogue(), RELEVANCE)
    assert (len(first.found), len(first.right)) == (1, 1)
    assert (len(second.found), len(second.right)) == (1, 0)


def test_products_and_other_markets_do_not_count() -> None:
    items = [
        example("Tencent shows WeChat", gold("Tencent"), gold("WeChat", kind="product")),
        example("Alibaba in Peru", hk_china=False),
    ]
    quality = measure_links(list(judge(items, make_catalogue(), RELEVANCE)))
    assert (quality["all"].precision, quality["all"].recall) == (1.0, 1.0)
    assert (quality["company"].n_given, quality["company"].n_gold) == (1, 1)
    assert math.isnan(quality["person"].recall)


def test_unlisted_names_count_on_demand() -> None:
    item = example(
        "A day for shares",
        gold("Anna Kowal", kind="person"),
        lead="It is what Anna Kowal has said of the day.",
    )
    (without,) = judge([item], make_catalogue(), RELEVANCE)
    (with_names,) = judge([item], make_catalogue(), RELEVANCE, with_unlisted=True)
    assert (len(without.found), len(with_names.found)) == (0, 1)


def test_relevance_is_an_area_under_a_curve() -> None:
    item = example("Tencent rises", gold("Tencent"), gold("Alibaba", salient=False), lead="So does Alibaba.")
    assert measure_relevance(list(judge([item], make_catalogue(), RELEVANCE))) == pytest.approx(1.0)


def test_surfaces_are_whole_words() -> None:
    assert list(find_places("title", "Rio, scenaRio, Rio", "Rio")) == [
        Span(field="title", start=0, end=3, text="Rio"),
        Span(field="title", start=15, end=18, text="Rio"),
    ]
