"""Which articles' pages are to be read, what came of it, and what sites allow."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m006_pages(db: Database) -> None:
    """Make the tables."""
    execute_all(db, _PAGES)


_PAGES = """
CREATE TABLE page (
    article_pk INTEGER PRIMARY KEY REFERENCES article (pk) ON DELETE CASCADE,
    url TEXT NOT NULL,
    host TEXT NOT NULL,
    timezone TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'read', 'same', 'refused', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0,
    queued_at TEXT NOT NULL,
    next_try_at TEXT,
    tried_at TEXT,
    reason TEXT,
    fetched_at TEXT,
    final_url TEXT,
    canonical_url TEXT,
    author TEXT,
    language TEXT,
    page_published_at TEXT,
    page_published_from TEXT,
    published_at TEXT,
    published_reason TEXT,
    full_text_pk INTEGER REFERENCES article (pk) ON DELETE SET NULL,
    held_text TEXT,
    excerpt_chars INTEGER
);
CREATE INDEX page_due ON page (host, next_try_at) WHERE state = 'waiting';
CREATE INDEX page_tried ON page (host, tried_at);
CREATE UNIQUE INDEX page_full_text ON page (full_text_pk) WHERE full_text_pk IS NOT NULL;
CREATE INDEX page_held ON page (article_pk) WHERE state = 'held';
CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    verdict TEXT NOT NULL CHECK (verdict IN ('rules', 'allow', 'disallow')),
    text TEXT NOT NULL,
    expires_at TEXT NOT NULL
) WITHOUT ROWID
"""
