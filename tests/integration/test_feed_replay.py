"""A real feed's polls replayed into the store, compared with what a plain reading of the files finds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from ingest.article import Article
from ingest.feed import FeedConfig, parse_feed
from southbound.instant import text_from_instant
from southbound.store import Store, open_store
from southbound.store.article import Added

pytestmark = pytest.mark.real

FEED = FeedConfig(url="https://feeds.example/rthk.xml", publisher="RTHK")
ITEM = re.compile(r"<item>(.*?)</item>", re.DOTALL)
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
Version = tuple[str, str, str]  # link, title and text, both without blanks


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def polls_in_order(real_data: Path) -> list[tuple[datetime, bytes]]:
    """Read the polls; the file's name begins with the instant, such as 2024-10-18T0930040000."""
    paths = sorted((real_data / "feeds" / "rthk_polls").rglob("*.xml"))
    return [
        (datetime.strptime(path.name[:17], "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC), path.read_bytes())
        for path in paths
    ]


def versions_in_poll(payload: bytes) -> list[Version]:
    """Read the items with regular expressions alone."""
    return [
        (
            "".join(_child(item, "link").split()),
            _squeezed(_child(item, "title")),
            _squeezed(re.sub(r"<[^>]*>", "", _child(item, "description"))),
        )
        for item in ITEM.findall(payload.decode("utf-8"))
    ]


def _child(item: str, name: str) -> str:
    match = re.search(rf"<{name}>(.*?)</{name}>", item, re.DOTALL)
    assert match is not None
    section = CDATA.search(match[1])
    return section[1] if section else unescape(match[1])


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", unescape(text))


def read(polls: list[tuple[datetime, bytes]]) -> Iterator[tuple[datetime, tuple[Article, ...]]]:
    for seen_at, payload in polls:
        parsed = parse_feed(payload, feed=FEED, headers={}, seen_at=seen_at)
        assert parsed.is_feed
        assert parsed.rejected == ()
        yield seen_at, tuple(parsed.articles)


def replay(store: Store, polls: list[tuple[datetime, tuple[Article, ...]]]) -> Added:
    added = Added()
    for seen_at, articles in polls:
        with store.transaction():
            added += store.articles.add(articles, seen_at=seen_at, basis="seen")
    return added


def test_replayed_polls_give_each_item_once_with_its_revisions(store: Store, real_data: Path) -> None:
    polls = polls_in_order(real_data)
    first_seen: dict[Version, str] = {}
    for seen_at, payload in polls:
        for version in versions_in_poll(payload):
            first_seen.setdefault(version, text_from_instant(seen_at))
    parsed = list(read(polls))
    added = replay(store, parsed)
    rows = store._db.execute(
        "SELECT article_id, url, revision, title, body, seen_at, known_at, published_at FROM article"
    ).fetchall()
    stored = {
        (url, _squeezed(title), _squeezed(body)): seen_at for _, url, _, title, body, seen_at, *_ in rows
    }
    assert stored == first_seen
    assert len(rows) == len(stored) == added.new + added.revised
    assert added.new == len({link for link, *_ in first_seen})
    revisions = defaultdict(list)
    for article_id, _, revision, *_ in rows:
        revisions[article_id].append(revision)
    assert all(numbers == list(range(len(numbers))) for numbers in revisions.values())
    assert all(known_at == seen_at for *_, seen_at, known_at, _ in rows)
    assert all(published_at and published_at <= seen_at for *_, seen_at, _, published_at in rows)
    again = replay(store, parsed)
    assert again.new == again.revised == 0
