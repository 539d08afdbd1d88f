"""Southbound flows out of plain CSV."""

from datetime import date
from pathlib import Path

import pytest

from ingest.connect.reader import read_flows
from ingest.error import UnreadableInputError
from ingest.flow import Flow


def write_csv(folder: Path, text: str) -> Path:
    path = folder / "flows.csv"
    path.write_text(text, encoding="utf-8")
    return path


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
    with pytest.raises(
        UnreadableInputError, match="unknown adapter 'xls' for flows; there are hkex, eastmoney, tushare, csv"
    ):
        list(read_flows(tmp_path / "x", adapter="xls"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("5.5,10,6,", "2025-03-10: bought 10.0 less sold 6.0 is not the net 5.5"),
        ("4,10,6,20", "2025-03-10: bought 10.0 and sold 6.0 are not the turnover 20.0"),
    ],
)
def test_figures_that_contradict_each_other_are_rejected(tmp_path: Path, row: str, reason: str) -> None:
    path = write_csv(tmp_path, f"date,net,buy,sell,turnover\n2025-03-10,{row}\n2025-03-11,4.5,10,6,16\n")
    rejected, flow = read_flows(path)
    assert str(rejected) == f"flows.csv line 2: {reason}"
    assert isinstance(flow, Flow)
    assert flow.net == 4.5
