"""Which stages start when: days simulated on a clock of our own, holidays and failures included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.session import SessionCalendar
from southbound.instant import HONG_KONG
from southbound.service.crew import Finished
from southbound.service.job import Outcome
from southbound.service.schedule import (
    AtDecision,
    Daily,
    Every,
    Patience,
    Situation,
    Start,
    Timing,
    choose_starts,
    last_occasion,
    next_pressure,
)
from southbound.service.stage import stages_of
from southbound.service.supervisor import run_after
from southbound.settings import read_settings
from southbound.store.service import StageOutcome, StageRun

PATIENCE = Patience(
    first_pause=timedelta(seconds=10), longest_pause=timedelta(minutes=15), catch_up=timedelta(hours=12)
)
TABLE: dict[str, Timing] = {
    "poll": Every(seconds=30, pressure_factor=4),
    "pages": Every(seconds=30, idle_seconds=600, pressure_factor=inf),
    "flows": Daily(at=time(18), only_sessions=True),
    "alerts": AtDecision(),
    "backup": Daily(at=time(3)),
}


@pytest.fixture(scope="module")
def calendar() -> SessionCalendar:
    return SessionCalendar()


def hong_kong(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HONG_KONG).astimezone(UTC)


class Simulation:
    """A service whose stages take no time and end as told."""

    def __init__(self, calendar: SessionCalendar, table: Mapping[str, Timing] = TABLE) -> None:
        self.calendar, self.table = calendar, table
        self.runs: dict[str, StageRun] = {}
        self.started: list[tuple[datetime, Start]] = []
        self.outcomes: dict[str, StageOutcome] = {}

    def go(self, start: datetime, end: datetime, *, step: float = 60.0) -> Iterator[datetime]:
        now = start
        while now < end:
            self.turn(now)
            yield now
            now += timedelta(seconds=step)

    def turn(self, now: datetime) -> None:
        situation = Situation(now=now, waiting={"pages": 1})
        for begun in choose_starts(
            self.table, self.runs, situation, patience=PATIENCE, calendar=self.calendar
        ):
            self.started.append((now, begun))
            finished = Finished(
                stage=begun.stage,
                day=begun.day,
                started_at=now,
                seconds=0.0,
                outcome=Outcome(outcome=self.outcomes.get(begun.stage, "ok")),
            )
            self.runs[begun.stage] = run_after(self.runs.get(begun.stage), finished, now=now)

    def days_of(self, stage: str) -> list[tuple[str, str]]:
        """Return for which day a stage ran, and at what time in Hong Kong."""
        return [
            (str(begun.day), f"{at.astimezone(HONG_KONG):%m-%d %H:%M}")
            for at, begun in self.started
            if begun.stage == stage
        ]


@pytest.mark.no_cover
def test_a_week_with_a_holiday(calendar: SessionCalendar) -> None:
    simulation = Simulation(calendar)
    # 2025: Friday 18 to Monday 21 April are Easter in Hong Kong.
    for _ in simulation.go(hong_kong("2025-04-16T12:00"), hong_kong("2025-04-23T12:00")):
        pass
    assert simulation.days_of("alerts") == [
        ("2025-04-16", "04-16 12:00"),  # begun late, and made up for
        ("2025-04-17", "04-17 09:15"),
        ("2025-04-22", "04-22 09:15"),
        ("2025-04-23", "04-23 09:15"),
    ]
    assert simulation.days_of("flows") == [
        ("2025-04-16", "04-16 18:00"),
        ("2025-04-17", "04-17 18:00"),
        ("2025-04-22", "04-22 18:00"),
    ]
    assert [day for day, _ in simulation.days_of("backup")] == [
        f"2025-04-{day}" for day in (16, 17, 18, 19, 20, 21, 22, 23)
    ]


def test_new_year_closures_are_bridged(calendar: SessionCalendar) -> None:
    # The sessions beside the Lunar New Year of 2025: 28 January and 3 February.
    for at, day in (("2025-02-03T09:14", date(2025, 1, 28)), ("2025-02-03T09:15", date(2025, 2, 3))):
        occasion = last_occasion(AtDecision(), hong_kong(at), calendar)
        assert occasion is not None
        assert occasion[0] == day


def test_a_late_opening_moves_the_decision() -> None:
    calendar = SessionCalendar(overrides={"late_open": {"2025-04-17": "13:00"}})
    simulation = Simulation(calendar, {"alerts": AtDecision()})
    for _ in simulation.go(hong_kong("2025-04-17T09:00"), hong_kong("2025-04-17T14:00")):
        pass
    # (The decision of the 16th is made up for until 12 hours after it.)
    assert simulation.days_of("alerts") == [("2025-04-17", "04-17 12:45")]


def test_what_was_missed_for_long_is_left_out(calendar: SessionCalendar) -> None:
    simulation = Simulation(calendar, {"alerts": AtDecision(), "backup": Daily(at=time(3))})
    simulation.turn(hong_kong("2025-04-16T21:16"))
    assert simulation.started == []
    simulation.turn(hong_kong("2025-04-17T09:20"))
    assert [(begun.stage, str(begun.day)) for _, begun in simulation.started] == [
        ("alerts", "2025-04-17"),
        ("backup", "2025-04-17"),
    ]


def test_each_day_runs_once_however_the_clock_is_set_back(calendar: SessionCalendar) -> None:
    simulation = Simulation(calendar)
    for _ in simulation.go(hong_kong("2025-04-17T08:00"), hong_kong("2025-04-17T10:00")):
        pass
    for _ in simulation.go(hong_kong("2025-04-17T07:00"), hong_kong("2025-04-17T19:00")):
        pass
    assert simulation.days_of("alerts") == [("2025-04-17", "04-17 09:15")]
    polls = [at for at, begun in simulation.started if begun.stage == "poll"]
    assert hong_kong("2025-04-17T07:00") in polls  # not three hours later
    assert len(polls) == 2 * 60 + 12 * 60


def test_a_clock_that_ran_a_year_ahead_stops_nothing(calendar: SessionCalendar) -> None:
    simulation = Simulation(calendar)
    simulation.turn(hong_kong("2026-04-17T10:00"))
    for _ in simulation.go(hong_kong("2025-04-17T09:00"), hong_kong("2025-04-17T10:00")):
        pass
    assert ("2025-04-17", "04-17 09:15") in simulation.days_of("alerts")


def test_a_failing_stage_is_tried_less_and_less_and_the_others_go_on(calendar: SessionCalendar) -> None:
    simulation = Simulation(calendar)
    simulation.outcomes = {"flows": "waiting", "poll": "ok"}
    for now in simulation.go(hong_kong("2025-04-16T17:59"), hong_kong("2025-04-16T22:00"), step=10):
        if now >= hong_kong("2025-04-16T21:00"):
            simulation.outcomes = {}
    tries = [at for at, begun in simulation.started if begun.stage == "flows"]
    pauses = [later - at for at, later in pairwise(tries)]
    assert [pause.total_seconds() for pause in pauses[:6]] == [10, 20, 40, 80, 160, 320]
    assert set(pauses[7:]) == {timedelta(minutes=15)}
    assert tries[-1] - hong_kong("2025-04-16T21:00") <= timedelta(minutes=15)
    assert simulation.runs["flows"].done_for == "2025-04-16"
    assert simulation.runs["flows"].n_failures == 0
    polls = [at for at, begun in simulation.started if begun.stage == "poll"]
    assert {later - at for at, later in pairwise(polls)} == {timedelta(seconds=30)}


def test_a_failed_day_is_not_carried_past_its_time(calendar: SessionCalendar) -> None:
    simulation = Simulation(calendar, {"alerts": AtDecision()})
    simulation.outcomes = {"alerts": "failed"}
    for _ in simulation.go(hong_kong("2025-04-16T09:00"), hong_kong("2025-04-17T09:00")):
        pass
    assert simulation.started[-1][0] <= hong_kong("2025-04-16T21:15")


def test_under_pressure_polls_slow_down_and_pages_wait(calendar: SessionCalendar) -> None:
    counts: Counter[str] = Counter()
    runs: dict[str, StageRun] = {}
    now = hong_kong("2025-04-17T12:00")
    for _ in range(120):
        situation = Situation(now=now, waiting={"pages": 9}, is_pressed=True)
        for begun in choose_starts(TABLE, runs, situation, patience=PATIENCE, calendar=calendar):
            counts[begun.stage] += 1
            runs[begun.stage] = StageRun(started_at=now, ended_at=now, outcome="ok", done_for=str(begun.day))
        now += timedelta(seconds=10)
    assert counts["poll"] == 10
    assert counts["pages"] == 0


def test_the_table_holds_what_the_settings_ask_for() -> None:
    settings = read_settings(None)
    names = [stage.name for stage in stages_of(settings)]
    assert names[:3] == ["poll", "pages", "tag"]
    assert {"alerts", "prune"} <= set(names)
    assert not {"flows", "prices", "backup"} & set(names)
    service = settings.service.model_copy(
        update={"flows": "hkex", "prices": "yahoo", "alerts": False, "backup_folder": Path("copies")}
    )
    page = settings.page.model_copy(update={"enabled": False})
    stages = stages_of(settings.model_copy(update={"service": service, "page": page}))
    assert {"flows", "prices", "backup"} <= {stage.name for stage in stages}
    assert not {"alerts", "pages"} & {stage.name for stage in stages}
    for stage in stages:
        module, _, name = stage.target.partition(":")
        assert callable(getattr(import_module(module), name))


def test_pressure_lasts_until_half_of_the_limit_is_left() -> None:
    states, was = [], False
    for n_untagged in (90, 101, 100, 51, 50, 90):
        was = next_pressure(n_untagged, limit=100, was=was)
        states.append(was)
    assert states == [False, True, True, True, False, False]


def test_an_idle_stage_starts_at_once_when_something_waits(calendar: SessionCalendar) -> None:
    now = hong_kong("2025-04-17T12:00")
    runs = {"pages": StageRun(started_at=now - timedelta(seconds=40), ended_at=now, outcome="ok")}
    table = {"pages": TABLE["pages"]}

    def chosen(**situation: Mapping[str, int] | frozenset[str]) -> list[Start]:
        found = Situation(now=now, **situation)  # type: ignore[arg-type]  # by name
        return list(choose_starts(table, runs, found, patience=PATIENCE, calendar=calendar))

    assert chosen() == []
    assert chosen(waiting={"pages": 3}) == [Start(stage="pages")]
    assert chosen(eager=frozenset({"pages"})) == [Start(stage="pages")]
    assert chosen(waiting={"pages": 3}, running=frozenset({"pages"})) == []


@given(
    n_failures=st.integers(1, 10_000),
    shift=st.integers(-(10**8), 10**8),
)
def test_no_clock_keeps_a_failing_stage_from_being_tried_for_longer_than_the_longest_pause(
    n_failures: int, shift: int
) -> None:
    calendar = SessionCalendar(first="2010-01-01", last="2040-12-31")
    ended = hong_kong("2025-04-17T12:00")
    runs = {"poll": StageRun(started_at=ended, ended_at=ended, outcome="failed", n_failures=n_failures)}
    now = ended + timedelta(seconds=shift)

    def is_tried(at: datetime) -> bool:
        return bool(
            list(
                choose_starts(
                    {"poll": TABLE["poll"]}, runs, Situation(now=at), patience=PATIENCE, calendar=calendar
                )
            )
        )

    assert is_tried(now) or is_tried(now + PATIENCE.longest_pause)
