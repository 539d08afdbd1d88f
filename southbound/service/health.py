"""`/healthz`, `/readyz` and `/metrics`: for those who watch the service; no word of news is in them.

The application's state must hold a `Board` as `board` and `Metrics` as `metrics`. Nothing here waits for
a thread: it is told however busy those are that answer the rest.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from southbound import __version__
from southbound.service.board import Board, Snapshot, ages_of
from southbound.service.metrics import CONTENT_TYPE, Metrics

router = APIRouter(tags=["service"])
_NO_STORE = {"Cache-Control": "no-store"}
_UNAVAILABLE = 503


@router.get("/healthz")
async def tell_health(request: Request) -> JSONResponse:
    """Say whether the supervisor goes round; 503 where it hangs and is best started again."""
    board: Board = request.app.state.board
    return _answer({"alive": board.is_alive, "version": __version__}, is_well=board.is_alive)


@router.get("/readyz")
async def tell_readiness(request: Request) -> JSONResponse:
    """Say how each stage stands; 503 with the reasons where something has gone wrong for long."""
    board: Board = request.app.state.board
    snapshot = board.snapshot
    if snapshot is None or not board.is_alive:
        problem = "the service is starting" if board.is_alive else "the supervisor hangs"
        return _answer({"ready": False, "problems": [problem]}, is_well=False)
    problems = snapshot.problems()
    return _answer({"ready": not problems, "problems": problems, **_describe(snapshot)}, is_well=not problems)


@router.get("/metrics")
async def tell_metrics(request: Request) -> Response:
    """Return what Prometheus reads."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.text(), media_type=CONTENT_TYPE, headers=_NO_STORE)


def _answer(content: dict[str, Any], *, is_well: bool) -> JSONResponse:
    return JSONResponse(content, status_code=200 if is_well else _UNAVAILABLE, headers=_NO_STORE)


def _describe(snapshot: Snapshot) -> dict[str, Any]:
    workload = snapshot.workload
    return {
        "stages": {
            view.name: {
                "state": view.state,
                "seconds_since": ages_of(view.run, snapshot.at),
                "failures_in_a_row": view.run.n_failures if view.run else 0,
            }
            for view in snapshot.stages
        },
        "queues": {
            "untagged": workload.n_untagged,
            "held_for_tagging": workload.n_held,
            "pages": workload.n_pages,
            "pages_due": workload.n_pages_due,
        }
        if workload
        else {},
        "under_pressure": snapshot.is_pressed,
    }
