"""The main job on real news: skipped where the development data is absent."""

from __future__ import annotations

import contextlib
import gzip
import json
import random
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest

from southbound.cli import run
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import read_settings
from southbound.store import open_store

WINDOW = ("2025-02-10T09:15", "2025-02-11T09:15")


def ingest_market(db: Path, data: Path) -> None:
    market = data / "market"
    prices = [str(market / name) for name in ("HSI.csv", "HSTECH.csv")]
    assert run(["--db", str(db), "ingest", "flows", str(market / "southbound_daily.csv")]) == 0
    assert run(["--db", str(db), "ingest", "prices", *prices]) == 0


def check_outputs(db: Path, folder: Path, *, session: str) -> dict[str, object]:
    """Write series and digest, and return the digest."""
    for theme in ("ai", "southbound_flows", "policy_support"):
        target = folder / f"{theme}.csv"
        assert run(["--db", str(db), "series", theme, "--with", "flows,prices", "-o", str(target)]) == 0
        header = target.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert {"session", "value", "n_articles", "n_publishers", "net_flow", "INDEX:HSI_close"} <= set(
            header
        )
    page = folder / f"{session}.json"
    arguments = ["--db", str(db), "digest", "--session", session, "--format", "json", "-o", str(page)]
    assert run(arguments) == 0
    digest: dict[str, object] = json.loads(page.read_text(encoding="utf-8"))
    return digest


@pytest.mark.real
def test_a_morning_of_the_deepseek_week(real_data: Path, tmp_path: Path) -> None:
    """Some hundred reports known before the decision of 11 February 2025 go through the whole job."""
    source = tmp_path / "morning.jsonl"
    with gzip.open(real_data / "news" / "wire_2025-02-07_12.jsonl.gz", "rt", encoding="utf-8") as lines:
        chosen = (line for line in lines if WINDOW[0] <= json.loads(line)["published_at"] < WINDOW[1])
        source.write_text("".join(islice(chosen, 150)), encoding="utf-8")
    db = tmp_path / "real.db"
    assert run(["--db", str(db), "ingest", "articles", str(source)]) == 0
    ingest_market(db, real_data)
    assert run(["--db", str(db), "tag"]) == 0
    digest = check_outputs(db, tmp_path, session="2025-02-11")
    assert digest["session"] == "2025-02-11"
    assert "market" in json.dumps(digest)
    assert run(["--db", str(db), "db", "check"]) == 0


@pytest.mark.real
@pytest.mark.slow
def test_the_whole_year_and_week(real_data: Path, tmp_path: Path) -> None:
    """49,419 items in two languages: half an hour on two cores (`make test-slow`)."""
    db = tmp_path / "real.db"
    news = [str(real_data / "news" / f"{name}.jsonl.gz") for name in ("rthk_2024", "wire_2025-02-07_12")]
    assert run(["--db", str(db), "ingest", "articles", *news]) == 0
    ingest_market(db, real_data)
    assert run(["--db", str(db), "tag"]) == 0
    thin = check_outputs(db, tmp_path, session="2024-09-27")
    busy = check_outputs(db, tmp_path, session="2025-02-11")
    assert "thin" in json.dumps(thin).lower()
    assert "AI frenzy" in json.dumps(busy)


@pytest.mark.real
@pytest.mark.slow
def test_the_real_year_as_of_fifty_instants_is_what_a_database_cut_there_says(
    real_data: Path, tmp_path: Path
) -> None:
    """Series, table, drivers, digest and evaluation of the broadcaster's year, at 50 random cuts."""
    db = tmp_path / "year.db"
    news = str(real_data / "news" / "rthk_2024.jsonl.gz")
    assert run(["--db", str(db), "ingest", "articles", news]) == 0
    ingest_market(db, real_data)
    assert run(["--db", str(db), "tag"]) == 0
    compare_cuts(db, tmp_path, n_cuts=50)


def compare_cuts(db: Path, folder: Path, *, n_cuts: int) -> None:
    """Ask a database and a copy that is cut ever earlier the same questions, and compare every byte."""
    chance = random.Random(20240101)  # noqa: S311 - no secrets here
    first, last = datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)
    instants = sorted((first + (last - first) * chance.random() for _ in range(n_cuts)), reverse=True)
    copy = folder / "cut.db"
    with open_store(db) as store:
        store.backup(copy)
    for instant in instants:
        with open_store(copy) as cut:
            cut.cut(instant)
        as_of = instant.isoformat(timespec="milliseconds")
        theme = chance.choice(["ai", "property", "geopolitics", "policy_support", "rally"])
        session = calendar_from_settings(read_settings(None)).session_of(pd.Series([pd.Timestamp(as_of)]))[0]
        weekly = ["series", theme, "--freq", "week", "--weigh", "score,tone", "--half-life", "5"]
        for asked in (
            ["series", theme, "--with", "flows,prices", "--as-of", as_of],
            [*weekly, "--as-of", as_of],
            ["table", "--theme", theme, "--asset", "INDEX:HSI", "--as-of", as_of],
            ["digest", "--session", str(session.date()), "--format", "json", "--as-of", as_of],
            ["regimes", theme, "--as-of", as_of],
            ["flows", "--as-of", as_of],
            ["claims", "report", "--as-of", as_of],
        ):
            answers = []
            for number, path in enumerate((db, copy)):
                target = folder / f"{number}.out"
                answers.append(answer(["--db", str(path), *asked], target))
            assert answers[0] == answers[1], f"{asked} as of {as_of}"


def answer(arguments: list[str], target: Path) -> str:
    """Return what a command prints, its exit code in front."""
    with target.open("w", encoding="utf-8") as stream, contextlib.redirect_stdout(stream):
        code = run(arguments)
    return f"{code} {target.read_text(encoding='utf-8')}"
