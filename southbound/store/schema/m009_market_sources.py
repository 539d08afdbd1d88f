"""Raw and adjusted prices apart, dividends and splits, observations, securities, listing applications."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m009_market_sources(db: Database) -> None:
    """Give prices a turnover and their basis as a part of the key; add the other tables."""
    execute_all(db, _MARKET_SOURCES)


_MARKET_SOURCES = """
ALTER TABLE price RENAME TO price_before;
CREATE TABLE price (
    asset_id TEXT NOT NULL,
    session TEXT NOT NULL,
    adjusted INTEGER NOT NULL CHECK (adjusted IN (0, 1)),
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL,
    open REAL, high REAL, low REAL, close REAL NOT NULL, volume REAL, turnover REAL,
    currency TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (asset_id, session, adjusted, known_at)
) WITHOUT ROWID;
INSERT INTO price (asset_id, session, adjusted, known_at, known_basis, open, high, low, close, volume,
    currency, source)
SELECT asset_id, session, adjusted, known_at, known_basis, open, high, low, close, volume, currency, source
FROM price_before;
DROP TABLE price_before;
CREATE TABLE corporate_action (
    asset_id TEXT NOT NULL,
    session TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('dividend', 'split')),
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL,
    value REAL NOT NULL,
    currency TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (asset_id, session, kind, known_at)
) WITHOUT ROWID;
CREATE TABLE observation (
    series_id TEXT NOT NULL,
    date TEXT NOT NULL,
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL,
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (series_id, date, known_at)
) WITHOUT ROWID;
CREATE TABLE security (
    asset_id TEXT NOT NULL,
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    is_listed INTEGER NOT NULL CHECK (is_listed IN (0, 1)),
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    sub_category TEXT NOT NULL,
    board_lot INTEGER,
    isin TEXT,
    currency TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (asset_id, valid_from, known_at)
) WITHOUT ROWID;
CREATE TABLE listing_application (
    application_id TEXT NOT NULL,
    board TEXT NOT NULL,
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    list_date TEXT NOT NULL,
    stock_code TEXT,
    n_documents INTEGER NOT NULL,
    documents TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (application_id, board, list_date, known_at)
) WITHOUT ROWID
"""
