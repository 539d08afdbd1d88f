"""What the service shows of itself: written by the supervisor, read by the web server's threads."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from southbound.store.service import StageRun, Workload

#: Failures in a row from which on a stage counts as failing: one may pass.
FAILING_FROM = 3
#: A supervisor that has not gone round for so long hangs.
_HANGS_SECONDS = 30.0

StageState = Literal["new", "running", "idle", "waiting", "failing", "paused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """A stage as it stands.

    Attributes:
        name: Of the stage.
        state: ``new`` until it has run; ``waiting`` for what isn't there yet; ``failing`` after several
            failures in a row; ``paused`` while too many articles wait to be tagged.
        run: How it ran last.
    """

    name: str
    state: StageState
    run: StageRun | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The service at one moment.

    Attributes:
        at: When.
        stages: All of them, in their order.
        workload: What waits; None until it has been measured.
        is_pressed: Whether too many articles wait to be tagged.
        is_stopping: Whether it is about to end.
        lease_beat_at: When the lease was last renewed.
        lease_seconds: How long it is good for then.
    """

    at: datetime
    stages: tuple[StageView, ...]
    workload: Workload | None
    is_pressed: bool
    is_stopping: bool
    lease_beat_at: datetime
    lease_seconds: float

    def problems(self) -> list[str]:
        """Return why the service isn't ready, one line each; none where it is."""
        found = [
            f"stage {view.name} has failed {view.run.n_failures} times in a row"
            for view in self.stages
            if view.state == "failing" and view.run is not None
        ]
        if self.is_stopping:
            found.append("the service is stopping")
        if self.workload is None:
            found.append("the database has not been measured yet")
        if (self.at - self.lease_beat_at).total_seconds() > self.lease_seconds:
            found.append("the database can't be written: the lease was not renewed in time")
        return found


@dataclass(slots=True, kw_only=True)
class Board:
    """The latest snapshot, and when the supervisor last went round, on the monotonic clock."""

    snapshot: Snapshot | None = None
    ticked: float = field(default_factory=time.monotonic)

    def show(self, snapshot: Snapshot) -> None:
        """Replace the snapshot."""
        self.snapshot = snapshot
        self.ticked = time.monotonic()

    @property
    def is_alive(self) -> bool:
        """Whether the supervisor goes round."""
        return time.monotonic() - self.ticked < _HANGS_SECONDS


def state_of(name: str, run: StageRun | None, *, is_running: bool, is_paused: bool) -> StageView:
    """Return a stage's view."""
    state: StageState = "idle"
    if is_running:
        state = "running"
    elif is_paused:
        state = "paused"
    elif run is None:
        state = "new"
    elif run.outcome == "waiting":
        state = "waiting"
    # Also while it tries again: what fails for hours isn't well because it runs at this moment.
    if run is not None and run.outcome == "failed" and run.n_failures >= FAILING_FROM:
        state = "failing"
    return StageView(name=name, state=state, run=run)


def ages_of(run: StageRun | None, now: datetime) -> Mapping[str, float | None]:
    """Return how long ago, in seconds, a stage began, ended and succeeded; None where it never did."""
    instants = {
        "started": run.started_at if run else None,
        "ended": run.ended_at if run else None,
        "succeeded": run.succeeded_at if run else None,
    }
    return {
        name: round(max((now - at).total_seconds(), 0.0), 1) if at else None for name, at in instants.items()
    }
