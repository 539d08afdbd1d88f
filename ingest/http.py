"""Fetch feeds: over HTTP or from local files, with one kind of answer for both.

The remote's faults never raise: they come back as one line that says what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx

from ingest.feed import MAX_PAYLOAD_BYTES, FeedConfig
from ingest.fetch.body import BodyError, read_body
from ingest.fetch.failure import Failure, explain_error, failure_of_status, one_line
from ingest.fetch.limit import DEFAULT_LIMITS, FetchLimits
from ingest.fetch.result import (
    NO_VALIDATORS,
    NOT_MODIFIED,
    FetchResult,
    Validators,
    result_from_body,
    unmodified,
)
from ingest.fetch.transport import (
    MAX_REDIRECTS,
    DeadlineError,
    RefusedAddressError,
    deadline_after,
    make_client,
    remaining,
)

#: What fetches; named here so that nobody else needs the library.
Client = httpx.Client

_FAULTS = (
    DeadlineError,
    RefusedAddressError,
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    OSError,
    ValueError,
)
_WEB_SCHEMES = frozenset({"http", "https"})
_PERMANENT_REDIRECTS = frozenset({301, 308})
_ADVICE = {
    401: "it wants a password",
    403: "it refuses this reader",
    404: "check the address",
    410: "the feed is gone for good; disable it",
    429: "it is polled too often; raise its interval",
}

__all__ = [
    "Client",
    "FetchResult",
    "Validators",
    "fetch_feed",
    "make_client",
    "read_feed_file",
    "retrieve",
]


class _FetchError(Exception):
    """A fault of the remote, in one line, and what its last answer was."""

    def __init__(self, reason: str, *, failure: Failure, response: httpx.Response | None = None) -> None:
        super().__init__(reason)
        self.failure = failure
        self.response = response


def retrieve(
    feed: FeedConfig,
    validators: Validators,
    client: httpx.Client,
    *,
    address: str | None = None,
    limits: FetchLimits = DEFAULT_LIMITS,
) -> FetchResult:
    """Get a feed from wherever its address points: the web, or a local file.

    Args:
        feed: What to get.
        validators: Of the last answer.
        client: See ``make_client``.
        address: Where the feed is known to have moved; by default its own.
        limits: How long it may take and how large it may be.
    """
    url = address or feed.url
    scheme = urlsplit(url).scheme.lower() if "://" in url else ""
    if scheme in _WEB_SCHEMES:
        return fetch_feed(
            client,
            url,
            validators=validators,
            max_bytes=limits.max_bytes,
            total_seconds=limits.total_seconds,
        )
    if scheme in {"", "file"}:
        return read_feed_file(url, body_hash=validators.body_hash, max_bytes=limits.max_bytes)
    return _fail(url, f"feed {url}: {scheme} addresses are not supported; use http, https or a file", "hard")


def fetch_feed(
    client: httpx.Client,
    url: str,
    *,
    validators: Validators = NO_VALIDATORS,
    max_bytes: int = MAX_PAYLOAD_BYTES,
    total_seconds: float = DEFAULT_LIMITS.total_seconds,
) -> FetchResult:
    """Fetch a feed over HTTP.

    Args:
        client: See ``make_client``.
        url: Address, http or https.
        validators: Of the last answer; an equal body is ``not_modified``, whatever the headers say.
        max_bytes: Largest body, decompressed.
        total_seconds: Time for everything, redirects included.

    Returns:
        The answer, or why there is none.
    """
    try:
        with deadline_after(total_seconds):
            request = client.build_request("GET", url, headers=_conditions_from_validators(validators))
            return _follow(client, request, validators, max_bytes=max_bytes)
    except _FetchError as error:
        return _fail(url, f"feed {url} {error}", error.failure, error.response)
    except _FAULTS as error:
        reason, failure = explain_error(error, url)
        return _fail(url, f"feed {url} {reason}", failure)


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
        problem = getattr(error, "strerror", None) or one_line(error)
        return _fail(text, f"feed {text} cannot be read: {problem}", "soft")
    if len(payload) > max_bytes:
        return _fail(text, f"feed {text} is larger than {max_bytes} bytes", "soft")
    if not payload:
        return _fail(text, f"feed {text} is empty", "soft")
    return result_from_body(payload, final_url=text, headers={}, validators=Validators(body_hash=body_hash))


def _follow(
    client: httpx.Client, request: httpx.Request, validators: Validators, *, max_bytes: int
) -> FetchResult:
    moved_to, is_permanent = None, True
    for _ in range(MAX_REDIRECTS + 1):
        if request.url.scheme not in _WEB_SCHEMES:
            raise _FetchError(
                f"leads to a {request.url.scheme or 'nameless'} address; only http and https are read",
                failure="hard",
            )
        remaining()
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            if response.next_request is None:
                return _result_from_response(response, validators, moved_to=moved_to, max_bytes=max_bytes)
            is_permanent = is_permanent and _is_move(response, to=response.next_request)
            request = response.next_request
            moved_to = str(request.url) if is_permanent else moved_to
        finally:
            response.close()
    raise _FetchError(f"redirects more than {MAX_REDIRECTS} times; check the address", failure="soft")


def _is_move(response: httpx.Response, *, to: httpx.Request) -> bool:
    """Tell a redirect to be learnt; never one that gives up encryption."""
    is_weaker = response.url.scheme == "https" and to.url.scheme != "https"
    return response.status_code in _PERMANENT_REDIRECTS and not is_weaker


def _result_from_response(
    response: httpx.Response, validators: Validators, *, moved_to: str | None, max_bytes: int
) -> FetchResult:
    headers, final_url = _headers_of(response), str(response.url)
    if response.status_code == NOT_MODIFIED:
        if not _conditions_from_validators(validators):
            raise _FetchError(
                "says that nothing has changed, without being asked", failure="soft", response=response
            )
        return unmodified(final_url, headers, validators, moved_to=moved_to)
    if not response.is_success:
        raise _FetchError(
            _describe_refusal(response), failure=failure_of_status(response.status_code), response=response
        )
    try:
        encoding = headers.get("content-encoding", "")
        payload = read_body(_in_time(response.iter_raw()), encoding=encoding, max_bytes=max_bytes)
    except BodyError as error:
        raise _FetchError(str(error), failure="soft", response=response) from error
    if not payload:
        raise _FetchError("answered with nothing; check the address", failure="soft", response=response)
    return result_from_body(
        payload,
        final_url=final_url,
        headers=headers,
        validators=validators,
        moved_to=moved_to,
        http_status=response.status_code,
    )


def _in_time(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Check the deadline at each piece: a proxy's connection, which isn't ours, doesn't."""
    for piece in pieces:
        remaining()
        yield piece


def _conditions_from_validators(validators: Validators) -> dict[str, str]:
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _describe_refusal(response: httpx.Response) -> str:
    advice = _ADVICE.get(response.status_code, "tried again at the next poll")
    after = response.headers.get("retry-after")
    waiting = f" (it asks to wait: {one_line(after)})" if after else ""
    return f"answered {response.status_code} {response.reason_phrase}".rstrip() + f"; {advice}{waiting}"


def _headers_of(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _fail(url: str, reason: str, failure: Failure, response: httpx.Response | None = None) -> FetchResult:
    return FetchResult(
        status="failed",
        final_url=url,
        headers=_headers_of(response) if response is not None else {},
        http_status=response.status_code if response is not None else None,
        failure=failure,
        reason=reason,
    )
