"""Fetch feeds: over HTTP or from local files, with one kind of answer for both.

The remote's faults never raise: they come back as one line that says what happened.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx

from ingest.feed import MAX_PAYLOAD_BYTES, FeedConfig

#: What fetches; named here so that nobody else needs the library.
Client = httpx.Client

MAX_REDIRECTS = 5
#: Time that one feed may take, redirects included. Seconds.
TOTAL_SECONDS = 60.0
_CONNECT_SECONDS, _READ_SECONDS = 10.0, 20.0
_WEB_SCHEMES = frozenset({"http", "https"})
_NOT_MODIFIED = 304
_ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"
_ADVICE = {
    401: "it wants a password",
    403: "it refuses this reader",
    404: "check the address",
    410: "the feed is gone for good; disable it",
    429: "it is polled too often; raise its interval",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What an earlier answer left, to tell whether the next one is new."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What came of fetching a feed.

    Attributes:
        status: ``ok``, ``not_modified`` (nothing to parse) or ``failed``.
        payload: The body, decompressed; empty unless ``ok``.
        headers: The answer's headers, names in lower case.
        etag: To be sent next time.
        last_modified: To be sent next time.
        body_hash: SHA-256 of the body in hexadecimal, to be passed next time.
        final_url: Where the answer came from, after redirects.
        reason: What went wrong, in one line, where ``failed``.
    """

    status: Literal["ok", "not_modified", "failed"]
    payload: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    final_url: str
    reason: str | None = None


class _FetchError(Exception):
    """A fault of the remote, in one line."""


def make_client() -> httpx.Client:
    """Make the client that all feeds are fetched with; the caller closes it."""
    timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    headers = {"User-Agent": f"southbound/{_own_version()} (+self-hosted news reader)", "Accept": _ACCEPT}
    return httpx.Client(headers=headers, timeout=timeout, max_redirects=MAX_REDIRECTS)


def retrieve(feed: FeedConfig, validators: Validators, client: httpx.Client) -> FetchResult:
    """Get a feed from wherever its address points: the web, or a local file."""
    scheme = urlsplit(feed.url).scheme.lower() if "://" in feed.url else ""
    if scheme in _WEB_SCHEMES:
        return fetch_feed(
            client,
            feed.url,
            etag=validators.etag,
            last_modified=validators.last_modified,
            body_hash=validators.body_hash,
        )
    if scheme in {"", "file"}:
        return read_feed_file(feed.url, body_hash=validators.body_hash)
    return _fail(
        feed.url, f"feed {feed.url}: {scheme} addresses are not supported; use http, https or a file"
    )


def fetch_feed(  # what an earlier answer left, and two limits, all optional
    client: httpx.Client,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    body_hash: str | None = None,
    max_bytes: int = MAX_PAYLOAD_BYTES,
    total_seconds: float = TOTAL_SECONDS,
) -> FetchResult:
    """Fetch a feed over HTTP.

    Args:
        client: See ``make_client``.
        url: Address, http or https.
        etag: Of the last answer.
        last_modified: Of the last answer.
        body_hash: Of the last answer; an equal body is ``not_modified``, whatever the headers say.
        max_bytes: Largest body, decompressed.
        total_seconds: Time for everything; checked between two pieces of the body, so a silent server is
            noticed by the client's own timeout.

    Returns:
        The answer, or why there is none.
    """
    validators = Validators(etag=etag, last_modified=last_modified, body_hash=body_hash)
    deadline = time.monotonic() + total_seconds
    try:
        request = client.build_request("GET", url, headers=_conditions_from_validators(validators))
        return _follow(client, request, validators, max_bytes=max_bytes, deadline=deadline)
    except _FetchError as error:
        return _fail(url, f"feed {url} {error}")
    except httpx.TimeoutException:
        return _fail(url, f"feed {url} did not answer in time")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        return _fail(url, f"feed {url} cannot be fetched: {_one_line(error)}")


