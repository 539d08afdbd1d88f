"""Share prices that are left out, because whose or when they are would only be guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.claims.reader import read_claim_reader
from nlp.entities.catalogue import Catalogue
from nlp.tagger import Tagger

ROOT = Path(__file__).parents[2]
PRICES = {"return", "price", "change", "level"}


@pytest.fixture(scope="module")
def tagger(catalogue: Catalogue) -> Tagger:
    return Tagger([], catalogue, claim_reader=read_claim_reader(ROOT / "config" / "claims.yaml"))


def told(tagger: Tagger, body: str, title: str = "") -> list[tuple[str, str, float | None]]:
    """Return what a text tells of prices: whose, what and how much."""
    language = "en" if body.isascii() else "zh-Hans"
    text = Text(title=title, body=body, language=language, published_on=date(2025, 2, 10))
    (annotation,) = tagger.annotate([text])
    return [(x.subject, x.metric, x.value) for x in annotation.claims if x.metric in PRICES]


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        ("Citigroup likes Quuxcorp. The stock is up 14% this year.", []),
        ("Tencent likes growth. The stock is up 14% this year.", [("tencent", "return", 14)]),
        ("Citigroup shares rose 3% on Monday.", [("citigroup", "return", 3)]),
        ("瑞银看好该公司。该股今年已上涨40%。", []),
    ],
)
def test_a_judge_of_shares_has_no_number_of_a_sentence_that_does_not_name_it(
    tagger: Tagger, body: str, claims: list[tuple[str, str, float]]
) -> None:
    assert told(tagger, body) == claims


@pytest.mark.parametrize(
    "body",
    [
        "Tencent fell. Quux National Services (QNS) stock was more than 10% lower.",
        "Tencent fell. Shares retreated 14% as intraday trading volume surged to 2.8 million.",
        "腾讯发表了业绩。瑞典某行A (ST:QUXb)股票大涨至高点，上升1.59%。",
        "腾讯发表了业绩。某某百货股价急挫近23%。",
        "Quuxcorp, which is in merger talks with Tencent, advanced as much as 2.5%.",
        "Tencent said its proved and probable reserves fell 6%.",
        "纳指在晶片股英伟达推动下，再创收市新高。英伟达ETF，当天上涨3.27%。",
    ],
)
def test_a_number_of_another_is_not_given_to_a_company_named_nearby(tagger: Tagger, body: str) -> None:
    assert [claim for claim in told(tagger, body) if claim[0] in {"tencent", "nvidia"} and claim[2]] == []


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        ("Tencent reported on Feb. 4, and its shares fell 2.9% the next day.", []),
        ("Tencent shares rose 3% a day after surging 22%.", [("tencent", "return", 3)]),
        ("The 52-week high of the stock was at HK$482. Tencent shares rose 3%.", [("tencent", "return", 3)]),
        ("在此期间，腾讯飙升了60%。", []),
        ("腾讯12个交易日内股价大涨超30%。", []),
        ("腾讯股价大涨3%。", [("tencent", "return", 3)]),
    ],
)
def test_a_move_whose_days_are_not_told_is_left_out(
    tagger: Tagger, body: str, claims: list[tuple[str, str, float]]
) -> None:
    assert told(tagger, body) == claims
