"""Southbound flows out of HKEX's file and CSV."""

import json
from datetime import date
from pathlib import Path

import pytest

from ingest.error import UnreadableInputError
from ingest.flow import Flow, read_flows
from ingest.rejection import Rejection

# As HKEX gave them for 2026-07-16.
SHANGHAI = {"Total Turnover": "84,439.52", "Buy Turnover": "43,220.65", "Sell Turnover": "41,218.87"}
SHENZHEN = {"Total Turnover": "55,167.46", "Buy Turnover": "29,102.58", "Sell Turnover": "26,064.88"}
NOTHING = {"Total Turnover": "0.00", "Buy Turnover": "0.00", "Sell Turnover": "0.00"}
DASHES = {"Total Turnover": "-", "Buy Turnover": "-", "Sell Turnover": "-"}


def market(name: str, texts: dict[str, str], trading_day: object) -> dict[str, object]:
    texts = {**texts, "ETF Turnover": "1.00"}
    table = {"schema": [list(texts)], "tr": [{"td": [[text]]} for text in texts.values()]}
    top10 = {"schema": [["Rank", "Stock Code"]], "tr": [{"td": [["1", "00700"]]}]}
    content = [{"style": 2, "table": top10}, {"style": 1, "table": table}]
    return {"market": name, "date": "2026-07-16", "tradingDay": trading_day, "content": content}


def write_day(
    folder: Path,
    *,
    shanghai: dict[str, str] = SHANGHAI,
    shenzhen: dict[str, str] = SHENZHEN,
    northbound_trades: object = 1,
    southbound_trades: object = 1,
) -> Path:
    north = {"Total Turnover": "100.00", "DQB": "999,999,999"}
    markets = [
        market("SZSE Southbound", shenzhen, southbound_trades),
        market("SSE Northbound", north, northbound_trades),
        market("SSE Southbound", shanghai, southbound_trades),
        market("SZSE Northbound", north, northbound_trades),
    ]
    path = folder / "data_tab_daily_20260716e.js"
    path.write_text(f"\ufefftabData = {json.dumps(markets)};", encoding="utf-8")
    return path


def write_csv(folder: Path, text: str) -> Path:
    path = folder / "flows.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("adapter", [None, "hkex"])
def test_a_day_of_hkex_is_read_by_its_labels(tmp_path: Path, adapter: str | None) -> None:
    assert list(read_flows(write_day(tmp_path, northbound_trades=True), adapter=adapter)) == [
        Flow(
            session=date(2026, 7, 16),
            net=5039.48,
            buy=72323.23,
            sell=67283.75,
            turnover=139606.98,
            sh_net=2001.78,
            sz_net=3037.7,
            state="open",
            channel="southbound",
            currency="HKD",
            source="hkex:data_tab_daily_20260716e.js",
        )
    ]


@pytest.mark.parametrize(
    ("figures", "northbound_trades", "southbound_trades", "state"),
    [
        (NOTHING, 0, 1, "closed"),
        (DASHES, 0, 0, "closed"),
        (DASHES, 1, 1, "missing"),
        (NOTHING, 1, True, "open"),
    ],
)
def test_closed_missing_and_zero_are_three_states(
    tmp_path: Path, figures: dict[str, str], northbound_trades: object, southbound_trades: object, state: str
) -> None:
    path = write_day(
        tmp_path,
        shanghai=figures,
        shenzhen=figures,
        northbound_trades=northbound_trades,
        southbound_trades=southbound_trades,
    )
    (flow,) = read_flows(path)
    assert isinstance(flow, Flow)
    assert flow.state == state
    assert flow.net == (0.0 if state == "open" else None)
    assert flow.buy == (0.0 if state == "open" else None)


def test_one_leg_alone_is_no_total(tmp_path: Path) -> None:
    (flow,) = read_flows(write_day(tmp_path, shenzhen=DASHES))
    assert flow == Flow(session=date(2026, 7, 16), state="missing", source="hkex:data_tab_daily_20260716e.js")


