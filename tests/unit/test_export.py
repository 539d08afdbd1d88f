"""Series as files and on standard output."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from southbound.error import UsageError
from southbound.export import ExportFormat, export_frame, write_text

FRAME = pd.DataFrame(
    {
        "session": pd.to_datetime(["2025-02-10", "2025-02-11"]),
        "share": [0.1 + 0.2, None],
        "volume": [14.0, 0.0],
        "n_articles": [128, 3],
        "state": ["ok", "thin"],
        "complete": [True, False],
        "known_at": pd.to_datetime(["2025-02-10T01:15:00Z", "NaT"], utc=True),
    }
)
CSV = """session,share,volume,n_articles,state,complete,known_at
2025-02-10,0.3,14,128,ok,true,2025-02-10T01:15:00.000Z
2025-02-11,,0,3,thin,false,
"""


def test_csv_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    export_frame(FRAME, format="csv", target=None)
    assert capsys.readouterr().out == CSV


def test_csv_goes_to_a_file(tmp_path: Path) -> None:
    export_frame(FRAME, format="csv", target=tmp_path / "ai.csv")
    assert (tmp_path / "ai.csv").read_text(encoding="utf-8") == CSV


def test_json_is_a_list_of_records(capsys: pytest.CaptureFixture[str]) -> None:
    export_frame(FRAME, format="json", target=None)
    assert json.loads(capsys.readouterr().out) == [
        {
            "session": "2025-02-10",
            "share": 0.3,
            "volume": 14.0,
            "n_articles": 128,
            "state": "ok",
            "complete": True,
            "known_at": "2025-02-10T01:15:00.000Z",
        },
        {
            "session": "2025-02-11",
            "share": None,
            "volume": 0.0,
            "n_articles": 3,
            "state": "thin",
            "complete": False,
            "known_at": None,
        },
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), None])
def test_json_writes_what_is_missing_as_null(value: float | None, capsys: pytest.CaptureFixture[str]) -> None:
    export_frame(pd.DataFrame({"share": [value]}), format="json", target=None)
    assert json.loads(capsys.readouterr().out) == [{"share": None}]


def test_numbers_have_ten_significant_digits(capsys: pytest.CaptureFixture[str]) -> None:
    export_frame(pd.DataFrame({"x": [123456.789012345, 1 / 3, 2e-7]}), format="csv", target=None)
    assert capsys.readouterr().out == "x\n123456.789\n0.3333333333\n2e-07\n"


@pytest.mark.parametrize(("form", "expected"), [("csv", "session,share\n"), ("json", "[]\n")])
def test_an_empty_series_has_no_rows(
    form: ExportFormat, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    export_frame(FRAME.loc[[], ["session", "share"]], format=form, target=None)
    assert capsys.readouterr().out == expected


def test_parquet_keeps_types(tmp_path: Path) -> None:
    export_frame(FRAME, format="parquet", target=tmp_path / "ai.parquet")
    table = pq.read_table(tmp_path / "ai.parquet")
    assert table.schema.field("session").type == pa.date32()
    assert table.schema.field("known_at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("n_articles").type == pa.int64()
    assert table["session"].to_pylist() == [date(2025, 2, 10), date(2025, 2, 11)]
    assert table["share"].to_pylist() == [0.3, None]
    assert table.column_names == list(FRAME.columns)


def test_parquet_needs_a_file() -> None:
    with pytest.raises(UsageError, match="parquet is no text; name a file for it with -o"):
        export_frame(FRAME, format="parquet", target=None)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no format 'xml'; use csv, json, parquet"):
        export_frame(FRAME, format="xml", target=None)  # type: ignore[arg-type]  # that is what is tested


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder; name a file in it"):
        write_text("x", target=tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no folder .*nowhere; make it first"):
        write_text("x", target=tmp_path / "nowhere" / "ai.csv")


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "ai.csv"
    target.write_text("old", encoding="utf-8")

    def fail(self: Path, _content: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(Exception, match="can't be written: No space left on device"):
        write_text("new", target=target)
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["ai.csv"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write_text("new", target=tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "new"


def test_text_is_written_as_utf8(tmp_path: Path) -> None:
    write_text("恒指\n", target=tmp_path / "a.md")
    assert (tmp_path / "a.md").read_bytes() == b"\xe6\x81\x92\xe6\x8c\x87\n"
