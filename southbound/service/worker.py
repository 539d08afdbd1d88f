"""A stage's own process: `python -m southbound.service.worker`, started by the supervisor, which it talks to.

It reads one JSON object a line: first what it works with, then its jobs, then "stop". It writes one a line:
"ready", "writing" and "alive" around each transaction, and what came of each job. Told to stop, or left alone
by a supervisor that has died, it ends as soon as no transaction is open: what else it did can be done again.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import IO, Any, Final

from southbound.error import SouthboundError
from southbound.service.job import Job, MakeWork, Outcome, Setup, Work
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.connection import open_database, plain_errors

_SHOWN_FRAMES: Final = 4
_SHOWN_CHARS: Final = 300
#: Errors whose text is ours: it names files, addresses and figures, never what an article says.
_PLAIN_ERRORS: Final = frozenset({"SouthboundError", "IngestError", "NlpError", "SignalError", "OSError"})

Tell = Callable[[dict[str, Any]], None]


class Gate:
    """What the working thread passes before it does what must not be left half done."""

    def __init__(self) -> None:
        self._lock, self._is_shut = threading.Lock(), threading.Event()
        self._depth = 0  # of blocks in the working thread, the only one that enters

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Keep the process from ending for a block; once the gate is shut, nobody gets in any more."""
        if not self._depth:
            # Shutting must not be outrun by one block after the other.
            if self._is_shut.is_set():
                threading.Event().wait()
            self._lock.acquire()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._lock.release()

    def shut(self) -> None:
        """Return once nobody is inside, and let nobody in."""
        self._is_shut.set()
        self._lock.acquire()


class GuardedStore(Store):
    """A store whose transactions aren't left half done, and that tells when one begins and has ended."""

    def __init__(self, path: Path, gate: Gate, tell: Tell) -> None:
        super().__init__(open_database(path), path)
        self._gate = gate
        self._tell = tell

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Store all of a block, or nothing of it; the process isn't stopped meanwhile."""
        try:
            with self._gate.entered(), super().transaction():
                self._tell({"kind": "writing"})
                yield
        finally:
            self._tell({"kind": "alive"})


def main() -> None:
    """Do the jobs that come until told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor, which tells us
    logging.basicConfig(handlers=[logging.NullHandler()])  # libraries' warnings may quote what they read
    tell = _teller(_take_standard_output())
    try:
        _serve(tell)
    except Exception as error:  # noqa: BLE001  # the last resort: the supervisor is told why
        tell({"kind": "broken", "detail": describe_error(error)[:_SHOWN_CHARS]})
        os._exit(1)


def _serve(tell: Tell) -> None:
    order = json.loads(sys.stdin.readline())
    gate, jobs = Gate(), queue.SimpleQueue[date | None]()
    threading.Thread(target=_listen, args=(sys.stdin, jobs, gate), daemon=True).start()
    setup = Setup(
        settings=Settings.model_validate(order["settings"]),
        feeds=Path(order["feeds"]) if order["feeds"] else None,
    )
    worker = _Worker(order["target"], setup, gate if order["is_whole"] else None)
    with GuardedStore(Path(order["database"]), gate, tell) as store:
        tell({"kind": "ready"})
        while True:
            tell(worker.do(Job(store=store, day=jobs.get())))


class _Worker:
    """Does jobs, each of which ends with an outcome whatever happens in it."""

    def __init__(self, target: str, setup: Setup, whole: Gate | None) -> None:
        self._target, self._setup, self._whole = target, setup, whole
        self._work: Work | None = None

    def do(self, job: Job) -> dict[str, Any]:
        """Do a job and describe what came of it."""
        try:
            with self._whole.entered() if self._whole else nullcontext(), plain_errors(job.store.path):
                outcome = self._made()(job)
        except Exception as error:  # noqa: BLE001  # whatever it is, it ends this job only
            outcome = Outcome(outcome="failed", detail=describe_error(error))
        return {
            "kind": "done",
            "outcome": outcome.outcome,
            "counts": dict(outcome.counts),
            "has_more": outcome.has_more,
            "detail": outcome.detail[:_SHOWN_CHARS] if outcome.detail else None,
        }

    def _made(self) -> Work:
        if self._work is None:
            module, _, name = self._target.partition(":")
            make: MakeWork = getattr(importlib.import_module(module), name)
            self._work = make(self._setup)
        return self._work


def describe_error(error: BaseException) -> str:
    """Say what went wrong, without a word that may come from an article."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, SouthboundError) or kinds & _PLAIN_ERRORS:
        return " ".join(str(error).split())
    frames = traceback.extract_tb(error.__traceback__)[-_SHOWN_FRAMES:]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return f"unexpected {type(error).__name__} at {places}"


def _listen(source: IO[str], jobs: queue.SimpleQueue[date | None], gate: Gate) -> None:
    """Pass jobs on; end the process between two transactions when told to, or when nobody is left."""
    for line in source:
        order = json.loads(line)
        if order["kind"] == "stop":
            break
        jobs.put(date.fromisoformat(order["day"]) if order["day"] else None)
    gate.shut()
    os._exit(0)


def _take_standard_output() -> IO[str]:
    """Keep the way to the supervisor for ourselves: what libraries print goes to standard error."""
    kept = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return kept


def _teller(target: IO[str]) -> Tell:
    lock = threading.Lock()

    def tell(message: dict[str, Any]) -> None:
        with lock:
            target.write(json.dumps(message) + "\n")
            target.flush()

    return tell


if __name__ == "__main__":
    main()
