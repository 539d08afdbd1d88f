"""Watch over one fetch: whom it connects to, and when it has to end."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self
from urllib.request import getproxies

import httpx

#: Why an address inside a private network is not asked.
PRIVATE_REASON = "leads to a private address, which is refused"


class PageError(Exception):
    """A fault of the remote; the answer says the rest."""

    def __init__(self, reason: str, *, is_final: bool, response: httpx.Response | None = None) -> None:
        super().__init__(reason)
        self.is_final, self.response = is_final, response


class Watch:
    """Looks after a fetch: who is connected to, and when it has to end.

    The client's timeouts bound one wait, and a server that sends a byte at a time keeps within them for
    hours: at the deadline the socket is shut, which ends whatever is being waited for.
    """

    def __init__(self, total_seconds: float, *, allow_private: bool) -> None:
        self.total_seconds = total_seconds
        self._deadline = time.monotonic() + total_seconds
        # Behind a proxy the peer is the proxy, whose place says nothing about the page's.
        self._checks_peer = not (allow_private or getproxies())
        self._allow_private = allow_private
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(total_seconds, self._shut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._deadline

    def check_host(self, host: str) -> None:
        """Refuse a private address that is written out, before anything is sent anywhere."""
        if not self._allow_private and is_private_host(host):
            raise PageError(PRIVATE_REASON, is_final=True)

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take hold of a new connection; called by the client before a request is written to it."""
        if event not in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            return
        stream = info["return_value"]
        peer = stream.get_extra_info("server_addr")
        if self._checks_peer and peer and is_private_host(str(peer[0])):
            stream.close()
            raise PageError(PRIVATE_REASON, is_final=True)
        self._socket = stream.get_extra_info("socket")
        if self.is_over:
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def is_private_host(host: str) -> bool:
    """Say whether a host is no place in the public net; of names only those of this machine are known."""
    bare = host.strip("[]").partition("%")[0].lower()
    if bare == "localhost" or bare.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global or address.is_multicast
