"""When each feed is due, how it fails, where it moved, and what came of each poll."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m005_polls(db: Database) -> None:
    """Add what scheduling needs to the feeds, and the record of polls."""
    execute_all(db, _POLLS)


_POLLS = """
ALTER TABLE feed ADD COLUMN next_poll_at TEXT;
ALTER TABLE feed ADD COLUMN interval_seconds INTEGER;
ALTER TABLE feed ADD COLUMN ttl_seconds INTEGER;
ALTER TABLE feed ADD COLUMN failure_weight REAL NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN dead_since TEXT;
ALTER TABLE feed ADD COLUMN held_until TEXT;
ALTER TABLE feed ADD COLUMN moved_to TEXT;
ALTER TABLE feed ADD COLUMN moving_to TEXT;
ALTER TABLE feed ADD COLUMN n_moving INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN n_unmodified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN is_distrusted INTEGER NOT NULL DEFAULT 0;
CREATE TABLE poll (
    pk INTEGER PRIMARY KEY,
    feed_url TEXT NOT NULL,
    polled_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'not_modified', 'failed')),
    failure TEXT CHECK (failure IN ('hard', 'soft', 'temporary')),
    reason TEXT,
    http_status INTEGER,
    n_entries INTEGER NOT NULL DEFAULT 0,
    n_new INTEGER NOT NULL DEFAULT 0,
    n_revised INTEGER NOT NULL DEFAULT 0,
    n_known INTEGER NOT NULL DEFAULT 0,
    n_rejected INTEGER NOT NULL DEFAULT 0,
    n_bytes INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    clock_skew_seconds REAL
);
CREATE INDEX poll_feed ON poll (feed_url, polled_at)
"""
