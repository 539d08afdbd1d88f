"""What tushare's two tables tell, and what they don't."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ingest.connect.reader import read_flows
from ingest.error import UnreadableInputError
from ingest.flow import Flow, FlowLeg
from ingest.rejection import Rejection

FILES = Path(__file__).parents[1] / "data" / "connect"


@pytest.mark.parametrize("adapter", [None, "tushare"])
def test_the_daily_table_is_the_shanghai_leg_in_rmb(adapter: str | None) -> None:
    first, second, third = read_flows(FILES / "tushare_ggt_daily.json", adapter=adapter)
    assert first == Flow(
        session=date(2019, 9, 25),
        state="open",
        source="tushare:tushare_ggt_daily.json",
        legs=(
            FlowLeg(
                leg="shanghai",
                buy=3122.0,
                sell=2707.0,
                turnover=5829.0,
                n_buys=55400,
                n_sells=45500,
                currency="CNY",
            ),
        ),
    )
    assert isinstance(second, Flow)
    assert second.net is None
    assert third == Flow(session=date(2019, 9, 23), state="missing", source="tushare:tushare_ggt_daily.json")


def test_the_money_flow_is_the_quota_used_and_ends_in_august_2024() -> None:
    found = list(read_flows(FILES / "tushare_moneyflow_hsgt.csv"))
    flows = [one for one in found if isinstance(one, Flow)]
    assert [(flow.channel, flow.session.day, flow.quota_used, flow.state) for flow in flows] == [
        ("southbound", 8, -664.0, "open"),
        ("southbound", 7, -84.0, "open"),
        ("southbound", 6, None, "missing"),
        ("northbound", 8, 1762.62, "open"),
        ("northbound", 7, 3220.67, "open"),
        ("northbound", 6, 2400.0, "open"),
    ]
    assert {flow.net for flow in flows} == {None}
    assert [flow.currency for flow in flows] == ["HKD", "HKD", "HKD", "CNY", "CNY", "CNY"]
    rejected = [one.reason for one in found if isinstance(one, Rejection)]
    assert rejected == [
        "2024-08-19: moneyflow_hsgt ends with 2024-08-16; what it has after that is no inflow"
    ]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"code": 40203, "msg": "每分钟最多访问", "data": {"fields": []}}, "tushare says 每分钟最多访问"),
        ({"code": 0, "data": {"fields": ["trade_date"]}}, "has no labels 'data.fields' and 'data.items'"),
        ({"code": 0, "data": {"fields": ["day"], "items": []}}, "has no label 'trade_date'; it has: day"),
        (
            {"code": 0, "data": {"fields": ["trade_date", "vol"], "items": [["20190925", 1]]}},
            "has no label 'buy_amount'.*it has: trade_date, vol",
        ),
    ],
)
def test_another_form_is_refused_by_name(tmp_path: Path, answer: object, message: str) -> None:
    path = tmp_path / "ggt.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    with pytest.raises(UnreadableInputError, match=message):
        list(read_flows(path))


def test_rows_that_are_no_record_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "ggt.json"
    fields = ["trade_date", "buy_amount", "sell_amount"]
    items = [["20190925", 31.22], ["20190924", "many", 1.0], ["20190923", 26.69, 31.5]]
    path.write_text(json.dumps({"code": 0, "data": {"fields": fields, "items": items}}), encoding="utf-8")
    first, second, flow = read_flows(path)
    assert str(first) == "ggt.json item 1: has not one value for each of trade_date, buy_amount, sell_amount"
    assert str(second) == "ggt.json item 2: buy_amount is 'many', where a number is needed"
    assert isinstance(flow, Flow)


def test_legs_that_do_not_add_up_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "hsgt.csv"
    path.write_text("trade_date,ggt_ss,ggt_sz,south_money\n20180808,-476,-188,-66.4\n", encoding="utf-8")
    (rejection,) = read_flows(path)
    assert str(rejection) == "hsgt.csv line 2: 2018-08-08: the legs' -664.0 is not the south_money -66.4"


@pytest.mark.real
def test_the_daily_table_agrees_with_the_shanghai_net_at_the_day_s_rate(real_data: Path) -> None:
    """What the module says of tushare's sample, against the official figures."""
    lines = (real_data / "market/southbound_daily.csv").read_text().splitlines()
    shanghai = {line.split(",")[0]: float(line.split(",")[1] or "nan") for line in lines[1:]}
    sample = {"2019-09-25": (31.22, 27.07), "2019-09-24": (37.69, 39.14), "2019-09-20": (35.62, 33.41)}
    for day, (buy, sell) in sample.items():
        assert (buy - sell) * 100 / shanghai[day] == pytest.approx(0.9025, abs=0.003)
