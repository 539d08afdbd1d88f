"""The door: tokens, scopes, rates, names, origins, the login, and what a browser is told."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from southbound.cli import run
from southbound.service.board import Board
from southbound.service.health import router as health_router
from southbound.service.metrics import Metrics
from southbound.settings import Settings, read_settings
from southbound.store import Store
from southbound.web.app import create_app
from southbound.web.security.access import make_access
from southbound.web.security.token import add_user

PAGE = "/api/v1/sessions"


def _settings(**changes: object) -> Settings:
    plain = read_settings(None)
    return plain.model_copy(update={"web": plain.web.model_copy(update=changes)})


@pytest.fixture
def tokens(tmp_path: Path) -> tuple[Path, str]:
    users = tmp_path / "users.yaml"
    return users, add_user(users, scope="read")


@pytest.fixture
def guarded(history: Store, tokens: tuple[Path, str]) -> Iterator[TestClient]:
    settings = _settings()
    access = make_access(host="0.0.0.0", settings=settings.web, users=tokens[0])  # noqa: S104 - guarded
    app = create_app(settings, history.path, access=access)
    with TestClient(app, base_url="http://desk.example", follow_redirects=False) as client:
        yield client


def test_nobody_gets_in_without_a_token(guarded: TestClient, tokens: tuple[Path, str]) -> None:
    refused = guarded.get(PAGE)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    wrong = guarded.get(PAGE, headers={"authorization": f"Bearer {tokens[1][:-2]}xx"})
    assert wrong.status_code == 401
    assert guarded.get("/api/v1/openapi.json").status_code == 401
    assert guarded.get(PAGE, headers={"authorization": f"Bearer {tokens[1]}"}).status_code == 200


def test_a_feed_reader_gives_the_token_as_a_password(guarded: TestClient, tokens: tuple[Path, str]) -> None:
    pair = base64.b64encode(f"reader:{tokens[1]}".encode()).decode()
    address = "/api/v1/feeds/theme/ai.rss"
    assert guarded.get(address, headers={"authorization": f"Basic {pair}"}).status_code == 200
    assert guarded.get(address, headers={"authorization": "Basic %%%"}).status_code == 401


def test_a_browser_logs_in_once_and_out_again(guarded: TestClient, tokens: tuple[Path, str]) -> None:
    sent = guarded.get("/themes?x=1", headers={"accept": "text/html"})
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/login?next={quote('/themes?x=1', safe='')}"
    assert 'value="/themes?x=1"' in guarded.get(sent.headers["location"]).text
    own = {"sec-fetch-site": "same-origin"}
    entered = guarded.post("/login", data={"token": tokens[1], "next": "/themes"}, headers=own)
    assert (entered.status_code, entered.headers["location"]) == (303, "/themes")
    assert {"HttpOnly", "SameSite=Lax"} <= set(entered.headers["set-cookie"].split("; "))
    assert guarded.get(PAGE).status_code == 200
    assert guarded.post("/logout", headers=own).status_code == 303
    guarded.cookies.clear()
    assert guarded.get(PAGE).status_code == 401


def test_logging_out_ends_the_session_not_only_the_cookie(
    guarded: TestClient, tokens: tuple[Path, str]
) -> None:
    own = {"sec-fetch-site": "same-origin"}
    guarded.post("/login", data={"token": tokens[1]}, headers=own)
    kept = guarded.cookies["southbound_session"]
    guarded.post("/logout", headers=own)
    guarded.cookies.set("southbound_session", kept)
    assert guarded.get(PAGE).status_code == 401


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "data:x"])
def test_the_login_leads_to_no_other_site(guarded: TestClient, tokens: tuple[Path, str], target: str) -> None:
    data = {"token": tokens[1], "next": target}
    entered = guarded.post("/login", data=data, headers={"sec-fetch-site": "same-origin"})
    assert entered.headers["location"] == "/"


def test_wrong_tokens_can_not_be_tried_for_long(guarded: TestClient) -> None:
    own = {"sec-fetch-site": "same-origin"}
    answers = [guarded.post("/login", data={"token": f"x{n}"}, headers=own).status_code for n in range(7)]
    assert answers == [403] * 5 + [429] * 2


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "none"}],
)
def test_another_site_changes_nothing(
    guarded: TestClient, tokens: tuple[Path, str], headers: dict[str, str]
) -> None:
    guarded.post("/login", data={"token": tokens[1]}, headers={"sec-fetch-site": "same-origin"})
    answer = guarded.post("/logout", headers=headers)
    assert answer.status_code == 403
    assert guarded.get(PAGE).status_code == 200


def test_a_local_server_answers_to_no_foreign_name(history: Store) -> None:
    with TestClient(create_app(_settings(), history.path), base_url="http://localhost") as client:
        rebound = client.get(PAGE, headers={"host": "evil.example"})
        assert rebound.status_code == 421
        assert "evil.example" in rebound.json()["detail"]
        assert client.get(PAGE).status_code == 200


def test_who_asks_too_often_is_told_when_to_come_back(history: Store) -> None:
    app = create_app(_settings(requests_per_second=0.5, burst=3), history.path)
    with TestClient(app, base_url="http://localhost") as client:
        answers = [client.get(PAGE) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
    assert "ask again in" in answers[-1].json()["detail"]


@pytest.mark.parametrize("path", [PAGE, "/login", "/nothing", "/api/v1/series?theme=none"])
def test_every_answer_keeps_a_browser_in_bounds(history: Store, path: str) -> None:
    with TestClient(create_app(_settings(), history.path), base_url="http://localhost") as client:
        headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_database_that_went_away_is_one_clear_line(tmp_path: Path) -> None:
    with TestClient(create_app(_settings(), tmp_path / "none.db"), base_url="http://localhost") as client:
        answer = client.get(PAGE)
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


def test_serving_others_without_a_token_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--host", "0.0.0.0"]) == 2  # noqa: S104 - it is what is refused
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "--users FILE" in lines[0]


def test_a_token_is_made_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    users = tmp_path / "users.yaml"
    assert run(["token", "new", "--scope", "admin", "--users", str(users)]) == 0
    token = capsys.readouterr().out.strip()
    access = make_access(host="0.0.0.0", settings=_settings().web, users=users)  # noqa: S104 - guarded
    assert access.tokens is not None
    user = access.tokens.user_of(token)
    assert user is not None
    assert user.scope == "admin"


@pytest.mark.parametrize("is_open", [False, True])
def test_whether_the_service_lives_is_told_to_all_and_its_figures_to_those_with_a_token(
    history: Store,
    tokens: tuple[Path, str],
    is_open: bool,  # noqa: FBT001 - drawn by pytest
) -> None:
    settings = _settings(open_metrics=is_open)
    access = make_access(host="0.0.0.0", settings=settings.web, users=tokens[0])  # noqa: S104 - guarded
    app = create_app(settings, history.path, access=access)
    app.state.board = Board()
    app.state.metrics = Metrics(app.state.board)
    app.include_router(health_router)
    with TestClient(app, base_url="http://desk.example", follow_redirects=False) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json()["problems"] == ["the service is starting"]
        assert client.get("/metrics").status_code == (200 if is_open else 401)
        bearer = {"authorization": f"Bearer {tokens[1]}"}
        assert client.get("/metrics", headers=bearer).status_code == 200
        assert [client.get(path).status_code for path in ("/metricsx", "/readyzx", "/loginx")] == [401] * 3
