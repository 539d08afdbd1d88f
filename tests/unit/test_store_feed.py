"""What is remembered of a feed between polls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from southbound.store import Store, open_store
from southbound.store.feed import FeedState, Poll

URL = "https://harbour.example/feed.xml"
FIRST = datetime(2025, 2, 11, 1, tzinfo=UTC)
SECOND = datetime(2025, 2, 11, 2, tzinfo=UTC)
ANSWER = FeedState(etag='"1"', last_modified="Tue, 11 Feb 2025 00:00:00 GMT", body_hash="ab", polled_at=FIRST)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "feeds.db") as opened:
        yield opened


def record(store: Store, poll: Poll, state: FeedState = ANSWER) -> None:
    with store.transaction():
        store.feeds.record(poll, publisher="Harbour", state=state)


def success(at: datetime) -> Poll:
    return Poll(feed_url=URL, polled_at=at, status="ok", http_status=200, n_entries=3, n_new=2, n_known=1)


def failure(at: datetime, reason: str) -> Poll:
    return Poll(feed_url=URL, polled_at=at, status="failed", failure="soft", reason=reason)


def test_nothing_is_known_of_a_new_feed(store: Store) -> None:
    assert store.feeds.state(URL) == FeedState()
    assert store.feeds.states() == {}


def test_every_part_of_a_state_comes_back(store: Store) -> None:
    full = FeedState(
        etag='"1"',
        last_modified="Tue, 11 Feb 2025 00:00:00 GMT",
        body_hash="ab",
        polled_at=FIRST,
        n_failures=2,
        next_poll_at=SECOND,
        interval_seconds=900,
        ttl_seconds=3600,
        failure_weight=1.25,
        dead_since=FIRST,
        held_until=SECOND,
        moved_to="https://harbour.example/new.xml",
        moving_to="https://harbour.example/newer.xml",
        n_moving=1,
        n_unmodified=7,
        is_distrusted=True,
    )
    blank = FeedState()
    assert all(getattr(full, field.name) != getattr(blank, field.name) for field in fields(FeedState))
    record(store, success(FIRST), full)
    assert store.feeds.state(URL) == full
    assert store.feeds.states() == {URL: full}
    record(store, success(SECOND), ANSWER)
    assert store.feeds.state(URL) == ANSWER
    with store.transaction():
        store.feeds.save(URL, full)
    assert store.feeds.state(URL) == full


def test_a_failure_keeps_when_the_feed_last_succeeded(store: Store) -> None:
    record(store, success(FIRST))
    record(store, failure(SECOND, "did not answer in time"))
    row = store._db.execute("SELECT status, reason, succeeded_at FROM feed").fetchone()
    assert row == ("failed", "did not answer in time", "2025-02-11T01:00:00.000Z")
    record(store, success(SECOND))
    row = store._db.execute("SELECT status, reason, succeeded_at FROM feed").fetchone()
    assert row == ("ok", None, "2025-02-11T02:00:00.000Z")


def test_each_poll_is_recorded_until_it_is_forgotten(store: Store) -> None:
    record(store, success(FIRST))
    record(store, failure(SECOND, "answered 500"))
    rows = store._db.execute(
        """SELECT polled_at, status, failure, reason, http_status, n_entries, n_new, n_known
           FROM poll ORDER BY pk"""
    )
    assert rows.fetchall() == [
        ("2025-02-11T01:00:00.000Z", "ok", None, None, 200, 3, 2, 1),
        ("2025-02-11T02:00:00.000Z", "failed", "soft", "answered 500", None, 0, 0, 0),
    ]
    with store.transaction():
        store.feeds.forget_polls(URL, before=SECOND)
    assert store._db.execute("SELECT status FROM poll").fetchall() == [("failed",)]
