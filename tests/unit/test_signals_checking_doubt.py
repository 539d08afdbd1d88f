"""What a misreading explains is no contradiction; what leaves no room for one is."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from signals.checking.assertion import Assertion
from signals.checking.check import check
from signals.checking.market import Exchange, Flows, Market, Prices
from signals.session import SessionCalendar
from southbound.claims.doubt import shipped_misreading

MISREADING = shipped_misreading()
EXCHANGE = Exchange(zone=ZoneInfo("Asia/Hong_Kong"), closes_at=time(16), calendar=SessionCalendar())
DAYS = pd.DatetimeIndex(["2025-03-26", "2025-03-27", "2025-03-28"])
CLOSED = datetime(2025, 3, 28, 9, tzinfo=UTC)
RUNNING = datetime(2025, 3, 28, 4, tzinfo=UTC)


def prices(asset_id: str, closes: list[float]) -> Prices:
    series = pd.Series(closes, DAYS)
    return Prices(
        asset_id=asset_id, closes=series, scaled=series, adjusted=False, currency="HKD", exchange=EXCHANGE
    )


def shares(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"session": DAYS[-1], "leg": leg, "buy": buy, "sell": sell, "turnover": buy + sell}
            for leg, buy, sell in rows
        ]
    )


MARKET = Market(
    prices={
        "INDEX:HSI": prices("INDEX:HSI", [20_000.0, 20_100.0, 20_500.0]),
        "XHKG:700": prices("XHKG:700", [500.0, 505.0, 510.0]),
    },
    channels={
        "southbound": Flows(
            channel="southbound",
            rows=pd.DataFrame(
                {
                    "net": [5e3, 6e3, 9e3],
                    "buy": [9e3, 9e3, 20e3],
                    "sell": [4e3, 3e3, 11e3],
                    "turnover": [5e3, 6e3, 9e3],
                },
                DAYS,
            ),
            closed=frozenset(),
            currency="HKD",
            exchange=EXCHANGE,
            required=DAYS,
        )
    },
    turnover=pd.Series(dtype=float, index=pd.DatetimeIndex([])),
    share_flows={
        "XHKG:9988": shares(("shanghai", 5e9, 2e9), ("shenzhen", 3e9, 1e9)),
        "XHKG:3690": shares(("shanghai", 2e9, 1e9)),
    },
)


SOUTHBOUND = {"subject": "southbound", "assets": (), "unit": "HKD", "direction": "none"}


def asserted(sentence: str, number: str, metric: str = "return", **given: object) -> Assertion:
    """Return an assertion on the Hang Seng Index on 28 March 2025, said after its close."""
    value = float(number.replace(",", ""))
    known: dict[str, object] = {
        "subject": "hsi",
        "assets": ("INDEX:HSI",),
        "metric": metric,
        "value": value,
        "low": value * 0.999,
        "high": value * 1.001,
        "unit": "percent" if metric == "return" else "points",
        "period": "2025-03-28",
        "direction": "none" if metric == "level" else "up",
        "published_at": CLOSED,
        "sentence": sentence,
        "position": sentence.index(number),
    }
    return Assertion(**{**known, **given})  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("assertion", "reason"),
    [
        (asserted("The index has gained almost 14 percent in nine consecutive days.", "14"), "unlike"),
        (asserted("The index closed 3 percent higher in three straight sessions.", "3"), "cumulative"),
        (asserted("恒指自年內低位累計升逾9%收市。", "9"), "cumulative"),
        (asserted("板塊升4%，跑贏恒生指數3.1%。", "3.1"), "relative"),
        (asserted("一隻藍籌急升8%，並貢獻大市近170點升幅。", "170", "change"), "relative"),
        (asserted("回顧（2025/03/24-2025/03/28）：恒指漲幅為+3.1%。", "3.1"), "cumulative"),
        (asserted("The index tumbled up to 3 percent.", "3", direction="down"), "intraday"),
        (asserted("恒指夜期收報20,700點。", "20,700", "level"), "other_market"),
        (asserted("收市報20,500點，是10月7日20,650點後最高。", "20,650", "level"), "level"),
        (asserted("恒指收市站上20,300點。", "20,300", "level"), "level"),
        (asserted("The index found support at 20,300 points.", "20,300", "level"), "target"),
        (asserted("The index closed 5 percent higher.", "5", published_at=RUNNING), "intraday"),
        (asserted("恒指、國指分別升3%及5%收市。", "5"), "shared"),
        (asserted("恒生科技指數收市升5%。", "5"), "subject"),
        (asserted("若風險溢價回落，恒指收市可升5%。", "5"), "conditional"),
        (asserted("恒指曾升最多1.9%，是2月4日後最大升幅，當日升幅為3.1%。", "3.1"), "intraday"),
        (asserted("港股内房股收市涨约5%。", "5"), "subject"),
        (asserted("恒指兩日跌5%收市。", "5", direction="down"), "cumulative"),
        (
            asserted("At Friday's close the index was 5 percent off the peak.", "5", direction="down"),
            "cumulative",
        ),
        (asserted("The index ended 2021 with a rise of 5 percent at the close.", "5"), "period"),
        (
            asserted("北水流入較上日大增14.4倍。", "14.4", "net_flow", **{**SOUTHBOUND, "unit": "times"}),
            "unit",
        ),
        (
            asserted("日均成交額北向達900億元；南向則為430億元。", "430", "turnover", **SOUTHBOUND),
            "period",
        ),
        (
            asserted(
                "滬股通成交按年上升14%，港股通成交上升19%。",
                "19",
                "turnover",
                **{**SOUTHBOUND, "unit": "percent", "comparison": "above", "reference": "2025-03-27"},
            ),
            "growth",
        ),
    ],
)
def test_a_contradiction_that_a_misreading_explains_is_not_shown(assertion: Assertion, reason: str) -> None:
    verdict = check(assertion, MARKET, MISREADING)
    assert (verdict.outcome, verdict.reason) == ("unchecked", reason)


@pytest.mark.parametrize(
    "assertion",
    [
        asserted("The Hang Seng Index closed up 5 percent on Friday.", "5"),
        asserted("恒生指數收市升5%。", "5"),
        asserted("The Hang Seng Index fell 1.99 percent on Friday.", "1.99", direction="down"),
        asserted("The Hang Seng Index closed at 20,900 on Friday.", "20,900", "level"),
        asserted("The index rose 5 percent on Thursday.", "5", period="2025-03-27", published_at=RUNNING),
    ],
)
def test_a_plain_sentence_that_is_wrong_is_contradicted(assertion: Assertion) -> None:
    assert check(assertion, MARKET, MISREADING).outcome == "contradicted"


def test_a_record_in_nearly_a_month_may_be_one_since_a_day_later() -> None:
    days = pd.DatetimeIndex(["2025-02-27", "2025-03-03", "2025-03-27", "2025-03-28"])
    closes = pd.Series([20_000.0, 20_900.0, 20_100.0, 20_500.0], days)
    index = dataclasses.replace(MARKET.prices["INDEX:HSI"], closes=closes, scaled=closes)
    market = dataclasses.replace(MARKET, prices={"INDEX:HSI": index})
    known = {"value": None, "low": None, "high": None, "comparison": "record_high"}
    month = asserted(
        "It closed 1, the highest in nearly a month.", "1", "level", reference="2025-02-28", **known
    )
    assert check(month, market, MISREADING).outcome == "confirmed"
    later = pd.Series([20_000.0, 20_900.0, 20_100.0, 20_500.0], days.where(days.day != 3, "2025-03-06"))
    index = dataclasses.replace(index, closes=later, scaled=later)
    in_its_first_week = dataclasses.replace(market, prices={"INDEX:HSI": index})
    assert check(month, in_its_first_week, MISREADING).outcome == "confirmed"
    day = dataclasses.replace(month, reference="2025-02-26")
    assert check(day, market, MISREADING).outcome == "contradicted"
    # Late in the evening of the day before, by UTC, it was the reference's day in Hong Kong.
    at_night = dataclasses.replace(
        day, reference="2025-03-01", published_at=datetime(2025, 3, 31, 17, tzinfo=UTC)
    )
    assert check(at_night, market, MISREADING).outcome == "confirmed"


@pytest.mark.parametrize(
    ("metric", "value", "outcome", "reason"),
    [
        ("buy", 9e9, "confirmed", ""),
        ("sell", 9e9, "unchecked", "doubtful"),
        ("buy", 8e9, "unchecked", "doubtful"),
    ],
)
def test_what_was_bought_is_mostly_told_net(metric: str, value: float, outcome: str, reason: str) -> None:
    known = {"subject": "southbound", "assets": (), "unit": "HKD", "value": value}
    low, high = value * 0.999, value * 1.001
    said = asserted(
        "Southbound moved 1 on Friday.", "1", metric, low=low, high=high, direction="none", **known
    )
    verdict = check(said, MARKET, MISREADING)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert (("net", "") in verdict.notes) == (outcome == "confirmed")


def test_a_year_of_which_only_the_end_is_stored_tells_nothing() -> None:
    known = {"subject": "southbound", "assets": (), "unit": "HKD", "period": "2025", "value": 4e10}
    said = asserted(
        "It took in 1 this year.", "1", "net_flow", low=3.9e10, high=4.1e10, direction="in", **known
    )
    assert check(said, MARKET, MISREADING).reason == "history"


def test_far_more_than_over_a_number_is_not_what_was_meant() -> None:
    assertion = asserted("The index rose over 0.1 percent.", "0.1", low=0.1, high=None, bound="at_least")
    assert check(assertion, MARKET, MISREADING).reason == "unlike"


@pytest.mark.parametrize(
    ("asset", "value", "outcome"),
    [
        ("XHKG:9988", 5e9, "confirmed"),
        ("XHKG:9988", 3e9, "confirmed"),
        ("XHKG:9988", 7e9, "contradicted"),
        ("XHKG:3690", 1e9, "confirmed"),
        ("XHKG:3690", 4e9, "unchecked"),
        ("XHKG:1810", 4e9, "unchecked"),
    ],
)
def test_a_share_s_flow_is_held_against_the_ten_traded_most_of_both_legs(
    asset: str, value: float, outcome: str
) -> None:
    assertion = asserted(
        "Net buying of the share was 1 on Friday.",
        "1",
        "net_flow",
        subject="share",
        assets=(asset,),
        value=value,
        low=value,
        high=value,
        unit="HKD",
        direction="in",
    )
    verdict = check(assertion, MARKET, MISREADING)
    assert verdict.outcome == outcome, verdict
    assert verdict.reason == ("share_flow" if outcome == "unchecked" else "")
