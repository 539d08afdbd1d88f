"""Feeds, articles with their revisions, tags by model version, flows and prices by version."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m001_articles_and_market(db: Database) -> None:
    """Make the first tables."""
    execute_all(db, _FIRST_SCHEMA)


_FIRST_SCHEMA = """
CREATE TABLE feed (
    url TEXT PRIMARY KEY,
    publisher TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    body_hash TEXT,
    polled_at TEXT,
    succeeded_at TEXT,
    status TEXT,
    reason TEXT,
    n_failures INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE article (
    pk INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    url TEXT,
    canonical_url TEXT,
    publisher TEXT NOT NULL,
    language TEXT NOT NULL,
    published_at TEXT,
    seen_at TEXT NOT NULL,
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL CHECK (known_basis IN ('seen', 'published')),
    content_hash TEXT NOT NULL,
    feed_url TEXT,
    extra TEXT NOT NULL DEFAULT '{}',
    UNIQUE (article_id, content_hash)
);
CREATE INDEX article_known ON article (known_at);
CREATE TABLE tagging (
    pk INTEGER PRIMARY KEY,
    article_pk INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
    model TEXT NOT NULL,
    tagged_at TEXT NOT NULL,
    known_at TEXT NOT NULL,
    hk_china REAL NOT NULL,
    tone INTEGER NOT NULL,
    negative REAL NOT NULL,
    neutral REAL NOT NULL,
    positive REAL NOT NULL,
    n_themes INTEGER NOT NULL,
    tokens_read INTEGER NOT NULL,
    tokens_total INTEGER NOT NULL,
    UNIQUE (article_pk, model)
);
CREATE TABLE theme_tag (
    tagging_pk INTEGER NOT NULL REFERENCES tagging (pk) ON DELETE CASCADE,
    theme TEXT NOT NULL,
    score REAL NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (tagging_pk, theme)
) WITHOUT ROWID;
CREATE INDEX theme_tag_theme ON theme_tag (theme, tagging_pk, score);
CREATE TABLE entity_tag (
    tagging_pk INTEGER NOT NULL REFERENCES tagging (pk) ON DELETE CASCADE,
    entity_id TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    tickers TEXT NOT NULL,
    relevance REAL NOT NULL,
    mentions TEXT NOT NULL,
    PRIMARY KEY (tagging_pk, entity_id)
) WITHOUT ROWID;
CREATE INDEX entity_tag_entity ON entity_tag (entity_id, tagging_pk);
CREATE TABLE flow (
    channel TEXT NOT NULL,
    session TEXT NOT NULL,
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'missing')),
    net REAL, buy REAL, sell REAL, turnover REAL, sh_net REAL, sz_net REAL,
    currency TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (channel, session, known_at)
) WITHOUT ROWID;
CREATE TABLE price (
    asset_id TEXT NOT NULL,
    session TEXT NOT NULL,
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL,
    open REAL, high REAL, low REAL, close REAL NOT NULL, volume REAL,
    adjusted INTEGER NOT NULL,
    currency TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (asset_id, session, known_at)
) WITHOUT ROWID;
"""
