"""Review in the browser and by the API: one key an answer, undone by another, in the name of the token."""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect, sync_playwright

from southbound.pipeline.review.queue import DrawRequest, draw_items
from southbound.settings import read_settings
from southbound.store import connection, open_store
from southbound.store.review import CorrectionQuery
from southbound.web.app import create_app
from southbound.web.security.access import Access
from southbound.web.security.token import add_user, read_users

CHROMIUM = Path("/usr/bin/chromium")
SIZES = ((1280, 860), (390, 844))
OWN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def database(desk_database: Path, tmp_path: Path) -> Path:
    """A copy with ten items of the random control drawn."""
    path = tmp_path / "review.db"
    shutil.copy(desk_database, path)
    shares = {"control": 0.5, "article": 0.5}
    with open_store(path) as store:
        draw_items(
            store,
            DrawRequest(n=10, shares=shares),
            settings=read_settings(None),
            now=datetime.now(UTC),
            random=Random(3),  # noqa: S311 - no secret
        )
    return path


@pytest.fixture
def address(database: Path) -> Iterator[str]:
    """A server of the whole app, open to this machine's user."""
    app = create_app(read_settings(None), database)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's browser."""
    if not CHROMIUM.is_file():
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


def kinds(database: Path) -> list[str]:
    with open_store(database, read_only=True) as store:
        return [row.change.kind for row in store.corrections.find(CorrectionQuery())]


def test_keys_answer_undo_and_go_on(browser: Browser, address: str, database: Path) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto("/review")
    expect(page.locator(".head .meta")).to_contain_text("10 items wait")
    asked = page.locator(".asked").inner_text()
    page.keyboard.press("n")
    page.wait_for_url("**skip=**")
    page.keyboard.press("a")
    page.wait_for_url("**said=**")
    expect(page.locator(".head .meta")).to_contain_text("9 items wait")
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("taken back")
    assert asked
    assert kinds(database)[1] == "undo"
    page.goto("/article/en-29-0")
    page.get_by_role("button", name="Wrong AI frenzy").click()
    expect(page.get_by_role("status")).to_contain_text("AI frenzy is wrong")
    page.keyboard.press("e")
    page.wait_for_url("**/review?article=**")
    page.keyboard.press("+")
    assert page.evaluate("document.activeElement.name") == "theme"
    page.keyboard.type("IPO")
    page.get_by_role("button", name="Add").first.click()
    expect(page.get_by_role("status")).to_contain_text("IPOs is added")
    page.goto("/article/en-29-0")
    expect(page.locator("#themes ~ table")).to_contain_text("IPOs")
    expect(page.locator("#themes ~ table")).not_to_contain_text("AI frenzy")
    for path in ("/", "/story/en-29-0", "/theme/property", "/search?q=alibaba"):
        page.goto(path)
        page.keyboard.press("j")
        page.keyboard.press("e")
        page.wait_for_url("**/review?article=**")
    context.close()


def test_every_tag_is_judged_where_it_stands_by_one_key(
    browser: Browser, address: str, database: Path
) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    told = page.get_by_role("status")
    page.goto("/article/en-29-0")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(told).to_contain_text("AI frenzy is wrong")
    page.keyboard.press("u")
    expect(told).to_contain_text("taken back")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(told).to_contain_text("alibaba is right")
    for path, said in (("/theme/property", "Property is wrong"), ("/entity/alibaba", "alibaba is taken off")):
        page.goto(path)
        first = page.locator("ol.articles a[data-item]").first.inner_text()
        page.keyboard.press("j")
        page.keyboard.press("r")
        expect(told).to_contain_text(said)
        expect(page.locator("ol.articles a[data-item]").first).not_to_have_text(first)
        page.keyboard.press("u")
        expect(told).to_contain_text("taken back")
        expect(page.locator("ol.articles a[data-item]").first).to_have_text(first)
    assert kinds(database) == [
        *("reject_theme", "undo", "accept_entity", "reject_theme", "undo", "reject_entity", "undo")
    ]
    context.close()


def test_stories_are_changed_on_their_page_by_one_key(browser: Browser, address: str, database: Path) -> None:
    with open_store(database, read_only=True) as store:
        reports = store.stories.known_between(
            datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
        )
    counts = Counter(reports.values())
    story, n = counts.most_common(1)[0]
    if n == 1:
        pytest.skip("no story has two reports")
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto(f"/story/{story}")
    shown = page.locator("ol.reports > li")
    expect(shown).to_have_count(n)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("-")
    expect(page.get_by_role("status")).to_contain_text("is a story of its own now")
    expect(shown).to_have_count(n - 1)
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("taken back")
    expect(shown).to_have_count(n)
    assert kinds(database) == ["split_story", "undo"]
    context.close()


