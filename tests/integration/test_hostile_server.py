"""Polling from servers that are slow, broken, lying or hostile: real ones, on loopback."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import re
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from ingest.feed import FeedConfig
from ingest.fetch.limit import FetchLimits
from ingest.http import Client, make_client
from southbound.pipeline.poll import poll_feeds
from southbound.pipeline.report import Round
from southbound.settings import PollSettings, read_settings
from southbound.store import Store, open_store

EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
SETTINGS = read_settings(None).poll.model_copy(
    update={
        "host_spacing_seconds": 0.0,
        "host_concurrency": 100,
        "feed_seconds": 1.5,
        "max_megabytes": 1.0,
        "allow_private_addresses": True,
    }
)
Answer = Callable[[socket.socket, str], None]


def rss(*titles: str) -> bytes:
    items = "".join(f"<item><title>{title}</title><guid>id-{title}</guid></item>" for title in titles)
    return f'<rss version="2.0"><channel><title>Ledger</title>{items}</channel></rss>'.encode()


def reply(body: bytes, *headers: str, status: str = "200 OK") -> Answer:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return lambda conn, _: conn.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def raw(data: bytes) -> Answer:
    return lambda conn, _: conn.sendall(data)


def in_turn(*answers: Answer) -> Answer:
    """Give each answer once, in this order, and the last for ever."""
    order = itertools.chain(answers, itertools.repeat(answers[-1]))

    def answer(conn: socket.socket, request: str) -> None:
        next(order)(conn, request)

    return answer


BAD_REQUEST = raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")


class Server:
    """Answers each path in its own way, and remembers what it was asked."""

    def __init__(self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []
        self.started: list[float] = []
        self.most_at_once = 0
        self._n_open = 0
        self._tls = tls
        self._lock = threading.Lock()
        self._listener = socket.create_server((host, 0), backlog=100)
        self.host, self.port = self._listener.getsockname()[:2]
        self._is_closed = threading.Event()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def url(self, path: str, answer: Answer, *, host: str | None = None) -> str:
        self.answers[f"/{path}"] = answer
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{host or self.host}:{self.port}/{path}"

    def asked(self, path: str) -> list[str]:
        return [request for request in self.requests if request.startswith(f"GET /{path} ")]

    def drip(self, head: bytes, piece: bytes, *, every: float = 0.0) -> Answer:
        def answer(conn: socket.socket, _: str) -> None:
            conn.sendall(head)
            while not self._is_closed.wait(every):
                conn.sendall(piece)

        return answer

    def silence(self, _conn: socket.socket, _request: str) -> None:
        self._is_closed.wait()

    def close(self) -> None:
        self._is_closed.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._start(self._serve, self._listener.accept()[0])

    def _serve(self, conn: socket.socket) -> None:
        with conn, contextlib.suppress(OSError):
            if self._tls is None:
                self._answer(conn)
            else:
                with self._tls.wrap_socket(conn, server_side=True) as wrapped:
                    self._answer(wrapped)

    def _answer(self, conn: socket.socket) -> None:
        request = conn.recv(65_536).decode("latin-1")
        with self._lock:
            self.requests.append(request)
            self.started.append(time.monotonic())
            self._n_open += 1
            self.most_at_once = max(self.most_at_once, self._n_open)
        try:
            self.answers.get(request.split(" ")[1], BAD_REQUEST)(conn, request)
        finally:
            with self._lock:
                self._n_open -= 1


@pytest.fixture
def server() -> Iterator[Server]:
    opened = Server()
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened
        assert opened.check() == []


def feed(url: str, **options: Any) -> FeedConfig:  # noqa: ANN401  # options of the feed, by name
    return FeedConfig(url=url, publisher="Ledger", **options)


def poll(store: Store, *urls: str, settings: PollSettings = SETTINGS, **options: Any) -> Round:  # noqa: ANN401
    options = {"only_due": False, **options}
    return poll_feeds(store, [feed(url) for url in urls], settings=settings, tell=lambda _: None, **options)


def titles(store: Store) -> list[str]:
    return [article.title for article in store.articles.known_between(*EVER)]


def polls_of(store: Store, columns: str) -> list[tuple[Any, ...]]:
    return store._db.execute(f"SELECT {columns} FROM poll ORDER BY pk").fetchall()  # noqa: S608


def reset(conn: socket.socket, _: str) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def gzip_bomb() -> bytes:
    deflater = zlib.compressobj(9, wbits=31)
    zeros = b" " * 1024**2
    return b"".join([b"", *(deflater.compress(zeros) for _ in range(300)), deflater.flush()])


TOO_SLOW = "took too long|did not answer in time"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


def test_hostile_servers_fail_with_a_reason_and_stop_nobody(store: Store, server: Server) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    hostile = {
        "drip-headers": (server.drip(HEAD, b"X", every=0.05), TOO_SLOW),
        "drip-body": (server.drip(HEAD + b"\r\n<rss>", b" ", every=0.05), TOO_SLOW),
        "drip-interim": (server.drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), TOO_SLOW),
        "silence": (server.silence, TOO_SLOW),
        "endless": (
            server.drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk),
            "is larger than 1048576",
        ),
        "endless-header": (server.drip(HEAD, b"X-Junk: " + b"x" * 1000 + b"\r\n"), "cannot be fetched"),
        "bomb": (reply(gzip_bomb(), "Content-Encoding: gzip"), "is larger than 1048576 bytes"),
        "no-gzip": (reply(rss("x"), "Content-Encoding: gzip"), "is packed wrongly"),
        "half-gzip": (reply(gzip.compress(rss("x"))[:-9], "Content-Encoding: gzip"), "broke off"),
        "too-short": (raw(HEAD + b"Content-Length: 5000\r\n\r\n" + rss("x")), "cannot be fetched"),
        "bad-length": (raw(HEAD + b"Content-Length: many\r\n\r\n" + rss("x")), "cannot be fetched"),
        "two-lengths": (raw(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n<>"), "cannot be fetched"),
        "reset": (reset, "cannot be fetched"),
        "no-http": (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "cannot be fetched"),
        "nothing": (raw(b""), "cannot be fetched"),
        "empty": (reply(b""), "answered with nothing"),
        "page": (reply(b"<!DOCTYPE html><html><body>Wait</body></html>"), "answered with an HTML page"),
        "unasked": (
            reply(b"", status="304 Not Modified"),
            "says that nothing has changed, without being asked",
        ),
        "loop": (reply(b"", "Location: /loop", status="302 Found"), "redirects more than 5 times"),
        "to-file": (
            reply(b"", "Location: file:///etc/passwd", status="301 Moved"),
            "leads to a file address",
        ),
        "nowhere": (reply(b"", status="301 Moved"), "answered 301 Moved"),
    }
    urls = {path: server.url(path, answer) for path, (answer, _) in hostile.items()}
    good = server.url("good", reply(rss("Shares rose")))
    started = time.monotonic()
    outcome = poll(store, *urls.values(), good)
    assert time.monotonic() - started < 30  # a server that holds a poll for ever would hold the round
    assert titles(store) == ["Shares rose"]
    assert len(outcome.rejected) == len(hostile)
    for path, (_, reason) in hostile.items():
        (said,) = (line for line in outcome.rejected if line.startswith(f"feed {urls[path]} "))
        assert re.search(reason, said)
        assert "\n" not in said
        state = store.feeds.state(urls[path])
        assert (state.n_failures, state.etag, state.body_hash) == (1, None, None)
        assert state.failure_weight in {0.5, 1.0}


def test_a_closed_port_and_an_unknown_host_are_soft_failures(store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = poll(store, f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/feed")
    assert len(outcome.rejected) == 2
    assert {row[0] for row in polls_of(store, "failure")} <= {"soft", "temporary"}
    assert any("has a host that can't be found" in line for line in outcome.rejected)


def test_entities_neither_explode_nor_read_files(store: Store, server: Server, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden-word", encoding="utf-8")
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "laugh">{levels}]>'.encode() + rss("&l11;")
    thief = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode() + rss("Look: &x;")
    urls = [
        server.url("bomb", reply(bomb)),
        server.url("thief", reply(thief)),
        server.url("good", reply(rss("Shares rose"))),
    ]
    started = time.monotonic()
    poll(store, *urls)
    assert time.monotonic() - started < 30
    kept = titles(store)
    assert "Shares rose" in kept
    assert all(len(title) < 10_000 and "hidden-word" not in title for title in kept)


def test_odd_characters_are_stored_or_refused_but_stop_nothing(store: Store, server: Server) -> None:
    odd = server.url("odd", reply(rss("A&#xD800;B", "C&#0;D", "E\u0000F")))
    good = server.url("good", reply(rss("Shares rose")))
    poll(store, odd, good)
    assert "Shares rose" in titles(store)


def test_a_body_longer_than_its_length_is_read_as_far_as_it_says(store: Store, server: Server) -> None:
    body = rss("One", "Two", "Three")
    length = body.index(b"<item><title>Three")
    url = server.url("long", raw(HEAD + f"Content-Length: {length}\r\n\r\n".encode() + body))
    assert poll(store, url).added.new == 2


@pytest.mark.no_cover
def test_a_feed_of_ten_thousand_items_is_kept_once(store: Store, server: Server) -> None:
    body = rss(*(f"Item {number}" for number in range(10_000)))
    later = rss(*(f"Item {number}" for number in range(1, 10_001)))
    url = server.url("large", in_turn(reply(body), reply(later)))
    assert poll(store, url).added.new == 10_000
    again = poll(store, url).added
    assert (again.new, again.known) == (1, 9_999)
    assert polls_of(store, "n_entries, n_new, n_known") == [(10_000, 10_000, 0), (10_000, 1, 9_999)]


def test_no_cookie_is_kept(store: Store, server: Server) -> None:
    cookie = "Set-Cookie: track=me; Path=/"
    url = server.url("a", reply(b"", cookie, "Location: /b", status="302 Found"))
    server.url("b", reply(rss("One"), cookie))
    poll(store, url)
    poll(store, url)
    assert len(server.requests) == 4
    assert not any("cookie" in request.lower() for request in server.requests)


def test_alternating_answers_lose_nothing(store: Store, server: Server) -> None:
    unchanged = reply(b"", status="304 Not Modified")
    url = server.url(
        "feed",
        in_turn(
            reply(rss("One"), 'ETag: "1"'),
            unchanged,
            reply(rss("One"), 'ETag: "2"'),
            unchanged,
            reply(rss("One", "Two"), 'ETag: "3"'),
        ),
    )
    for _ in range(5):
        poll(store, url)
    assert titles(store) == ["One", "Two"]
    sent = [re.findall('If-None-Match: "(.)"', request, re.IGNORECASE) for request in server.requests]
    assert sent == [[], ["1"], ["1"], ["2"], ["2"]]
    assert polls_of(store, "status, http_status, n_new, n_known") == [
        ("ok", 200, 1, 0),
        ("not_modified", 304, 0, 0),
        ("not_modified", 200, 0, 0),
        ("not_modified", 304, 0, 0),
        ("ok", 200, 1, 1),
    ]


def test_a_validator_that_never_changes_hides_nothing(store: Store, server: Server) -> None:
    server.answers["/honest-body"] = in_turn(
        reply(rss("One"), 'ETag: "x"'), reply(rss("One", "Two"), 'ETag: "x"')
    )
    url = server.url("honest-body", server.answers["/honest-body"])
    poll(store, url)
    poll(store, url)
    assert titles(store) == ["One", "Two"]


def test_a_server_that_hides_changes_is_found_out(store: Store, server: Server) -> None:
    items = ["One"]

    def lie(conn: socket.socket, request: str) -> None:
        conditional = "if-none-match" in request.lower()
        answer = reply(b"", status="304 Not Modified") if conditional else reply(rss(*items), 'ETag: "x"')
        answer(conn, request)

    url = server.url("liar", lie)
    settings = SETTINGS.model_copy(update={"recheck_after": 3})
    poll(store, url, settings=settings)
    items.append("Two")
    for _ in range(3):
        poll(store, url, settings=settings)
    assert titles(store) == ["One"]
    poll(store, url, settings=settings)
    assert titles(store) == ["One", "Two"]
    items.append("Three")
    poll(store, url, settings=settings)
    assert titles(store) == ["One", "Two", "Three"]


def test_private_addresses_are_refused_unless_allowed(store: Store, server: Server) -> None:
    url = server.url("feed", reply(rss("One")))
    spellings = [
        host.format(server.port) for host in ("localhost:{}", "2130706433:{}", "0x7f.1:{}", "[::1]:{}")
    ]
    urls = [url, *(f"http://{host}/feed" for host in spellings)]
    outcome = poll(store, *urls, settings=SETTINGS.model_copy(update={"allow_private_addresses": False}))
    assert server.requests == []
    assert titles(store) == []
    assert len(outcome.rejected) == len(urls)
    assert outcome.rejected[0].endswith(
        "stands in a private network; set poll.allow_private_addresses to read such feeds"
    )
    assert poll(store, url).added.new == 1


@pytest.fixture
def one_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 127.0.0.1 stand for the internet, and the rest of loopback for the private network."""
    monkeypatch.setattr("ingest.fetch.transport.is_public", lambda literal: literal == "127.0.0.1")


