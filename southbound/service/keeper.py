"""The thread that speaks to the database for the supervisor, which so never waits for a lock.

It renews the lease, remembers how stages ran, and measures what waits.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from southbound.error import StoreError
from southbound.service.lease import describe
from southbound.store import Store, open_store
from southbound.store.connection import plain_errors
from southbound.store.service import Lease, StageRun, Workload

_TURN_SECONDS = 0.5
_MEASURE_SECONDS = 10.0
#: So often within its length a lease is renewed.
_BEATS = 4


class Keeper:
    """Keeps the lease and the books.

    Attributes:
        workload: As last measured.
        beat_at: When the lease was last renewed.
        lost_to: Who has taken the lease, in words, where somebody has.

    Args:
        database: The file.
        lease: Ours, which has been taken.
        log: Where failures go.
    """

    def __init__(self, database: Path, lease: Lease, *, log: FilteringBoundLogger) -> None:
        self.workload: Workload | None = None
        self.beat_at = lease.beat_at
        self.lost_to: str | None = None
        self._database, self._lease, self._log = database, lease, log
        self._length = lease.expires_at - lease.beat_at
        self._next_beat = self._next_measure = 0.0
        self._runs: dict[str, StageRun] = {}
        self._lock = threading.Lock()
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def record(self, stage: str, run: StageRun) -> None:
        """Have a run remembered, and what waits measured anew."""
        with self._lock:
            self._runs[stage] = run
        self._next_measure = 0.0
        self._wake.set()

    def stop(self, *, seconds: float) -> None:
        """Write what is left, give the lease back, and end; give up after so long."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=seconds)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                with plain_errors(self._database), open_store(self._database) as store:
                    while not self._stop.is_set():
                        self._turn(store)
                        self._wake.wait(_TURN_SECONDS)
                        self._wake.clear()
                    self._write(store)
                    with store.transaction():
                        store.service.give_lease_back(self._lease.token)
            except StoreError as error:
                self._log.error("database.failed", detail=str(error))
                self._stop.wait(_MEASURE_SECONDS)

    def _turn(self, store: Store) -> None:
        now = time.monotonic()
        if now >= self._next_beat:
            self._next_beat = now + self._length.total_seconds() / _BEATS
            self._renew(store)
        self._write(store)
        if now >= self._next_measure:
            self._next_measure = now + _MEASURE_SECONDS
            self.workload = store.service.workload(datetime.now(tz=UTC))

    def _renew(self, store: Store) -> None:
        with store.transaction():
            now = datetime.now(tz=UTC)
            is_ours = store.service.renew_lease(
                self._lease.token, at=now, expires_at=now + timedelta(seconds=self._length.total_seconds())
            )
            other = None if is_ours else store.service.lease()
        if is_ours:
            self.beat_at = now
        else:
            self.lost_to = describe(other) if other else "nobody; its row was deleted"

    def _write(self, store: Store) -> None:
        with self._lock:
            runs, self._runs = self._runs, {}
        if not runs:
            return
        try:
            with store.transaction():
                for stage, run in runs.items():
                    store.service.record(stage, run)
        except StoreError:
            with self._lock:
                self._runs = runs | self._runs
            raise
