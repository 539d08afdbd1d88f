"""Themes of the user's own by version, what each version says of each article, articles' vectors."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m003_own_themes(db: Database) -> None:
    """Make the tables."""
    execute_all(db, _OWN_THEMES)


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
