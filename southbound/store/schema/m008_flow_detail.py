"""Flows by provider, with their legs and the shares that were traded most."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import execute_all, migrations


@migrations()
def m008_flow_detail(db: Database) -> None:
    """Key flows by their provider too, so that sources don't displace each other; add the detail."""
    execute_all(db, _FLOW_DETAIL)


_FLOW_DETAIL = """
CREATE TABLE flow_by_provider (
    channel TEXT NOT NULL,
    session TEXT NOT NULL,
    provider TEXT NOT NULL,
    known_at TEXT NOT NULL,
    known_basis TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'missing')),
    net REAL, buy REAL, sell REAL, turnover REAL, sh_net REAL, sz_net REAL, quota_used REAL,
    currency TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (channel, session, provider, known_at)
) WITHOUT ROWID;
INSERT INTO flow_by_provider
    SELECT channel, session, substr(source, 1, instr(source || ':', ':') - 1), known_at, known_basis, state,
        net, buy, sell, turnover, sh_net, sz_net, NULL, currency, source
    FROM flow;
DROP TABLE flow;
ALTER TABLE flow_by_provider RENAME TO flow;
CREATE TABLE flow_leg (
    channel TEXT NOT NULL,
    session TEXT NOT NULL,
    provider TEXT NOT NULL,
    known_at TEXT NOT NULL,
    leg TEXT NOT NULL CHECK (leg IN ('shanghai', 'shenzhen')),
    buy REAL, sell REAL, turnover REAL,
    n_trades INTEGER, n_buys INTEGER, n_sells INTEGER,
    etf_turnover REAL,
    currency TEXT NOT NULL,
    PRIMARY KEY (channel, session, provider, known_at, leg),
    FOREIGN KEY (channel, session, provider, known_at)
        REFERENCES flow (channel, session, provider, known_at) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE flow_share (
    channel TEXT NOT NULL,
    session TEXT NOT NULL,
    provider TEXT NOT NULL,
    known_at TEXT NOT NULL,
    leg TEXT NOT NULL CHECK (leg IN ('shanghai', 'shenzhen')),
    rank INTEGER NOT NULL,
    asset_id TEXT NOT NULL,
    name TEXT NOT NULL,
    buy REAL, sell REAL, turnover REAL,
    currency TEXT NOT NULL,
    PRIMARY KEY (channel, session, provider, known_at, leg, rank),
    FOREIGN KEY (channel, session, provider, known_at)
        REFERENCES flow (channel, session, provider, known_at) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX flow_share_asset ON flow_share (asset_id, session)
"""
