"""When a number is of, where its sentence doesn't say so in so many words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from nlp.annotation import Text
from nlp.claims.reader import read_claim_reader
from nlp.claims.when.topic import week_told
from nlp.entities.catalogue import read_catalogue
from nlp.tagger import Tagger

ROOT = Path(__file__).parents[2]
#: A Tuesday afternoon in Hong Kong, before New York opens.
TUESDAY = "2025-02-11T17:00:00+08:00"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(
        [],
        read_catalogue(ROOT / "config" / "entities"),
        claim_reader=read_claim_reader(ROOT / "config" / "claims.yaml"),
    )


def periods(tagger: Tagger, body: str, *, at: str = TUESDAY, title: str = "") -> list[str]:
    """Return the times of a text's moves, those of its title first."""
    instant = datetime.fromisoformat(at)
    language = "en" if body.isascii() else "zh-Hans"
    text = Text(title=title, body=body, language=language, published_on=instant.date(), published_at=instant)
    (annotation,) = tagger.annotate([text])
    return [claim.period for claim in annotation.claims if claim.metric == "return"]


@pytest.mark.parametrize(
    ("body", "period"),
    [
        ("Micron shares slipped 1.6% in Tuesday premarket trading.", "2025-02-11"),
        ("Micron shares slipped 1.6% in Monday trading.", "2025-02-10"),
        ("Last week's 11% gain of Tencent shares means little.", "2025-W06"),
        ("Tencent shares rallied 23% in just one week.", "2025-02-04/2025-02-11"),
        ("Tencent shares are up 25% from 52 weeks ago (Feb. 12, 2024), when it closed.",
         "2024-02-12/2025-02-11"),
        ("Tencent stock remains up 45% since its Feb. 3 close.", "2025-02-03/2025-02-11"),
        ("In 2024, Tencent stock had fallen 44%.", "2024"),
        ("Tencent shares surged 9% on solid Q4; order book is healthy.", "2025-02-11"),
        ("Tencent shares surged 9% on the heels of a report for the December quarter.", "2025-02-11"),
        ("Losses in FY 2025 caused Tencent's shares to slide 7% on Thursday.", "2025-02-06"),
        ("Tencent has lost 55%.", ""),
        ("Tencent shares fell 60% since the merger.", ""),
        ("Tencent shares have jumped 5% in early trading.", "2025-02-11"),
        ("继蛇年首周大涨后，腾讯升3%。", "2025-02-11"),
    ],
)  # fmt: skip
def test_a_move_has_the_time_that_its_words_tell(tagger: Tagger, body: str, period: str) -> None:
    assert periods(tagger, body) == [period]


def test_a_number_after_another_verb_keeps_its_own_time(tagger: Tagger) -> None:
    body = "The stock of Tencent was up 7% and has advanced 45% in the past five trading sessions."
    assert periods(tagger, body) == ["2025-02-11", "2025-02-05/2025-02-11"]


def test_a_rolling_time_ends_on_the_day_that_it_is_where_the_market_is(tagger: Tagger) -> None:
    body = "Micron shares rose 27% over the past 12 months."
    assert periods(tagger, body, at="2025-02-11T05:54:00+08:00") == ["2024-02-10/2025-02-10"]
    assert periods(tagger, body, at="2025-02-11T23:00:00+08:00") == ["2024-02-11/2025-02-11"]


def test_chinese_shares_are_of_new_yorks_day_where_the_paragraph_speaks_of_those_there(
    tagger: Tagger,
) -> None:
    morning = "2025-02-12T10:00:00+08:00"
    assert periods(tagger, "热门中概股方面，蔚来跌7%。", at=morning) == ["2025-02-11"]
    assert periods(tagger, "热门中概股方面，蔚来跌7%。\n港股方面，蔚来跌7%。", at=morning) == [
        "2025-02-11",
        "2025-02-12",
    ]


def test_a_share_called_by_its_code_there_is_of_new_yorks_day(tagger: Tagger) -> None:
    assert periods(tagger, "Alibaba (BABA) stock soared 7%.", at="2025-02-11T13:00:00+08:00") == [
        "2025-02-10"
    ]
    assert periods(tagger, "Alibaba stock soared 7%.", at="2025-02-11T13:00:00+08:00") == ["2025-02-11"]


def test_futures_are_of_the_session_to_come(tagger: Tagger) -> None:
    assert periods(tagger, "恒指夜盘收跌0.07%。", at="2025-02-12T03:02:00+08:00") == ["2025-02-12"]
    assert periods(tagger, "标普500指数期货升1%。", at="2025-02-12T12:00:00+08:00") == ["2025-02-12"]


def test_a_headline_has_the_time_that_the_body_tells_of_the_same_move(tagger: Tagger) -> None:
    body = "Tencent shares have risen 38% this year."
    assert periods(tagger, body, title="Tencent Shares Rocket 38%") == ["2025-01-01/2025-02-11"] * 2
    assert periods(tagger, body, title="Tencent Shares Rocket 38% Today")[0] == "2025-02-11"
    assert periods(tagger, body, title="Tencent Shares Rocket 8%")[0] == "2025-02-11"


@pytest.mark.parametrize(
    "body",
    [
        "美股上周走势向好。道指累计升0.3%，纳指升2.4%。",
        "Another turbulent week saw stocks fall. The Dow Jones fell by 0.3%, the S&P 500 lost 2.4%.",
        "总结全星期，道指累计升0.3%。纳指升2.4%。",
    ],
)
def test_a_week_that_a_paragraph_is_about_holds_for_its_numbers(tagger: Tagger, body: str) -> None:
    assert periods(tagger, body, at="2025-02-09T12:00:00+08:00") == ["2025-W06"] * 2
    after = periods(tagger, f"{body}\n恒指升1%。", at="2025-02-09T12:00:00+08:00")
    assert after[2] == "2025-02-07"


@pytest.mark.parametrize(
    ("sentence", "week"),
    [
        ("美股上周走势向好。", "2025-W06"),
        ("Wall Street fell last week.", "2025-W06"),
        ("Stocks may rise this week.", ""),
        ("The company won an order last week.", ""),
    ],
)
def test_only_a_week_gone_by_in_which_shares_fared_is_a_topic(sentence: str, week: str) -> None:
    assert week_told(sentence, datetime.fromisoformat(TUESDAY).date()) == week
    assert week_told(sentence, None) == ""
