"""Whose number it is: claims of sentences that name several companies, cite some, and leave others out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.claims.reader import read_claim_reader
from nlp.entities.catalogue import Catalogue
from nlp.tagger import Tagger

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tagger(catalogue: Catalogue) -> Tagger:
    return Tagger([], catalogue, claim_reader=read_claim_reader(ROOT / "config" / "claims.yaml"))


def told(tagger: Tagger, body: str, title: str = "") -> list[tuple[str, str, float | None, str]]:
    """Return the claims of a text: whose, what, how much and which way."""
    language = "en" if body.isascii() else "zh-Hans"
    text = Text(title=title, body=body, language=language, published_on=date(2025, 2, 10))
    (annotation,) = tagger.annotate([text])
    return [(x.subject, x.metric, x.value, x.direction) for x in annotation.claims]


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        (
            "Tencent shares rose 2%. Quuxcorp shares fell 3%.",
            [("tencent", "return", 2, "up"), ("", "return", 3, "down")],
        ),
        (
            "Tencent shares rose 2% and Quuxcorp Ltd was down 3%.",
            [("tencent", "return", 2, "up"), ("", "return", 3, "down")],
        ),
        ("Tencent jumped on Monday. Company shares were up 5%.", [("tencent", "return", 5, "up")]),
        ("Tencent reported sales. Tech stocks fell 2%.", [("", "return", 2, "down")]),
        ("HSBC topped the FTSE 100, gaining 4%.", [("hsbc", "return", 4, "up")]),
        (
            "HSBC's shares closed 7% higher, and HK shares closed 4% higher.",
            [("hsbc", "return", 7, "up"), ("hsbc", "return", 4, "up")],
        ),
    ],
)
def test_shares_are_those_of_the_name_before_them_or_of_nobody_known(
    tagger: Tagger, body: str, claims: list[tuple[str, str, float, str]]
) -> None:
    assert told(tagger, body) == claims


def test_the_stock_is_that_of_the_company_a_paragraph_begins_with(tagger: Tagger) -> None:
    body = "Tencent said it would sell games with Baidu next year. Its shares rose 3%."
    assert told(tagger, body, title="Market movers") == [("tencent", "return", 3, "up")]


def test_a_title_is_about_the_company_whose_shares_it_names(tagger: Tagger) -> None:
    body = "The deal was signed on Monday. The stock rose 3%."
    assert told(tagger, body, title="Tencent shares jump after deal with Baidu")[-1][0] == "tencent"


def test_a_broker_sets_its_target_for_the_company_of_the_title(tagger: Tagger) -> None:
    body = "Citigroup said sales were weak. Citigroup cut its price target to HK$400 from HK$450."
    claims = told(tagger, body, title="Tencent downgraded on weak sales")
    assert claims == [("tencent", "price", 400, "none"), ("tencent", "price", 450, "none")]


@pytest.mark.parametrize(
    ("body", "subjects"),
    [
        ("ATMXJ除了小米跌4%，其余升2%。", ["xiaomi", "alibaba", "tencent", "meituan", "jd"]),
        ("腾讯和百度将合作，两股收市分别升2%及1%。", ["tencent", "baidu"]),
        ("吉利汽车和中国银行都升逾4%。", ["geely_auto", "bank_of_china"]),
        ("某某科技正式登陆港交所，首日高开逾79%。", []),
        ("腾讯遭美国高盛沽售股份，股价跌2.4%。", ["tencent"]),
        ("麦当劳销售表现理想，股价升4.8%。", ["mcdonalds"]),
        ("小米自1月中旬以来累计升幅超33%。", ["xiaomi"]),
    ],
)
def test_chinese_clauses_tell_of_whom_they_are_about(tagger: Tagger, body: str, subjects: list[str]) -> None:
    assert [subject for subject, metric, _, _ in told(tagger, body) if metric == "return"] == subjects


@pytest.mark.parametrize(
    "body",
    [
        "板块普遍走强，其中6家涨超10%。",
        "腾讯去年销售额增长40%，日本和欧洲分别下滑3%和8%。",
        "EUR/SAR下跌0.51%，波罗的海干散货指数上涨3%。",
        "铁路客量升六成。",
        "Economists expect the consumer-price index to rise 2.9%.",
        "Macquarie raises its target price 5.1%.",
    ],
)
def test_counts_business_and_other_prices_are_no_moves_of_shares(tagger: Tagger, body: str) -> None:
    assert [claim for claim in told(tagger, body) if claim[1] == "return"] == []


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        ("Tencent's shares fell close to 10 percent.", ("tencent", "return", 10, "down")),
        ("Tencent pared its gains to about 3%.", ("tencent", "return", 3, "up")),
        ("腾讯一度升4%，收市升幅收窄至1%。", ("tencent", "return", 1, "up")),
        ("Tencent shares trade 2% lower.", ("tencent", "return", 2, "down")),
        ("Tencent's share price closed down 2 percent ahead of earnings.", ("tencent", "return", 2, "down")),
    ],
)
def test_what_is_left_of_a_move_is_a_move(
    tagger: Tagger, body: str, claim: tuple[str, str, float, str]
) -> None:
    assert told(tagger, body)[-1] == claim


def test_a_name_that_ends_in_a_metal_is_no_commodity(tagger: Tagger) -> None:
    assert told(tagger, "Shares slid in Seoul, where Hyundai Steel dropped 2%.") == [
        ("", "return", 2, "down")
    ]


def test_a_code_of_an_exchange_names_no_index(tagger: Tagger) -> None:
    claims = told(tagger, "Tencent shares NASDAQ:TCTZF rose 2%.")
    assert claims == [("tencent", "return", 2, "up")]


@pytest.mark.parametrize(
    ("text", "metric", "subject"),
    [
        ("Tencent's Hong Kong shares hit 4-month peak.", "price", "tencent"),
        ("The S&P 500 and Nasdaq hit new closing highs.", "level", "sp500"),
        ("恒指收报20000点，创3星期以来最大单日升幅。", "return", "hsi"),
        ("恒指低收1.5% 创近两周低位。", "level", "hsi"),
        ("The Hang Seng Index fell 2%, its heaviest loss in three weeks.", "return", "hsi"),
    ],
)
def test_new_highs_and_greatest_moves_are_records(
    tagger: Tagger, text: str, metric: str, subject: str
) -> None:
    assert (subject, metric) in {(claim[0], claim[1]) for claim in told(tagger, text) if claim[2] is None}


def test_a_record_in_apposition_is_its_levels(tagger: Tagger) -> None:
    body = "The S&P 500 rose 0.6 percent to 5,815.03, also a record, on Friday."
    (annotation,) = tagger.annotate(
        [Text(title="", body=body, language="en", published_on=date(2025, 2, 10))]
    )
    claims = [(claim.metric, claim.value, claim.comparison) for claim in annotation.claims]
    assert claims == [("return", 0.6, None), ("level", 5815.03, "record_high")]


def test_rows_of_a_table_give_price_and_move(tagger: Tagger) -> None:
    body = "| 板块 | 涨跌幅 | 名称 | 现价 |\n| 软件服务 | 1.8 | 腾讯控股(00700) | 436.8(-2%) |"
    assert told(tagger, body, title="港股板块") == [
        ("", "return", 1.8, "up"),
        ("tencent", "price", 436.8, "none"),
        ("tencent", "return", 2, "down"),
    ]


def test_losses_and_sums_of_a_deal_are_no_prices(tagger: Tagger) -> None:
    body = "Tencent had a loss per share of $2.16. Ma sold shares on Friday, totaling $62,985."
    assert [claim for claim in told(tagger, body) if claim[1] == "price"] == []


@pytest.mark.parametrize(
    ("title", "body", "claims"),
    [
        ("", "Stock markets were busy. Quuxcorp jumped 12% in early trade.", []),
        ("", "Stocks rose. Cattle futures are up 0.6% early in trading.", []),
        ("UBS Says", "Tencent fell on Monday. Shares of Quuxcorp rose 2%.", [("", "return", 2, "up")]),
        ("", "The Dow fell on Monday. Ruritania's benchmark index dropped 0.4%.", []),
        ("", "The Nikkei fell. The gauge for the service sector dropped to 48.6.", []),
        ("Tencent results", "Tencent reported growth. Rental days were 4% higher.", []),
        ("", "The S&P 500 is up. The SPDR Quux ETF shares fell 2%.", []),
        ("", "Tencent rose 5%, against a 2% gain for the broader market.", [("tencent", "return", 5, "up")]),
        ("", "全市场超4100只个股上涨，逾170股涨停或涨超10%。", []),
        ("", "如果关税取消，恒指上涨2%。", []),
        ("", "近日腾讯股价波动，2月7日股价下跌2%。", [("tencent", "return", 2, "down")]),
        ("", "公司拟发行可转债，腾讯初步换股价为6.3港元。", [("tencent", "money_raised", 6.3, "none")]),
    ],
)  # fmt: skip
def test_nothing_is_told_of_prices_where_a_guess_would_be_wrong(
    tagger: Tagger, title: str, body: str, claims: list[tuple[str, str, float, str]]
) -> None:
    others = {"growth", "percentage", "count"}
    assert [claim for claim in told(tagger, body, title) if claim[1] not in others] == claims


def test_the_title_of_a_link_is_part_of_no_sentence(tagger: Tagger) -> None:
    body = 'Tencent (HK:[700](https://example.org/700 "Tencent Holdings, Ltd.")) shares fell 7% this week.'
    assert told(tagger, body) == [("tencent", "return", 7, "down")]


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        (
            "Tencent closed up $0.12 to $27.35.",
            [("tencent", "change", 0.12, "up"), ("tencent", "price", 27.35, "none")],
        ),
        ("Tencent added to its over 37% decline.", [("tencent", "return", 37, "down")]),
        (
            "The Nasdaq Composite fell 3.6 percent, or more than 650 points.",
            [("nasdaq_composite", "return", 3.6, "down"), ("nasdaq_composite", "change", 650, "down")],
        ),
        (
            "恒指上扬1%；法国CAC 40指数报8006点，进账0.4%。",
            [("hsi", "return", 1, "up"), ("cac40", "level", 8006, "none"), ("cac40", "return", 0.4, "up")],
        ),
        ("上月8日，港股成交额突破6200亿元，创历史新高纪录。",
         [("hk_market", "turnover", 6.2e11, "none"), ("hk_market", "turnover", None, "none")]),
    ],
)  # fmt: skip
def test_moves_and_where_they_led_are_told_apart(
    tagger: Tagger, body: str, claims: list[tuple[str, str, float | None, str]]
) -> None:
    assert told(tagger, body) == claims
