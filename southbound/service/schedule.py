"""Decide which stages start: told from their timing, how they ran last, what waits, and the time. Pure.

Instants are compared so that a clock that is set back stops nothing: what seems to have run in the future
counts as long ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import inf
from typing import Protocol

import pandas as pd

from southbound.instant import HONG_KONG
from southbound.store.service import StageRun

#: Hong Kong was never without a session for longer.
_LONGEST_CLOSURE = timedelta(days=15)


class Sessions(Protocol):
    """What is asked of a `SessionCalendar`."""

    def sessions(self, start: str | date, end: str | date) -> pd.DatetimeIndex:
        """Return the sessions from `start` to `end`, both included."""

    def decision_at(self, session: str | date) -> pd.Timestamp:
        """Return the instant at which the value of a session is fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Again and again.

    Attributes:
        seconds: Between the starts of two runs, where something waits for the stage.
        idle_seconds: The same where nothing does; None where that can't be told beforehand.
        pressure_factor: By which the pace slows while too many articles wait to be tagged; infinite to pause.
    """

    seconds: float
    idle_seconds: float | None = None
    pressure_factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Once a day, Hong Kong time.

    Attributes:
        at: When.
        only_sessions: Whether only on trading days.
    """

    at: time
    only_sessions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AtDecision:
    """Once a session, at its decision time."""


Timing = Every | Daily | AtDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How failures are met.

    Attributes:
        first_pause: After the first failure in a row; each further one doubles it.
        longest_pause: It grows no further.
        catch_up: A day's run that is later than this is left out.
    """

    first_pause: timedelta
    longest_pause: timedelta
    catch_up: timedelta

    def pause_after(self, n_failures: int) -> timedelta:
        """Return how long a stage rests that has failed so often in a row."""
        if n_failures < 1:
            return timedelta()
        # Bounded before it is doubled on: a stage may fail for a year.
        doublings = min(n_failures - 1, 20)
        return min(self.first_pause * (1 << doublings), self.longest_pause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A stage that starts now, and the day it runs for, where it runs once a day."""

    stage: str
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a choice rests on, besides the table.

    Attributes:
        now: The time.
        running: Stages that run now; they are not started again.
        waiting: How much waits for a stage, where that is known.
        eager: Stages whose last run left work that it could have done.
        is_pressed: Whether too many articles wait to be tagged.
    """

    now: datetime
    running: AbstractSet[str] = frozenset()
    waiting: Mapping[str, int] = field(default_factory=dict, hash=False)
    eager: AbstractSet[str] = frozenset()
    is_pressed: bool = False


def choose_starts(
    timings: Mapping[str, Timing],
    runs: Mapping[str, StageRun],
    situation: Situation,
    *,
    patience: Patience,
    calendar: Sessions,
) -> Iterator[Start]:
    """Yield the stages to start, in the order of the table.

    Args:
        timings: Of each stage.
        runs: How each ran last; one that never ran is missing.
        situation: Time, and what waits and runs.
        patience: How failures are met.
        calendar: Knows the sessions.
    """
    now = situation.now
    for stage, timing in timings.items():
        run = runs.get(stage)
        if stage in situation.running or _is_resting(run, now, patience):
            continue
        if isinstance(timing, Every):
            if stage in situation.eager or _is_due(stage, timing, run, situation):
                yield Start(stage=stage)
            continue
        occasion = last_occasion(timing, now, calendar)
        if occasion and now - occasion[1] <= patience.catch_up and not _is_done(run, occasion[0], now):
            yield Start(stage=stage, day=occasion[0])


def last_occasion(
    timing: Daily | AtDecision, now: datetime, calendar: Sessions
) -> tuple[date, datetime] | None:
    """Return the last day on or before now at which a stage was to run, and when."""
    for day in _days_back(timing, now, calendar):
        at = calendar.decision_at(day).to_pydatetime() if isinstance(timing, AtDecision) else _at(day, timing)
        if at <= now:
            return day, at
    return None


def next_pressure(n_untagged: int, *, limit: int, was: bool) -> bool:
    """Say whether too many articles wait: from above the limit on, until half of it is left."""
    return n_untagged > (limit / 2 if was else limit)


def _days_back(timing: Daily | AtDecision, now: datetime, calendar: Sessions) -> Iterable[date]:
    today = now.astimezone(HONG_KONG).date()
    if isinstance(timing, Daily) and not timing.only_sessions:
        return (today, today - timedelta(days=1))
    sessions = calendar.sessions(today - _LONGEST_CLOSURE, today)
    return (day.date() for day in reversed(sessions))


def _at(day: date, timing: Daily) -> datetime:
    return datetime.combine(day, timing.at, tzinfo=HONG_KONG)


def _is_resting(run: StageRun | None, now: datetime, patience: Patience) -> bool:
    if run is None or not run.n_failures:
        return False
    failed_at = run.ended_at or run.started_at
    return failed_at <= now < failed_at + patience.pause_after(run.n_failures)


def _is_due(stage: str, timing: Every, run: StageRun | None, situation: Situation) -> bool:
    if situation.is_pressed and timing.pressure_factor == inf:
        return False
    if run is None or run.started_at > situation.now:
        return True
    is_idle = timing.idle_seconds is not None and not situation.waiting.get(stage)
    pace = timing.idle_seconds if is_idle and timing.idle_seconds is not None else timing.seconds
    pace *= timing.pressure_factor if situation.is_pressed else 1.0
    return situation.now - run.started_at >= timedelta(seconds=pace)


def _is_done(run: StageRun | None, day: date, now: datetime) -> bool:
    if run is None or run.done_for is None:
        return False
    done = date.fromisoformat(run.done_for)
    # A day that lies ahead was done by a clock that ran ahead. One day ahead, it was set back a little.
    tomorrow = now.astimezone(HONG_KONG).date() + timedelta(days=1)
    return day <= done <= tomorrow
