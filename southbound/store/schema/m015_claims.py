"""What articles assert in numbers, as each version of the reader read it."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m015_claims(db: Database) -> None:
    """Make the tables: of a text that was read and has no claims there is a reading without any."""
    execute_all(db, _CLAIMS)


_CLAIMS = """
CREATE TABLE claim_reading (
    pk INTEGER PRIMARY KEY,
    article_pk INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
    reader TEXT NOT NULL,
    read_at TEXT NOT NULL,
    known_at TEXT NOT NULL,
    n_claims INTEGER NOT NULL,
    UNIQUE (article_pk, reader)
);
CREATE TABLE claim (
    reading_pk INTEGER NOT NULL REFERENCES claim_reading (pk) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    tickers TEXT NOT NULL,
    metric TEXT NOT NULL,
    value REAL,
    low REAL,
    high REAL,
    unit TEXT NOT NULL,
    period TEXT NOT NULL,
    direction TEXT NOT NULL,
    bound TEXT NOT NULL,
    comparison TEXT,
    reference TEXT NOT NULL,
    modality TEXT NOT NULL,
    speaker TEXT NOT NULL,
    field TEXT NOT NULL CHECK (field IN ('title', 'body')),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    number_start INTEGER NOT NULL,
    number_end INTEGER NOT NULL,
    PRIMARY KEY (reading_pk, number)
) WITHOUT ROWID;
CREATE INDEX claim_subject ON claim (subject, metric, reading_pk)
"""
