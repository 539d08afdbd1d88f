"""Which alerts were sent where, so that each is sent once."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m011_alerts(db: Database) -> None:
    """Make the table."""
    execute_all(db, _ALERTS)


_ALERTS = """
CREATE TABLE alert (
    rule TEXT NOT NULL,
    session TEXT NOT NULL,
    channel TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'sent')),
    sent_at TEXT NOT NULL,
    PRIMARY KEY (rule, session, channel)
) WITHOUT ROWID
"""
