"""What is remembered of a feed between polls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from southbound.store import Store, open_store
from southbound.store.feed import FeedState

URL = "https://harbour.example/feed.xml"
FIRST = datetime(2025, 2, 11, 1, tzinfo=UTC)
SECOND = datetime(2025, 2, 11, 2, tzinfo=UTC)
ANSWER = FeedState(etag='"1"', last_modified="Tue, 11 Feb 2025 00:00:00 GMT", body_hash="ab")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "feeds.db") as opened:
        yield opened


def succeed(store: Store, at: datetime, *, state: FeedState = ANSWER) -> None:
    with store.transaction():
        store.feeds.record_success(URL, publisher="Harbour", polled_at=at, status="ok", state=state)


def fail(store: Store, at: datetime, reason: str) -> None:
    with store.transaction():
        store.feeds.record_failure(URL, publisher="Harbour", polled_at=at, reason=reason)


def test_nothing_is_known_of_a_new_feed(store: Store) -> None:
    assert store.feeds.state(URL) == FeedState()


def test_a_good_poll_leaves_its_validators(store: Store) -> None:
    succeed(store, FIRST)
    assert store.feeds.state(URL) == FeedState(
        etag='"1"', last_modified="Tue, 11 Feb 2025 00:00:00 GMT", body_hash="ab", polled_at=FIRST
    )
    succeed(store, SECOND, state=FeedState(body_hash="cd"))
    assert store.feeds.state(URL) == FeedState(body_hash="cd", polled_at=SECOND)


def test_a_failure_keeps_the_validators_and_is_counted(store: Store) -> None:
    succeed(store, FIRST)
    fail(store, SECOND, "did not answer")
    fail(store, SECOND, "did not answer in time")
    state = store.feeds.state(URL)
    assert (state.etag, state.body_hash, state.polled_at, state.n_failures) == ('"1"', "ab", SECOND, 2)
    row = store._db.execute("SELECT status, reason, succeeded_at FROM feed").fetchone()
    assert row == ("failed", "did not answer in time", "2025-02-11T01:00:00.000Z")


def test_a_good_poll_ends_the_count(store: Store) -> None:
    fail(store, FIRST, "answered 500")
    assert store.feeds.state(URL).n_failures == 1
    succeed(store, SECOND)
    assert store.feeds.state(URL).n_failures == 0
    assert store._db.execute("SELECT status, reason FROM feed").fetchone() == ("ok", None)
