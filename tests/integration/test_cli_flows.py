"""`southbound flows`: sums to date beside the records of their kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from southbound.cli import run

DAILY = Path(__file__).parents[1] / "data" / "connect" / "data_tab_daily_20260716e.js"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("flows")
    rows = [
        "date,net",
        "2023-06-01,900",
        "2024-10-03,300",
        "2024-12-31,40",
        "2025-01-02,2500",
        "2025-01-03,-100",
    ]
    table = folder / "flows.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    path = str(folder / "f.db")
    assert run(["--db", path, "ingest", "flows", str(table), "--adapter", "csv"]) == 0
    return path


def test_sums_stand_beside_the_records_before_them(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--db", database, "flows", "--start", "2024-12-01", "--end", "2025-01-02"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "2024-12-01..2025-01-02 HK$2.5 billion 2 sessions",
        "2025-01-02 HK$2.5 billion 1 session; a record, HK$1.6 billion above 2023-06-01 (HK$0.9 billion)",
        "5 sessions HK$3.7 billion 4 sessions",
        "20 sessions HK$3.7 billion 4 sessions",
        "2025-Q1 HK$2.5 billion 1 session; a record, HK$1.6 billion above 2023-Q2 (HK$0.9 billion)",
        "2025 HK$2.5 billion 1 session; a record, HK$1.6 billion above 2023 (HK$0.9 billion)",
    ]


def test_what_was_not_known_yet_is_not_counted(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--db", database, "flows", "--as-of", "2025-01-03T18:00+08:00", "--format", "json"]
    assert run(asked) == 0
    day = json.loads(capsys.readouterr().out)[0]
    assert (day["last"], day["net"], day["is_record"]) == ("2025-01-02", 2500.0, True)


def test_without_a_flow_one_line_says_what_to_do(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--db", database, "flows", "--end", "2020-01-01"]) == 2
    assert "`southbound ingest flows`" in capsys.readouterr().err
    assert run(["--db", database, "flows", "--start", "2025-01-03", "--end", "2020-01-01"]) == 2


def test_the_shares_traded_most_are_told_with_what_is_not_known(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--db", database, "flows", "--shares"]) == 2
    assert "HKEX's daily files" in capsys.readouterr().err
    copy = tmp_path / "copy.db"
    copy.write_bytes(Path(database).read_bytes())
    assert run(["--db", str(copy), "ingest", "flows", str(DAILY)]) == 0
    capsys.readouterr()
    assert run(["--db", str(copy), "flows", "--shares"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("southbound on 2026-07-16: ")
    assert told[2].split() == ["1", "XHKG:9988", "BABA-W", "HK$0.4", "billion", "(HK$10.4", "billion)"]
    assert told[-1].endswith("not told  (not told)")
    assert run(["--db", str(copy), "flows", "--shares", "--format", "json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["session"], first["leg"], first["net"]) == ("2026-07-16", "shanghai", 415912150.0)


def test_the_first_quarter_of_2025_is_told_as_strategists_told_it(
    real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "f.db")
    assert run(["--db", path, "ingest", "flows", str(real_data / "market" / "southbound_daily.csv")]) == 0
    assert run(["--db", path, "flows", "--start", "2025-01-01", "--end", "2025-03-28"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("2025-01-01..2025-03-28       HK$435.7 billion")
    assert "a record, HK$62.9 billion above 2021-Q1 (HK$372.9 billion)" in out
