"""Which service works on the database, and how each of its stages ran last."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m014_service(db: Database) -> None:
    """Make the tables: of the lease there is one row at most, of the stages one each."""
    execute_all(db, _SERVICE)


_SERVICE = """
CREATE TABLE service_lease (
    pk INTEGER PRIMARY KEY CHECK (pk = 1),
    token TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process TEXT NOT NULL,
    acquired_at TEXT NOT NULL,
    beat_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE TABLE service_stage (
    stage TEXT PRIMARY KEY,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    succeeded_at TEXT,
    outcome TEXT CHECK (outcome IN ('ok', 'waiting', 'failed')),
    n_failures INTEGER NOT NULL DEFAULT 0,
    done_for TEXT,
    detail TEXT
) WITHOUT ROWID
"""
