"""How uvicorn serves an app: alone, or as a part of the service."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from fastapi import FastAPI
    from uvicorn.protocols.http.h11_impl import RequestResponseCycle

#: Within which a request has to arrive, its body included.
_ARRIVAL_SECONDS: Final = 30.0
_OWN_PROXIES: Final = ("127.0.0.1", "::1")


class PatientProtocol(H11Protocol):
    """A connection that is closed where a request takes too long to arrive.

    Each takes one of the process's file descriptors, of which there are some thousand: without an end to it,
    whoever opens connections and sends a byte now and then keeps all others out.
    """

    arrival_seconds = _ARRIVAL_SECONDS
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait for the rest where that was not all."""
        super().data_received(data)
        if not self._lacks_some():
            self._stop_waiting()
        elif self._timer is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _lacks_some(self) -> bool:
        """Say whether a request has begun to arrive, and has not ended."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first one
        if cycle is None or cycle.response_complete:
            return self.timeout_keep_alive_task is None
        return bool(cycle.more_body)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.arrival_seconds, self._end_wait)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_wait(self) -> None:
        self._timer = None
        if self._lacks_some() and not self.transport.is_closing():
            self.transport.abort()


def server_config(
    app: FastAPI,
    *,
    goodbye_seconds: int,
    is_behind_proxy: bool = False,
    **given: Any,  # noqa: ANN401 # uvicorn's
) -> uvicorn.Config:
    """Return how an app is served.

    Args:
        app: what is served.
        goodbye_seconds: how long open answers, such as streams, may take to end when the server stops.
        is_behind_proxy: whether a proxy on this machine says who asks. Else that is told from the connection
            alone: what a request says of it, anybody may say.
        given: further arguments of `uvicorn.Config`.
    """
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        access_log=False,
        server_header=False,
        proxy_headers=is_behind_proxy,
        forwarded_allow_ips=list(_OWN_PROXIES),
        timeout_graceful_shutdown=goodbye_seconds,
        **given,
    )
