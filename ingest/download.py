"""Get the files of market-data sources: politely, with retries, and with bounds on bytes and time.

Feeds have a reader of their own (`ingest.http`), which keeps validators and never raises. Here a file is
asked for once, by somebody who waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self

import httpx

from ingest.error import DownloadError

_CONNECT_SECONDS, _READ_SECONDS = 10.0, 20.0
_MAX_REDIRECTS = 5
_WEB_SCHEMES = frozenset({"http", "https"})
#: Answers that a second try may better.
_PASSING = frozenset({429, 500, 502, 503, 504})
_ADVICE = {
    401: "it wants a password or a token",
    403: "it refuses this reader; wait, or use another source",
    404: "there is no such file",
    429: "it was asked too often; raise the spacing and try later",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a server is treated.

    Attributes:
        spacing_seconds: Between the start of two requests to one host.
        n_retries: Further tries after an answer, or a silence, that may pass.
        max_pause_seconds: Longest pause before a retry; a server that asks for more is left alone.
        max_bytes: Largest body, decompressed.
        total_seconds: Time for one answer, redirects included.
    """

    spacing_seconds: float = 5.0
    n_retries: int = 3
    max_pause_seconds: float = 120.0
    max_bytes: int = 32 * 1024 * 1024
    total_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """An answer.

    Attributes:
        payload: The body, decompressed.
        headers: Names in lower case.
        final_url: Where it came from, after redirects.
    """

    payload: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    final_url: str


class Downloader:
    """Gets files over HTTP; close it, or use it as a context manager.

    Args:
        manners: How the servers are treated.
        sleep: Waits for some seconds.
        monotonic: A clock in seconds that never goes back.
    """

    def __init__(
        self,
        manners: Manners | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._manners = manners or Manners()
        self._sleep = sleep
        self._monotonic = monotonic
        self._free_at: dict[str, float] = {}
        timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
        headers = {"User-Agent": f"southbound/{_own_version()} (+self-hosted market data reader)"}
        self._client = httpx.Client(headers=headers, timeout=timeout)

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Download:
        """Get a file.

        Args:
            url: Address, http or https.
            params: Query to be added, such as ``{"pageNumber": "2"}``.
            headers: Such as a ``Referer`` that the server wants to see.

        Raises:
            DownloadError: No answer that can be used, after the retries; the message names the address.
        """
        request = self._request(url, params or {}, headers)
        attempt = 0
        while True:
            self._wait_for_turn(request.url.host)
            outcome = self._try(request)
            if isinstance(outcome, Download):
                return outcome
            pause = self._pause(attempt, outcome)
            if pause is None:
                raise DownloadError(f"{request.url} {outcome.reason}", status=outcome.status)
            self._sleep(pause)
            attempt += 1

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _request(
        self, url: str, params: Mapping[str, str], headers: Mapping[str, str] | None
    ) -> httpx.Request:
        try:
            address = httpx.URL(url).copy_merge_params(dict(params))
            if address.scheme in _WEB_SCHEMES and address.host:
                return self._client.build_request("GET", address, headers=headers)
        except (httpx.InvalidURL, ValueError):
            pass
        raise DownloadError(f"{url} is no web address; write it as https://www.example.com/file")

    def _wait_for_turn(self, host: str) -> None:
        wait = self._free_at.get(host, 0.0) - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        self._free_at[host] = self._monotonic() + self._manners.spacing_seconds

    def _pause(self, attempt: int, failure: _Failure) -> float | None:
        if failure.is_final or attempt == self._manners.n_retries:
            return None
        longest = self._manners.max_pause_seconds
        return pause_before_retry(attempt, failure.retry_after, now=datetime.now(tz=UTC), longest=longest)

    def _try(self, request: httpx.Request) -> Download | _Failure:
        deadline = self._monotonic() + self._manners.total_seconds
        try:
            return self._follow(request, deadline)
        except httpx.TimeoutException:
            return _Failure(reason="did not answer in time", is_final=False)
        except httpx.DecodingError as error:
            return _Failure(reason=f"is damaged: {_one_line(error)}")
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            return _Failure(reason=f"cannot be fetched: {_one_line(error)}", is_final=False)
        except (httpx.InvalidURL, ValueError) as error:
            return _Failure(reason=f"redirects to no address: {_one_line(error)}")

    def _follow(self, request: httpx.Request, deadline: float) -> Download | _Failure:
        host = request.url.host
        for _ in range(_MAX_REDIRECTS + 1):
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                if response.next_request is None:
                    return self._read(response, deadline)
                request = response.next_request
            finally:
                response.close()
            # A source that moves house is told to the user; nothing is fetched from where it points.
            if request.url.host != host or request.url.scheme not in _WEB_SCHEMES:
                return _Failure(
                    reason=f"redirects to {request.url}; if that is right, put it in the settings"
                )
        return _Failure(reason=f"redirects more than {_MAX_REDIRECTS} times; check the address")

    def _read(self, response: httpx.Response, deadline: float) -> Download | _Failure:
        if not response.is_success:
            return _failure_from_response(response)
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._manners.max_bytes:
                return _Failure(reason=f"is larger than {self._manners.max_bytes} bytes")
            if self._monotonic() > deadline:
                return _Failure(reason=f"took longer than {self._manners.total_seconds:g} s")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Download(payload=bytes(body), headers=headers, final_url=str(response.url))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """Why a try came to nothing, and whether another is worth it."""

    reason: str
    status: int | None = None
    is_final: bool = True
    retry_after: str | None = None


def pause_before_retry(
    attempt: int, retry_after: str | None, *, now: datetime, longest: float
) -> float | None:
    """Return how many seconds to wait before trying again, or None where it is not worth waiting.

    Args:
        attempt: Number of the try that failed, from 0; the pauses double: 2, 4, 8 seconds.
        retry_after: What the server asked for: seconds or an HTTP date; it goes before our own pause.
        now: The current instant.
        longest: Longest pause.
    """
    own = 2.0 ** (attempt + 1)
    asked = _seconds_from_retry_after(retry_after, now)
    if asked is not None and asked > longest:
        return None
    return min(max(own, asked or 0.0), longest)


def _seconds_from_retry_after(text: str | None, now: datetime) -> float | None:
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now.timestamp()


def _failure_from_response(response: httpx.Response) -> _Failure:
    status = response.status_code
    retry_after = response.headers.get("retry-after")
    advice = f"; {_ADVICE[status]}" if status in _ADVICE else ""
    waiting = f" (it asks to wait: {_one_line(retry_after)})" if retry_after else ""
    return _Failure(
        reason=f"answered {status} {response.reason_phrase}".rstrip() + advice + waiting,
        status=status,
        is_final=status not in _PASSING,
        retry_after=retry_after,
    )


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())[:300] or type(problem).__name__


def _own_version() -> str:
    try:
        return version("southbound")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"
