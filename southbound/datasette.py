"""The metadata under which Datasette shows a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from southbound import CONFIG

FILE = CONFIG / "datasette.yaml"


def datasette_metadata(database: Path) -> dict[str, Any]:
    """Return config/datasette.yaml in the form that `datasette -m` reads, for the file of a database."""
    described = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    tables = dict(described.pop("tables"))
    tables |= {name: {"hidden": True} for name in described.pop("hidden")}
    queries = {name: _query(query) for name, query in described.pop("queries").items()}
    return {**described, "databases": {database.stem: {"tables": tables, "queries": queries}}}


def metadata_text(database: Path) -> str:
    """Return the metadata as YAML."""
    return yaml.safe_dump(datasette_metadata(database), allow_unicode=True, sort_keys=False, width=110)


def _query(query: dict[str, Any]) -> dict[str, Any]:
    """Return a query as Datasette reads it, which knows names of parameters but no default for them."""
    examples = query.get("params", {})
    told = ", ".join(f"{name} such as {value}" for name, value in examples.items())
    description = " ".join(
        part for part in (query.get("description", ""), f"Asks for {told}." if told else "") if part
    )
    shown = {"title": query["title"], "sql": query["sql"], "params": list(examples)}
    return shown | ({"description": description} if description else {})
