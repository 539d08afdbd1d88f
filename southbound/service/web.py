"""The web server as a thread of the service, started again where it dies."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from structlog.typing import FilteringBoundLogger

from southbound.error import UsageError
from southbound.service.board import Board
from southbound.service.health import router
from southbound.service.metrics import Metrics
from southbound.web.listener import open_listener
from southbound.web.server import server_config

#: Open streams of events may take so long to end.
_GOODBYE_SECONDS = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0

MakeApp = Callable[[], FastAPI]


class WebServer:
    """Serves the pages, the API and the service's health on one address.

    Args:
        make_app: Makes the application; what it refuses is raised at once.
        host: Address to listen at.
        port: 0 for any that is free.
        board: What is shown of the service.
        metrics: What Prometheus is told.
        log: Where failures go.
        is_behind_proxy: Whether a proxy on this machine says who asks.

    Raises:
        SouthboundError: the application refuses to serve like this.
        UsageError: the address can't be listened at.
    """

    def __init__(  # what is served, where, and what it shows
        self,
        make_app: MakeApp,
        *,
        host: str,
        port: int,
        board: Board,
        metrics: Metrics,
        log: FilteringBoundLogger,
        is_behind_proxy: bool = False,
    ) -> None:
        self._app = make_app()
        self._app.state.board, self._app.state.metrics = board, metrics
        self._app.include_router(router)
        self._log = log
        self._is_behind_proxy = is_behind_proxy
        self._socket = _listen(host, port)
        self._host, self._port = host, int(self._socket.getsockname()[1])
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._pause, self._not_before = _FIRST_PAUSE, 0.0

    @property
    def address(self) -> str:
        """Where the page is."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/"

    def keep_up(self) -> None:
        """Start the server, or start it again after a growing pause where it has died."""
        if self._thread is not None and self._thread.is_alive():
            return
        if self._thread is not None:
            self._log.error("web.died", retry_seconds=self._pause)
            self._thread = None
            self._not_before = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        if time.monotonic() >= self._not_before:
            self._start()

    def ask_to_stop(self) -> None:
        """Let the server end what it is answering; no new question is taken."""
        if self._server is not None:
            self._server.should_exit = True

    def wait(self) -> None:
        """Wait for its end, which is bounded."""
        if self._thread is not None and self._server is not None:
            self._thread.join(timeout=_GOODBYE_SECONDS + 1)
            self._server.force_exit = True
            self._thread.join(timeout=1)
        self._socket.close()

    def _start(self) -> None:
        config = server_config(
            self._app,
            goodbye_seconds=_GOODBYE_SECONDS,
            is_behind_proxy=self._is_behind_proxy,
            log_config=None,
        )
        self._server = uvicorn.Server(config)
        # A copy of the socket: the server closes what it is given, and may be started again.
        self._thread = threading.Thread(
            target=self._serve, args=(self._server, self._socket.dup()), name="web", daemon=True
        )
        self._thread.start()

    def _serve(self, server: uvicorn.Server, outlet: socket.socket) -> None:
        try:
            server.run(sockets=[outlet])
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever it is, it is started again
            self._log.error("web.failed", exc_info=error)
        finally:
            outlet.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return open_listener(host, port, backlog=2048)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"can't listen at {host} port {port}: {reason}; give another --port") from error
