"""Flows out of HKEX's daily file."""

import json
from datetime import date
from pathlib import Path

import pytest

from ingest.connect.reader import read_flows
from ingest.error import UnreadableInputError
from ingest.flow import Flow, FlowLeg
from ingest.rejection import Rejection

# As HKEX gave them for 2026-07-16.
SHANGHAI = {"Total Turnover": "84,439.52", "Buy Turnover": "43,220.65", "Sell Turnover": "41,218.87"}
SHENZHEN = {"Total Turnover": "55,167.46", "Buy Turnover": "29,102.58", "Sell Turnover": "26,064.88"}
FILES = Path(__file__).parents[1] / "data" / "connect"
NORTH = {"Total Turnover": "100.00", "DQB": "999,999,999"}
NOTHING = {"Total Turnover": "0.00", "Buy Turnover": "0.00", "Sell Turnover": "0.00"}
DASHES = {"Total Turnover": "-", "Buy Turnover": "-", "Sell Turnover": "-"}


def market(name: str, texts: dict[str, str], trading_day: object) -> dict[str, object]:
    texts = {**texts, "ETF Turnover": "1.00"}
    table = {"schema": [list(texts)], "tr": [{"td": [[text]]} for text in texts.values()]}
    top10: dict[str, object] = {"schema": [["Rank", "Stock Code"]], "tr": []}
    content = [{"style": 2, "table": top10}, {"style": 1, "table": table}]
    return {"market": name, "date": "2026-07-16", "tradingDay": trading_day, "content": content}


def write_day(
    folder: Path,
    *,
    shanghai: dict[str, str] = SHANGHAI,
    shenzhen: dict[str, str] = SHENZHEN,
    northbound_trades: object = 1,
    southbound_trades: object = 1,
    north: dict[str, str] = NORTH,
) -> Path:
    markets = [
        market("SZSE Southbound", shenzhen, southbound_trades),
        market("SSE Northbound", north, northbound_trades),
        market("SSE Southbound", shanghai, southbound_trades),
        market("SZSE Northbound", north, northbound_trades),
    ]
    path = folder / "data_tab_daily_20260716e.js"
    path.write_text(f"\ufefftabData = {json.dumps(markets)};", encoding="utf-8")
    return path


def southbound(path: Path) -> Flow | Rejection:
    """Read what the file tells of the southbound channel."""
    return next(read_flows(path))


@pytest.mark.parametrize("adapter", [None, "hkex"])
@pytest.mark.parametrize("language", ["e", "c"])
def test_a_day_is_read_by_its_labels_both_legs_apart_and_summed(adapter: str | None, language: str) -> None:
    south, north = read_flows(FILES / f"data_tab_daily_20260716{language}.js", adapter=adapter)
    assert isinstance(south, Flow)
    assert isinstance(north, Flow)
    assert (south.net, south.buy, south.sell, south.turnover) == (5039.48, 72323.23, 67283.75, 139606.98)
    assert (south.sh_net, south.sz_net) == (2001.78, 3037.7)
    assert (south.state, south.channel, south.currency) == ("open", "southbound", "HKD")
    assert south.source == f"hkex:data_tab_daily_20260716{language}.js"
    assert south.legs == (
        FlowLeg(
            leg="shanghai",
            buy=43220.65,
            sell=41218.87,
            turnover=84439.52,
            n_trades=1402118,
            n_buys=720045,
            n_sells=682073,
            etf_turnover=2310.77,
            currency="HKD",
        ),
        FlowLeg(
            leg="shenzhen",
            buy=29102.58,
            sell=26064.88,
            turnover=55167.46,
            n_trades=903220,
            n_buys=470110,
            n_sells=433110,
            etf_turnover=988.01,
            currency="HKD",
        ),
    )
    # Northbound tells no buying and selling since August 2024.
    assert (north.net, north.buy, north.turnover, north.state) == (None, None, 250194.53, "open")
    assert (north.channel, north.currency) == ("northbound", "CNY")
    assert [leg.etf_turnover for leg in north.legs] == [1032.6, 644.18]


def test_the_ten_shares_are_kept_in_dollars_by_leg() -> None:
    south, north = read_flows(FILES / "data_tab_daily_20260716c.js")
    assert isinstance(south, Flow)
    assert isinstance(north, Flow)
    first, second, third, fourth = south.shares
    assert (first.leg, first.rank, first.asset_id, first.name) == (
        "shanghai",
        1,
        "XHKG:9988",
        "阿里巴巴－Ｗ",
    )
    assert (first.buy, first.sell, first.turnover) == (5403112300.0, 4987200150.0, 10390312450.0)
    assert (second.asset_id, second.name) == ("XHKG:700", "騰訊控股")
    assert (third.leg, third.asset_id) == ("shenzhen", "XHKG:700")
    assert (fourth.asset_id, fourth.buy, fourth.turnover) == ("XHKG:1810", None, None)
    assert [share.asset_id for share in north.shares] == ["XSHG:600519", "XSHE:300750"]
    assert [share.currency for share in north.shares] == ["CNY", "CNY"]
    assert (north.shares[0].buy, north.shares[0].turnover) == (None, 3120456789.0)


