"""The main job on real news: skipped where the development data is absent."""

from __future__ import annotations

import gzip
import json
from itertools import islice
from pathlib import Path

import pytest

from southbound.cli import run

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