@pytest.mark.usefixtures("one_public_address")
def test_a_redirect_into_the_private_network_is_refused(store: Store, server: Server) -> None:
    inner = Server(host="127.0.0.2")
    try:
        target = inner.url("keys", reply(rss("Secret")))
        url = server.url("feed", reply(b"", f"Location: {target}", status="302 Found"))
        settings = SETTINGS.model_copy(update={"allow_private_addresses": False})
        (said,) = poll(store, url, settings=settings).rejected
        assert said == (
            f"feed {url} leads to 127.0.0.2, which stands in a private network; "
            "set poll.allow_private_addresses to read such feeds"
        )
        assert inner.requests == []
        assert store.feeds.state(url).failure_weight == 1.0
        assert poll(store, url).added.new == 1
    finally:
        inner.close()


@pytest.mark.usefixtures("one_public_address")
def test_a_name_that_changes_its_address_is_checked_each_time(store: Store, server: Server) -> None:
    inner = Server(host="127.0.0.2")
    addresses = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2", "127.0.0.1"]])

    def connect(limits: FetchLimits) -> Client:
        return make_client(limits, find_addresses=lambda _host, _port: next(addresses))

    try:
        url = server.url("feed", in_turn(reply(rss("One")), reply(rss("Two"))), host="rebinding.example")
        settings = SETTINGS.model_copy(update={"allow_private_addresses": False})
        assert poll(store, url, settings=settings, connect=connect).added.new == 1
        (said,) = poll(store, url, settings=settings, connect=connect).rejected
        assert "stands in a private network" in said
        assert poll(store, url, settings=settings, connect=connect).added.new == 1
        assert inner.requests == []
    finally:
        inner.close()