def test_closed_is_not_zero_when_only_the_mainland_is_shut() -> None:
    south, north = read_flows(FILES / "data_tab_daily_20261002e.js")
    assert south == Flow(session=date(2026, 10, 2), state="closed", source="hkex:data_tab_daily_20261002e.js")
    assert isinstance(north, Flow)
    assert (north.state, north.turnover) == ("closed", None)


def test_an_old_layout_with_other_rows_is_read_too() -> None:
    south, north = read_flows(FILES / "data_tab_daily_20180808e.js")
    assert isinstance(south, Flow)
    assert isinstance(north, Flow)
    assert (south.net, south.sh_net, south.sz_net) == (-1488.05, -976.05, -512.0)
    assert (south.buy, south.sell, south.turnover) == (3494.62, 4982.67, 8477.29)
    assert [leg.n_trades for leg in south.legs] == [52001, 40400]
    assert (north.net, north.currency) == (1210.3, "CNY")
    assert south.shares == ()


def test_shanghai_alone_is_the_total_before_there_was_shenzhen(tmp_path: Path) -> None:
    shanghai = {**market("SSE Southbound", SHANGHAI, 1), "date": "2016-12-02"}
    path = tmp_path / "day.js"
    path.write_text(f"tabData = {json.dumps([shanghai])}", encoding="utf-8")
    flow = southbound(path)
    assert isinstance(flow, Flow)
    assert (flow.net, flow.sh_net, flow.sz_net) == (2001.78, 2001.78, None)
    path.write_text(path.read_text().replace("2016-12-02", "2016-12-05"), encoding="utf-8")
    with pytest.raises(UnreadableInputError, match="has no market 'SZSE Southbound'; it has: SSE Southbound"):
        southbound(path)


def test_markets_with_another_name_are_known_by_their_id(tmp_path: Path) -> None:
    named = [
        {**market("港股通（滬）", SHANGHAI, 1), "id": 1},
        {**market("港股通（深）", SHENZHEN, 1), "id": 3},
    ]
    path = tmp_path / "day.js"
    path.write_text(f"tabData = {json.dumps(named)}", encoding="utf-8")
    flow = southbound(path)
    assert isinstance(flow, Flow)
    assert flow.net == 5039.48


def test_a_northbound_part_of_another_form_leaves_the_southbound_one(tmp_path: Path) -> None:
    path = write_day(tmp_path, north={"Turnover": "100.00"})
    south, north = read_flows(path)
    assert isinstance(south, Flow)
    assert str(north) == (
        f"{path.name}: {path}, SSE Northbound: no label 'Total Turnover'; it has: Turnover, ETF Turnover"
    )


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
    flow = southbound(path)
    assert isinstance(flow, Flow)
    assert flow.state == state
    assert flow.net == (0.0 if state == "open" else None)
    assert flow.buy == (0.0 if state == "open" else None)


def test_one_leg_alone_is_no_total(tmp_path: Path) -> None:
    flow = southbound(write_day(tmp_path, shenzhen=DASHES))
    assert flow == Flow(session=date(2026, 7, 16), state="missing", source="hkex:data_tab_daily_20260716e.js")


@pytest.mark.parametrize(("total", "accepted"), [("84,439.53", True), ("84,439.54", False)])
def test_sums_must_agree_to_a_cent(tmp_path: Path, total: str, accepted: bool) -> None:  # noqa: FBT001  # a case of the table
    found = southbound(write_day(tmp_path, shanghai={**SHANGHAI, "Total Turnover": total}))
    assert isinstance(found, Flow) is accepted
    if isinstance(found, Rejection):
        assert found.reason == (
            "SSE Southbound: bought 43220.65 and sold 41218.87 do not add up to the total 84439.54"
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
        (
            'tabData = [{"market": "SSE Southbound", "date": "2016-01-04", "content": [1]}]',
            "has another form",
        ),
        ('tabData = [{"market": "SSE Southbound", "date": "2016-01-04"}]', "has another form"),
        ('tabData = [{"market": "SSE Southbound"}]', "SSE Southbound: date is ''"),
        ("<html>No data</html>", "holds an HTML page"),
    ],
)
def test_another_form_of_hkex_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "day.js"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInputError, match=message):
        list(read_flows(path))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "day.js"
    path.write_bytes(b"tabData = [\xff]")
    with pytest.raises(UnreadableInputError, match="is not UTF-8 text"):
        list(read_flows(path))
    path.write_text("date,net\n", encoding="utf-8")
    with pytest.raises(UnreadableInputError, match="does not start with 'tabData ='"):
        list(read_flows(path, adapter="hkex"))


def test_a_top_ten_of_another_form_is_named(tmp_path: Path) -> None:
    text = (FILES / "data_tab_daily_20260716e.js").read_text(encoding="utf-8")
    path = tmp_path / "day.js"
    path.write_text(text.replace('"Stock Code"', '"Code"'), encoding="utf-8")
    with pytest.raises(UnreadableInputError, match="the table of the top ten has no label 'Stock Code'"):
        list(read_flows(path))
