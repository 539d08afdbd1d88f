"""What those who watch the service are told: alive, ready, and in figures."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from southbound.service.board import Board, Snapshot, state_of
from southbound.service.crew import Finished
from southbound.service.health import router
from southbound.service.job import Outcome
from southbound.service.metrics import Metrics
from southbound.service.notify import notify
from southbound.service.supervisor import run_after
from southbound.store.service import StageRun, Workload

NOW = datetime(2025, 4, 17, 4, tzinfo=UTC)
GOOD = StageRun(started_at=NOW - timedelta(seconds=40), ended_at=NOW, succeeded_at=NOW, outcome="ok")
BAD = replace(GOOD, outcome="failed", n_failures=3, succeeded_at=NOW - timedelta(hours=1))
SNAPSHOT = Snapshot(
    at=NOW,
    stages=(
        state_of("poll", GOOD, is_running=True, is_paused=False),
        state_of("tag", GOOD, is_running=False, is_paused=False),
        state_of("pages", None, is_running=False, is_paused=True),
    ),
    workload=Workload(
        n_articles=12, n_untagged=3, oldest_untagged_at=NOW - timedelta(seconds=90), n_bytes=7, n_doubtful=2
    ),
    is_pressed=True,
    is_stopping=False,
    lease_beat_at=NOW,
    lease_seconds=60,
)


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def metrics(board: Board) -> Metrics:
    return Metrics(board)


@pytest.fixture
def client(board: Board, metrics: Metrics) -> TestClient:
    app = FastAPI()
    app.state.board, app.state.metrics = board, metrics
    app.include_router(router)
    return TestClient(app)


def test_a_service_that_starts_is_alive_but_not_ready(client: TestClient) -> None:
    assert client.get("/healthz").json()["alive"] is True
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["the service is starting"])


def test_health_is_told_while_all_threads_are_busy(client: TestClient) -> None:
    is_let_go, n_threads = threading.Event(), 40
    cast("FastAPI", client.app).add_api_route("/busy", lambda: is_let_go.wait(60))
    with client, ThreadPoolExecutor(n_threads + 1) as crowd:
        waiting = [crowd.submit(client.get, "/busy") for _ in range(n_threads)]
        try:
            told = crowd.submit(client.get, "/healthz").result(timeout=20)
        finally:
            is_let_go.set()
        assert told.json()["alive"] is True
        assert all(one.result().status_code == 200 for one in waiting)


def test_a_service_that_goes_well_is_ready_and_says_how_each_stage_stands(
    client: TestClient, board: Board
) -> None:
    board.show(SNAPSHOT)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    stages = answer.json()["stages"]
    assert {name: stage["state"] for name, stage in stages.items()} == {
        "poll": "running",
        "tag": "idle",
        "pages": "paused",
    }
    assert stages["poll"]["seconds_since"] == {"started": 40.0, "ended": 0.0, "succeeded": 0.0}
    assert stages["pages"]["seconds_since"] == {"started": None, "ended": None, "succeeded": None}
    assert answer.json()["queues"]["untagged"] == 3


def test_what_goes_wrong_for_long_makes_it_unready(client: TestClient, board: Board) -> None:
    failing = state_of("tag", BAD, is_running=True, is_paused=False)
    board.show(replace(SNAPSHOT, stages=(failing,), workload=None, lease_beat_at=NOW - timedelta(seconds=61)))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == [
        "stage tag has failed 3 times in a row",
        "the database has not been measured yet",
        "the database can't be written: the lease was not renewed in time",
    ]
    assert client.get("/healthz").status_code == 200


def test_a_supervisor_that_hangs_is_not_alive(client: TestClient, board: Board) -> None:
    board.show(SNAPSHOT)
    board.ticked -= 31
    assert client.get("/healthz").status_code == 503
    assert client.get("/readyz").json()["problems"] == ["the supervisor hangs"]


def test_prometheus_reads_the_figures(client: TestClient, board: Board, metrics: Metrics) -> None:
    board.show(SNAPSHOT)
    counts = {"polls_new": 4, "polls_soft": 1, "articles_new": 9, "articles_tagged": 5, "pages_read": 2}
    outcome = Outcome(counts={**counts, "pages_queued": 8})
    metrics.count(Finished(stage="poll", day=None, started_at=NOW, seconds=3.0, outcome=outcome))
    answer = client.get("/metrics")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert values["southbound_polls_total", "new"] == 4
    assert values["southbound_polls_total", "soft"] == 1
    assert values["southbound_articles_stored_total", "new"] == 9
    assert values["southbound_articles_tagged_total",] == 5
    assert values["southbound_pages_read_total", "read"] == 2
    assert ("southbound_pages_read_total", "queued") not in values
    assert values["southbound_queue_length", "untagged"] == 3
    assert values["southbound_tagging_lag_seconds",] == 90
    assert values["southbound_stage_running", "poll"] == 1
    assert values["southbound_stage_last_success_timestamp_seconds", "tag"] == NOW.timestamp()
    assert values["southbound_stage_seconds_count", "poll"] == 1
    assert values["southbound_database_bytes",] == 7
    assert values["southbound_deliveries_in_doubt",] == 2
    assert values["southbound_under_pressure",] == 1


def test_runs_add_up() -> None:
    def finished(outcome: Outcome) -> Finished:
        return Finished(stage="flows", day=NOW.date(), started_at=NOW, seconds=1.0, outcome=outcome)

    later = NOW + timedelta(minutes=5)
    first = run_after(None, finished(Outcome()), now=NOW)
    second = run_after(first, finished(Outcome(outcome="waiting", detail="no figure yet")), now=later)
    third = run_after(second, finished(Outcome(outcome="failed", detail="no server")), now=later)
    assert (first.n_failures, first.succeeded_at, first.done_for) == (0, NOW, "2025-04-17")
    assert (third.n_failures, third.succeeded_at, third.done_for) == (2, NOW, "2025-04-17")
    assert third.detail == "no server"
    assert run_after(third, finished(Outcome()), now=later).n_failures == 0


def test_systemd_is_told(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        assert notify("READY=1", {"NOTIFY_SOCKET": str(path)})
        assert listener.recv(100) == b"READY=1"
    assert not notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    assert not notify("READY=1", {})
