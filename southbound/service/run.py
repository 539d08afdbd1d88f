"""Put the service together and run it: lease, stages, web, signals."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from southbound import __version__
from southbound.alert import read_alerts
from southbound.error import RejectedRecordsError, SouthboundError
from southbound.pipeline.series import calendar_from_settings
from southbound.service.board import Board
from southbound.service.crew import Crew, Finished
from southbound.service.job import Setup
from southbound.service.keeper import Keeper
from southbound.service.lease import claim, describe, own_lease
from southbound.service.metrics import Metrics
from southbound.service.notify import notify
from southbound.service.stage import Stage, stages_of
from southbound.service.supervisor import Supervisor
from southbound.service.web import MakeApp, WebServer
from southbound.settings import Settings, read_configured_feeds
from southbound.store import open_store
from southbound.store.connection import plain_errors
from southbound.store.service import Lease

_STANDBY_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be run.

    Attributes:
        database: The file; it is made where it is missing.
        settings: All of them.
        feeds: A list of feeds in place of the configured ones.
        host: Where the page is served.
        port: The same.
        make_app: Makes what is served; None for no web server.
        is_standby: Whether to wait where another service has the database, rather than to refuse.
    """

    database: Path
    settings: Settings
    feeds: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0
    make_app: MakeApp | None = None
    is_standby: bool = False


class Stopping:
    """SIGTERM and SIGINT, while a service runs: they ask it to stop, a second one to do so at once."""

    def __init__(self) -> None:
        self.n_asked = 0
        self._tell: Callable[[], None] = lambda: None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen for a block; afterwards signals mean what they meant before."""
        numbers = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self._hear) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def tell(self, tell: Callable[[], None]) -> None:
        """Have somebody told of each, also of those that have come."""
        self._tell = tell
        for _ in range(self.n_asked):
            tell()

    def _hear(self, _number: int, _frame: object) -> None:
        self.n_asked += 1
        self._tell()


def run_service(request: Request, *, log: FilteringBoundLogger, is_once: bool = False) -> None:
    """Run the service until it is asked to stop, or each of its stages once.

    Raises:
        UsageError: a list of feeds or of rules can't be used, or the address can't be listened at.
        RejectedRecordsError: of a single round, some stages failed.
        SouthboundError: another service works on the database, or has taken it over meanwhile.
    """
    settings, stopping = request.settings, Stopping()
    feeds = read_configured_feeds(settings, request.feeds)
    if settings.service.alerts:
        read_alerts(settings.alerts.rules)
    with stopping.listening():
        lease = _take_lease(request, stopping, log)
        if lease is None:
            return
        try:
            supervisor, address = _build(request, lease, log)
            stopping.tell(supervisor.ask_to_stop)
            line = start_line(supervisor.crew.stages, n_feeds=len(feeds), request=request, address=address)
            log.info(line, database=str(request.database), pid=lease.pid, version=__version__)
            failed, lost_to = (supervisor.run_once(), None) if is_once else ([], supervisor.run())
        finally:
            _give_back(request, lease)
    if lost_to:
        raise SouthboundError(f"another service has taken {request.database} over: {lost_to}")
    _end(failed)


def start_line(stages: list[Stage], *, n_feeds: int, request: Request, address: str | None) -> str:
    """Say what the service does and where its page is."""
    names = ", ".join(stage.name for stage in stages)
    page = f"page at {address}" if address else "no page"
    return f"southbound {__version__} works on {request.database}: {n_feeds} feeds; {names}; {page}"


def _take_lease(request: Request, stopping: Stopping, log: FilteringBoundLogger) -> Lease | None:
    """Take the lease, waiting for it on standby; None where we were asked to stop meanwhile.

    Raises:
        SouthboundError: another service has it.
    """
    told = None
    while not stopping.n_asked:
        now = datetime.now(tz=UTC)
        lease = own_lease(now=now, seconds=request.settings.service.lease_seconds)
        with plain_errors(request.database), open_store(request.database) as store:
            holder = claim(store, lease, now=now)
        if holder is None:
            return lease
        if not request.is_standby:
            raise SouthboundError(
                f"{request.database} is served already, by {describe(holder)}; stop that one, give another "
                "--db, or wait for it with --standby"
            )
        # Standing by is what systemd has started us for.
        notify("READY=1\nSTATUS=standby\nWATCHDOG=1")
        if told != holder.token:
            told = holder.token
            log.info("standby", database=str(request.database), held_by=describe(holder))
        time.sleep(_STANDBY_SECONDS)
    return None


def _build(request: Request, lease: Lease, log: FilteringBoundLogger) -> tuple[Supervisor, str | None]:
    service, board = request.settings.service, Board()
    metrics, web = Metrics(board), None
    if request.make_app is not None:
        web = WebServer(
            request.make_app,
            host=request.host,
            port=request.port,
            board=board,
            metrics=metrics,
            log=log,
            is_behind_proxy=request.settings.web.behind_proxy,
        )
    crew = Crew(
        stages=stages_of(request.settings),
        database=request.database,
        setup=Setup(settings=request.settings, feeds=request.feeds),
        stall_seconds=60.0 * service.stall_minutes,
        write_seconds=service.write_seconds,
        log=log,
    )
    with open_store(request.database) as store:
        runs = store.service.runs()
    supervisor = Supervisor(
        settings=service,
        crew=crew,
        keeper=Keeper(request.database, lease, log=log),
        board=board,
        metrics=metrics,
        calendar=calendar_from_settings(request.settings),
        log=log,
        web=web,
        runs=runs,
    )
    return supervisor, web.address if web else None


def _give_back(request: Request, lease: Lease) -> None:
    """End the lease where that has not been done, for an error came first."""
    with plain_errors(request.database), open_store(request.database) as store, store.transaction():
        store.service.give_lease_back(lease.token)


def _end(failed: list[Finished]) -> None:
    if failed:
        told = "; ".join(f"{one.stage}: {one.outcome.detail}" for one in failed)
        raise RejectedRecordsError(f"{len(failed)} stages failed, the rest is done ({told})")
