"""Which time a number is about, and what multiples and parts of turnover measure, in sentences of our own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from nlp.annotation import Text
from nlp.claims.reader import read_claim_reader
from nlp.tagger import Tagger

if TYPE_CHECKING:
    from pathlib import Path

    from nlp.claims.claim import Claim
    from nlp.entities.catalogue import Catalogue

#: A Friday evening in Hong Kong, and the next Monday before noon there.
EVENING = datetime(2025, 3, 28, 10, 0, tzinfo=UTC)
MORNING = datetime(2025, 3, 31, 2, 30, tzinfo=UTC)
#: The same Monday before Wall Street opens, in New York's night.
NIGHT = datetime(2025, 3, 31, 7, 30, tzinfo=UTC)
DAY = "2025-03-28"
SINCE_LAUNCH = "2014-11-17/2025-03-28"


@pytest.fixture(scope="module")
def tagger(catalogue: Catalogue, root: Path) -> Tagger:
    return Tagger([], catalogue, claim_reader=read_claim_reader(root / "config" / "claims.yaml"))


def read(tagger: Tagger, body: str, published_at: datetime = EVENING, title: str = "") -> dict[str, Claim]:
    """Return a text's claims by their numbers; of one number, the last."""
    language = "en" if body.isascii() else "zh-Hans"
    text = Text(title=title, body=body, language=language, published_at=published_at)
    (annotation,) = tagger.annotate([text])
    return {claim.number.text: claim for claim in annotation.claims}


@pytest.mark.parametrize(
    ("body", "number", "period"),
    [
        # sums of a longer time that the sentence has told before
        ("恒指3月累跌4%，科技指数累跌5%。", "5%", "2025-03"),
        ("恒指连升3日，累飙924点。", "924点", "2025-03-26/2025-03-28"),
        ("腾讯6个交易日已大涨26%。", "26%", "2025-03-21/2025-03-28"),
        ("腾讯自3月3日以来，截至3月21日，累计涨幅近29%。", "29%", "2025-03-03/2025-03-21"),
        ("去年10月8日腾讯触及高点，今年2月3日跌至低点，区间累计跌幅达55%。", "55%",
         "2024-10-08/2025-02-03"),
        ("腾讯股价2024年表现强劲，全年累计上涨23%。", "23%", "2024"),
        # what a number is compared with is none of its times
        ("恒指上半年日均成交1104亿元，但较去年下半年升17%。", "17%", "2025-H1"),
        ("恒指收报23426点，较上周五跌2%。", "2%", DAY),
        ("恒指升1%，抹去昨日跌幅。", "1%", DAY),
        ("恒指下探至近3个月低位，跌2%。", "2%", DAY),
        # a time that only its own clause tells of
        ("联储局今年或只减息1次，但收租股普遍上升，领展升1%。", "1%", DAY),
        ("下月9日被剔出蓝筹股的新世界发展跌4%。", "4%", DAY),
        ("昨日表现出色的腾讯同样回调，腾讯跌6%。", "6%", DAY),
        ("4月期指最新报23426点，升131点。", "131点", DAY),
        # begins that the text doesn't tell
        ("恒指本轮上涨22%。", "22%", ""),
        ("恒指在随后的三个月内平均下跌4%。", "4%", ""),
        ("腾讯较发行价上涨15%。", "15%", ""),
        # ends of years
        ("预计恒指明年底将升至26000点。", "26000点", "2026-12-31"),
        ("The Hang Seng Index has risen 5 percent since the end of 2024.", "5 percent",
         "2024-12-31/2025-03-28"),
        # English
        ("The Hang Seng Index has risen 5 percent since January 20.", "5 percent", "2025-01-20/2025-03-28"),
        ("Tencent shares rose 7% since the start of the year.", "7%", "2025-01-01/2025-03-28"),
        ("Tencent gained 7 percent this year, compared with a 2 percent rise for Alibaba.", "2 percent",
         "2025-01-01/2025-03-28"),
        ("Tencent is down four consecutive days; down 6.5% over this period.", "6.5%",
         "2025-03-25/2025-03-28"),
        ("Tencent shares are up 2.5% from a week ago.", "2.5%", "2025-03-21/2025-03-28"),
        ("This year's rally comes after Tencent's 72% surge in 2024.", "72%", "2024"),
        ("Tencent slips 5% on a net loss in Q3.", "5%", DAY),
        ("The Nasdaq, which closed above 20,000 on Wednesday, fell 1 percent.", "1 percent", "2025-03-27"),
        ("Tencent shares rose 1.8% over the previous day's close.", "1.8%", DAY),
    ],
)  # fmt: skip
def test_a_number_is_of_the_time_that_its_words_tell(
    tagger: Tagger, body: str, number: str, period: str
) -> None:
    assert read(tagger, body)[number].period == period


