"""Fetching feeds, with a made-up network."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from ingest.feed import FeedConfig
from ingest.http import FetchResult, Validators, fetch_feed, make_client, read_feed_file, retrieve

URL = "https://harbour.example/feed"
# printf '<rss/>' | sha256sum
RSS_HASH = "b8a3805e669decf7180d8c7f4af5d4706d615d0678c424bd1c6b853def3bf3d2"

Handler = Callable[[httpx.Request], httpx.Response]


def fetch(handler: Handler, url: str = URL, **options: object) -> FetchResult:
    with httpx.Client(transport=httpx.MockTransport(handler)) as client:
        return fetch_feed(client, url, **options)  # type: ignore[arg-type]  # options are passed on as they are


def stream(content: bytes) -> httpx.SyncByteStream:
    """Send a body in pieces, as a network does."""

    class Pieces(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return (content[at : at + 7] for at in range(0, len(content), 7))

    return Pieces()


def answer(status: int = 200, content: bytes = b"<rss/>", **headers: str) -> Handler:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, stream=stream(content), headers=named)


def test_a_feed_is_fetched() -> None:
    result = fetch(answer(etag='"1"', last_modified="Mon, 10 Mar 2025 08:20:00 GMT", content_type="text/xml"))
    assert result.status == "ok"
    assert result.payload == b"<rss/>"
    assert result.headers["content-type"] == "text/xml"
    assert (result.etag, result.last_modified) == ('"1"', "Mon, 10 Mar 2025 08:20:00 GMT")
    assert result.body_hash == RSS_HASH
    assert (result.final_url, result.reason) == (URL, None)


def test_what_the_last_answer_left_is_sent() -> None:
    def check(request: httpx.Request) -> httpx.Response:
        assert request.headers["if-none-match"] == '"1"'
        assert request.headers["if-modified-since"] == "yesterday"
        return httpx.Response(304)

    result = fetch(check, validators=Validators(etag='"1"', last_modified="yesterday", body_hash="abc"))
    assert result == FetchResult(
        status="not_modified",
        etag='"1"',
        last_modified="yesterday",
        body_hash="abc",
        final_url=URL,
        http_status=304,
    )


def test_an_equal_body_is_not_modified_whatever_the_headers_say() -> None:
    result = fetch(answer(etag='"new"'), validators=Validators(body_hash=RSS_HASH))
    assert result.status == "not_modified"
    assert result.payload == b""
    assert result.etag == '"new"'
    same = Validators(etag='"same"', body_hash="other")
    assert fetch(answer(etag='"same"'), validators=same).status == "ok"


def test_redirects_are_followed_five_times() -> None:
    def redirect_until(last: int) -> Handler:
        def handle(request: httpx.Request) -> httpx.Response:
            step = int(request.url.params.get("n", 0))
            if step == last:
                return httpx.Response(200, stream=stream(b"<rss/>"))
            return httpx.Response(302, headers={"location": f"/feed?n={step + 1}"})

        return handle

    assert fetch(redirect_until(5)).final_url == f"{URL}?n=5"
    result = fetch(redirect_until(6))
    assert result.status == "failed"
    assert result.reason == f"feed {URL} redirects more than 5 times; check the address"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://harbour.example/x"])
def test_redirects_lead_to_the_web_only(target: str) -> None:
    result = fetch(answer(302, b"", location=target))
    assert result.status == "failed"
    scheme = target.split(":", maxsplit=1)[0]
    assert result.reason == f"feed {URL} leads to a {scheme} address; only http and https are read"


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (answer(404), "answered 404 Not Found; check the address"),
        (answer(410), "answered 410 Gone; the feed is gone for good; disable it"),
        (
            answer(429, retry_after="120"),
            (
                "answered 429 Too Many Requests; it is polled too often; raise its interval "
                "(it asks to wait: 120)"
            ),
        ),
        (answer(500), "answered 500 Internal Server Error; tried again at the next poll"),
        (answer(200, b""), "answered with nothing; check the address"),
        (answer(204, b""), "answered with nothing; check the address"),
    ],
)
def test_refusals_say_what_to_do(handler: Handler, reason: str) -> None:
    result = fetch(handler)
    assert result.status == "failed"
    assert result.reason == f"feed {URL} {reason}"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]\nself-signed"), "self-signed"),
        (httpx.ConnectTimeout(""), "did not answer in time"),
        (httpx.ReadTimeout(""), "did not answer in time"),
        (httpx.RemoteProtocolError("peer closed connection"), "peer closed connection"),
        (OSError("network is unreachable"), "network is unreachable"),
    ],
)
def test_faults_of_the_network_become_one_line(fault: Exception, reason: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise fault

    result = fetch(fail)
    assert result.status == "failed"
    assert reason in str(result.reason)
    assert "\n" not in str(result.reason)


@pytest.mark.parametrize("url", ["http://", "ftp://x.example/a", "nonsense"])
def test_impossible_addresses_fail_without_a_crash(url: str) -> None:
    assert fetch(answer(), url).status == "failed"


def test_a_giant_answer_is_cut_short() -> None:
    assert fetch(answer(200, b"x" * 11), max_bytes=10).reason == f"feed {URL} is larger than 10 bytes"
    assert fetch(answer(200, b"x" * 10), max_bytes=10).status == "ok"


def test_a_slow_answer_is_cut_short() -> None:
    result = fetch(answer(), total_seconds=-1.0)
    assert result.reason == f"feed {URL} took too long; tried again at the next poll"


def test_a_broken_compression_is_a_fault_of_the_remote() -> None:
    result = fetch(
        lambda _: httpx.Response(200, stream=stream(b"no gzip"), headers={"content-encoding": "gzip"})
    )
    assert result.status == "failed"


def test_the_client_says_who_it_is() -> None:
    with make_client() as client:
        assert re.fullmatch(r"southbound/\S+ \(\+self-hosted news reader\)", client.headers["user-agent"])
        assert client.timeout.connect == 10.0


def test_a_feed_file_gives_the_same_kind_of_answer(tmp_path: Path) -> None:
    path = tmp_path / "feed one.xml"
    path.write_bytes(b"<rss/>")
    result = read_feed_file(path)
    assert (result.status, result.payload, result.body_hash) == ("ok", b"<rss/>", RSS_HASH)
    assert read_feed_file(path.as_uri()).payload == b"<rss/>"
    assert read_feed_file(path, body_hash=RSS_HASH).status == "not_modified"
    assert read_feed_file(path, max_bytes=5).reason == f"feed {path} is larger than 5 bytes"


def test_unreadable_feed_files_fail_with_a_reason(tmp_path: Path) -> None:
    missing = tmp_path / "missing.xml"
    assert read_feed_file(missing).reason == f"feed {missing} cannot be read: No such file or directory"
    assert read_feed_file(tmp_path).status == "failed"
    empty = tmp_path / "empty.xml"
    empty.touch()
    assert read_feed_file(empty).reason == f"feed {empty} is empty"


def test_the_address_decides_how_a_feed_is_retrieved(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(b"<rss/>")
    with httpx.Client(transport=httpx.MockTransport(answer(200, b"<feed/>"))) as client:

        def get(url: str, body_hash: str | None = None) -> FetchResult:
            return retrieve(FeedConfig(url=url, publisher="x"), Validators(body_hash=body_hash), client)

        assert get(URL).payload == b"<feed/>"
        assert get(str(path)).payload == b"<rss/>"
        assert get(path.as_uri(), RSS_HASH).status == "not_modified"
        refused = get("ftp://harbour.example/feed")
        assert refused.reason == (
            "feed ftp://harbour.example/feed: ftp addresses are not supported; use http, https or a file"
        )
