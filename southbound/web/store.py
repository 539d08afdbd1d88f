"""The database as the web reads it: a few open readers, one memory, and a mark of what is stored."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Final

from fastapi import Request

from southbound.error import StoreError
from southbound.store import Store, open_store
from southbound.store.connection import plain_errors
from southbound.store.mark import Mark
from southbound.store.memory import NewsMemory
from southbound.store.remembered_market import MarketMemory
from southbound.store.roster import RosterMemory

#: Readers that stay open for the next request.
_MAX_IDLE: Final = 8
#: Seconds for which a mark holds though the file is written: to take one costs milliseconds.
_SETTLE_SECONDS: Final = 1.0


class Reading:
    """Lends readers of one database to requests; each is used by one at a time.

    Answers may be as old as a second, and no request sees a part of what is being written.
    """

    def __init__(self, database: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._idle: LifoQueue[Store] = LifoQueue()
        self._memory = NewsMemory()
        self._roster = RosterMemory()
        self._market = MarketMemory()
        self._lock = threading.Lock()
        self._watcher: Store | None = None
        self._version: int | None = None
        self._mark: Mark = ()
        self._marked_at = float("-inf")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Lend a reader for a block.

        Raises:
            StoreError: the database can't be read.
        """
        mark = self.mark()
        store = self._take()
        try:
            with plain_errors(self._database):
                store.remember(self._memory, self._roster, self._market, mark=mark)
                yield store
        except BaseException:
            store.close()
            raise
        if self._idle.qsize() < _MAX_IDLE:
            self._idle.put(store)
        else:
            store.close()

    def mark(self) -> Mark:
        """Return the mark of what is stored.

        Raises:
            StoreError: the database can't be read.
        """
        with self._lock, plain_errors(self._database):
            if self._is_settled():
                return self._mark
            watcher, version = self._watch()
            if version != self._version:
                self._mark = watcher.mark()
                self._version, self._marked_at = version, self._clock()
            return self._mark

    def expire(self) -> None:
        """Let the next answer be no older than now: whoever has just written sees it."""
        with self._lock:
            self._marked_at = float("-inf")

    def quick_mark(self) -> Mark | None:
        """Return the mark if it can be told in microseconds; None where it must be taken anew."""
        if not self._lock.acquire(blocking=False):
            return self._mark or None
        try:
            if self._is_settled():
                return self._mark
            with plain_errors(self._database):
                return self._mark if self._watch()[1] == self._version else None
        except StoreError:
            return None
        finally:
            self._lock.release()

    def _is_settled(self) -> bool:
        return self._clock() - self._marked_at < _SETTLE_SECONDS

    def _watch(self) -> tuple[Store, int]:
        """Return the reader that watches the file, and how often others wrote it since that was opened."""
        if self._watcher is None:
            self._watcher = open_store(self._database, read_only=True)
        return self._watcher, self._watcher.data_version()

    def close(self) -> None:
        """Close all readers that are not lent."""
        with self._lock:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher, self._version, self._marked_at = None, None, float("-inf")
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _take(self) -> Store:
        try:
            return self._idle.get_nowait()
        except Empty:
            return open_store(self._database, read_only=True)


def reading_of(app_state: object) -> Reading:
    """Return an app's readers; they are made for its `database` at the first call."""
    reading: Reading | None = getattr(app_state, "reading", None)
    if reading is None:
        reading = Reading(app_state.database)  # type: ignore[attr-defined]  # set by whoever makes the app
        app_state.reading = reading  # type: ignore[attr-defined]  # a bag of anything
    return reading


def read_store(request: Request) -> Iterator[Store]:
    """Lend a reader to a request: a dependency of routes that aren't coroutines."""
    with reading_of(request.app.state).store() as store:
        yield store
