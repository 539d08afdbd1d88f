"""Bad figures of the market: clear words, null rather than a guess, and nothing good is lost."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from southbound.cli import run
from southbound.store import Store

FLOWS = """date,net,buy,sell,turnover
2025-04-01,3000,30000,27000,57000
2025-04-02,4000,31000,27000,-58000
2025-04-03,5000,32000,27000,59000
2025-04-03,5000,32000,27000,59000
2025-04-03,5100,32100,27000,59100
2025-04-07,60000000,,,
2025-04-08,2000,30000,28000,58000
2025-04-09,much,30000,28000,58000
2025-04-10,900,,,-58000
{future},2000,30000,28000,58000
"""
PRICES = """date,close
2025-04-01,23206
2025-04-02,23202
2025-04-03,2320
2025-04-07,-5
2025-04-08,2290
2025-04-08,2290
{future},2400
"""
FUTURE = str(date.today() + timedelta(days=40))  # noqa: DTZ011 - any zone's day will do
SPAN = ["--start", "2025-04-01", "--end", "2025-04-10"]


@pytest.fixture(scope="module")
def database(history: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bad") / "h.db"
    history.backup(path)
    (path.parent / "southbound.csv").write_text(FLOWS.format(future=FUTURE), encoding="utf-8")
    (path.parent / "HSI.csv").write_text(PRICES.format(future=FUTURE), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def imported(database: Path) -> Path:
    """The database after both files."""
    for kind, name in (("flows", "southbound.csv"), ("prices", "HSI.csv")):
        assert run(["--db", str(database), "ingest", kind, str(database.parent / name)]) == 3
    return database


def read_csv(capsys: pytest.CaptureFixture[str]) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(capsys.readouterr().out), index_col=0)


def test_each_bad_figure_is_named_and_the_rest_stored(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    assert run(["--db", str(copy), "ingest", "flows", str(database.parent / "southbound.csv")]) == 3
    told = capsys.readouterr().err
    for said in (
        "line 3: 2025-04-02: turnover is -58000; what is traded is not below zero",
        "line 4: replaced by a later, different record of 2025-04-03",
        "2025-04-07: the net 6e+07 is about 10,000 times the median",
        "line 9: net is 'much', where a number is needed",
        "line 10: 2025-04-10: turnover is -58000; what is traded is not below zero",
        f"session {FUTURE} lies in the future",
    ):
        assert said in told
    assert run(["--db", str(copy), "ingest", "prices", str(database.parent / "HSI.csv")]) == 3
    told = capsys.readouterr().err
    for said in (
        "close 23202 before, 2320 on 2025-04-03, without a split; stored, but look at it",
        "line 5: close is -5; a price is above zero",
        f"session {FUTURE} lies in the future",
    ):
        assert said in told


def test_the_table_has_nulls_where_figures_were_bad_and_gaps(
    imported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    asked = ["--db", str(imported), "table", "--theme", "ai", "--asset", "INDEX:HSI", *SPAN]
    assert run([*asked, "--align", "contemporaneous"]) == 0
    table = read_csv(capsys)
    assert table["net_flow"].dropna().to_dict() == {
        "2025-04-01": 3000,
        "2025-04-03": 5100,
        "2025-04-08": 2000,
    }
    assert set(table.loc[table["net_flow"].isna(), "flow_state"]) == {"missing"}
    assert table["INDEX:HSI_close"].isna().to_dict()["2025-04-07"]
    # No return over the gap: the close before that of the 8th is five days old.
    assert table["INDEX:HSI_return"].isna().to_dict()["2025-04-08"]
    assert run([*asked, "--align", "tradeable"]) == 0
    tradeable = read_csv(capsys)
    assert (tradeable["flow_session"] < tradeable.index).all()
    assert tradeable.loc["2025-04-10", "net_flow"] == 2000


def test_the_future_enters_no_series(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["--db", str(imported), "flows", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["last"] == "2025-04-08"
    assert run(["--db", str(imported), "series", "ai", "--with", "flows,prices", *SPAN]) == 0
    assert len(read_csv(capsys)) == 7


def test_a_leap_without_a_split_does_not_stop_the_evaluation(
    imported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    for more in ([], ["--as-of", "2020-01-01"]):
        asked = ["--db", str(imported), "evaluate", "ai", "--placebos", "5", *more]
        assert run(asked) == 0
        assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("command", [["series", "ai"], ["series", "ai", "--freq", "week"], ["table"]])
@pytest.mark.parametrize("as_of", ["2025-03-03", "1950-01-01"])
def test_before_the_first_row_there_is_a_header_and_a_word(
    imported: Path, command: list[str], as_of: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["--db", str(imported), *command, "--as-of", as_of]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert len(err.splitlines()) == 1
    assert "nothing was known before" in err
    assert "the first tagged article was known at 2025-03-03T" in err


def test_an_empty_span_says_that_it_is_one(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    asked = ["--db", str(imported), "series", "ai", "--start", "2025-03-08", "--end", "2025-03-09"]
    assert run(asked) == 0
    assert "no session in the span" in capsys.readouterr().err
