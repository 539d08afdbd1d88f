"""Which story each article tells, by the version of the story model, and how new it was."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m007_stories(db: Database) -> None:
    """Make the tables."""
    execute_all(db, _STORIES)


_STORIES = """
CREATE TABLE story_report (
    pk INTEGER PRIMARY KEY,
    article_pk INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
    version TEXT NOT NULL,
    story_id TEXT NOT NULL,
    assigned_at TEXT NOT NULL,
    known_at TEXT NOT NULL,
    likeness REAL NOT NULL,
    matched_article_pk INTEGER REFERENCES article (pk) ON DELETE CASCADE,
    novelty REAL NOT NULL,
    earlier_12h INTEGER NOT NULL,
    earlier_24h INTEGER NOT NULL,
    earlier_3d INTEGER NOT NULL,
    earlier_5d INTEGER NOT NULL,
    earlier_7d INTEGER NOT NULL,
    UNIQUE (article_pk, version)
);
CREATE INDEX story_report_known ON story_report (article_pk, known_at, novelty);
CREATE INDEX story_report_story ON story_report (story_id);
CREATE INDEX story_report_matched ON story_report (matched_article_pk) WHERE matched_article_pk IS NOT NULL;
CREATE TABLE story_entity (
    report_pk INTEGER NOT NULL REFERENCES story_report (pk) ON DELETE CASCADE,
    entity_id TEXT NOT NULL,
    novelty REAL NOT NULL,
    same_12h INTEGER NOT NULL,
    same_24h INTEGER NOT NULL,
    same_3d INTEGER NOT NULL,
    same_5d INTEGER NOT NULL,
    same_7d INTEGER NOT NULL,
    all_12h INTEGER NOT NULL,
    all_24h INTEGER NOT NULL,
    all_3d INTEGER NOT NULL,
    all_5d INTEGER NOT NULL,
    all_7d INTEGER NOT NULL,
    PRIMARY KEY (report_pk, entity_id)
) WITHOUT ROWID
"""
