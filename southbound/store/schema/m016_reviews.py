"""What reviewers correct, which items were drawn for them, what was learnt from it. Only ever added to."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m016_reviews(db: Database) -> None:
    """Make the tables; let own_tag hold what reviewers say beside what the theme's version says."""
    execute_all(db, _REVIEWS)
    for table in ("correction", "review_draw", "adjustment", "adjustment_use"):
        db.execute(
            f"""CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table}
                BEGIN SELECT raise(ABORT, '{table} is never rewritten; add a row'); END"""
        )
    execute_all(db, _OWN_TAGS)


_REVIEWS = """
CREATE TABLE review_draw (
    pk INTEGER PRIMARY KEY,
    known_at TEXT NOT NULL,
    stratum TEXT NOT NULL CHECK (stratum IN ('uncertain', 'influential', 'control')),
    article_pk INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
    tagging_pk INTEGER NOT NULL REFERENCES tagging (pk) ON DELETE CASCADE,
    theme TEXT,
    entity_id TEXT,
    is_given INTEGER NOT NULL CHECK (is_given IN (0, 1)),
    score REAL,
    threshold REAL,
    population INTEGER,
    reason TEXT NOT NULL
);
CREATE INDEX review_draw_article ON review_draw (article_pk);
CREATE INDEX review_draw_tagging ON review_draw (tagging_pk);
CREATE TABLE correction (
    pk INTEGER PRIMARY KEY,
    known_at TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    kind TEXT NOT NULL,
    article_pk INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
    tagging_pk INTEGER REFERENCES tagging (pk) ON DELETE CASCADE,
    theme TEXT,
    entity_id TEXT,
    mentions TEXT,
    story_id TEXT,
    old_value TEXT,
    new_value TEXT,
    stratum TEXT NOT NULL CHECK (stratum IN ('uncertain', 'influential', 'control', 'free')),
    draw_pk INTEGER REFERENCES review_draw (pk) ON DELETE CASCADE,
    note TEXT NOT NULL DEFAULT '',
    undoes INTEGER REFERENCES correction (pk) ON DELETE CASCADE
);
CREATE INDEX correction_article ON correction (article_pk);
CREATE INDEX correction_tagging ON correction (tagging_pk) WHERE tagging_pk IS NOT NULL;
CREATE INDEX correction_draw ON correction (draw_pk) WHERE draw_pk IS NOT NULL;
CREATE INDEX correction_undoes ON correction (undoes) WHERE undoes IS NOT NULL;
CREATE TABLE near_theme (
    tagging_pk INTEGER NOT NULL REFERENCES tagging (pk) ON DELETE CASCADE,
    theme TEXT NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (tagging_pk, theme)
) WITHOUT ROWID;
CREATE TABLE adjustment (
    version INTEGER PRIMARY KEY,
    known_at TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    base_model TEXT NOT NULL,
    content TEXT NOT NULL,
    quality TEXT NOT NULL
);
CREATE TABLE adjustment_use (
    pk INTEGER PRIMARY KEY,
    known_at TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    version INTEGER REFERENCES adjustment (version) ON DELETE CASCADE
)
"""

#: A row of review 0 is what the version says; one of another is what it is after that correction.
_OWN_TAGS = """
CREATE TABLE own_tag_new (
    theme TEXT NOT NULL,
    article_pk INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    review INTEGER NOT NULL DEFAULT 0,
    tagged_at TEXT NOT NULL,
    known_at TEXT NOT NULL,
    score REAL NOT NULL,
    carries INTEGER NOT NULL CHECK (carries IN (0, 1)),
    evidence TEXT,
    PRIMARY KEY (theme, article_pk, version, review),
    FOREIGN KEY (theme, version) REFERENCES own_theme (theme, version) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO own_tag_new (theme, version, article_pk, tagged_at, known_at, score, carries, evidence)
    SELECT theme, version, article_pk, tagged_at, known_at, score, carries, evidence FROM own_tag;
DROP TABLE own_tag;
ALTER TABLE own_tag_new RENAME TO own_tag;
CREATE INDEX own_tag_article ON own_tag (article_pk);
CREATE INDEX own_tag_version ON own_tag (theme, version)
"""
