"""The service's rows: runs come back as they were recorded, and what waits is counted exactly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, TokenCount, Tone
from southbound.store import Store, open_store
from southbound.store.feed import FeedState, Poll
from southbound.store.service import StageRun

NOW = datetime(2025, 4, 17, 4, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened
        assert opened.check() == []


def add(store: Store, *titles: str, at: datetime = NOW) -> None:
    with store.transaction():
        articles = [make_article(title=title, article_id=title) for title in titles]
        store.articles.add(articles, seen_at=at, basis="seen")


def tag(store: Store, *titles: str) -> None:
    annotation = Annotation(
        language="en",
        hk_china=0.9,
        themes=(),
        entities=(),
        tone=Tone(label=0, negative=0.1, neutral=0.8, positive=0.1),
        scores={},
        model="m",
        tokens=TokenCount(read=1, total=1),
    )
    articles = [store.articles.revisions(title)[0] for title in titles]
    with store.transaction():
        store.tags.add([(article, annotation) for article in articles], tagged_at=NOW)


def test_a_run_comes_back_as_it_was_recorded(store: Store) -> None:
    run = StageRun(
        started_at=NOW,
        ended_at=NOW + timedelta(seconds=3),
        succeeded_at=NOW - timedelta(days=1),
        outcome="waiting",
        n_failures=2,
        done_for="2025-04-16",
        detail="no figure of 2025-04-17 yet",
    )
    with store.transaction():
        store.service.record("flows", StageRun(started_at=NOW))
        store.service.record("flows", run)
        store.service.record("poll", StageRun(started_at=NOW))
    assert store.service.runs() == {"flows": run, "poll": StageRun(started_at=NOW)}


def test_what_waits_is_counted_whatever_was_measured_before(store: Store) -> None:
    def measured() -> tuple[int, datetime | None]:
        found = store.service.workload(NOW)
        return found.n_untagged, found.oldest_untagged_at

    assert measured() == (0, None)
    add(store, "a", "b")
    add(store, "c", at=NOW + timedelta(minutes=1))
    assert measured() == (3, NOW)
    tag(store, "b")
    assert measured() == (2, NOW)
    tag(store, "a")
    assert measured() == (1, NOW + timedelta(minutes=1))
    tag(store, "c")
    assert measured() == (0, None)
    add(store, "d", at=NOW + timedelta(minutes=2))
    assert measured() == (1, NOW + timedelta(minutes=2))
    assert store.service.workload(NOW).n_articles == 4
    assert store.service.workload(NOW).n_bytes >= 4096


def test_the_first_text_stored_since_is_found(store: Store) -> None:
    add(store, "a", at=NOW - timedelta(days=3))
    assert store.service.first_seen_since(NOW - timedelta(days=2)) == 0
    add(store, "b", "c")
    first = store.articles.revisions("b")[0].pk
    assert store.service.first_seen_since(NOW - timedelta(days=2)) == first


def test_old_polls_are_forgotten_also_of_feeds_that_are_polled_no_more(store: Store) -> None:
    with store.transaction():
        for days in (100, 1):
            poll = Poll(feed_url="gone", polled_at=NOW - timedelta(days=days), status="ok")
            store.feeds.record(poll, publisher="P", state=FeedState())
    with store.transaction():
        assert store.service.prune(polls_before=NOW - timedelta(days=90), now=NOW) == 1
    store.tidy()
    assert store._db.execute("SELECT count(*) FROM poll").fetchone() == (1,)