def test_money_through_a_channel_may_be_told_since_it_was_opened(tagger: Tagger) -> None:
    for begin in ("港股通自2014年开通以来", "开通以来"):
        body = f"{begin}，南向资金累计净流入3.4万亿港元。"
        assert read(tagger, body)["3.4万亿港元"].period == SINCE_LAUNCH


def test_a_sum_beside_the_day_that_it_differs_from_is_of_the_report(tagger: Tagger) -> None:
    body = "沪深两市成交17308亿元，较前一交易日的19602亿元减少2294亿元。"
    claims = read(tagger, body)
    assert [claims[number].period for number in ("17308亿元", "19602亿元", "2294亿元")] == [
        DAY, "2025-03-27", DAY,
    ]  # fmt: skip


def test_a_text_that_tells_of_an_open_session_reports_on_it(tagger: Tagger) -> None:
    body = "腾讯早盘走低，截至发稿，跌4%。公司公告称，注意到股份于3月28日的交易波动，港股上周五下跌。"
    assert read(tagger, body, MORNING)["4%"].period == "2025-03-31"


def test_prices_before_wall_street_opens_are_of_the_day_that_comes(tagger: Tagger) -> None:
    assert read(tagger, "Tesla shares fell 5% in premarket trading.", NIGHT)["5%"].period == "2025-03-31"
    assert read(tagger, "Tesla shares fell 5%.", NIGHT)["5%"].period == DAY


@pytest.mark.parametrize(
    ("body", "number", "expected"),
    [
        ("北水流入较上日大增14.4倍。", "14.4倍", ("southbound", "net_flow", 14.4, "in")),
        ("Southbound turnover was 46 times the level of 2014.", "46 times",
         ("southbound", "turnover", 46, "none")),
        ("日均成交额北向达1363亿元人民币，较首年增长23倍；南向则为439亿元，较首年增长46倍。", "46倍",
         ("southbound", "turnover", 46, "none")),
        ("该股较发行价上涨超15倍。", "15倍", ("", "return", 15, "up")),
    ],
)  # fmt: skip
def test_a_multiple_is_of_turnover_a_flow_or_a_price(
    tagger: Tagger, body: str, number: str, expected: tuple[str, str, float, str]
) -> None:
    claim = read(tagger, body)[number]
    assert (claim.subject, claim.metric, claim.value, claim.direction) == expected
    assert claim.unit == "times"


def test_a_multiple_of_earnings_or_of_an_offer_is_no_claim(tagger: Tagger) -> None:
    assert read(tagger, "腾讯市盈率升至20倍，新股获超额认购1000倍。") == {}


def test_the_other_channels_sum_is_its_turnover_too(tagger: Tagger) -> None:
    claims = read(tagger, "2月日均成交额，北向达1363亿元人民币；南向则为439亿元。")
    assert [(claim.subject, claim.metric, claim.unit) for claim in claims.values()] == [
        ("northbound", "turnover", "CNY"), ("southbound", "turnover", "HKD"),
    ]  # fmt: skip


def test_a_channels_part_of_the_turnover_is_of_the_time_of_its_sum(tagger: Tagger) -> None:
    body = "港股通每日交易额从2014年的9亿港元，升至今年2月平均440亿港元，占本港证券市场总交易量约17%。"
    claim = read(tagger, body)["17%"]
    assert (claim.subject, claim.metric, claim.period) == ("southbound", "share_of_turnover", "2025-02")
