"""Pages fetched from a server on loopback that misbehaves: each fault is one clear line, soon."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx
import pytest
import trustme

from ingest.page.fetch import PageAnswer, fetch_page
from ingest.page.robots import AGENT, ask_robots, origin_of_url, robots_from_answer

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
Behaviour = Callable[[socket.socket], None]


class RawServer:
    """Answers each connection with what its path asks for, byte by byte if need be."""

    def __init__(self) -> None:
        self.behaviours: dict[str, Behaviour] = {}
        self.asked: list[str] = []
        self.tls: ssl.SSLContext | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError), self._opened(connection) as opened:
            request = opened.recv(65536)
            if request:
                path = request.split(b" ")[1].decode()
                self.asked.append(path)
                self.behaviours[path](opened)

    def _opened(self, connection: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(connection, server_side=True) if self.tls else connection

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def server() -> Iterator[RawServer]:
    opened = RawServer()
    yield opened
    opened.close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as opened:
        yield opened


def send(*pieces: bytes) -> Behaviour:
    return lambda connection: connection.sendall(b"".join(pieces))


def drip(start: bytes, piece: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(200):
            time.sleep(0.1)
            connection.sendall(piece)

    return behave


def get(client: httpx.Client, server: RawServer, path: str = "/a", **options: object) -> PageAnswer:
    return fetch_page(client, server.url + path, allow_private=True, **options)  # type: ignore[arg-type]  # passed on


def test_a_page_is_fetched(client: httpx.Client, server: RawServer) -> None:
    server.behaviours["/a"] = send(OK, b"Content-Length: 8\r\n\r\n<p>x</p>")
    answer = get(client, server)
    assert (answer.status, answer.payload, answer.content_type) == ("ok", b"<p>x</p>", "text/html")
    assert (answer.final_url, answer.reason) == (f"{server.url}/a", None)


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "later", "answered 404 Not Found: it is not there"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "never", "answered 403 Forbidden: it refuses this reader"),
        (b"HTTP/1.1 410 Gone\r\n\r\n", "never", "answered 410 Gone: it is gone for good"),
        (b"HTTP/1.1 503 Busy\r\n\r\n", "later", "answered 503 Service Unavailable"),
        (OK + b"\r\n", "later", "answered with nothing"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7",
            "never",
            "is a PDF, not a web page",
        ),
        (OK + b"\r\n%PDF-1.7 ...", "never", "is a PDF, not a web page"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\nx",
            "never",
            "is video/mp4, not a web page",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: ftp://harbour.example/a\r\n\r\n",
            "never",
            "leads to a ftp address; only http and https are read",
        ),
        (b"HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n", "never", "redirects more than 5 times"),
    ],
)
def test_refusals_are_told(
    client: httpx.Client, server: RawServer, answer: bytes, status: str, reason: str
) -> None:
    server.behaviours["/a"] = send(answer)
    got = get(client, server)
    assert (got.status, (got.reason or "").replace("503 Busy", "503 Service Unavailable")) == (status, reason)


def test_a_wrong_length_and_a_reset_may_be_mended_by_time(client: httpx.Client, server: RawServer) -> None:
    server.behaviours["/a"] = send(OK, b"Content-Length: 100\r\n\r\n<p>")
    server.behaviours["/b"] = lambda connection: connection.close()
    for path in ("/a", "/b"):
        answer = get(client, server, path)
        assert answer.status == "later"
        assert (answer.reason or "").startswith("cannot be fetched: ")


def test_huge_bodies_are_left(client: httpx.Client, server: RawServer) -> None:
    server.behaviours["/a"] = drip(OK + b"\r\n", b"x" * 200_000)
    packed = gzip.compress(b"<p>" * 4_000_000)
    server.behaviours["/bomb"] = send(OK, b"Content-Encoding: gzip\r\n\r\n", packed)
    for path in ("/a", "/bomb"):
        answer = get(client, server, path, max_bytes=1024**2)
        assert (answer.status, answer.reason) == ("never", "is larger than 1 MB")


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-A: ", OK + b"\r\n"])
def test_a_drip_ends_at_the_deadline(client: httpx.Client, server: RawServer, start: bytes) -> None:
    server.behaviours["/a"] = drip(start or b"H", b"x")
    began = time.monotonic()
    answer = get(client, server, total_seconds=1.0)
    assert time.monotonic() - began < 5
    assert (answer.status, answer.reason) == ("later", "took longer than 1 s")


def test_private_addresses_are_refused_unless_allowed(client: httpx.Client, server: RawServer) -> None:
    port = server.url.rpartition(":")[2]
    server.behaviours["/a"] = send(OK, b"\r\nsecret")
    for host in (
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",  # noqa: S104  # nothing is bound to it
    ):
        answer = fetch_page(client, f"http://{host}:{port}/a")
        assert (answer.status, answer.reason) == ("never", "leads to a private address, which is refused")
    assert server.asked == []


def test_a_name_that_resolves_to_a_private_address_is_refused(
    client: httpx.Client, server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server.url.rpartition(":")[2])
    original = socket.getaddrinfo

    def resolve(host: object, *rest: object, **named: object) -> object:
        return original("127.0.0.1" if host == "evil.example" else host, *rest, **named)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("ingest.page.watch.getproxies", dict)
    server.behaviours["/a"] = send(OK, b"\r\nsecret")
    answer = fetch_page(client, f"http://evil.example:{port}/a")
    assert (answer.status, answer.reason) == ("never", "leads to a private address, which is refused")
    assert server.asked == []


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("9999999", timedelta(days=1)),
        ("Mon, 01 Jan 1990 00:00:00 GMT", timedelta()),
        ("soon", None),
    ],
)
def test_what_a_server_asks_is_read(
    client: httpx.Client, server: RawServer, header: str, wait: timedelta | None
) -> None:
    server.behaviours["/a"] = send(f"HTTP/1.1 429 Slow Down\r\nRetry-After: {header}\r\n\r\n".encode())
    answer = get(client, server)
    assert (answer.status, answer.retry_after) == ("later", wait)


NOW = datetime(2025, 2, 11, tzinfo=UTC)


def rules(
    status: Literal["ok", "later", "never"], *, text: bytes = b"", http_status: int | None = 200
) -> PageAnswer:
    return PageAnswer(
        status=status,
        payload=text,
        final_url="https://x.example/robots.txt",
        http_status=http_status,
    )


def test_robots_rules_are_obeyed() -> None:
    text = (
        f"User-agent: {AGENT}\nDisallow: /private\nCrawl-delay: 20\n\nUser-agent: *\nDisallow: /\n".encode()
    )
    robots = robots_from_answer(rules("ok", text=text), origin="https://x.example", now=NOW)
    allowed = ask_robots(robots, "https://x.example/a")
    assert (allowed.is_allowed, allowed.delay) == (True, timedelta(seconds=20))
    forbidden = ask_robots(robots, "https://x.example/private/1")
    assert (forbidden.is_allowed, forbidden.reason) == (
        False,
        "may not be read: its site's robots.txt forbids it",
    )
    assert robots.expires_at == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("answer", "verdict", "hours"),
    [
        (rules("later", http_status=404), "allow", 24),
        (rules("never", http_status=403), "allow", 24),
        (rules("later", http_status=503), "disallow", 1),
        (rules("later", http_status=429), "disallow", 1),
        (rules("later", http_status=None), "disallow", 1),
        (rules("ok", text=b"\xff\xfe garbage"), "rules", 24),
    ],
)
def test_missing_rules_allow_and_unreachable_ones_forbid(
    answer: PageAnswer, verdict: str, hours: int
) -> None:
    robots = robots_from_answer(answer, origin="https://x.example", now=NOW)
    assert (robots.verdict, robots.expires_at) == (verdict, NOW + timedelta(hours=hours))
    assert ask_robots(robots, "https://x.example/a").is_allowed == (verdict != "disallow")


def test_rules_hold_for_an_origin() -> None:
    assert origin_of_url("https://user@X.example:8443/a?b") == "https://x.example:8443"


def test_tls_is_watched_too(client: httpx.Client, server: RawServer) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.tls = context
    url = server.url.replace("http:", "https:")
    server.behaviours["/a"] = drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"x")
    stranger = fetch_page(client, f"{url}/a", allow_private=True)
    assert stranger.status == "later"
    assert "certificate" in (stranger.reason or "").lower()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with httpx.Client(verify=trusting, trust_env=False) as own:
        answer = fetch_page(own, f"{url}/a", allow_private=True, total_seconds=1.0)
    assert (answer.status, answer.reason) == ("later", "took longer than 1 s")
