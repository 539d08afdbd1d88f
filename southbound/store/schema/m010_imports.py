"""How far each archive file has been imported."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m010_imports(db: Database) -> None:
    """Make the table."""
    execute_all(db, _IMPORTS)


_IMPORTS = """
CREATE TABLE import (
    fingerprint TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    n_bytes INTEGER NOT NULL,
    n_records INTEGER NOT NULL,
    n_articles INTEGER NOT NULL,
    n_rejected INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    finished_at TEXT
) WITHOUT ROWID
"""
