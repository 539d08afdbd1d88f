"""The client that feeds are fetched with: public addresses only, no cookies, and an end to every wait.

The address is checked where the connection is made: a name that is looked up twice can give two answers.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.request import getproxies

import httpcore
import httpx

from ingest.fetch.address import Resolver, is_public, resolve
from ingest.fetch.limit import DEFAULT_LIMITS, FetchLimits

MAX_REDIRECTS = 5
_MAX_IDLE_CONNECTIONS = 16
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, */*;q=0.5"
)
_DEADLINE: ContextVar[float] = ContextVar("deadline", default=float("inf"))


class RefusedAddressError(Exception):
    """A host has no address that may be asked."""


class DeadlineError(Exception):
    """The time for a fetch is over."""


@contextmanager
def deadline_after(seconds: float) -> Iterator[None]:
    """Give everything that this thread fetches in a block so much time together."""
    token = _DEADLINE.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def remaining(timeout: float | None = None) -> float | None:
    """Return the time that a wait may take: its own limit, or what is left of the whole.

    Raises:
        DeadlineError: Nothing is left.
    """
    left = _DEADLINE.get() - time.monotonic()
    if left <= 0:
        raise DeadlineError
    if left == float("inf"):
        return timeout
    return left if timeout is None else min(left, timeout)


def make_client(
    limits: FetchLimits = DEFAULT_LIMITS,
    *,
    verify: ssl.SSLContext | bool = True,
    find_addresses: Resolver = resolve,
) -> httpx.Client:
    """Make the client that all feeds are fetched with, from any number of threads; the caller closes it.

    Args:
        limits: See ``FetchLimits``.
        verify: Whom to trust; True for the public authorities.
        find_addresses: Looks up a host.

    Returns:
        A client that keeps no cookies. Where the environment names a proxy, that connects, and resolves
        names, in our place.
    """
    direct = _GuardedTransport(limits, verify=verify, find_addresses=find_addresses)
    return httpx.Client(
        headers={
            "User-Agent": f"southbound/{_own_version()} (+self-hosted news reader)",
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
        max_redirects=MAX_REDIRECTS,
        transport=direct,
        mounts=_mounts_of_proxies(direct),
    )


class _GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport, connecting through our backend, for which it has no option."""

    def __init__(
        self, limits: FetchLimits, *, verify: ssl.SSLContext | bool, find_addresses: Resolver
    ) -> None:
        context = verify if isinstance(verify, ssl.SSLContext) else httpx.create_ssl_context(verify)
        super().__init__(verify=context)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=None,
            max_keepalive_connections=_MAX_IDLE_CONNECTIONS,
            keepalive_expiry=5.0,
            network_backend=_GuardedBackend(limits, find_addresses),
        )


class _GuardedBackend(httpcore.SyncBackend):
    """Connects to permitted addresses only."""

    def __init__(self, limits: FetchLimits, find_addresses: Resolver) -> None:
        self._limits = limits
        self._find_addresses = find_addresses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception | None = None
        for address in self._permitted(host, port):
            try:
                stream = super().connect_tcp(address, port, remaining(timeout), local_address, socket_options)
                return _BoundedStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem or httpcore.ConnectError(f"{host} has no address")

    def _permitted(self, host: str, port: int) -> list[str]:
        try:
            found = self._find_addresses(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        if self._limits.allow_private_addresses:
            return found
        permitted = [address for address in found if is_public(address)]
        if found and not permitted:
            raise RefusedAddressError(host)
        return permitted


class _BoundedStream(httpcore.NetworkStream):
    """A connection on which no wait outlasts the deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, remaining(timeout)))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # as the base class has it
        return self._stream.get_extra_info(info)


def _mounts_of_proxies(direct: httpx.BaseTransport) -> dict[str, httpx.BaseTransport]:
    """Take the proxies that the environment names (HTTPS_PROXY ...), and the hosts that go without."""
    proxies = getproxies()
    mounts: dict[str, httpx.BaseTransport] = {
        f"{scheme}://": httpx.HTTPTransport(proxy=proxies[scheme])
        for scheme in ("http", "https")
        if scheme in proxies
    }
    without = [name.strip() for name in proxies.get("no", "").split(",")]
    if not mounts or "*" in without:
        return {}
    hosts = [name.lstrip("*.") for name in without if "::" not in name]
    return {**mounts, **{f"all://*{host}": direct for host in hosts if host}}


def _own_version() -> str:
    try:
        return version("southbound")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"