def test_a_proxy_that_the_environment_names_is_used(
    store: Store, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["http://harbour.example/feed"] = reply(rss("By proxy"))
    monkeypatch.setenv("http_proxy", f"http://{server.host}:{server.port}")
    monkeypatch.setenv("no_proxy", "::1, 127.0.0.1, *.local")
    settings = SETTINGS.model_copy(update={"allow_private_addresses": False})
    assert poll(store, "http://harbour.example/feed", settings=settings).added.new == 1
    (said,) = poll(store, server.url("feed", reply(rss("Inside"))), settings=settings).rejected
    assert "stands in a private network" in said


def test_certificates_are_checked(store: Store) -> None:
    ours, foreign = trustme.CA(), trustme.CA()
    trust = ssl.create_default_context()
    ours.configure_trust(trust)
    servers = []
    for authority, name in ((ours, "127.0.0.1"), (foreign, "127.0.0.1"), (ours, "other.example")):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        servers.append(Server(tls=context))
    plain = Server()
    try:
        good, untrusted, misnamed = (server.url("feed", reply(rss("One"))) for server in servers)
        no_tls = plain.url("feed", BAD_REQUEST).replace("http:", "https:")
        outcome = poll(
            store, good, untrusted, misnamed, no_tls, connect=lambda limits: make_client(limits, verify=trust)
        )
        assert outcome.added.new == 1
        said = {line.split()[1]: line for line in outcome.rejected}
        assert "has a certificate that can't be trusted" in said[untrusted]
        assert "has a certificate that can't be trusted" in said[misnamed]
        assert "cannot be fetched" in said[no_tls]
        assert servers[1].requests == servers[2].requests == []
    finally:
        for server in [*servers, plain]:
            server.close()


def test_a_host_is_asked_with_its_spacing_and_not_by_more_than_two(store: Store, server: Server) -> None:
    def slow(conn: socket.socket, request: str) -> None:
        time.sleep(0.5)
        reply(rss("One"))(conn, request)

    urls = [server.url(f"feed{number}", slow) for number in range(6)]
    settings = SETTINGS.model_copy(update={"host_spacing_seconds": 0.3, "host_concurrency": 2})
    poll(store, *urls, settings=settings)
    assert len(server.started) == 6
    assert server.started[-1] - server.started[0] > 4 * 0.3  # 5 spacings, less the noise of the machine
    assert server.most_at_once == 2


def test_a_host_that_has_had_too_much_is_left_alone(store: Store, server: Server) -> None:
    refusal = reply(b"", "Retry-After: 3600", status="429 Too Many Requests")
    urls = [server.url(f"feed{number}", refusal) for number in range(4)]
    settings = SETTINGS.model_copy(update={"host_spacing_seconds": 0.3, "host_concurrency": 1})
    outcome = poll(store, *urls, settings=settings, only_due=True)
    assert len(server.requests) == 1
    assert outcome.n_put_off == 3
    assert "3 put off as their host asks" in outcome.describe()
    assert poll(store, *urls, settings=settings, only_due=True).outcomes.total() == 0
    (asked,) = (url for url in urls if store.feeds.state(url).n_failures)
    state = store.feeds.state(asked)
    assert state.polled_at is not None
    assert state.next_poll_at is not None
    assert state.held_until == state.polled_at + timedelta(hours=1)
    assert timedelta(hours=1) <= state.next_poll_at - state.polled_at <= timedelta(hours=1, minutes=15)
    tomorrow = datetime.now(tz=UTC) + timedelta(days=1)
    server.answers = dict.fromkeys(server.answers, reply(rss("One")))
    assert poll(store, *urls, only_due=True, clock=lambda: tomorrow).outcomes.total() == 4


def test_a_feed_that_has_moved_for_good_is_asked_where_it_is(store: Store, server: Server) -> None:
    old = server.url("old", reply(b"", "Location: /new", status="301 Moved Permanently"))
    new = server.url("new", reply(rss("One")))
    for _ in range(4):
        poll(store, old)
    assert (len(server.asked("old")), len(server.asked("new"))) == (3, 4)
    assert store.feeds.state(old).moved_to == new
    assert store._db.execute("SELECT DISTINCT feed_url FROM article").fetchall() == [(old,)]
    server.answers["/new"] = reply(b"", status="410 Gone")
    server.answers["/old"] = reply(rss("One", "Two"))
    poll(store, old)
    assert poll(store, old).added.new == 1


def test_the_record_of_a_poll_is_complete(store: Store, server: Server) -> None:
    ahead = datetime.now(tz=UTC) + timedelta(minutes=5)
    body = rss("One", "Two").replace(b"</channel>", b"<item><guid>untitled</guid></item></channel>")
    url = server.url("feed", reply(body, f"Date: {ahead:%a, %d %b %Y %H:%M:%S} GMT"))
    poll(store, url)
    columns = "feed_url, status, http_status, n_entries, n_new, n_revised, n_known, n_rejected, n_bytes"
    assert polls_of(store, columns) == [(url, "ok", 200, 3, 2, 0, 0, 1, len(body))]
    ((seconds, skew),) = polls_of(store, "seconds, clock_skew_seconds")
    assert 0 <= seconds < 1.5
    assert skew == pytest.approx(300, abs=5)


def test_a_round_in_which_nobody_answers_counts_against_no_feed(store: Store) -> None:
    def find(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    urls = [f"http://h{number}.example/feed" for number in range(12)]
    poll(store, *urls, connect=lambda limits: make_client(limits, find_addresses=find))
    weights = sorted(store.feeds.state(url).failure_weight for url in urls)
    assert weights == [0.0] * 10 + [0.5] * 2


def test_a_clock_that_was_set_back_neither_stalls_nor_doubles_polls(store: Store, server: Server) -> None:
    url = server.url("feed", reply(rss("One")))
    now = datetime.now(tz=UTC)
    for shift, n_expected in ((0, 1), (-1440, 1), (-1430, 1), (-1424, 2), (-1423, 2)):
        at = now + timedelta(minutes=shift)
        poll(store, url, only_due=True, clock=lambda at=at: at)
        assert len(server.requests) == n_expected, shift
