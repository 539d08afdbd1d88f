"""Datasette on a store: every table and column is told, and every query answers."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasette.app import Datasette

from southbound.cli import run
from southbound.datasette import FILE
from southbound.store import Store

DESCRIBED = yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def database(history: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("datasette") / "my news.db"
    history.backup(path)
    return path


@pytest.fixture(scope="module")
def served(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    """Datasette with the metadata that the command writes."""
    target = tmp_path_factory.mktemp("metadata") / "metadata.yaml"
    assert run(["--db", str(database), "db", "datasette", "-o", str(target)]) == 0
    metadata = yaml.safe_load(target.read_text(encoding="utf-8"))
    return Datasette([str(database)], metadata=metadata, settings={"num_sql_threads": 1})


def ask(served: Datasette, path: str, **parameters: str) -> dict[str, Any]:
    async def answer() -> dict[str, Any]:
        response = await served.client.get(path, params=parameters)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    return asyncio.run(answer())


def test_every_table_and_column_of_the_schema_is_described(database: Path) -> None:
    connection = sqlite3.connect(database)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    schema = {
        name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
        for name in names
        if not name.startswith("sqlite_") and name not in DESCRIBED["hidden"]
    }
    connection.close()
    described = {name: set(table["columns"]) for name, table in DESCRIBED["tables"].items()}
    assert described == schema, "add what is missing to config/datasette.yaml"
    assert set(DESCRIBED["hidden"]) <= set(names)


@pytest.mark.parametrize("name", sorted(DESCRIBED["queries"]))
def test_every_query_answers(served: Datasette, name: str) -> None:
    parameters = {key: str(value) for key, value in DESCRIBED["queries"][name].get("params", {}).items()}
    if name == "latest_of_entity":
        parameters["entity"] = "alibaba"
    found = ask(served, f"/my+news/{name}.json", _shape="objects", **parameters)
    assert found["ok"]
    # The history has neither feeds nor unknown names.
    assert bool(found["rows"]) == (name not in {"feed_health", "emerging_names"})


def test_the_theme_by_session_counts_what_the_series_counts(served: Datasette, history: Store) -> None:
    rows = ask(served, "/my+news/theme_by_day.json", _shape="objects", theme="ai")["rows"]
    articles = history.tags.theme_articles("ai")
    assert sum(row["n_articles"] for row in rows) == len(articles)
    assert sum(row["n_theme_articles"] for row in rows) == articles["is_theme"].sum()
    counted = {row["session"]: row["n_theme_articles"] for row in rows}
    from southbound.pipeline.series import SeriesRequest, build_series  # noqa: PLC0415 - this test's only
    from southbound.settings import read_settings  # noqa: PLC0415 - the same

    series = build_series(history, SeriesRequest(theme="ai"), settings=read_settings(None))
    exact = dict(zip(series["session"].dt.strftime("%Y-%m-%d"), series["n_theme_articles"], strict=True))
    assert counted == {session: exact[session] for session in counted}


def test_the_page_of_a_table_tells_its_columns(served: Datasette) -> None:
    async def page() -> str:
        return str((await served.client.get("/my+news/flow")).text)

    assert "Net buying, HKD million." in asyncio.run(page())
