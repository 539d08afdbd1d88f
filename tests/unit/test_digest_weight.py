"""What makes a story worth the first minutes: theme, actor, tone, scope, spread."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from math import prod
from typing import TYPE_CHECKING

import pytest

from nlp.annotation import EntityTag, ThemeTag
from nlp.importance.model import ImportanceModel
from southbound.digest.actor import BELLWETHERS, HEAVYWEIGHTS, MARKET_BODIES, POLICY_MAKERS
from southbound.digest.story import Story
from southbound.digest.weight import importance_factor, main_theme, story_factors
from southbound.pipeline.catalogue import load_catalogue
from southbound.settings import read_settings
from southbound.store.tag import TaggedArticle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIME = datetime(2025, 2, 11, tzinfo=UTC)


def entity(entity_id: str, kind: str, *tickers: str, relevance: float = 0.9) -> EntityTag:
    return EntityTag(
        entity_id=entity_id,
        name=entity_id,
        type=kind,
        tickers=tickers,
        relevance=relevance,
        linked=True,
        mentions=(),
    )


PLAIN = TaggedArticle(
    article_id="a",
    title="Flats sell",
    body="",
    url=None,
    publisher="Harbour Ledger",
    language="en",
    published_at=TIME,
    known_at=TIME,
    model="m",
    hk_china=1.0,
    tone=0,
    tone_score=0.0,
    themes=(ThemeTag(theme="property", score=0.9, evidence=()),),
    entities=(),
)


def themes(scores: Mapping[str, float]) -> tuple[ThemeTag, ...]:
    return tuple(ThemeTag(theme=theme, score=score, evidence=()) for theme, score in scores.items())


def told(*reports: TaggedArticle, n_earlier: int = 0) -> Story:
    return Story(story_id="s", reports=reports, n_earlier=n_earlier, began_at=TIME)


def value(*reports: TaggedArticle, zscore: float | None = None, n_earlier: int = 0) -> float:
    return prod(one.value for one in story_factors(told(*reports, n_earlier=n_earlier), zscore))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (replace(PLAIN, themes=themes({"policy_support": 0.9})), PLAIN),
        (PLAIN, replace(PLAIN, themes=themes({"healthcare": 0.9}))),
        (replace(PLAIN, entities=(entity("pboc", "institution"),)), PLAIN),
        (replace(PLAIN, entities=(entity("tencent", "company", "XHKG:700"),)), PLAIN),
        (PLAIN, replace(PLAIN, entities=(entity("john_lee", "person"),))),
        (PLAIN, replace(PLAIN, entities=(entity("hsi", "index"),))),
        (replace(PLAIN, tone=-1, tone_score=-0.9), PLAIN),
        (PLAIN, replace(PLAIN, hk_china=0.1)),
        (PLAIN, replace(PLAIN, title="Agent: flats sell")),
        (PLAIN, replace(PLAIN, title="Hang Seng up at midday")),
    ],
)
def test_what_moves_markets_comes_first(better: TaggedArticle, worse: TaggedArticle) -> None:
    assert value(better) > value(worse)


def test_a_person_who_speaks_for_a_body_takes_nothing_from_it() -> None:
    body = entity("pboc", "institution")
    assert value(replace(PLAIN, entities=(body, entity("pan", "person")))) == value(
        replace(PLAIN, entities=(body,))
    )


def test_another_publisher_confirms_more_than_a_second_report() -> None:
    other = replace(PLAIN, article_id="b")
    elsewhere = replace(other, publisher="Kowloon Wire")
    assert value(PLAIN, elsewhere) > value(PLAIN, other) > value(PLAIN)


def test_american_rates_and_figures_concern_hong_kong() -> None:
    jobs = replace(PLAIN, themes=themes({"macro_data": 0.9}), hk_china=0.0)
    american = replace(jobs, title="US jobs growth slows")
    assert value(american) == pytest.approx(2 * value(replace(jobs, title="Polish jobs growth slows")))
    geopolitics = replace(american, themes=themes({"geopolitics": 0.9}))
    assert value(geopolitics) == value(replace(geopolitics, title="Polish voters go to the polls"))


def test_what_goes_on_counts_less_and_what_is_unusual_more() -> None:
    assert value(PLAIN, n_earlier=3) < value(PLAIN) < value(PLAIN, zscore=2.5)
    assert value(PLAIN, zscore=-2.0) == value(PLAIN, zscore=None) == value(PLAIN)


def test_a_round_up_leads_none_of_its_themes() -> None:
    many = themes(dict.fromkeys(("property", "ai", "ipo", "currency", "rally", "earnings"), 0.9))
    assert value(replace(PLAIN, themes=many)) < value(PLAIN)


def test_a_story_stands_under_the_theme_that_weighs_most() -> None:
    story = told(replace(PLAIN, themes=themes({"rally": 0.95, "monetary_policy": 0.6})))
    assert main_theme(story, ["rally", "monetary_policy"]) == "monetary_policy"
    assert main_theme(story, ["rally", "ai"]) == "rally"
    assert main_theme(story, ["ai"]) is None


def test_only_what_raises_a_story_is_a_reason() -> None:
    report = replace(
        PLAIN, tone_score=0.8, entities=(entity("hkma", "institution"), entity("john_lee", "person"))
    )
    raising = [one for one in story_factors(told(report), 2.0) if one.reason]
    assert [one.reason for one in raising] == [
        "about hkma",
        "good for holders",
        "unusually much of its theme (z +2.0)",
    ]
    assert all(one.value > 1 for one in raising)


def test_who_weighs_more_stands_in_the_catalogue() -> None:
    named = MARKET_BODIES | POLICY_MAKERS | HEAVYWEIGHTS | BELLWETHERS
    assert load_catalogue(read_settings(None)).entities.keys() >= named


def test_a_great_move_is_news_and_a_small_one_stands_in_the_figures() -> None:
    close = replace(
        PLAIN,
        title="HSI closes lower",
        themes=themes({"selloff": 0.9}),
        entities=(entity("hsi", "index"),),
        body="The Hang Seng Index closed down 2.5 percent at 20,000.",
    )
    small = replace(close, body="The Hang Seng Index closed down 0.5 percent at 20,400.")
    assert value(close) > value(PLAIN) > value(small)
    assert "a move of 2.5% to the close" in [one.reason for one in story_factors(told(close), None)]


def test_a_bank_whose_analyst_speaks_of_others_is_not_the_subject() -> None:
    bank = entity("hsbc", "company", "XHKG:5")
    view = replace(PLAIN, title="HSBC expects flats to sell", entities=(bank,))
    results = replace(view, title="HSBC expects profit to rise", themes=themes({"earnings": 0.9}))
    assert not any("HSBC" in one.reason or "hsbc" in one.reason for one in story_factors(told(view), None))
    assert any("hsbc" in one.reason for one in story_factors(told(results), None))


def test_a_heavyweight_weighs_more_than_another_listed_name() -> None:
    heavy = replace(PLAIN, entities=(entity("tencent", "company", "XHKG:700"),))
    small = replace(PLAIN, entities=(entity("tam_jai", "company", "XHKG:2217"),))
    assert value(heavy) > 1.4 * value(small)


def test_what_is_only_said_weighs_less_than_what_is_done() -> None:
    done = replace(PLAIN, title="Ministry imposes tariffs on steel", themes=themes({"trade_tensions": 0.9}))
    assert value(done) > value(replace(done, title="Ministry condemns talk of steel"))


@pytest.fixture(scope="module")
def importance(root: Path) -> ImportanceModel:
    return ImportanceModel(root / "models" / "importance")


def test_what_reads_like_great_news_comes_before_a_district_s_of_the_same_theme(
    importance: ImportanceModel,
) -> None:
    cut = replace(
        PLAIN, title="PBOC cuts key policy rate to support economy", body="China's central bank cut."
    )
    clearance = replace(PLAIN, title="Public housing block to be cleared", body="Tenants must move out.")
    first, last = (importance_factor(told(report), importance) for report in (cut, clearance))
    assert first.value > 1.3
    assert last.value < 0.8
    assert first.reason.startswith("reads like news that matters")
    assert not last.reason


def test_without_a_model_the_facts_alone_decide(importance: ImportanceModel) -> None:
    graded = story_factors(told(PLAIN), None, importance=importance)
    graded.remove(importance_factor(told(PLAIN), importance))
    assert graded == story_factors(told(PLAIN), None)
