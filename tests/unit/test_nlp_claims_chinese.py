"""Forms of Chinese market reports: whom a number is of, when, and which numbers are none of a market."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.claims.claim import MARKET_METRICS
from nlp.claims.reader import read_claim_reader
from nlp.entities.catalogue import read_catalogue
from nlp.tagger import Tagger

ROOT = Path(__file__).parents[2]
TUESDAY = "2025-02-11T17:00:00+08:00"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(
        [],
        read_catalogue(ROOT / "config" / "entities"),
        claim_reader=read_claim_reader(ROOT / "config" / "claims.yaml"),
    )


def told(
    tagger: Tagger, body: str, *, at: str = TUESDAY, title: str = "", language: str = "zh-Hans"
) -> list[str]:
    """Return a text's market claims in brief, without the day where it is that of publication."""
    instant = datetime.fromisoformat(at)
    text = Text(title=title, body=body, language=language, published_on=instant.date(), published_at=instant)
    (annotation,) = tagger.annotate([text])
    return [
        " ".join(
            str(word)
            for word in (
                claim.subject or "-",
                claim.metric,
                "record" if claim.value is None else f"{claim.value:.12g}",
                claim.unit,
                "" if claim.period == instant.date().isoformat() else claim.period or "untold",
                claim.direction if claim.direction != "none" else "",
            )
            if word
        )
        for claim in annotation.claims
        if claim.metric in MARKET_METRICS
    ]


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        ("道指升逾百点。", ["djia change 100 points up"]),
        ("恒指跌123，跌幅0.6%，连跌4日。", ["hsi change 123 points down", "hsi return 0.6 percent down"]),
        (
            "A股收市，腾讯控股未受影响，某某股份20cm涨停。",
            ["- return 20 percent up"],
        ),
        ("港股平均每日成交1500至1600亿元。", ["hk_market turnover 155000000000 HKD untold"]),
        (
            "腾讯跌5%，创4月30日以来的最大单日跌幅。",
            ["tencent return 5 percent down", "tencent return record percent down"],
        ),
        ("腾讯破顶。", ["tencent price record HKD"]),
        ("恒指创逾3星期即市及收市高位。", ["hsi level record points"]),
    ],
)
def test_numbers_and_records_are_read_as_reports_write_them(
    tagger: Tagger, body: str, claims: list[str]
) -> None:
    assert told(tagger, body) == claims


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        (
            "某某电子已向纳斯达克交文件。腾讯向纳斯达克提交计划，股价急升3%。",
            ["tencent return 3 percent up"],
        ),
        ("腾讯升2%，美团升3%，均创历史新高。", [
            "tencent return 2 percent up", "meituan return 3 percent up",
            "meituan price record HKD", "tencent price record HKD",
        ]),
        ("美股造好，三大指数都升1%。", [
            "djia return 1 percent up", "nasdaq_composite return 1 percent up",
            "sp500 return 1 percent up",
        ]),
        ("恒指在联储局公布结果后倒跌，收市跌35点。", ["hsi change 35 points down"]),
        ("芯片股走强，某某特气涨超10%，创历史新高。", ["- return 10 percent up", "- price record CNY"]),
        ("芯片股走强，强达某某、方正某某20cm涨停。", ["- return 20 percent up"]),
        ("电力股走强，腾讯（2板）高开2%，欧克某某（3板）低开0.4%。", [
            "tencent return 2 percent up", "- return 0.4 percent down",
        ]),
        ("某某科技港股上市首日高开超40%。", ["- return 40 percent up"]),
        ("恒指指数报21428点，升1%。", ["hsi level 21428 points", "hsi return 1 percent up"]),
    ],
)  # fmt: skip
def test_a_number_is_of_whom_its_clause_tells(tagger: Tagger, body: str, claims: list[str]) -> None:
    assert sorted(told(tagger, body, title="大市动向：个股表现")) == sorted(claims)


@pytest.mark.parametrize(
    ("body", "at", "claims"),
    [
        (
            "恒指本周累计跌83点，跌幅0.4%；科指跌约1.2%，同样连跌4星期。",
            "2025-02-14T17:00:00+08:00",
            ["hsi change 83 points 2025-W07 down", "hsi return 0.4 percent 2025-W07 down",
             "hstech return 1.2 percent 2025-W07 down"],
        ),
        (
            "恒指本周累计跌1%；科指收跌2%。",
            "2025-02-14T17:00:00+08:00",
            ["hsi return 1 percent 2025-W07 down", "hstech return 2 percent down"],
        ),
        ("港股在12月开局造好，恒指升44点。", "2024-12-02T12:00:00+08:00", ["hsi change 44 points up"]),
        ("沪指涨1%。", "2025-02-11T07:01:00+08:00", ["sse_composite return 1 percent 2025-02-10 up"]),
        ("日经225指数涨1%。", "2025-02-11T08:20:00+08:00", ["nikkei225 return 1 percent up"]),
        ("腾讯一周跌11%。", "2025-02-10T07:00:00+08:00", ["tencent return 11 percent 2025-W06 down"]),
        (
            "在2月3日至2月7日的一周的三个交易日中，恒指涨5%，科指涨6%。",
            TUESDAY,
            ["hsi return 5 percent 2025-02-03/2025-02-07 up",
             "hstech return 6 percent 2025-02-03/2025-02-07 up"],
        ),
        (
            "2025年1月末，恒指收于20225点，环比上涨1%；科指收于4700点。",
            TUESDAY,
            ["hsi level 20225 points 2025-01", "hsi return 1 percent 2025-01 up",
             "hstech level 4700 points 2025-01"],
        ),
    ],
)  # fmt: skip
def test_a_number_is_of_the_time_that_holds_for_its_clause(
    tagger: Tagger, body: str, at: str, claims: list[str]
) -> None:
    assert told(tagger, body, at=at) == claims


