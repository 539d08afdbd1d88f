"""The schema as a history of migrations.

A migration is frozen once released: it imports nothing of ours, and it is tested from the first
schema with rows in it. Instants are text in UTC with milliseconds ("2025-02-11T01:15:00.000Z"), so
that they sort as they are and read well in any SQLite tool.
"""

from __future__ import annotations

import re

from sqlite_utils import Database, Migrations

#: "SBnd": how the file says what it is.
APPLICATION_ID = 0x53426E64

migrations = Migrations("southbound")


@migrations()
def m001_articles_and_market(db: Database) -> None:
    """Feeds, articles with their revisions, tags by model version, flows and prices by version."""
    for statement in _FIRST_SCHEMA.split(";"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m002_full_text_search(db: Database) -> None:
    """Full-text search over title and body; each CJK character is a word of its own."""
    db.execute(
        "CREATE VIRTUAL TABLE article_search USING fts5(title, body, content='', tokenize='unicode61')"
    )
    cjk = re.compile(r"([\u3400-\u9fff\uf900-\ufaff])")
    rows = db.query("SELECT pk, title, body FROM article")
    for row in list(rows):
        db.execute(
            "INSERT INTO article_search(rowid, title, body) VALUES (?, ?, ?)",
            [row["pk"], cjk.sub(r" \1 ", row["title"]), cjk.sub(r" \1 ", row["body"])],
        )


@migrations()
def m003_own_themes(db: Database) -> None:
    """Themes of the user's own by version, what each version says of each article, articles' vectors."""
    for statement in _OWN_THEMES.split(";"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m004_entity_tone(db: Database) -> None:
    """What a text means for each entity's own holders; empty for older tags."""
    for column, kind in (
        ("tone", "INTEGER"),
        ("negative", "REAL"),
        ("neutral", "REAL"),
        ("positive", "REAL"),
    ):
        db.execute(f"ALTER TABLE entity_tag ADD COLUMN {column} {kind}")


#: Every migration raises `user_version` by one.
USER_VERSION = 4

_OWN_THEMES = """
CREATE TABLE own_theme (
    theme TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    keywords TEXT NOT NULL,
    examples TEXT NOT NULL,
    share REAL NOT NULL,
    threshold REAL NOT NULL,
    classifier BLOB NOT NULL,
    vector_name TEXT NOT NULL,
    quality TEXT,
    created_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (theme, version)
) WITHOUT ROWID;
CREATE TABLE own_tag (
    theme TEXT NOT NULL,
    version INTEGER NOT NULL,
    article_pk INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
    tagged_at TEXT NOT NULL,
    known_at TEXT NOT NULL,
    score REAL NOT NULL,
    carries INTEGER NOT NULL CHECK (carries IN (0, 1)),
    evidence TEXT,
    PRIMARY KEY (theme, article_pk, version),
    FOREIGN KEY (theme, version) REFERENCES own_theme (theme, version) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX own_tag_article ON own_tag (article_pk);
CREATE INDEX own_tag_version ON own_tag (theme, version);
CREATE TABLE article_vector (
    article_pk INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
    vector_name TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (article_pk, vector_name)
) WITHOUT ROWID
"""

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
