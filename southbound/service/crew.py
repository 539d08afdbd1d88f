"""The processes of the stages: jobs given, outcomes heard, the stuck and the dead noticed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from structlog.typing import FilteringBoundLogger

from southbound.service.job import Outcome, Setup
from southbound.service.process import Heard, StageProcess
from southbound.service.stage import Stage

_KILL_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run that has ended, in whatever way."""

    stage: str
    day: date | None
    started_at: datetime
    seconds: float
    outcome: Outcome


@dataclass(slots=True, kw_only=True)
class _Run:
    """A run that goes on; `alive` is when it was last heard of, on the monotonic clock."""

    day: date | None
    started_at: datetime
    started: float
    alive: float
    is_writing: bool = False


@dataclass(slots=True, kw_only=True)
class _Post:
    """A stage with its process, if it has one, and its run, if there is one."""

    stage: Stage
    process: StageProcess | None = None
    run: _Run | None = None
    broken: str | None = None


@dataclass(slots=True, kw_only=True)
class Crew:
    """Runs stages in processes of their own.

    Attributes:
        stages: All of them.
        database: The file.
        setup: What their work is given.
        stall_seconds: A run that stores nothing for so long is ended.
        write_seconds: One that keeps all others from storing for so long is, too.
        log: Where odd events go.
    """

    stages: list[Stage]
    database: Path
    setup: Setup
    stall_seconds: float
    write_seconds: float
    log: FilteringBoundLogger
    _heard: SimpleQueue[Heard] = field(default_factory=SimpleQueue)
    _posts: dict[str, _Post] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._posts = {stage.name: _Post(stage=stage) for stage in self.stages}

    @property
    def running(self) -> frozenset[str]:
        """The stages that run now."""
        return frozenset(name for name, post in self._posts.items() if post.run is not None)

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the stages that have a process."""
        return {name: post.process.pid for name, post in self._posts.items() if post.process is not None}

    def start(self, name: str, day: date | None, *, now: datetime) -> None:
        """Begin a run.

        Raises:
            OSError: no process can be started.
        """
        post = self._posts[name]
        if post.process is None:
            post.broken = None
            post.process = StageProcess(
                name,
                target=post.stage.target,
                database=self.database,
                setup=self.setup,
                is_whole=post.stage.is_whole,
                heard=self._heard.put,
            )
        clock = time.monotonic()
        post.run = _Run(day=day, started_at=now, started=clock, alive=clock)
        post.process.give(day)

    def collect(self, *, seconds: float) -> Iterator[Finished]:
        """Yield the runs that have ended, waiting so long for the first thing to be heard."""
        try:
            heard = self._heard.get(timeout=seconds)
            while True:
                post = self._posts[heard.stage]
                if post.process is not None and post.process.pid == heard.process_id:
                    yield from self._take(post, heard)
                heard = self._heard.get_nowait()
        except Empty:
            return

    def end_stalled(self) -> Iterator[Finished]:
        """End the runs that have stored nothing for too long, and yield them."""
        for post in self._posts.values():
            if post.run is None:
                continue
            limit = self.write_seconds if post.run.is_writing else self.stall_seconds
            if time.monotonic() - post.run.alive < limit:
                continue
            what = "held the database" if post.run.is_writing else "stored nothing"
            self._drop(post)
            yield self._finish(
                post, Outcome(outcome="failed", detail=f"{what} for {limit:.0f} s and was ended")
            )

    def stop(self, *, seconds: float, is_hurried: Callable[[], bool]) -> list[str]:
        """Let every process end between two transactions; end those that take longer.

        Returns:
            The stages that had to be ended.
        """
        processes = [post.process for post in self._posts.values() if post.process is not None]
        for process in processes:
            process.stop()
        end = time.monotonic() + seconds
        while any(not process.wait(0.02) for process in processes):
            if is_hurried() or time.monotonic() >= end:
                break
        late = [process for process in processes if not process.wait(0.0)]
        for process in late:
            process.kill()
        for process in late:
            process.wait(_KILL_SECONDS)
        return [process.stage for process in late]

    def _take(self, post: _Post, heard: Heard) -> Iterator[Finished]:
        if post.run is not None and heard.kind in {"ready", "writing", "alive"}:
            post.run.alive, post.run.is_writing = time.monotonic(), heard.kind == "writing"
        elif heard.kind == "done" and post.run is not None:
            if not post.stage.stays and post.process is not None:
                post.process.stop()
                post.process = None
            yield self._finish(post, _outcome_of(heard.message))
        elif heard.kind == "broken":
            post.broken = heard.message["detail"]
        elif heard.kind == "said":
            self.log.warning("stage.said", stage=heard.stage, text=heard.message["text"])
        elif heard.kind == "ended":
            post.process = None
            detail = post.broken or f"its process ended with code {heard.message['code']}"
            if post.run is not None:
                yield self._finish(post, Outcome(outcome="failed", detail=detail))
            else:
                self.log.warning("stage.process_ended", stage=heard.stage, detail=detail)

    def _drop(self, post: _Post) -> None:
        if post.process is not None:
            post.process.kill()
            post.process.wait(_KILL_SECONDS)
            post.process = None

    @staticmethod
    def _finish(post: _Post, outcome: Outcome) -> Finished:
        run = post.run
        assert run is not None  # noqa: S101  # whoever calls has looked
        post.run = None
        return Finished(
            stage=post.stage.name,
            day=run.day,
            started_at=run.started_at,
            seconds=time.monotonic() - run.started,
            outcome=outcome,
        )


def _outcome_of(message: dict[str, Any]) -> Outcome:
    return Outcome(
        outcome=message["outcome"],
        counts=message["counts"],
        detail=message["detail"],
        has_more=message["has_more"],
    )
