"""How entity linking is measured against the annotators."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from nlp.annotation import Span
from nlp.entities.catalogue import Catalogue, Entity, Listing
from nlp.tagger import Tagger
from nlp.training.example import Example
from nlp.training.linking import Verdict, judge, measure_links, measure_relevance
from nlp.training.load import load_scorer
from nlp.training.measure import annotate
from nlp.training.place import find_places


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


def judge_linked(items: list[Example], model: Path | None = None) -> list[Verdict]:
    """Judge what the gazetteer alone links; with a model, relevance too."""
    catalogue = make_catalogue()
    tagger = Tagger([load_scorer(model)] if model else [], catalogue)
    verdicts = list(judge(items, annotate(tagger, items), catalogue))
    tagger.close()
    return verdicts


def test_found_missed_right_and_wrong_are_told_apart() -> None:
    item = example("Tencent and Alibaba beat Meituan", gold("Tencent", hk="700"), gold("Meituan"))
    (verdict,) = judge_linked([item])
    assert [entity.name for entity, _ in verdict.found] == ["Tencent"]
    assert [entity.name for entity in verdict.missed] == ["Meituan"]
    assert [link.entity.entity_id for link in verdict.right] == ["tencent"]
    assert [link.entity.entity_id for link in verdict.wrong] == ["alibaba"]


def test_codes_find_and_must_agree() -> None:
    by_code = example("0700.HK rises", gold("The giant", hk="700"))
    other = example("Tencent rises", gold("Tencent", hk="80700"))
    first, second = judge_linked([by_code, other])
    assert (len(first.found), len(first.right)) == (1, 1)
    assert (len(second.found), len(second.right)) == (1, 0)


def test_products_and_other_markets_do_not_count() -> None:
    items = [
        example("Tencent shows WeChat", gold("Tencent"), gold("WeChat", kind="product")),
        example("Alibaba in Peru", hk_china=False),
    ]
    quality = measure_links(judge_linked(items))
    assert (quality["all"].precision, quality["all"].recall) == (1.0, 1.0)
    assert (quality["company"].n_given, quality["company"].n_gold) == (1, 1)
    assert math.isnan(quality["person"].recall)


def test_relevance_is_an_area_under_a_curve(tiny_model: Path) -> None:
    item = example("Tencent rises", gold("Tencent"), gold("Alibaba", salient=False), lead="So does Alibaba.")
    assert measure_relevance(judge_linked([item], tiny_model)) == pytest.approx(1.0)


def test_surfaces_are_whole_words() -> None:
    assert list(find_places("title", "Rio, scenaRio, Rio", "Rio")) == [
        Span(field="title", start=0, end=3, text="Rio"),
        Span(field="title", start=15, end=18, text="Rio"),
    ]
