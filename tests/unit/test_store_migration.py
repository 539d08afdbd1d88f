"""A database of the first schema, with rows in it, brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.article import make_article
from southbound.store import open_store
from southbound.store.schema import APPLICATION_ID, USER_VERSION, migrations

ROWS = """
INSERT INTO article (article_id, title, body, publisher, language, published_at, seen_at, known_at,
    known_basis, content_hash)
VALUES ('a1', 'Alibaba climbs', 'Hong Kong shares rose.', 'Harbour', 'en', '2025-02-10T01:30:00.000Z',
    '2025-06-01T00:00:00.000Z', '2025-02-10T01:30:00.000Z', 'published', 'hash-1'),
    ('a2', '騰訊控股急升', '', '紫荊', 'zh-Hant', NULL, '2025-02-11T01:30:00.000Z',
    '2025-02-11T01:30:00.000Z', 'seen', 'hash-2');
INSERT INTO feed (url, publisher, etag, n_failures) VALUES ('https://x.example/', 'Harbour', 'tag', 3);
INSERT INTO tagging (article_pk, model, tagged_at, known_at, hk_china, tone, negative, neutral, positive,
    n_themes, tokens_read, tokens_total)
VALUES (1, 'model-1', '2025-06-01T00:00:00.000Z', '2025-02-10T01:30:00.000Z', 0.9, 1, 0.1, 0.2, 0.7, 1, 5, 5);
INSERT INTO theme_tag VALUES (1, 'ai', 0.91, '[]');
INSERT INTO entity_tag VALUES (1, 'alibaba', 'Alibaba', 'company', '["XHKG:9988"]', 0.8, '[]');
INSERT INTO flow VALUES ('southbound', '2025-02-10', '2025-02-10T10:00:00.000Z', 'published', 'open', 5.5,
    NULL, NULL, NULL, NULL, NULL, 'HKD', 'csv:x'), ('southbound', '2025-02-11', '2025-02-11T10:00:00.000Z',
    'published', 'closed', NULL, NULL, NULL, NULL, NULL, NULL, 'HKD', 'hkex:y:z');
INSERT INTO price VALUES ('INDEX:HSI', '2025-02-10', '2025-02-10T08:30:00.000Z', 'published', NULL, NULL,
    NULL, 21521.98, NULL, 0, 'HKD', 'csv:x');
"""


@pytest.fixture
def first_schema(tmp_path: Path) -> Path:
    """Make a database as the first schema left it."""
    path = tmp_path / "first.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        db = Database(conn)
        migrations.apply(db, stop_before="m002_full_text_search")
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        conn.execute("PRAGMA user_version = 1")
        conn.executescript(ROWS)
    return path


def test_the_first_schema_keeps_its_rows(first_schema: Path) -> None:
    with open_store(first_schema) as store:
        assert store.check() == []
        ever = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        assert [x.title for x in store.articles.known_between(*ever)] == ["Alibaba climbs", "騰訊控股急升"]
        (tagged,) = store.tags.known_between(*ever)
        assert [(theme.theme, theme.score) for theme in tagged.themes] == [("ai", 0.91)]
        assert [(entity.tickers, entity.tone) for entity in tagged.entities] == [(("XHKG:9988",), None)]
        assert store.market.flows()["net"].iloc[0] == 5.5
        assert store.market.flows()["state"].tolist() == ["open", "closed"]
        rows = store._db.execute("SELECT provider, source FROM flow ORDER BY session").fetchall()
        assert rows == [("csv", "csv:x"), ("hkex", "hkex:y:z")]
        assert store.market.prices("INDEX:HSI")["close"].tolist() == [21521.98]
        assert store.feeds.state("https://x.example/").n_failures == 3
    with closing(sqlite3.connect(first_schema)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (USER_VERSION,)


def test_what_was_stored_before_can_be_searched(first_schema: Path) -> None:
    with open_store(first_schema) as store:
        assert [hit.article_id for hit in store.search.find("hong kong")] == ["a1"]
        assert [hit.article_id for hit in store.search.find("腾讯")] == ["a2"]
        new = make_article(title="Tencent climbs", article_id="a3")
        with store.transaction():
            store.articles.add([new], seen_at=datetime(2025, 7, 1, tzinfo=UTC), basis="seen")
        assert {hit.article_id for hit in store.search.find("climbs")} == {"a1", "a3"}
        assert store.check() == []


def test_a_migration_that_stops_half_way_leaves_the_old_schema(
    first_schema: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = migrations._migrations[1]
    migrate = second.fn

    def migrate_and_stop(db: Database) -> None:
        migrate(db)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(second, "fn", migrate_and_stop)
        with pytest.raises(KeyboardInterrupt):
            open_store(first_schema)
    with closing(sqlite3.connect(first_schema)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (1,)
        names = [row[0] for row in conn.execute("SELECT name FROM sqlite_master")]
        assert "article_search" not in names
    with open_store(first_schema) as store:
        assert [hit.article_id for hit in store.search.find("climbs")] == ["a1"]


def test_every_migration_raises_the_version() -> None:
    names = [migration.name for migration in migrations._migrations]
    assert [int(name[1:4]) for name in names] == list(range(1, USER_VERSION + 1))
    assert names[:4] == [
        "m001_articles_and_market",
        "m002_full_text_search",
        "m003_own_themes",
        "m004_entity_tone",
    ]
