"""The queue of pages: who is next, what is remembered, what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.article import make_article
from ingest.page.robots import Robots
from southbound.store import Store, open_store
from southbound.store.page import Outcome

SEEN = datetime(2025, 2, 11, 1, tzinfo=UTC)
LATER = SEEN + timedelta(minutes=5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "pages.db") as opened:
        yield opened


def add(store: Store, number: int, *, host: str = "harbour.example", body: str = "Summary.") -> int:
    """Store an article of a feed and return its key."""
    article = make_article(
        title=f"Item {number}",
        body=body,
        url=f"https://{host}/{number}",
        article_id=str(number),
        feed_url="https://harbour.example/feed",
        extra={"tags": ["x"], "claimed_published_at": "tomorrow"},
    )
    with store.transaction():
        store.articles.add([article], seen_at=SEEN, basis="seen")
    return store.articles.revisions(str(number))[-1].pk


def queue(store: Store, *numbers: int, host: str = "harbour.example") -> list[int]:
    keys = [add(store, number, host=host) for number in numbers]
    with store.transaction():
        store.pages.queue([(key, f"https://{host}/{key}", host, "Asia/Hong_Kong") for key in keys], at=SEEN)
    return keys


def record(store: Store, key: int, outcome: Outcome) -> None:
    with store.transaction():
        store.pages.record(key, outcome)


def due(store: Store, at: datetime = LATER) -> list[int]:
    return [waiting.article_pk for waiting in store.pages.due(at)]


def test_articles_of_feeds_are_candidates_until_they_are_queued(store: Store) -> None:
    key = add(store, 1)
    archived = make_article(title="t", url="https://x.example/1", published_at=SEEN, feed_url="file")
    with store.transaction():
        store.articles.add([archived], seen_at=LATER, basis="published")
        store.articles.add([make_article(title="no address", feed_url="f")], seen_at=SEEN, basis="seen")
    (candidate,) = store.pages.candidates(since=SEEN)
    assert (candidate.article_pk, candidate.url, candidate.body) == (
        key,
        "https://harbour.example/1",
        "Summary.",
    )
    assert store.pages.candidates(since=LATER) == []
    with store.transaction():
        assert store.pages.queue([(key, "u", "h", "UTC")], at=SEEN) == 1
        assert store.pages.queue([(key, "v", "h", "UTC")], at=SEEN) == 0
    assert store.pages.candidates(since=SEEN) == []


def test_each_host_has_one_page_that_is_next(store: Store) -> None:
    first, second = queue(store, 1, 2)
    (other,) = queue(store, 3, host="ledger.example")
    assert due(store, SEEN - timedelta(seconds=1)) == []
    assert due(store) == [first, other]
    record(store, first, Outcome(state="refused", tried_at=LATER, reason="is behind a paywall"))
    assert due(store) == [second, other]
    assert store.pages.last_tried("harbour.example") == LATER
    assert store.pages.last_tried("ledger.example") is None


def test_what_waits_carries_the_article(store: Store) -> None:
    queue(store, 1)
    (waiting,) = store.pages.due(LATER)
    assert (waiting.article_id, waiting.title, waiting.body, waiting.seen_at) == (
        "1",
        "Item 1",
        "Summary.",
        SEEN,
    )
    assert (waiting.claimed, waiting.tries, waiting.extra["tags"]) == ("tomorrow", 0, ["x"])


def test_failed_tries_are_counted_and_wait(store: Store) -> None:
    (key,) = queue(store, 1)
    again = LATER + timedelta(hours=1)
    record(store, key, Outcome(state="waiting", tried_at=LATER, reason="answered 503", next_try_at=again))
    assert due(store) == []
    (waiting,) = store.pages.due(again)
    assert waiting.tries == 1
    with store.transaction():
        store.pages.postpone("harbour.example", until=again + timedelta(hours=1))
    assert due(store, again) == []
    assert store.pages.check() == []


def test_a_database_cut_before_a_page_was_read_waits_for_it(store: Store) -> None:
    (key,) = queue(store, 1)
    record(store, key, Outcome(state="read", tried_at=LATER, values={"author": "Ada Lam"}))
    full = make_article(title="Item 1", body="Full text.", article_id="1")
    with store.transaction():
        store.articles.add([full], seen_at=LATER, basis="seen")
        store.pages.attach(key, store.articles.revisions("1")[-1].pk)
    record(store, key, Outcome(state="same", tried_at=LATER, reason="another process was slower"))
    assert store.pages.counts() == {"read": 1}
    assert store.pages.check() == []
    store.cut(LATER)
    assert store.pages.counts() == {"waiting": 1}
    assert due(store) == [key]
    assert store.pages.check() == []
    store.cut(SEEN)
    assert store.pages.counts() == {}


def test_a_state_that_contradicts_what_is_stored_is_found(store: Store) -> None:
    (key,) = queue(store, 1)
    store._db.execute("UPDATE page SET state = 'read'")
    assert f"the page of article {key} is marked read, which it is not" in store.check()


def test_rules_are_kept_until_they_are_too_old(store: Store) -> None:
    robots = Robots(origin="https://x.example", verdict="rules", text="User-agent: *", expires_at=LATER)
    with store.transaction():
        store.pages.keep_robots(robots)
        store.pages.keep_robots(robots)
    assert store.pages.robots("https://x.example", now=SEEN) == robots
    assert store.pages.robots("https://x.example", now=LATER) is None
    assert store.pages.robots("https://y.example", now=SEEN) is None
