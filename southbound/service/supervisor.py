"""The loop that keeps the service going: what is due starts, what ended is remembered, what hangs is ended.

It touches neither the network nor the database itself, so that nothing it supervises can hold it up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Protocol

from structlog.typing import FilteringBoundLogger

from southbound.service.board import Board, Snapshot, state_of
from southbound.service.crew import Crew, Finished
from southbound.service.job import Outcome
from southbound.service.keeper import Keeper
from southbound.service.metrics import Metrics
from southbound.service.notify import notify
from southbound.service.schedule import (
    Every,
    Patience,
    Sessions,
    Situation,
    Start,
    Timing,
    choose_starts,
    next_pressure,
)
from southbound.service.stage import Stage
from southbound.settings import ServiceSettings
from southbound.store.service import StageRun, Workload

_TURN_SECONDS = 0.25
_WATCHDOG_SECONDS = 5.0


class Web(Protocol):
    """What the supervisor asks of the web server."""

    def keep_up(self) -> None:
        """Start it, again where it has died."""

    def ask_to_stop(self) -> None:
        """Let it end."""

    def wait(self) -> None:
        """Wait for its end."""


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(tz=UTC)


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Everything that runs, and how it ran.

    Attributes:
        settings: Pace and patience.
        crew: The stages' processes.
        keeper: Speaks to the database.
        board: What is shown.
        metrics: What is counted.
        calendar: Knows the sessions.
        log: Where events go.
        web: The web server, if there is one.
        runs: How each stage ran last.
        clock: Tells the time.
    """

    settings: ServiceSettings
    crew: Crew
    keeper: Keeper
    board: Board
    metrics: Metrics
    calendar: Sessions
    log: FilteringBoundLogger
    web: Web | None = None
    runs: dict[str, StageRun] = field(default_factory=dict)
    clock: Callable[[], datetime] = utc_now
    n_stops_asked: int = 0
    _eager: set[str] = field(default_factory=set)
    _is_pressed: bool = False
    _n_doubtful: int = 0
    _next_watchdog: float = 0.0

    def ask_to_stop(self) -> None:
        """End soon: stages end between two transactions. Asked a second time, they are ended at once."""
        self.n_stops_asked += 1

    def run(self) -> str | None:
        """Keep the service going until it is asked to stop.

        Returns:
            Who has taken the database meanwhile, in words; None where nobody has.
        """
        self.keeper.start()
        try:
            while not self.n_stops_asked and not self.keeper.lost_to:
                self._turn(self._due)
        finally:
            self._shut_down()
        return self.keeper.lost_to

    def run_once(self) -> list[Finished]:
        """Run each stage that is due once, one after the other, as often as it has more to do.

        Returns:
            The runs that failed.
        """
        self.keeper.start()
        rest = [stage.name for stage in self.crew.stages]
        failed: list[Finished] = []
        try:
            while (rest or self.crew.running or self._eager) and not self.n_stops_asked:
                failed += [one for one in self._turn(lambda: self._next_of(rest)) if _is_failure(one)]
        finally:
            self._shut_down()
        return failed

    def _turn(self, choose: Callable[[], Iterable[Start]]) -> list[Finished]:
        ended = [*self.crew.collect(seconds=_TURN_SECONDS), *self.crew.end_stalled()]
        for finished in ended:
            self._remember(finished)
        for start in choose():
            ended += self._begin(start)
        self._show()
        if self.web is not None:
            self.web.keep_up()
        if time.monotonic() >= self._next_watchdog:
            notify("READY=1\nSTATUS=working\nWATCHDOG=1")
            self._next_watchdog = time.monotonic() + _WATCHDOG_SECONDS
        return ended

    def _due(self) -> list[Start]:
        workload = self.keeper.workload
        if workload is None:
            return []  # a moment after the start
        self._press(workload.n_untagged)
        self._doubt(workload.n_doubtful)
        return self._choose({stage.name: stage.timing for stage in self.crew.stages}, workload)

    def _next_of(self, rest: list[str]) -> list[Start]:
        """Return the next of the stages that are run once; those of the day only where they are due."""
        if self.crew.running:
            return []
        if self._eager:
            return [Start(stage=self._eager.pop())]
        if not rest:
            return []
        name = rest.pop(0)
        stage = next(one for one in self.crew.stages if one.name == name)
        if isinstance(stage.timing, Every):
            return [Start(stage=stage.name)]
        return self._choose({stage.name: stage.timing}, Workload())

    def _choose(self, timings: Mapping[str, Timing], workload: Workload) -> list[Start]:
        situation = Situation(
            now=self.clock(),
            running=self.crew.running,
            waiting={"tag": workload.n_untagged + workload.n_held, "pages": workload.n_pages_due},
            eager=frozenset(self._eager),
            is_pressed=self._is_pressed,
        )
        starts = choose_starts(timings, self.runs, situation, patience=self._patience, calendar=self.calendar)
        return list(starts)

    @property
    def _patience(self) -> Patience:
        settings = self.settings
        return Patience(
            first_pause=timedelta(seconds=settings.retry_seconds),
            longest_pause=timedelta(minutes=settings.retry_max_minutes),
            catch_up=timedelta(hours=settings.catch_up_hours),
        )

    def _begin(self, start: Start) -> list[Finished]:
        """Start a stage; where the system can't start a process, that is a failure like any other."""
        self._eager.discard(start.stage)
        now = self.clock()
        try:
            self.crew.start(start.stage, start.day, now=now)
        except OSError as error:
            outcome = Outcome(outcome="failed", detail=f"no process can be started: {error.strerror}")
            failed = Finished(stage=start.stage, day=start.day, started_at=now, seconds=0.0, outcome=outcome)
            self._remember(failed)
            return [failed]
        last = self.runs.get(start.stage)
        self.runs[start.stage] = (
            replace(last, started_at=now, ended_at=None) if last else StageRun(started_at=now)
        )
        return []

    def _remember(self, finished: Finished) -> None:
        last, now = self.runs.get(finished.stage), self.clock()
        run = run_after(last, finished, now=now)
        self.runs[finished.stage] = run
        self.metrics.count(finished)
        self.keeper.record(finished.stage, run)
        if finished.outcome.outcome == "ok":
            self._eager |= self._next_after(finished)
        self._tell(finished, run)

    def _next_after(self, finished: Finished) -> set[str]:
        """Return what is best run at once: the stage itself where it has more to do, and what follows it."""
        own = {finished.stage} if finished.outcome.has_more else set()
        has_done = any(finished.outcome.counts.values())
        return own | {
            stage.name for stage in self.crew.stages if has_done and stage.follows == finished.stage
        }

    def _tell(self, finished: Finished, run: StageRun) -> None:
        told = {name: count for name, count in finished.outcome.counts.items() if count}
        facts = {"stage": finished.stage, "seconds": round(finished.seconds, 2), **told}
        if finished.outcome.outcome == "ok":
            # A round in which nothing was to be done is no event.
            (self.log.info if told or finished.day else self.log.debug)("stage.done", **facts)
            return
        pause = self._patience.pause_after(run.n_failures).total_seconds()
        say = self.log.info if finished.outcome.outcome == "waiting" else self.log.warning
        say(
            f"stage.{finished.outcome.outcome}",
            **facts,
            detail=finished.outcome.detail,
            failures_in_a_row=run.n_failures,
            retry_seconds=pause,
        )

    def _press(self, n_untagged: int) -> None:
        limit = self.settings.max_untagged
        is_pressed = next_pressure(n_untagged, limit=limit, was=self._is_pressed)
        if is_pressed != self._is_pressed:
            self.log.warning("pressure", is_on=is_pressed, untagged=n_untagged, limit=limit)
        self._is_pressed = is_pressed

    def _doubt(self, n_doubtful: int) -> None:
        """Say when there are more digests, or fewer, of which nobody knows whether they arrived."""
        if n_doubtful != self._n_doubtful:
            say = self.log.warning if n_doubtful > self._n_doubtful else self.log.info
            say("deliveries.in_doubt", n=n_doubtful, see="southbound deliver --list")
        self._n_doubtful = n_doubtful

    def _show(self) -> None:
        running = self.crew.running
        self.board.show(
            Snapshot(
                at=self.clock(),
                stages=tuple(
                    state_of(
                        stage.name,
                        self.runs.get(stage.name),
                        is_running=stage.name in running,
                        is_paused=self._is_pressed and _pauses(stage),
                    )
                    for stage in self.crew.stages
                ),
                workload=self.keeper.workload,
                is_pressed=self._is_pressed,
                is_stopping=bool(self.n_stops_asked),
                lease_beat_at=self.keeper.beat_at,
                lease_seconds=self.settings.lease_seconds,
            )
        )

    def _shut_down(self) -> None:
        notify("STOPPING=1")
        self.log.info("service.stopping", running=sorted(self.crew.running))
        self._show()
        if self.web is not None:
            self.web.ask_to_stop()
        ended = self.crew.stop(seconds=self.settings.stop_seconds, is_hurried=lambda: self.n_stops_asked > 1)
        if ended:
            self.log.warning("service.ended_stages", stages=ended, after_seconds=self.settings.stop_seconds)
        if self.web is not None:
            self.web.wait()
        self.keeper.stop(seconds=self.settings.stop_seconds)
        self.log.info("service.stopped")


def run_after(last: StageRun | None, finished: Finished, *, now: datetime) -> StageRun:
    """Return how a stage stands after a run."""
    is_ok = finished.outcome.outcome == "ok"
    done_for = finished.day.isoformat() if is_ok and finished.day else (last.done_for if last else None)
    return StageRun(
        started_at=finished.started_at,
        ended_at=now,
        succeeded_at=now if is_ok else (last.succeeded_at if last else None),
        outcome=finished.outcome.outcome,
        n_failures=0 if is_ok else (last.n_failures if last else 0) + 1,
        done_for=done_for,
        detail=finished.outcome.detail,
    )


def _pauses(stage: Stage) -> bool:
    return isinstance(stage.timing, Every) and stage.timing.pressure_factor == inf


def _is_failure(finished: Finished) -> bool:
    return finished.outcome.outcome == "failed"
