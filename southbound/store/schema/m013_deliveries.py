"""Which digests were sent where, so that each is sent once, and which are to be tried again."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m013_deliveries(db: Database) -> None:
    """Make the table."""
    execute_all(db, _DELIVERIES)


_DELIVERIES = """
CREATE TABLE delivery (
    desk TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('day', 'week')),
    period TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'failed')),
    changed_at TEXT NOT NULL,
    tries INTEGER NOT NULL,
    problem TEXT,
    PRIMARY KEY (desk, kind, period, channel)
) WITHOUT ROWID
"""
