"""The door's bounds: scopes of pages, sizes of bodies, the ends of time, errors nobody thought of."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from southbound.settings import read_settings
from southbound.store import Store
from southbound.web.app import create_app
from southbound.web.security.access import Access
from southbound.web.security.token import SCOPES, TokenBook, User, hash_of

API = "/api/v1"
DAY = "2025-03-13"


def _client(history: Store, access: Access | None = None) -> TestClient:
    app = create_app(read_settings(None), history.path, access=access)
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


@pytest.fixture(scope="module")
def client(history: Store) -> Iterator[TestClient]:
    with _client(history) as made:
        yield made


@pytest.fixture(scope="module")
def guarded(history: Store) -> Iterator[TestClient]:
    entries = [(hash_of(scope), User(name=scope, scope=scope)) for scope in SCOPES]
    access = Access(tokens=TokenBook(entries=entries), hosts=frozenset({"localhost"}))
    with _client(history, access) as made:
        yield made


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("get", "/", "read"),
        ("get", "/search", "read"),
        ("get", "/review", "review"),
        ("post", "/review", "review"),
        ("delete", "/nothing", "review"),
    ],
)
def test_so_do_pages(guarded: TestClient, method: str, path: str, needed: str) -> None:
    levels = SCOPES
    assert guarded.request(method, path).status_code in {401, 303}
    let_in = [
        scope
        for scope in levels
        if guarded.request(method, path, headers={"authorization": f"Bearer {scope}"}).status_code != 403
    ]
    assert let_in == list(levels[levels.index(needed) :])


def test_a_body_is_bounded_whether_it_says_its_length_or_not(guarded: TestClient) -> None:
    headers = {"authorization": "Bearer review", "content-type": "application/json"}
    told = guarded.post(f"{API}/reviews", content=b"x" * 1_000_001, headers=headers)

    def pieces() -> Iterator[bytes]:
        yield from (b"x" * 100_000 for _ in range(11))

    untold = guarded.post(f"{API}/reviews", content=pieces(), headers=headers)
    assert [answer.status_code for answer in (told, untold)] == [413, 413]
    assert told.json()["detail"] == untold.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/sessions/9999-12-31/alerts",
        f"{API}/sessions/0001-01-01/digest",
        f"{API}/sessions/{DAY}/digest?as_of=9999-12-31T23:59:59Z&language=zh-Hant",
        "/search?start=0001-01-01&end=9999-12-31",
        "/?as_of=9999-12-31T23:59%2B00:00",
        "/quality?as_of=0001-01-01",
        "/review?draw=99999999999999999999",
        f"{API}/articles?cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksIjIwMjUtMDMtMTNUMDA6MDA6MDBaIl0",
    ],
)
def test_the_ends_of_time_and_of_numbers_break_nothing(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in {200, 400, 404}


@pytest.mark.parametrize(
    "changes",
    [{"draw": 2**70}, {"note": "\ud800"}, {"revision": 2**70}, {"seen": -1}, {"article_id": "\x00"}],
)
def test_what_no_table_can_hold_is_no_correction(client: TestClient, changes: dict[str, object]) -> None:
    record = json.dumps({"kind": "accept_theme", "theme": "ai", "article_id": "a3", **changes})
    headers = {"sec-fetch-site": "same-origin", "content-type": "application/json"}
    assert client.post(f"{API}/reviews", content=record, headers=headers).status_code == 422


def test_an_error_that_nobody_thought_of_keeps_a_browser_in_bounds_too(history: Store) -> None:
    app = _client(history).app
    app.add_route("/api/v1/broken", lambda _: 1 / 0)  # type: ignore[attr-defined] # a route that fails
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/broken")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
