"""Flows in a wrong unit are set aside, real ones never."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ingest.connect.reader import read_flows
from ingest.connect.unit import FlowHistory, KnownFlow, set_aside_wrong_units
from ingest.flow import Flow
from ingest.rejection import Rejection

FIRST = date(2025, 3, 3)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def known(count: int, *, size: float | None = 100_000.0, net: float | None = 4_000.0) -> list[KnownFlow]:
    return [KnownFlow(session=day(number), net=net, size=size) for number in range(count)]


def flow(number: int, net: float | None, turnover: float | None = None) -> Flow:
    return Flow(session=day(number), net=net, turnover=turnover, state="open", source="csv:x.csv")


def sift(flows: list[Flow], stored: list[KnownFlow]) -> tuple[list[Flow], list[str]]:
    found = list(set_aside_wrong_units(flows, FlowHistory(stored), where="x.csv"))
    return [one for one in found if isinstance(one, Flow)], [
        str(one) for one in found if isinstance(one, Rejection)
    ]


@pytest.mark.parametrize("factor", [10, 100, 1000, 1 / 10, 1 / 100, 1 / 1000])
def test_a_turnover_of_another_unit_is_set_aside(factor: float) -> None:
    kept, rejected = sift([flow(30, 40.0, 110_000.0 * factor), flow(31, 40.0, 90_000.0)], known(30))
    assert [one.session for one in kept] == [day(31)]
    (reason,) = rejected
    times = f"{factor:,.0f} times" if factor > 1 else f"1/{1 / factor:,.0f} of"
    assert reason.startswith(f"x.csv: {day(30)}: the turnover ")
    assert f"is about {times} the median of the sessions beside it; the unit seems wrong" in reason


def test_a_market_that_grows_session_by_session_is_kept() -> None:
    growing = [flow(30 + number, 10.0, 100_000.0 * 2**number) for number in range(6)]
    kept, rejected = sift(growing, known(30))
    assert (len(kept), rejected) == (6, [])


def test_older_sessions_are_measured_by_the_stored_ones_after_them() -> None:
    older = [flow(-2, 40.0, 120_000.0), flow(-1, 40.0, 1_200.0)]
    kept, rejected = sift(older, known(30))
    assert [one.session for one in kept] == [day(-2)]
    assert len(rejected) == 1


def test_without_a_history_nothing_can_be_told() -> None:
    assert len(sift([flow(5, 1.0, 1e9), flow(6, 4e9)], known(4))[0]) == 2


@pytest.mark.parametrize(
    ("net", "is_kept"), [(4_000.0, True), (4_010.0, True), (40.0, False), (-400_000.0, False)]
)
def test_another_record_of_the_session_tells_the_unit(net: float, is_kept: bool) -> None:  # noqa: FBT001  # a case of the table
    kept, rejected = sift([flow(3, net)], known(4, size=None))
    assert bool(kept) is is_kept
    if not is_kept:
        assert "times the one that is stored" in rejected[0] or "of the one that is stored" in rejected[0]


def test_many_nets_are_judged_by_their_median_and_one_only_when_it_is_enormous() -> None:
    stored = known(60, size=None)
    nets = [flow(60 + number, 0.4 * (number % 7 + 7)) for number in range(25)]
    kept, rejected = sift(nets, stored)
    assert (kept, len(rejected)) == ([], 25)
    assert "the nets of this file are about 1/1,000 of those stored beside them" in rejected[0]
    assert len(sift([flow(60, 40.0)], stored)[0]) == 1
    assert len(sift([flow(60, 400_000.0)], stored)[0]) == 0


def test_an_open_session_without_any_trade_is_set_aside() -> None:
    (reason,) = sift([flow(30, 0.0, 0.0)], known(30))[1]
    assert reason == (
        f"x.csv: {day(30)}: nothing was traded, though the session is told to be open (--any-size stores it)"
    )


def test_closed_and_missing_sessions_pass() -> None:
    quiet = [
        Flow(session=day(40), state="closed", source="hkex:x"),
        Flow(session=day(41), state="missing", source="hkex:x"),
    ]
    assert sift(quiet, known(30)) == (quiet, [])


@pytest.mark.real
def test_no_real_session_is_set_aside_and_nearly_all_wrong_ones_are(real_data: Path) -> None:
    flows = [one for one in read_flows(real_data / "market/southbound_daily.csv") if isinstance(one, Flow)]
    assert len(flows) > 2600
    assert sift(flows, [])[1] == []
    sizes = [KnownFlow(session=one.session, net=None, size=one.size) for one in flows]
    shares = {}
    for factor in (10.0, 0.1, 100.0):
        tested = range(20, len(flows), 7)
        found = 0
        for index in tested:
            one = flows[index]
            wrong = Flow(
                session=one.session, net=1.0, turnover=(one.size or 0.0) * factor, state="open", source="x:y"
            )
            found += bool(sift([wrong], sizes[index - 20 : index])[1])
        shares[factor] = found / len(tested)
    assert shares[10.0] > 0.985
    assert shares[0.1] > 0.96
    assert shares[100.0] == 1.0