@pytest.mark.parametrize(("total", "accepted"), [("84,439.54", True), ("84,439.55", False)])
def test_sums_must_agree_to_two_cents(tmp_path: Path, total: str, accepted: bool) -> None:  # noqa: FBT001  # a case of the table
    (found,) = read_flows(write_day(tmp_path, shanghai={**SHANGHAI, "Total Turnover": total}))
    assert isinstance(found, Flow) is accepted
    if isinstance(found, Rejection):
        assert found.where == "data_tab_daily_20260716e.js"
        assert found.reason == (
            "SSE Southbound: bought 43220.65 and sold 41218.87 do not add up to the total 84439.55"
        )


def test_a_missing_label_is_named_with_those_found(tmp_path: Path) -> None:
    path = write_day(tmp_path, shanghai={"Total Turnover": "1", "Buy Trades": "1", "Sell Turnover": "0"})
    with pytest.raises(UnreadableInputError) as caught:
        list(read_flows(path))
    assert str(caught.value) == (
        f"{path}, SSE Southbound: no label 'Buy Turnover'; it has: "
        "Total Turnover, Buy Trades, Sell Turnover, ETF Turnover"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tabData = [{", "is cut off or damaged"),
        ("tabData = {}", "has no list of markets"),
        (
            'tabData = [{"market": "SSE Northbound"}]',
            "has no market 'SSE Southbound'; it has: SSE Northbound",
        ),
        ('tabData = [{"market": "SSE Southbound", "content": [1]}]', "has another form"),
        ('tabData = [{"market": "SSE Southbound"}]', "has another form"),
        ("<html>No data</html>", "holds an HTML page"),
        ("Date,Total\n2026-07-16,5\n", "has no column 'net'; its columns: date, total"),
    ],
)
def test_another_form_of_hkex_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "day.js"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInputError, match=message):
        list(read_flows(path))


def test_a_csv_is_read(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path,
        'Net,date,sh_net,buy\n"1,234.5",2025-03-10,1000,\n-20,2025/3/11,,7\n,2025-03-12,0.0,\n',
    )
    source = "csv:flows.csv"
    assert list(read_flows(path)) == [
        Flow(session=date(2025, 3, 10), net=1234.5, sh_net=1000.0, state="open", source=source),
        Flow(session=date(2025, 3, 11), net=-20.0, buy=7.0, state="open", source=source),
        Flow(session=date(2025, 3, 12), state="missing", source=source),
    ]


def test_bad_rows_of_a_csv_are_rejected(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path, "date,net\n2025-03-10,abc\nMarch,1\n2025-02-30,1\n2025-03-11,inf\n2025-03-12,5\n"
    )
    *rejected, flow = read_flows(path)
    assert [str(rejection) for rejection in rejected] == [
        "flows.csv line 2: net is 'abc', where a number is needed",
        "flows.csv line 3: date is 'March'; write it as 2025-03-10",
        "flows.csv line 4: date is '2025-02-30'; write it as 2025-03-10",
        "flows.csv line 5: net is 'inf', where a number is needed",
    ]
    assert isinstance(flow, Flow)
    assert flow.net == 5.0


def test_the_last_of_several_records_stands(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "date,net\n2025-03-10,1\n2025-03-11,2\n2025-03-11,2\n2025-03-10,3\n")
    found = list(read_flows(path))
    assert str(found[0]) == (
        "flows.csv line 2: replaced by a later, different record of 2025-03-10 (flows.csv line 5)"
    )
    assert [(flow.session.day, flow.net) for flow in found if isinstance(flow, Flow)] == [
        (11, 2.0),
        (10, 3.0),
    ]
    assert len(found) == 3


def test_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "day,value\n1,2\n")
    with pytest.raises(UnreadableInputError) as caught:
        list(read_flows(path))
    assert str(caught.value) == f"{path} has no column 'date' nor 'net'; its columns: day, value"


def test_unknown_adapters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="unknown adapter 'xls' for flows; there are hkex, csv"):
        list(read_flows(tmp_path / "x", adapter="xls"))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "day.js"
    path.write_bytes(b"tabData = [\xff]")
    with pytest.raises(UnreadableInputError, match="is not UTF-8 text"):
        list(read_flows(path))
    with pytest.raises(UnreadableInputError, match="does not start with 'tabData ='"):
        list(read_flows(write_csv(tmp_path, "date,net\n"), adapter="hkex"))