@pytest.mark.parametrize(
    "body",
    [
        "某某电机公告称，公司股票连续3个交易日收盘价格涨幅偏离值累计超过20%。",
        "公司股票日涨跌幅限制为5%。",
        "据指数监测，牛肉66.4元/公斤，比昨天下降0.5%。",
        "恒指成份股涨幅超过5%的有181家。",
        "某某股份高管增持公司股份，成交均价8.78元/股。",
        "腾讯业绩再次创下历史新高。",
        "首发企业数量较去年同期下滑68%，股市承压。",
    ],
)
def test_numbers_that_look_like_moves_are_none_of_a_market(tagger: Tagger, body: str) -> None:
    assert told(tagger, body, title="股市动向") == []


def test_turnover_is_in_the_money_of_its_indexs_market(tagger: Tagger) -> None:
    body = "沪指收报3313点，成交4357.82亿元。"
    assert told(tagger, body, language="zh-Hant")[1] == "sse_composite turnover 435782000000 CNY"
    body = "两市成交额10355亿元人民币（下同）。\n深股成交6329亿元。"
    assert told(tagger, body, language="zh-Hant")[1].endswith("turnover 632900000000 CNY")


def test_a_share_of_two_exchanges_is_the_mainlands_where_a_text_never_speaks_of_hong_kong(
    tagger: Tagger,
) -> None:
    assert told(tagger, "中国平安股价创历史新高。") == ["ping_an price record CNY"]
    assert told(tagger, "港股方面，中国平安股价创历史新高。") == ["ping_an price record HKD"]
    assert told(tagger, "港股方面，中国平安盘中涨停创历史新高。") == ["ping_an price record CNY"]


def test_a_closing_quotation_tells_the_change_and_the_price(tagger: Tagger) -> None:
    body = "某某矿业 (TSX:HBM)下跌5.69%（0.78点），收于12.93。"
    assert [" ".join(claim.split()[1:4]) for claim in told(tagger, body)] == [
        "return 5.69 percent", "change 0.78 CAD", "price 12.93 CAD",
    ]  # fmt: skip


def test_codes_of_american_shares_tell_their_companies(tagger: Tagger) -> None:
    body = "美股芯片股走低，AAOI跌超6%，某某策略(MSTR.US)涨2%。"
    assert told(tagger, body, at="2025-02-11T23:00:00+08:00") == [
        "applied_optoelectronics return 6 percent down", "microstrategy return 2 percent up",
    ]  # fmt: skip
    assert "applied_optoelectronics" not in " ".join(told(tagger, "港股走低，AAOI跌超6%。"))


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        ("[纳斯达克](https://x.example/i)综合指数收盘上涨190点。", [
            "nasdaq_composite change 190 points 2025-02-10 up",
        ]),
        ("欧股向上，英、法、德股分别升0.1%、0.2%及0.5%。", [
            "ftse100 return 0.1 percent up", "cac40 return 0.2 percent up", "dax return 0.5 percent up",
        ]),
        ("腾讯业绩理想，带动股价上扬4.8%。", ["tencent return 4.8 percent up"]),
        ("道指升70点，受到美国5月通胀数据放缓刺激，但在议息后倒跌，最多跌近130点。", [
            "djia change 70 points up", "djia change 130 points down",
        ]),
        ("腾讯过去12个月股价涨幅超40%。", ["tencent return 40 percent 2024-02-11/2025-02-11 up"]),
    ],
)  # fmt: skip
def test_forms_in_which_reports_leave_something_out(tagger: Tagger, body: str, claims: list[str]) -> None:
    assert told(tagger, body) == claims


def test_futures_in_europe_are_of_the_day_that_begins_there(tagger: Tagger) -> None:
    assert told(tagger, "欧洲斯托克50指数期货跌1.1%。", at="2025-02-10T09:35:00+08:00") == [
        "stoxx50 return 1.1 percent down"
    ]