def read_feed_file(
    source: Path | str, *, body_hash: str | None = None, max_bytes: int = MAX_PAYLOAD_BYTES
) -> FetchResult:
    """Read a feed from a local file (a path or a ``file:`` address), with the answer of ``fetch_feed``."""
    text = str(source)
    try:
        path = Path(url2pathname(urlsplit(text).path)) if text.lower().startswith("file:") else Path(text)
        with path.open("rb") as file:
            payload = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        return _fail(
            text, f"feed {text} cannot be read: {getattr(error, 'strerror', None) or _one_line(error)}"
        )
    if len(payload) > max_bytes:
        return _fail(text, f"feed {text} is larger than {max_bytes} bytes")
    if not payload:
        return _fail(text, f"feed {text} is empty")
    return _finish(payload, final_url=text, headers={}, validators=Validators(body_hash=body_hash))


def _follow(
    client: httpx.Client, request: httpx.Request, validators: Validators, *, max_bytes: int, deadline: float
) -> FetchResult:
    for _ in range(MAX_REDIRECTS + 1):
        if request.url.scheme not in _WEB_SCHEMES:
            raise _FetchError(
                f"leads to a {request.url.scheme or 'nameless'} address; only http and https are read"
            )
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            if response.next_request is None:
                return _result_from_response(response, validators, max_bytes=max_bytes, deadline=deadline)
            request = response.next_request
        finally:
            response.close()
        _check_deadline(deadline)
    raise _FetchError(f"redirects more than {MAX_REDIRECTS} times; check the address")


def _result_from_response(
    response: httpx.Response, validators: Validators, *, max_bytes: int, deadline: float
) -> FetchResult:
    headers = {name.lower(): value for name, value in response.headers.items()}
    final_url = str(response.url)
    if response.status_code == _NOT_MODIFIED:
        return _unmodified(final_url, headers, validators)
    if not response.is_success:
        raise _FetchError(_describe_refusal(response))
    payload = _read_body(response, max_bytes=max_bytes, deadline=deadline)
    if not payload:
        raise _FetchError("answered with nothing; check the address")
    return _finish(payload, final_url=final_url, headers=headers, validators=validators)


def _read_body(response: httpx.Response, *, max_bytes: int, deadline: float) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > max_bytes:
            raise _FetchError(f"is larger than {max_bytes} bytes")
        _check_deadline(deadline)
    return bytes(body)


def _check_deadline(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise _FetchError("took too long; tried again at the next poll")


def _finish(
    payload: bytes, *, final_url: str, headers: Mapping[str, str], validators: Validators
) -> FetchResult:
    """Let the body's hash decide: servers change headers without a new body, and the other way round."""
    body_hash = hashlib.sha256(payload).hexdigest()
    is_known = body_hash == validators.body_hash
    return FetchResult(
        status="not_modified" if is_known else "ok",
        payload=b"" if is_known else payload,
        headers=headers,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        body_hash=body_hash,
        final_url=final_url,
    )


def _unmodified(final_url: str, headers: Mapping[str, str], validators: Validators) -> FetchResult:
    return FetchResult(
        status="not_modified",
        headers=headers,
        etag=headers.get("etag", validators.etag),
        last_modified=headers.get("last-modified", validators.last_modified),
        body_hash=validators.body_hash,
        final_url=final_url,
    )


def _conditions_from_validators(validators: Validators) -> dict[str, str]:
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _describe_refusal(response: httpx.Response) -> str:
    advice = _ADVICE.get(response.status_code, "tried again at the next poll")
    after = response.headers.get("retry-after")
    waiting = f" (it asks to wait: {_one_line(after)})" if after else ""
    return f"answered {response.status_code} {response.reason_phrase}".rstrip() + f"; {advice}{waiting}"


def _fail(url: str, reason: str) -> FetchResult:
    return FetchResult(status="failed", final_url=url, reason=reason)


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())[:300] or type(problem).__name__


def _own_version() -> str:
    try:
        return version("southbound")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"
