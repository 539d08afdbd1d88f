"""Flows out of Eastmoney's history, as JSON and as akshare's tables."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.connect.eastmoney import parse_answers
from ingest.connect.reader import read_flows
from ingest.error import UnreadableInputError
from ingest.flow import Flow
from ingest.rejection import Rejection

FILES = Path(__file__).parents[1] / "data" / "connect"


def flows(path: Path, adapter: str | None = None) -> list[Flow]:
    found = list(read_flows(path, adapter=adapter))
    assert not [one for one in found if isinstance(one, Rejection)]
    return [one for one in found if isinstance(one, Flow)]


@pytest.mark.parametrize("adapter", [None, "eastmoney"])
def test_the_history_is_in_millions_and_goes_on_without_the_quota(adapter: str | None) -> None:
    first, second, third = flows(FILES / "eastmoney_006.json", adapter)
    assert first.session == date(2024, 8, 15)
    assert (second.net, second.buy, second.sell, second.turnover) == (4725.48, 15643.88, 10918.4, 26562.28)
    assert (second.quota_used, second.currency, second.source) == (
        3900.0,
        "HKD",
        "eastmoney:eastmoney_006.json",
    )
    assert (third.session, third.net, third.quota_used) == (date(2024, 8, 19), -6179.35, None)
    assert third.turnover == pytest.approx(30970.07)
    assert third.state == "open"


def test_both_legs_together_are_the_whole() -> None:
    first, second = flows(FILES / "eastmoney_002_004.json")
    assert (first.net, first.sh_net, first.sz_net) == (4725.48, 2820.59, 1904.89)
    assert second.net == pytest.approx(-6179.35)
    assert [leg.leg for leg in second.legs] == ["shanghai", "shenzhen"]


def test_whole_and_legs_make_one_flow() -> None:
    texts = [(FILES / name).read_text() for name in ("eastmoney_006.json", "eastmoney_002_004.json")]
    found = [one for one in parse_answers(texts, name="history", file="history") if isinstance(one, Flow)]
    assert [flow.session.day for flow in found] == [15, 16, 19]
    assert (found[1].buy, found[1].sh_net, found[1].sz_net) == (15643.88, 2820.59, 1904.89)
    assert (found[0].sh_net, found[0].legs) == (None, ())


def write_answer(folder: Path, rows: list[dict[str, object]], **answer: object) -> Path:
    path = folder / "answer.json"
    body = {"result": {"pages": 1, "data": rows}, "success": True, **answer}
    path.write_text(f"jQuery112309_1({json.dumps(body)});", encoding="utf-8")
    return path


def row(**values: object) -> dict[str, object]:
    plain = {"MUTUAL_TYPE": "006", "TRADE_DATE": "2026-07-16 00:00:00"}
    amounts = {"NET_DEAL_AMT": 5039.48, "BUY_AMT": 72323.23, "SELL_AMT": 67283.75}
    return {**plain, **amounts, "FUND_INFLOW": float("nan"), **values}


def test_null_and_nan_are_missing_and_a_row_of_zeros_says_nothing(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("NET_DEAL_AMT", "BUY_AMT", "SELL_AMT"))
    zeros = dict.fromkeys(nothing, 0.0)
    path = write_answer(
        tmp_path,
        [
            row(),
            row(TRADE_DATE="2026-07-17", **nothing),
            row(TRADE_DATE="2026-10-02", **zeros),
            row(MUTUAL_TYPE="005", **{**nothing, "DEAL_AMT": 283911.86}),
        ],
    )
    north, told, missing, zero = flows(path)
    assert (told.net, told.quota_used) == (5039.48, None)
    assert (missing.state, zero.state) == ("missing", "missing")
    assert (north.channel, north.net, north.turnover, north.currency) == (
        "northbound",
        None,
        283911.86,
        "CNY",
    )


def test_one_leg_alone_is_no_total(tmp_path: Path) -> None:
    (flow,) = flows(write_answer(tmp_path, [row(MUTUAL_TYPE="002")]))
    assert (flow.state, flow.net, flow.sh_net) == ("open", None, 5039.48)
    (early,) = flows(write_answer(tmp_path, [row(MUTUAL_TYPE="002", TRADE_DATE="2015-04-09")]))
    assert early.net == 5039.48


def test_rows_that_contradict_themselves_are_rejected(tmp_path: Path) -> None:
    path = write_answer(
        tmp_path, [row(NET_DEAL_AMT=50.3948), row(MUTUAL_TYPE="009"), row(MUTUAL_TYPE="002", BUY_AMT="many")]
    )
    assert [str(one) for one in read_flows(path)] == [
        "answer.json row 2: MUTUAL_TYPE is '009'; known are 001, 002, 003, 004, 005, 006",
        "answer.json row 3: BUY_AMT is 'many', where a number is needed",
        "answer.json: 2026-07-16: bought 72323.23 less sold 67283.75 is not the net 50.3948",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"result": {"data": [{"MUTUAL_TYPE": "006"}]}}', "no label 'TRADE_DATE'; it has: MUTUAL_TYPE"),
        ('{"result": null, "success": false, "message": "blocked"}', "Eastmoney says blocked"),
        ('{"data": []}', "has no label 'result'"),
        ('{"result": {"data": 1}}', "has no list 'result.data'"),
        ('{"result": ', "is no JSON, or cut off"),
    ],
)
def test_another_form_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "history.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInputError, match=f"history.json.*{message}"):
        list(read_flows(path))


def test_a_page_behind_the_last_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text('{"result": null, "success": false, "message": "返回数据为空", "code": 9201}')
    assert list(read_flows(path)) == []


def test_akshares_table_is_in_hundreds_of_millions(tmp_path: Path) -> None:
    found = flows(FILES / "南向资金.csv")
    assert [(flow.session.isoformat(), flow.net, flow.state) for flow in found] == [
        ("2014-11-17", 2132.08, "open"),
        ("2024-08-16", 4725.48, "open"),
        ("2024-08-19", -6179.35, "open"),
        ("2024-08-20", None, "missing"),
    ]
    assert (found[1].buy, found[1].sell, found[1].quota_used) == (15643.88, 10918.4, 3900.0)
    assert (found[1].channel, found[1].source) == ("southbound", "eastmoney:南向资金.csv")
    # Without a name that tells, the level of the index does: the Hang Seng's stands under 沪深300.
    unnamed = tmp_path / "hist.csv"
    shutil.copy(FILES / "南向资金.csv", unnamed)
    assert [flow.net for flow in flows(unnamed)] == [flow.net for flow in found]


def test_akshares_table_of_a_leg_or_of_nobody(tmp_path: Path) -> None:
    text = "日期,当日成交净买额,买入成交额,卖出成交额\n2024-08-16,28.2059,90,61.7941\n"
    leg = tmp_path / "港股通（沪）.csv"
    leg.write_text(text, encoding="utf-8")
    (flow,) = flows(leg)
    assert (flow.net, flow.sh_net, flow.legs[0].leg) == (None, 2820.59, "shanghai")
    nobody = tmp_path / "hist.csv"
    nobody.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInputError, match="does not say whose flows it holds; put 南向资金"):
        list(read_flows(nobody))
    level = tmp_path / "level.csv"
    level.write_text(text.replace("额\n", "额,沪深300\n").replace("1\n", "1,3345.63\n"), encoding="utf-8")
    (north,) = flows(level)
    assert (north.channel, north.currency, north.net) == ("northbound", "CNY", 2820.59)
