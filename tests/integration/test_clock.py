"""A clock that is set back, or jumps ahead, between and within runs: nothing is lost, doubled or stalled."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from ingest.feed import FeedConfig
from southbound.pipeline.page.queue import queue_pages
from southbound.pipeline.page.work import read_pages
from southbound.pipeline.poll import poll_feeds
from southbound.settings import read_settings
from southbound.store import Store, open_store

NOW = datetime(2025, 2, 11, 9, tzinfo=UTC)
YEAR = timedelta(days=365)
N_FEEDS, N_ITEMS = 9, 4
SHIPPED = read_settings(None)
POLL = SHIPPED.poll.model_copy(update={"host_spacing_seconds": 0.0, "allow_private_addresses": True})
PAGE = SHIPPED.page.model_copy(update={"spacing_seconds": 0.0})


class Publisher(ThreadingHTTPServer):
    """Feeds of which each answer lists one item more, and the items' pages."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()

    def answer(self, path: str) -> bytes | None:
        with self.lock:
            self.asked[path] += 1
        if path == "/robots.txt":
            return None
        if path.startswith("/page"):
            text = "Mainland money came south and bought shares in Hong Kong. " * 12
            return f"<html><body><article><h1>Item</h1><p>{path}: {text}</p></article></body></html>".encode()
        items = "".join(
            f"<item><title>Item {number} of {path}</title><guid>urn:{path}:{number}</guid>"
            f"<link>{self.url}/page{path}/{number}</link></item>"
            for number in range(self.asked[path])
        )
        return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


class _Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        body = self.server.answer(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/html" if "page" in self.path else "text/xml")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as opened:
        thread = threading.Thread(target=opened.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "clock.db") as opened:
        yield opened


@pytest.fixture
def feeds(publisher: Publisher) -> list[FeedConfig]:
    return [FeedConfig(url=f"{publisher.url}/p{number}", publisher=f"p{number}") for number in range(N_FEEDS)]


def poll(store: Store, feeds: list[FeedConfig], clock: Callable[[], datetime]) -> int:
    """Poll what is due; return how many feeds that were."""
    return poll_feeds(store, feeds, settings=POLL, tell=lambda _: None, clock=clock).outcomes.total()


def jumping(start: datetime, jump: timedelta, *, after: int) -> Callable[[], datetime]:
    """Make a clock that is set once it has been read so often."""
    n_read = 0

    def clock() -> datetime:
        nonlocal n_read
        n_read += 1
        return start + timedelta(milliseconds=n_read) + (jump if n_read > after else timedelta())

    return clock


def feed_items(store: Store) -> list[str]:
    rows = store._db.execute("SELECT article_id FROM article WHERE revision = 0 ORDER BY pk").fetchall()
    return sorted(str(row[0]) for row in rows)


@pytest.mark.parametrize("jump", [YEAR, -YEAR, timedelta(hours=3), -timedelta(hours=3)], ids=str)
def test_a_clock_set_within_a_round_and_again_after_it_neither_loses_nor_stalls(
    store: Store, publisher: Publisher, feeds: list[FeedConfig], jump: timedelta
) -> None:
    assert poll(store, feeds, jumping(NOW, jump, after=5)) == N_FEEDS
    back = NOW + timedelta(minutes=1)
    n_early = poll(store, feeds, lambda: back)
    # To a clock that is ahead of the polls all feeds look overdue; to one behind them none is.
    assert n_early <= (N_FEEDS if jump < timedelta() else 0)
    assert poll(store, feeds, lambda: back + timedelta(minutes=5 + 4 * 60)) == N_FEEDS
    expected = [f"urn:/p{i}:{n}" for i in range(N_FEEDS) for n in range(publisher.asked[f"/p{i}"])]
    assert feed_items(store) == sorted(expected)
    assert store.check() == []
    assert store.holds.all() == []


def test_pages_tried_by_a_clock_that_was_ahead_do_not_wait_for_it(
    store: Store, publisher: Publisher, feeds: list[FeedConfig]
) -> None:
    poll(store, feeds, lambda: datetime.now(tz=UTC))
    queue_pages(store, feeds, settings=PAGE)
    last = store._db.execute("SELECT max(article_pk) FROM page").fetchone()[0]
    with httpx.Client(trust_env=False) as client:
        with store.transaction():  # one page was read, and another put off, when the clock was a year ahead
            ahead = (datetime.now(tz=UTC) + YEAR).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            store._db.conn.execute("UPDATE page SET tried_at = ? WHERE article_pk = ?", [ahead, last])
            store._db.conn.execute("UPDATE page SET next_try_at = ? WHERE article_pk <> ?", [ahead, last])
        report = read_pages(store, client, settings=PAGE, allow_private=True)
    assert report.states == {"read": N_FEEDS}
    assert store.check() == []
    assert publisher.asked["/robots.txt"] == 1