def test_without_script_an_answer_is_stored(browser: Browser, address: str, database: Path) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/review?article=en-28-0")
    page.get_by_role("button", name="Wrong AI frenzy").click()
    expect(page.get_by_role("status")).to_contain_text("AI frenzy is wrong")
    assert kinds(database) == ["reject_theme"]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(
    browser: Browser, address: str, scheme: str, size: tuple[int, int]
) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page, found = context.new_page(), []
    for path in (
        "/review",
        "/review?article=en-29-0",
        "/quality",
        "/article/en-29-0",
        "/review?lang=zh-Hant",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is too wide"
        found += [
            f"{path}: {one['id']}: {one['nodes'][0]['html'][:160]}"
            for one in Axe().run(page).response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
    context.close()
    assert found == []


@pytest.fixture
def guarded(database: Path, tmp_path: Path) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """The app behind tokens, and a token of each scope."""
    users = tmp_path / "users.yaml"
    tokens = {"read": add_user(users, scope="read"), "review": add_user(users, scope="review")}
    app = create_app(read_settings(None), database, access=Access(tokens=read_users(users)))
    with TestClient(app, base_url="http://localhost") as client:
        yield client, tokens


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_the_api_takes_corrections_from_those_who_may(guarded: tuple[TestClient, dict[str, str]]) -> None:
    client, tokens = guarded
    record = {"kind": "reject_theme", "article_id": "en-29-0", "theme": "ai", "reviewer": "somebody else"}
    assert client.post("/api/v1/reviews", json=record, headers=bearer(tokens["read"])).status_code == 403
    assert client.get("/review", headers=bearer(tokens["read"])).status_code == 403
    assert client.post("/review", data=record, headers={**OWN, **bearer(tokens["read"])}).status_code == 403
    done = client.post("/api/v1/reviews", json=record, headers=bearer(tokens["review"]))
    assert (done.status_code, done.json()["changed"]) == (201, True)
    name = tokens["review"].split("_")[1]
    time.sleep(1.1)  # answers may be as old as a second
    (line,) = client.get("/api/v1/reviews?theme=ai", headers=bearer(tokens["read"])).json()["items"]
    assert (line["reviewer"], line["kind"], line["stratum"]) == (name, "reject_theme", "free")
    asked = f"/api/v1/reviews?as_of={line['known_at']}"
    assert client.get(asked, headers=bearer(tokens["read"])).json()["items"] == []
    unknown = {"kind": "reject_theme", "article_id": "nope", "theme": "ai"}
    refused = client.post("/api/v1/reviews", json=unknown, headers=bearer(tokens["review"]))
    assert (refused.status_code, "no article 'nope'" in refused.json()["detail"]) == (422, True)
    quality = client.get("/api/v1/reviews/quality", headers=bearer(tokens["read"])).json()
    assert quality["corrections"] == 1


def test_another_sites_page_can_change_nothing(address: str, database: Path) -> None:
    del address
    app = create_app(read_settings(None), database)
    with TestClient(app, base_url="http://localhost") as client:
        form = {"kind": "reject_theme", "article_id": "en-29-0", "theme": "ai"}
        foreign = client.post("/review", data=form, headers={"sec-fetch-site": "cross-site"})
        assert foreign.status_code == 403
        kept = client.post(
            "/review", data={**form, "next": "//evil.example/"}, headers=OWN, follow_redirects=False
        )
        assert (kept.status_code, kept.headers["location"].startswith("/?said=")) == (303, True)
    assert kinds(database) == ["reject_theme"]


def test_what_can_not_be_stored_just_now_is_said_on_the_page(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_BUSY_SECONDS", 0)
    app = create_app(read_settings(None), database)
    form = {"kind": "reject_theme", "article_id": "en-29-0", "theme": "ai", "next": "/article/en-29-0"}
    with TestClient(app, base_url="http://localhost") as client, open_store(database) as other:
        with other.transaction():
            told = client.post("/review", data=form, headers=OWN)
        assert (told.status_code, told.url.path) == (200, "/article/en-29-0")
        assert "Nothing was stored" in told.text
        assert "AI frenzy is wrong" in client.post("/review", data=form, headers=OWN).text
    assert kinds(database) == ["reject_theme"]
