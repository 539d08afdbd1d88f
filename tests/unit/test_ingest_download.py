"""Getting the files of market-data sources, from a server on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ingest.download import Downloader, Manners, pause_before_retry
from ingest.error import DownloadError

NOW = datetime(2026, 7, 16, 10, 0, tzinfo=UTC)
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(*answers: Answer) -> Iterator[tuple[str, list[str]]]:
    """Serve the answers in turn, the last one for ever; yield the address and the paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name http.server looks for
            asked.append(self.path)
            answers[min(len(asked), len(answers)) - 1](self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's names
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reply(body: bytes = b"ok", status: int = 200, **headers: str) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 1000)
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        return


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def make(waits: list[float], **manners: float) -> Downloader:
    return Downloader(
        Manners(**{"spacing_seconds": 0.0, **manners}),  # type: ignore[arg-type]  # numbers by name
        sleep=waits.append,
    )


def refusal(address: str, **manners: float) -> DownloadError:
    with make([], **manners) as downloader, pytest.raises(DownloadError) as caught:
        downloader.get(address)
    return caught.value


def test_a_file_comes_with_its_headers_and_its_query_is_added_to() -> None:
    with serving(reply(b"tabData", X_Kind="daily")) as (base, asked), make([]) as downloader:
        answer = downloader.get(f"{base}/day.js?lang=en", params={"_": "7"})
    assert (answer.payload, answer.headers["x-kind"]) == (b"tabData", "daily")
    assert asked == ["/day.js?lang=en&_=7"]


def test_a_refusal_names_the_address_and_the_status() -> None:
    with serving(reply(status=404)) as (base, asked):
        error = refusal(f"{base}/day.js")
    assert str(error) == f"{base}/day.js answered 404 Not Found; there is no such file"
    assert error.status == 404
    assert len(asked) == 1


def test_what_may_pass_is_tried_again_with_growing_pauses() -> None:
    waits: list[float] = []
    answers = (reply(status=503), reset, reply(status=429, Retry_After="7"), reply(b"at last"))
    with serving(*answers) as (base, asked), make(waits) as downloader:
        assert downloader.get(base).payload == b"at last"
    assert waits == [2.0, 4.0, 8.0]
    assert len(asked) == 4


def test_retries_come_to_an_end() -> None:
    with serving(reply(status=500)) as (base, asked):
        assert "answered 500" in str(refusal(base, n_retries=2))
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("attempt", "retry_after", "pause"),
    [
        (0, None, 2.0),
        (2, None, 8.0),
        (9, None, 120.0),
        (0, "30", 30.0),
        (0, "Thu, 16 Jul 2026 10:01:00 GMT", 60.0),
        (0, "Thu, 16 Jul 2026 09:00:00 GMT", 2.0),
        (0, "soon", 2.0),
        (0, "3600", None),
    ],
)
def test_a_server_is_left_alone_as_long_as_it_asks(
    attempt: int, retry_after: str | None, pause: float | None
) -> None:
    assert pause_before_retry(attempt, retry_after, now=NOW, longest=120.0) == pause


def test_two_requests_to_a_host_are_spaced() -> None:
    waits: list[float] = []
    downloader = Downloader(Manners(spacing_seconds=5.0), sleep=waits.append, monotonic=lambda: 100.0)
    with serving(reply()) as (base, _), downloader:
        downloader.get(base)
        downloader.get(base)
    assert waits == [5.0]


def test_an_endless_body_ends_at_the_bound_and_a_slow_one_at_its_time() -> None:
    with serving(drip) as (base, asked):
        assert "is larger than 5000 bytes" in str(refusal(base, max_bytes=5000))
        assert "took longer than 0.2 s" in str(refusal(base, total_seconds=0.2))
    assert len(asked) == 2


def test_redirects_stay_on_the_host() -> None:
    with (
        serving(reply(status=302, Location="/new"), reply(b"moved")) as (base, asked),
        make([]) as downloader,
    ):
        assert downloader.get(f"{base}/old").payload == b"moved"
    assert asked == ["/old", "/new"]
    with serving(reply(status=302, Location="http://elsewhere.example/")) as (base, _):
        assert "redirects to http://elsewhere.example/; if that is right" in str(refusal(base))


def test_redirects_come_to_an_end() -> None:
    with serving(reply(status=302, Location="/again")) as (base, asked):
        assert "redirects more than 5 times" in str(refusal(base))
    assert len(asked) == 6


@pytest.mark.parametrize("text", ["stooq", "ftp://harbour.example/a", "http://[::1", ""])
def test_a_text_that_is_no_web_address_is_refused(text: str) -> None:
    assert str(refusal(text)).startswith(f"{text} is no web address")
