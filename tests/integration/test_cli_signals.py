"""Drivers, tables, alerts and level shifts from the command line, on a small history."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from pyarrow import feather

from southbound.alert import read_alerts
from southbound.cli import run
from southbound.error import UsageError
from southbound.store import Store

SETTINGS = "series: {min_articles: 2, min_history: 2}\n"


@pytest.fixture(scope="module")
def asked(history: Store, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command with the history as its database, and scales that few sessions make."""
    folder = tmp_path_factory.mktemp("signals")
    history.backup(folder / "h.db")
    (folder / "settings.yaml").write_text(SETTINGS, encoding="utf-8")
    return ["--db", str(folder / "h.db"), "--config", str(folder / "settings.yaml")]


def read_csv(capsys: pytest.CaptureFixture[str]) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(capsys.readouterr().out))


def test_each_split_of_the_drivers_adds_up_to_the_change_of_the_series(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*asked, "series", "ai", "--start", "2025-03-19", "--end", "2025-03-20"]) == 0
    before, after = read_csv(capsys)["intensity"]
    assert run([*asked, "drivers", "ai", "--session", "2025-03-20", "--format", "csv"]) == 0
    table = read_csv(capsys)
    assert set(table["split"]) == {"story", "publisher", "entity"}
    for _, rows in table.groupby("split"):
        assert rows["change"].sum() == pytest.approx(after - before, abs=1e-7)
        assert rows["after"].sum() == pytest.approx(after, abs=1e-7)
    assert table.loc[table["split"] == "story", "name"].str.startswith("Item").all()


def test_the_drivers_are_told_in_words(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*asked, "drivers", "ai", "--session", "2025-03-20", "--against", "2025-03-18"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ai in session 2025-03-20: intensity ")
    assert [line.strip() for line in lines if line[:3] == "  " + line[2:3] and line[2].isalpha()] == [
        "stories",
        "publishers",
        "entities",
    ]
    assert run([*asked, "drivers", "ai", "--session", "2025-03-03"]) == 2
    assert "has no intensity to explain" in capsys.readouterr().err


def test_the_table_holds_what_was_known_at_each_decision(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only = ["--theme", "ai", "--asset", "INDEX:HSI"]
    assert run([*asked, "table", *only]) == 0
    table = read_csv(capsys)
    assert {"ai.intensity", "ai.state", "net_flow", "flow_qtd", "INDEX:HSI_return"} <= set(table.columns)
    assert (table["flow_known_at"].dropna() < table.loc[table["flow_known_at"].notna(), "known_at"]).all()
    assert (table["flow_session"].dropna() < table.loc[table["flow_session"].notna(), "session"]).all()
    assert run([*asked, "table", *only, "--align", "contemporaneous"]) == 0
    own = read_csv(capsys)
    assert (own["flow_session"].dropna() == own.loc[own["flow_session"].notna(), "session"]).all()
    assert run([*asked, "table", *only, "--dictionary"]) == 0
    assert read_csv(capsys)["meaning"].notna().all()
    target = tmp_path / "t.arrow"
    assert run([*asked, "table", *only, "--format", "arrow", "-o", str(target)]) == 0
    assert len(feather.read_table(target)) == len(table)
    assert run([*asked, "table", "--asset", "XHKG:1"]) == 2
    capsys.readouterr()
    assert run([*asked, "table", *only, "--window", "trailing", "--half-life", "3"]) == 0
    assert set(read_csv(capsys)["variant"]) == {"trailing-250-halflife-3"}


def test_the_table_as_of_an_instant_is_the_table_of_a_database_cut_there(
    asked: list[str], history: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from southbound.instant import parse_as_of  # noqa: PLC0415 - this test's only
    from southbound.store import open_store  # noqa: PLC0415 - the same

    instant = "2025-03-19T12:00+08:00"
    history.backup(tmp_path / "cut.db")
    with open_store(tmp_path / "cut.db") as cut:
        cut.cut(parse_as_of(instant))
    wanted = ["table", "--asset", "INDEX:HSI", "--as-of", instant]
    assert run([*asked, *wanted]) == 0
    full = capsys.readouterr().out
    assert run(["--db", str(tmp_path / "cut.db"), *asked[2:], *wanted]) == 0
    assert capsys.readouterr().out == full


def test_rules_hold_against_what_was_known_at_the_decision(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "alerts.yaml"
    rules.write_text(
        "rules:\n"
        "  - {name: any flow, when: net flow > -1 bn}\n"
        "  - {name: no flow, when: net flow > 99 bn}\n"
        "  - {name: long ago, when: 20-day net flow > 0}\n"
        "  - {name: strong, when: ai intensity > 0 and INDEX:HSI return > -50%}\n",
        encoding="utf-8",
    )
    settings = tmp_path / "s.yaml"
    settings.write_text(f"{SETTINGS}alerts: {{rules: {rules}}}\n", encoding="utf-8")
    mine = [*asked[:2], "--config", str(settings), "alerts"]
    assert run([*mine, "--session", "2025-03-20"]) == 0
    words = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["ALERT", "quiet", "unknown", "ALERT"]
    # Before the evening of the 19th its flow and close are not known, and older ones are no news.
    assert run([*mine, "--session", "2025-03-20", "--as-of", "2025-03-19T17:00+08:00"]) == 0
    words = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["unknown"] * 4
    assert run([*mine, "--session", "2025-03-22"]) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [{name: a, when: nonsense}]", "is no condition"),
        ("rules: [{name: a, when: net flow > 1}, {name: a, when: net flow > 2}]", "stands twice: a"),
        ("rules: [{name: a, when: net flow > 1, send: [desk]}]", "no channel is named desk"),
        ("channels: [{name: desk}]", "a webhook or a mail"),
        ("rulez: []", "did you mean 'rules'"),
    ],
)
def test_a_wrong_alert_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "alerts.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_alerts(path)


def test_the_shipped_rules_are_read() -> None:
    assert {rule.name for rule in read_alerts(None).rules} >= {"AI frenzy with mainland money"}


def test_level_shifts_are_told_or_denied(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*asked, "regimes", "ai"]) == 0
    assert capsys.readouterr().out == "ai: no level shift in 18 sessions with an intensity\n"


def test_flows_as_json_have_their_records(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*asked, "flows", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["last"] == "2025-03-28"


@pytest.mark.parametrize(
    "more",
    [
        ["--with", "flows,prices", "--asset", "INDEX:HSI"],
        ["--freq", "month", "--with", "flows,prices", "--asset", "INDEX:HSI"],
        ["--issues", "--entity", "alibaba"],
    ],
)
def test_the_dictionary_tells_every_column_of_a_series(
    asked: list[str], more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*asked, "series", "ai", *more]) == 0
    columns = list(read_csv(capsys).columns)
    assert run([*asked, "series", "ai", *more, "--dictionary"]) == 0
    told = read_csv(capsys)
    assert told["column"].tolist() == columns
    assert told["meaning"].notna().all()
