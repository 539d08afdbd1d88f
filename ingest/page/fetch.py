"""Fetch one page, or say in one line why not. Nothing a server does raises, hangs or fills the memory."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import httpx

from ingest.page.watch import PageError, Watch

#: A page larger than this is not read. Bytes, decompressed.
MAX_PAGE_BYTES = 5 * 1024 * 1024
#: Time that one page may take, redirects included. Seconds.
MAX_PAGE_SECONDS = 30.0
MAX_REDIRECTS = 5
#: A server may ask to be left alone for so long; what it asks beyond is taken for a mistake.
MAX_RETRY_AFTER = timedelta(days=1)

_WEB_SCHEMES = frozenset({"http", "https"})
_PAGE_TYPES = frozenset(
    {"", "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"}
)
#: Asking again does not help. Others (404 of a page that is not out yet, 5xx, 429) may be mended by time.
_FINAL = frozenset({400, 401, 402, 403, 405, 406, 410, 414, 451})
_ADVICE = {
    401: "it wants a password",
    402: "it wants to be paid",
    403: "it refuses this reader",
    404: "it is not there",
    410: "it is gone for good",
    429: "it is asked too often",
    451: "the law keeps it closed",
}
_HEADERS = {
    "Accept": "text/html, application/xhtml+xml, */*;q=0.1",
    # A connection of its own, so that the deadline below can end it whatever it does.
    "Connection": "close",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswer:
    """What came of fetching an address.

    Attributes:
        status: ``ok``; ``later``, where time may help; ``never``, where it won't.
        payload: The body, decompressed; empty unless ``ok``.
        content_type: The header as it came; empty where there was none.
        final_url: Where the answer came from, after redirects.
        http_status: Of the last answer; None where none came.
        retry_after: How long the server asks to be left alone, at most ``MAX_RETRY_AFTER``.
        reason: What went wrong, as the rest of a sentence that begins with the page; None if ``ok``.
    """

    status: Literal["ok", "later", "never"]
    payload: bytes = field(default=b"", repr=False)
    content_type: str = ""
    final_url: str
    http_status: int | None = None
    retry_after: timedelta | None = None
    reason: str | None = None


def fetch_page(
    client: httpx.Client,
    url: str,
    *,
    max_bytes: int = MAX_PAGE_BYTES,
    total_seconds: float = MAX_PAGE_SECONDS,
    allow_private: bool = False,
    types: frozenset[str] | None = _PAGE_TYPES,
) -> PageAnswer:
    """Fetch an address over HTTP.

    Args:
        client: Carries the user agent; its own timeouts don't matter.
        url: Address, http or https.
        max_bytes: Largest body, decompressed.
        total_seconds: Time for everything: at the end of it the connection is cut, even in mid-header.
        allow_private: Whether addresses inside private networks and this machine may be asked. Links come
            from strangers, who must not make this program ask its owner's other machines.
        types: Media types that are read; None reads any.

    Returns:
        The page, or why there is none.
    """
    with Watch(total_seconds, allow_private=allow_private) as watch:
        try:
            return _follow(client, url, watch, max_bytes=max_bytes, types=types)
        except PageError as error:
            return _answer_from_error(error, url)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            return _answer_from_fault(error, url, watch)


def _follow(
    client: httpx.Client, url: str, watch: Watch, *, max_bytes: int, types: frozenset[str] | None
) -> PageAnswer:
    extensions = {"trace": watch.trace}
    timeout = httpx.Timeout(watch.total_seconds, connect=min(10.0, watch.total_seconds))
    request = client.build_request("GET", url, headers=_HEADERS, timeout=timeout, extensions=extensions)
    for _ in range(MAX_REDIRECTS + 1):
        if request.url.scheme not in _WEB_SCHEMES:
            scheme = request.url.scheme or "nameless"
            raise PageError(f"leads to a {scheme} address; only http and https are read", is_final=True)
        watch.check_host(request.url.host)
        with _sent(client, request) as response:
            if response.next_request is None:
                return _answer_from_response(response, watch, max_bytes=max_bytes, types=types)
            request = response.next_request
            request.extensions = {**request.extensions, **extensions}
        _check_time(watch)
    raise PageError(f"redirects more than {MAX_REDIRECTS} times", is_final=True)


@contextmanager
def _sent(client: httpx.Client, request: httpx.Request) -> Iterator[httpx.Response]:
    response = client.send(request, stream=True, follow_redirects=False)
    try:
        yield response
    finally:
        response.close()


def _answer_from_response(
    response: httpx.Response, watch: Watch, *, max_bytes: int, types: frozenset[str] | None
) -> PageAnswer:
    if not response.is_success:
        raise _refusal(response)
    content_type = response.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if types is not None and media_type not in types:
        raise PageError(f"is {_name_of_type(media_type)}, not a web page", is_final=True)
    payload = _read_body(response, watch, max_bytes=max_bytes)
    if types is not None and payload.lstrip()[:5] == b"%PDF-":
        raise PageError("is a PDF, not a web page", is_final=True)
    if types is not None and not payload.strip():
        raise PageError("answered with nothing", is_final=False, response=response)
    return PageAnswer(
        status="ok",
        payload=payload,
        content_type=content_type,
        final_url=str(response.url),
        http_status=response.status_code,
    )


def _read_body(response: httpx.Response, watch: Watch, *, max_bytes: int) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > max_bytes:
            raise PageError(f"is larger than {max_bytes / 1024**2:.3g} MB", is_final=True)
        _check_time(watch)
    _check_time(watch)  # a connection that was cut looks like the end of a body without a length
    return bytes(body)


def _check_time(watch: Watch) -> None:
    if watch.is_over:
        raise PageError(f"took longer than {watch.total_seconds:.3g} s", is_final=False)


def _refusal(response: httpx.Response) -> PageError:
    status = response.status_code
    advice = _ADVICE.get(status)
    reason = f"answered {status} {response.reason_phrase}".rstrip() + (f": {advice}" if advice else "")
    return PageError(reason, is_final=status in _FINAL, response=response)


def _answer_from_error(error: PageError, url: str) -> PageAnswer:
    response = error.response
    return PageAnswer(
        status="never" if error.is_final else "later",
        final_url=url if response is None else str(response.url),
        http_status=None if response is None else response.status_code,
        retry_after=None if response is None else _retry_after(response),
        reason=str(error),
    )


def _answer_from_fault(error: Exception, url: str, watch: Watch) -> PageAnswer:
    if watch.is_over:
        reason = f"took longer than {watch.total_seconds:.3g} s"
    elif isinstance(error, httpx.TimeoutException):
        reason = "did not answer in time"
    else:
        text = re.sub(r"\s+", " ", str(error)).strip()[:200] or type(error).__name__
        reason = f"cannot be fetched: {text}"
    is_final = isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol)
    return PageAnswer(status="never" if is_final else "later", final_url=url, reason=reason)


def _retry_after(response: httpx.Response) -> timedelta | None:
    """Read the header in either of its forms: seconds, or a date."""
    text = response.headers.get("retry-after", "").strip()
    wait: timedelta | None = None
    with suppress(ValueError, OverflowError, TypeError):
        if text.replace(".", "", 1).isdigit():
            seconds = float(text)
            wait = timedelta(seconds=seconds if math.isfinite(seconds) else 0)
        elif text:
            when = parsedate_to_datetime(text)
            wait = (when if when.tzinfo else when.replace(tzinfo=UTC)) - datetime.now(tz=UTC)
    if wait is None:
        return None
    return min(max(wait, timedelta()), MAX_RETRY_AFTER)


def _name_of_type(media_type: str) -> str:
    return "a PDF" if media_type == "application/pdf" else media_type[:80]
