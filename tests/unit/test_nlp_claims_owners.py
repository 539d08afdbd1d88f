"""Whose a number is, where names stand between that no catalogue has, or are named for another reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.claims.page import home_of
from nlp.claims.reader import read_claim_reader
from nlp.entities.catalogue import read_catalogue
from nlp.entities.recogniser import Recogniser
from nlp.tagger import Tagger

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(
        [],
        read_catalogue(ROOT / "config" / "entities"),
        recogniser=Recogniser(ROOT / "models" / "recogniser"),
        claim_reader=read_claim_reader(ROOT / "config" / "claims.yaml"),
    )


def owners(tagger: Tagger, body: str, metric: str = "return") -> list[tuple[str, float | None]]:
    """Return whose the numbers of a metric are, and how much."""
    language = "en" if body.isascii() else "zh-Hans"
    (annotation,) = tagger.annotate(
        [Text(title="", body=body, language=language, published_on=date(2025, 2, 11))]
    )
    return [(x.subject, x.value) for x in annotation.claims if x.metric == metric]


@pytest.mark.parametrize(
    "body",
    [
        "Tencent shares rose 2%. Quux Entertainment stock was 32% higher.",
        "Tencent (HKEX:[TCEHY](x)) shares rose 2%. QuuxQuote (NYSE:[QQQT](x)) shares soared 32%.",
        "Tencent shares rose 2%. Denny Quux's shares gained 32%.",
    ],
)
def test_shares_of_a_name_that_is_not_known_are_not_of_the_company_before(tagger: Tagger, body: str) -> None:
    rest = [owner for owner, value in owners(tagger, body) if value == 32]
    assert len(rest) == 1
    assert rest[0] == "" or rest[0].startswith("unknown:")


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        (
            "Alphabet shares fell 2%. Intel forecast profit below estimates, sending its shares down 8%.",
            [("alphabet", 2), ("intel", 8)],
        ),
        ("Tencent Holdings Limited shares rose 2%.", [("tencent", 2)]),
        ("Tencent, Inc. ADR Class A is up 2%.", [("tencent", 2)]),
        ("Shares of steel manufacturer Nucor and phone maker Xiaomi rallied 12% and ~10%, respectively.",
         [("nucor", 12), ("xiaomi", 10)]),
        ("Nvidia, Broadcom and Micron were all winning more than 4 percent.",
         [("nvidia", 4), ("broadcom", 4), ("micron", 4)]),
        ("电能实业同华润燃气升1%。", [("power_assets", 1), ("cr_gas", 1)]),
        ("科技指数反复偏软，未能企稳4500点，收报4483点，低收0.34%。恒生指数跌1%。",
         [("hstech", 0.34), ("hsi", 1)]),
        ("纳斯达克指数一度升1%，之后蒸发所有升幅并转跌，跌幅0.23%。",
         [("nasdaq_composite", 1), ("nasdaq_composite", 0.23)]),
        ("富时A50期指夜盘收涨0.35%。", [("ftse_a50", 0.35)]),
        ("新日铁股价在东京股市一度下跌2.6%。", [("nippon_steel", 2.6)]),
    ],
)  # fmt: skip
def test_a_number_is_of_whom_its_sentence_is_about(
    tagger: Tagger, body: str, claims: list[tuple[str, float]]
) -> None:
    assert owners(tagger, body) == claims


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("Tencent-backed Quuxlab jumped 9%.", ("tencent", 9)),
        ("The composite, compiled by investment bank Citigroup, rose 1.1%.", ("citigroup", 1.1)),
        ("Tencent's Super Bowl bets surge 19%.", ("tencent", 19)),
        ("Tencent said the number of travelers rose by 13 percent.", ("tencent", 13)),
        ("Tencent saw its losses narrow 69.2 percent.", ("tencent", 69.2)),
        ("Shares of KKR Real Estate Finance Trust rose 2%.", ("kkr", 2)),
        ("The Hang Seng Index fell 1%. This figure surpassed the 0.4% growth forecast.", ("hsi", 0.4)),
        ("博通下跌1%。安博通(688168)上涨20%。", ("broadcom", 20)),
        ("恒生指数中表现最好的股票为某某(HK:QUX)，上涨1.72%。", ("hsi", 1.72)),
        ("纳指跌1%。连板股晋级率降至50%。", ("", 50)),
    ],
)
def test_a_number_is_not_of_whom_its_sentence_names_for_another_reason(
    tagger: Tagger, body: str, wrong: tuple[str, float]
) -> None:
    assert wrong not in owners(tagger, body)


def test_a_code_stands_for_the_company_whose_name_it_abbreviates(tagger: Tagger) -> None:
    body = "Quuxgaya Technologies shares jumped 16%. QXGY shares slumped 43% in 2024."
    found = {owner for owner, _ in owners(tagger, body)}
    assert len(found) == 1


def test_no_price_is_read_of_a_threshold_or_of_new_executives(tagger: Tagger) -> None:
    assert owners(tagger, "中国银行将起存门槛上调至700元。", "price") == []
    assert owners(tagger, "万科公示十名新高管履新。", "price") == []


@pytest.mark.parametrize(
    ("text", "language", "home"),
    [
        ("Raises AU$1.5 million; shares hit 52-week high (ASX:QUX)", "en", "AUD"),
        ("The stock closed at C$12.", "en", "CAD"),
        ("A$3 or $2", "en", "USD"),
        ("No sum at all", "en", "USD"),
        ("AU$1", "zh-Hant", "HKD"),
    ],
)
def test_prices_are_in_the_only_dollar_that_a_text_names(text: str, language: str, home: str) -> None:
    assert home_of(text, language) == home


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        ("Tencent likes growth. Shares of the beverage giant spiked 5%.", [("tencent", 5)]),
        ("Tencent and Xiaomi like growth. Shares of the beverage giant spiked 5%.", []),
        ("Tencent and Xiaomi like growth. Its shares spiked 5%.", [("tencent", 5)]),
        ("Xiaomi likes Tencent. Stock spiked 5%.", [("xiaomi", 5)]),
    ],
)
def test_a_company_carried_over_among_several_is_only_guessed(
    tagger: Tagger, body: str, claims: list[tuple[str, float]]
) -> None:
    assert owners(tagger, body) == claims
