"""Days of polling in simulated time: what the servers served, item by item, is what is stored."""

from __future__ import annotations

import random
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.feed import FeedConfig
from ingest.fetch.limit import FetchLimits
from ingest.http import Client, make_client
from southbound.pipeline.poll import poll_feeds
from southbound.settings import read_settings
from southbound.store import open_store

START = datetime(2025, 2, 10, tzinfo=UTC)
STEP = timedelta(minutes=5)
SETTINGS = read_settings(None).poll.model_copy(
    update={"host_spacing_seconds": 0.0, "allow_private_addresses": True}
)


@dataclass
class Publisher:
    """A feed that changes with time, in the manner of one of several kinds of server."""

    name: str
    kind: str
    hours_between: float
    n_shown: int
    draw: random.Random
    items: list[tuple[str, str]] = field(default_factory=list)
    served: dict[tuple[str, str], datetime] = field(default_factory=dict)
    n_published: int = 0

    def advance(self, step: timedelta) -> None:
        """Publish what comes in a step, and now and then change what was published."""
        hours = step / timedelta(hours=1)
        while self.draw.random() < hours / (hours + self.hours_between):
            self.n_published += 1
            self.items.insert(0, (f"{self.name}-{self.n_published}", f"Item {self.n_published}"))
        if self.items and self.draw.random() < 0.02:
            at = self.draw.randrange(min(len(self.items), self.n_shown))
            identity, title = self.items[at]
            self.items[at] = (identity, f"UPDATE {title}")
        del self.items[self.n_shown :]

    def answer(self, request: BaseHTTPRequestHandler, now: datetime) -> None:
        if self.kind == "failing" and self.draw.random() < 0.3:
            request.send_response(503)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        etag = '"never-changes"' if self.kind == "constant" else f'"{hash(tuple(self.items))}"'
        if self.kind == "honest" and request.headers["If-None-Match"] == etag:
            request.send_response(304)
            request.end_headers()
            return
        for item in self.items:
            self.served.setdefault(item, now)
        body = self._body(now).encode()
        request.send_response(200)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _body(self, now: datetime) -> str:
        entries = "".join(
            f"<item><title>{title}</title><guid isPermaLink='false'>urn:{identity}</guid></item>"
            for identity, title in self.items
        )
        built = f"<lastBuildDate>{format_datetime(now)}</lastBuildDate>" if self.kind == "restless" else ""
        return f'<rss version="2.0"><channel><title>{self.name}</title>{built}{entries}</channel></rss>'


class World(ThreadingHTTPServer):
    """All publishers on one port, told apart by the path; time stands still while they are polled."""

    daemon_threads = True
    request_queue_size = 100  # a connection that finds no place in the queue waits for a second

    def __init__(self, publishers: dict[str, Publisher]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.publishers = publishers
        self.now = START
        self.lock = threading.Lock()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer: two small ones wait for each other
    server: World

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.publishers[self.path[1:]].answer(self, self.server.now)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def make_publishers(n_feeds: int) -> dict[str, Publisher]:
    draw = random.Random(20250211)  # noqa: S311  # no secret
    kinds = ("honest", "constant", "restless", "failing")
    return {
        f"p{number}": Publisher(
            name=f"p{number}",
            kind=kinds[number % len(kinds)],
            hours_between=draw.choice([0.4, 2.0, 6.0, 24.0]),
            n_shown=draw.choice([8, 12, 20]),
            draw=random.Random(number),  # noqa: S311  # no secret
        )
        for number in range(n_feeds)
    }


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    opened = World(make_publishers(request.param))
    thread = threading.Thread(target=opened.serve_forever, daemon=True)
    thread.start()
    yield opened
    opened.shutdown()
    opened.server_close()
    thread.join()


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("world", "days"), [(8, 1), pytest.param(50, 7, marks=pytest.mark.slow)], indirect=["world"]
)
def test_what_stood_in_a_feed_at_a_poll_is_stored_and_nothing_else(
    world: World, days: int, tmp_path: Path
) -> None:
    port, trust = world.server_port, ssl.create_default_context()
    feeds = [
        FeedConfig(url=f"http://{name}.example:{port}/{name}", publisher=name) for name in world.publishers
    ]

    def connect(limits: FetchLimits) -> Client:
        return make_client(limits, verify=trust, find_addresses=lambda _host, _port: ["127.0.0.1"])

    with open_store(tmp_path / "week.db") as store:
        while world.now < START + timedelta(days=days):
            for publisher in world.publishers.values():
                publisher.advance(STEP)
            poll_feeds(
                store,
                feeds,
                settings=SETTINGS,
                tell=lambda _: None,
                clock=lambda: world.now,
                connect=connect,
            )
            world.now += STEP
        rows = store._db.execute("SELECT article_id, title, seen_at, known_at FROM article").fetchall()
        assert store.check() == []
    stored = {(identity.removeprefix("urn:"), title): seen for identity, title, seen, _ in rows}
    served = {
        item: f"{at:%Y-%m-%dT%H:%M:%S.000Z}"
        for publisher in world.publishers.values()
        for item, at in publisher.served.items()
    }
    assert len(rows) == len(stored)
    assert stored == served
    assert all(known == seen for _, _, seen, known in rows)
    published = sum(publisher.n_published for publisher in world.publishers.values())
    caught = len({identity for identity, _ in stored})
    assert caught / published > 0.98
