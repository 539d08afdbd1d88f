"""Times that a number's own words settle, and claims of a time that nobody tells."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.claims.claim import MARKET_METRICS, Claim
from nlp.claims.reader import read_claim_reader
from nlp.claims.when.span import sessions_after
from nlp.entities.catalogue import read_catalogue
from nlp.entities.recogniser import Recogniser
from nlp.tagger import Tagger

ROOT = Path(__file__).parents[2]
#: A Tuesday evening in Hong Kong.
TUESDAY = "2025-02-11T20:00:00+08:00"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(
        [],
        read_catalogue(ROOT / "config" / "entities"),
        recogniser=Recogniser(ROOT / "models" / "recogniser"),
        claim_reader=read_claim_reader(ROOT / "config" / "claims.yaml"),
    )


def claims(tagger: Tagger, body: str) -> list[Claim]:
    """Return a text's claims on markets."""
    instant = datetime.fromisoformat(TUESDAY)
    language = "en" if body.isascii() else "zh-Hans"
    text = Text(title="", body=body, language=language, published_on=instant.date(), published_at=instant)
    (annotation,) = tagger.annotate([text])
    return [claim for claim in annotation.claims if claim.metric in MARKET_METRICS]


@pytest.mark.parametrize(
    ("body", "number", "period"),
    [
        ("The Hang Seng Index closed down 1.5% for the day and 2.1% for the week.", "1.5%", "2025-02-11"),
        ("Tencent shares rose 14.3% in February (up 2.5% in midday trading).", "2.5%", "2025-02-11"),
        ("2025年1月6日至2025年2月10日，腾讯股价从380港元升至420港元。", "420港元", "2025-02-10"),
        (
            "The Hang Seng Index rose 1% after it fell 9% on Monday, its biggest loss since 2008.",
            "its biggest loss since 2008",
            "2025-02-10",
        ),
        ("Tencent shares climbed 4.4% to hit their highest since early-April, 2008.", "4.4%", "2025-02-11"),
        ("自2月5日起，腾讯股价已连续四天涨5%。", "5%", "2025-02-05/2025-02-10"),
    ],
)
def test_words_beside_a_number_settle_its_time(tagger: Tagger, body: str, number: str, period: str) -> None:
    assert {claim.number.text: claim.period for claim in claims(tagger, body)}[number] == period


@pytest.mark.parametrize(
    "body",
    [
        "Tencent shares are down 40% from their peak.",
        "恒指自1月份低点以来已上涨约22%。",
        "腾讯股价创阶段新高。",
    ],
)
def test_a_move_from_a_high_of_an_unknown_day_is_no_claim(tagger: Tagger, body: str) -> None:
    assert claims(tagger, body) == []


@pytest.mark.parametrize(
    "body",
    [
        "BYD posted revenue of 201 billion yuan, a filing showed, up 24% from the same period last year.",
        "标普500指数由纪录高位回落。",
        "贵州茅台股价走低，飞天茅台成交价由2600元/瓶跌至2200元/瓶。",
    ],
)
def test_results_goods_and_records_left_behind_are_no_claims(tagger: Tagger, body: str) -> None:
    assert claims(tagger, body) == []


def test_sessions_after_a_day_pass_over_the_weekend() -> None:
    assert sessions_after(date(2025, 2, 5), 3) == date(2025, 2, 10)
