"""A request has to arrive in time: who dribbles keeps nobody out, and who is served is left alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPResponse

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from southbound.web.server import PatientProtocol, server_config

PATIENCE = 0.3


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that waits a moment only for requests, and takes longer for some answers."""
    monkeypatch.setattr(PatientProtocol, "arrival_seconds", PATIENCE)
    app = FastAPI()

    @app.get("/slow")
    def slow() -> str:
        time.sleep(2 * PATIENCE)
        return "done"

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    server = uvicorn.Server(server_config(app, goodbye_seconds=1, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("is_behind_proxy", [False, True])
def test_who_asks_is_said_by_a_proxy_only_where_there_is_one(is_behind_proxy: bool) -> None:  # noqa: FBT001 - drawn by pytest
    app = FastAPI()

    @app.get("/who")
    def who(request: Request) -> list[str]:
        return [request.client.host if request.client else "", request.url.scheme]

    config = server_config(app, goodbye_seconds=1, is_behind_proxy=is_behind_proxy)
    config.load()
    client = TestClient(config.loaded_app, client=("127.0.0.1", 1))
    said = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
    expected = ["203.0.113.9", "https"] if is_behind_proxy else ["127.0.0.1", "http"]
    assert client.get("/who", headers=said).json() == expected


def connect(port: int, beginning: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=10)
    made.sendall(beginning)
    return made


GET = b"GET /slow HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"


@pytest.mark.parametrize("beginning", [b"", GET[:9], GET, POST, POST + b"abc"])
def test_a_request_that_does_not_arrive_is_ended(port: int, beginning: bytes) -> None:
    began = time.monotonic()
    with connect(port, beginning) as dribbler, suppress(ConnectionResetError):
        assert dribbler.recv(100) == b""
    assert PATIENCE * 0.9 < time.monotonic() - began < 5


def test_bytes_now_and_then_buy_no_time(port: int) -> None:
    began = time.monotonic()
    with connect(port, GET) as dribbler, suppress(ConnectionResetError, BrokenPipeError):
        while time.monotonic() - began < 5:
            dribbler.sendall(b"X-More: 1\r\n")
            time.sleep(0.02)
    assert time.monotonic() - began < 3


def read_answer(asking: socket.socket) -> int:
    """Read a whole answer, in however many pieces it comes, and return its status."""
    answer = HTTPResponse(asking)
    answer.begin()
    answer.read()
    return answer.status


def test_many_that_dribble_keep_nobody_out_and_a_slow_answer_is_waited_for(port: int) -> None:
    crowd = [connect(port, GET) for _ in range(100)]
    with connect(port, GET + b"\r\n") as asking:
        assert read_answer(asking) == HTTPStatus.OK
        time.sleep(2 * PATIENCE)
        # The same connection serves again.
        asking.sendall(POST + b"abcde")
        assert read_answer(asking) == HTTPStatus.OK
    for one in crowd:
        one.close()
