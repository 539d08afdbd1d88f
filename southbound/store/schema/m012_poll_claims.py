"""Which process is polling which host."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m012_poll_claims(db: Database) -> None:
    """Make the table."""
    execute_all(db, _CLAIMS)


_CLAIMS = """
CREATE TABLE poll_claim (
    host TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    machine TEXT NOT NULL,
    pid INTEGER NOT NULL,
    claimed_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) WITHOUT ROWID
"""
