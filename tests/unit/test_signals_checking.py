"""What texts assert, held against flows and prices: right, wrong with the right figure, or why not."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.checking.assertion import NOTES, REASONS, Assertion, UncheckableError
from signals.checking.check import check
from signals.checking.market import Exchange, Flows, Market, Prices
from signals.checking.period import kind_to_date, period_from_text
from signals.checking.words import is_within_session, leg_of, place_of
from signals.session import SessionCalendar
from southbound.claims.doubt import shipped_misreading

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
CALENDAR = SessionCalendar()
MISREADING = shipped_misreading()
EXCHANGE = Exchange(zone=HONG_KONG, closes_at=time(16), calendar=CALENDAR)
AFTER = datetime(2025, 4, 1, 1, tzinfo=UTC)


def prices(asset_id: str, closes: dict[str, float], *, adjusted: bool = False) -> Prices:
    series = pd.Series(closes.values(), pd.DatetimeIndex(list(closes)), dtype=float)
    return Prices(
        asset_id=asset_id, closes=series, scaled=series, adjusted=adjusted, currency="HKD", exchange=EXCHANGE
    )


def flows(nets: dict[str, float]) -> Flows:
    days = pd.DatetimeIndex(list(nets))
    columns = {"net": 1.0, "buy": 2.0, "sell": 1.0, "turnover": 3.0, "sh_net": 0.5, "sz_net": 0.5}
    rows = pd.DataFrame(
        {name: [factor * net for net in nets.values()] for name, factor in columns.items()}, days
    )
    return Flows(
        channel="southbound", rows=rows, closed=frozenset(), currency="HKD", exchange=EXCHANGE, required=days
    )


#: Four days, of which the last is a record; an index and an adjusted share.
MARKET = Market(
    prices={
        "INDEX:HSI": prices(
            "INDEX:HSI",
            {
                "2025-03-24": 20_000.0,
                "2025-03-25": 20_300.7,
                "2025-03-26": 20_100.0,
                "2025-03-27": 20_100.0,
                "2025-03-28": 20_500.0,
            },
        ),
        "XHKG:700": prices("XHKG:700", {"2025-03-27": 500.0, "2025-03-28": 510.0}, adjusted=True),
    },
    channels={
        "southbound": flows(
            {"2014-11-17": 2_000.0, "2025-03-26": 5_000.0, "2025-03-27": -1_500.0, "2025-03-28": 9_000.0}
        )
    },
    turnover=pd.Series(dtype=float, index=pd.DatetimeIndex([])),
)


def asserted(metric: str, value: float | None, *, rounding: float = 0.5, **given_: Any) -> Assertion:  # noqa: ANN401 - any field
    """Return an assertion about the Hang Seng Index, or flows, on 25 March 2025."""
    is_flow = metric in {"net_flow", "turnover"}
    known = {
        "subject": "southbound" if is_flow else "hsi",
        "assets": () if is_flow else ("INDEX:HSI",),
        "unit": "HKD" if is_flow else "percent" if metric == "return" else "points",
        "period": "2025-03-28" if is_flow else "2025-03-25",
        "direction": "in" if is_flow else "none" if metric == "level" else "up",
        "published_at": AFTER,
        "low": None if value is None else value - rounding,
        "high": None if value is None else value + rounding,
    }
    return Assertion(metric=metric, value=value, **{**known, **given_})


@pytest.mark.parametrize(
    ("assertion", "outcome", "figure"),
    [
        (asserted("level", 20_301), "confirmed", 20_300.7),
        (asserted("level", 20_300), "confirmed", 20_300.7),
        (asserted("level", 20_310), "contradicted", 20_300.7),
        (asserted("change", 301), "confirmed", 300.7),
        (asserted("change", 301, direction="down"), "contradicted", 300.7),
        (asserted("return", 1.5, rounding=0.05), "confirmed", 1.5035),
        (asserted("return", 150, unit="basis_points"), "confirmed", 150.35),
        (asserted("return", 2.0, period="2025-03-24/2025-03-28", rounding=0.6), "confirmed", None),
        (asserted("net_flow", 9e9, rounding=5e8), "confirmed", 9e9),
        (asserted("net_flow", 9e9, rounding=5e8, direction="out"), "contradicted", 9e9),
        (
            asserted("net_flow", 1.5e9, rounding=5e7, period="2025-03-27", direction="out"),
            "confirmed",
            -1.5e9,
        ),
        (asserted("net_flow", 1.15e9, rounding=5e6, unit="USD"), "confirmed", None),
        (asserted("net_flow", 1e9, rounding=5e6, unit="USD"), "contradicted", None),
        (asserted("turnover", 2.7e10, rounding=5e8, direction="none"), "confirmed", 2.7e10),
        (asserted("net_flow", 4e9, low=4e9, high=None, bound="at_least"), "confirmed", 9e9),
        (asserted("net_flow", None, comparison="record_high"), "confirmed", 9e9),
        (asserted("net_flow", None, comparison="record_high", period="2025-03-27"), "contradicted", -1.5e9),
    ],
)
def test_a_number_is_held_against_its_figure(
    assertion: Assertion, outcome: str, figure: float | None
) -> None:
    if assertion.period.startswith("2025-03-24/"):
        assertion = dataclasses.replace(assertion, period="2025-03-25/2025-03-28")
    verdict = check(assertion, MARKET, MISREADING)
    assert verdict.outcome == outcome, verdict
    if figure is not None:
        assert verdict.figure == pytest.approx(figure, abs=1e-4 * max(1.0, abs(figure)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"modality": "forecast"}, "forecast"),
        ({"modality": "denied"}, "denied"),
        ({"metric": "revenue"}, "metric"),
        ({"assets": (), "subject": ""}, "subject"),
        ({"assets": ("INDEX:SPX",), "subject": "sp500"}, "data"),
        ({"period": ""}, "period"),
        ({"period": "2025-13"}, "period"),
        ({"period": "2025-03-29"}, "no_session"),
        ({"period": "2025-03-31"}, "not_known"),
        ({"period": "2025-04-02"}, "not_over"),
        ({"unit": "EUR"}, "unit"),
        ({"value": None}, "number"),
        ({"sentence": "It opened at 20,301.", "position": 13}, "intraday"),
        ({"published_at": datetime(2025, 3, 25, 4, tzinfo=UTC)}, "intraday"),
        ({"comparison": "record_high", "value": None, "period": "2025-03-28"}, "history"),
        ({"comparison": "above", "value": None}, "reference"),
        ({"value": 301.0, "low": 300.5, "high": 301.5}, "unlike"),
    ],
)
def test_what_no_data_can_tell_is_not_checked_and_says_why(changes: dict[str, Any], reason: str) -> None:
    verdict = check(dataclasses.replace(asserted("level", 20_301), **changes), MARKET, MISREADING)
    assert (verdict.outcome, verdict.reason) == ("unchecked", reason)


def test_levels_of_adjusted_prices_are_not_checked_but_returns_are() -> None:
    share: dict[str, Any] = {"subject": "tencent", "assets": ("XHKG:700",), "period": "2025-03-28"}
    assert check(asserted("price", 510, unit="HKD", **share), MARKET, MISREADING).reason == "adjusted"
    assert check(asserted("return", 2, **share), MARKET, MISREADING).outcome == "confirmed"


def test_a_contradiction_of_a_share_that_is_listed_elsewhere_too_needs_the_text_to_say_which() -> None:
    both = asserted("return", 9, subject="tencent", assets=("XHKG:700", "XNYS:T"), period="2025-03-28")
    assert check(both, MARKET, MISREADING).reason == "listing"
    here = dataclasses.replace(both, sentence="In Hong Kong it rose 9 percent", position=21)
    assert check(here, MARKET, MISREADING).outcome == "contradicted"
    away = dataclasses.replace(both, sentence="Its US-listed shares rose 9 percent", position=26)
    assert check(away, MARKET, MISREADING).reason == "other_market"


def test_a_number_that_fits_the_day_of_publication_was_read_for_a_wrong_day() -> None:
    wrong_day = asserted(
        "level", 20_500, period="2025-03-25", published_at=datetime(2025, 3, 28, 9, tzinfo=UTC)
    )
    verdict = check(wrong_day, MARKET, MISREADING)
    assert (verdict.reason, verdict.detail) == ("doubtful", "2025-03-28")


def test_a_period_under_way_goes_up_to_the_last_session_before_publication() -> None:
    running = asserted(
        "net_flow", 3.5e9, rounding=5e7, period="2025-Q1", published_at=datetime(2025, 3, 28, 1, tzinfo=UTC)
    )
    verdict = check(running, MARKET, MISREADING)
    assert (verdict.outcome, verdict.period) == ("confirmed", "2025-03-26/2025-03-27")
    assert ("to_date", "2025-03-27") in verdict.notes


@given(figure=st.floats(1, 40_000), decimals=st.integers(0, 2), far=st.floats(2, 1.5e4))
def test_a_figure_rounded_to_its_digits_is_confirmed_and_one_that_is_off_is_not(
    figure: float, decimals: int, far: float
) -> None:
    market = dataclasses.replace(MARKET, prices={"INDEX:HSI": prices("INDEX:HSI", {"2025-03-25": figure})})
    half = 0.5 * 10.0**-decimals
    written = round(figure, decimals)
    assert check(asserted("level", written, rounding=half), market, MISREADING).outcome == "confirmed"
    off = round(written + far + written / 50, decimals) + half
    assert check(asserted("level", off, rounding=half), market, MISREADING).outcome != "confirmed"


@pytest.mark.parametrize(
    ("text", "first", "last", "kind"),
    [
        ("2025-W13", date(2025, 3, 24), date(2025, 3, 30), "week"),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31), "half"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2025-01-01/2025-03-28", date(2025, 1, 1), date(2025, 3, 28), "quarter"),
        ("2025-02-03/2025-03-28", date(2025, 2, 3), date(2025, 3, 28), "span"),
        ("2025-01-01/2025-08-28", date(2025, 1, 1), date(2025, 8, 28), "year"),
    ],
)
def test_periods(text: str, first: date, last: date, kind: str) -> None:
    period = period_from_text(text)
    assert (period.first, period.last, kind_to_date(period)) == (first, last, kind)


@pytest.mark.parametrize("text", ["", "soon", "2025-W60", "2025-02-30", "2025-03-28/2025-01-01"])
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(UncheckableError):
        period_from_text(text)


@pytest.mark.parametrize(
    ("sentence", "number", "within"),
    [
        ("The index opened 1.5% higher but closed up 0.2%.", "0.2%", False),
        ("The index opened 1.5% higher but closed up 0.2%.", "1.5%", True),
        ("恒指曾升250點，收市升120點", "250點", True),
        ("恒指曾升250點，收市升120點", "120點", False),
        ("The index gained 1.1% by the lunch break", "1.1%", True),
        ("Tencent（騰訊）closed 1.1% higher", "1.1%", False),
        ("Tencent（騰訊）rose 1.1% by the lunch break", "1.1%", True),
    ],
)
def test_figures_from_within_a_session_are_told_by_the_nearest_word(
    sentence: str, number: str, *, within: bool
) -> None:
    assert is_within_session(sentence, sentence.index(number)) is within


def test_legs_and_places_are_told_by_the_words_before() -> None:
    legs = "南向资金净买入30亿，其中港股通（沪）净买入20亿，港股通（深）净买入10亿"
    assert [leg_of(legs, legs.index(number)) for number in ("30亿", "20亿", "10亿")] == [
        "net",
        "sh_net",
        "sz_net",
    ]
    assert place_of("它升2%", 2, headline="港股ADR普遍下跌") == "elsewhere"


def test_every_reason_and_note_has_its_words(root: Path) -> None:
    for language in ("en", "zh-Hant"):
        words = (root / "southbound" / "language" / "words" / f"{language}.yaml").read_text(encoding="utf-8")
        assert all(f"\nclaim_reason_{key}:" in words for key in REASONS)
        assert all(f"\nclaim_note_{key}:" in words for key in NOTES)
