"""The supervisor's side of a stage's process: start it, give it jobs, hear of it, end it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from southbound.service.job import Setup

#: Of what a process writes to standard error, which may be a library's, so much is shown.
_SHOWN_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Something that a stage's process said; `kind` "ended" is its end.

    Attributes:
        stage: Whose.
        process_id: Of which of its processes; an old one may still be heard of.
        kind: ready, writing, alive, done, broken, said or ended.
        message: What else there is.
    """

    stage: str
    process_id: int
    kind: str
    message: dict[str, Any]


class StageProcess:
    """A running process of a stage.

    Args:
        stage: Its name.
        target: Where its work is made, as "module:function".
        database: The file.
        setup: What the work is given.
        is_whole: Whether a job is never left half done, not even between two transactions.
        heard: Receives what it says, from other threads.
    """

    def __init__(  # what a process is started with
        self,
        stage: str,
        *,
        target: str,
        database: Path,
        setup: Setup,
        is_whole: bool,
        heard: Callable[[Heard], None],
    ) -> None:
        self.stage = stage
        self._heard = heard
        # -P and PYTHONPATH: the process imports what we import, and nothing from the working folder.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "southbound.service.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        )
        self._tell(
            {
                "target": target,
                "database": str(database),
                "settings": setup.settings.model_dump(mode="json"),
                "feeds": str(setup.feeds) if setup.feeds else None,
                "is_whole": is_whole,
            }
        )
        ears = (self._read, self._process.stdout), (self._read_errors, self._process.stderr)
        self._threads = [threading.Thread(target=ear, args=(stream,), daemon=True) for ear, stream in ears]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def give(self, day: date | None) -> None:
        """Give it a job."""
        self._tell({"kind": "job", "day": day.isoformat() if day else None})

    def stop(self) -> None:
        """Ask it to end once no transaction is open."""
        self._tell({"kind": "stop"})

    def kill(self) -> None:
        """End it now; an open transaction is undone."""
        self._process.kill()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, and say whether it has come."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=max(seconds, 0.0))
            for thread in self._threads:
                thread.join(timeout=1.0)
            return True
        return False

    def _tell(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101  # a pipe, as asked for above
        with suppress(BrokenPipeError, ValueError):  # it has ended, which is heard of elsewhere
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                message = json.loads(line)
                self._say(message.pop("kind"), message)
        code = self._process.wait()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._say("ended", {"code": code})

    def _read_errors(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                if line.strip():
                    self._say("said", {"text": line.strip()[:_SHOWN_CHARS]})

    def _say(self, kind: str, message: dict[str, Any]) -> None:
        self._heard(Heard(stage=self.stage, process_id=self.pid, kind=kind, message=message))
