"""The desk in a browser: the main paths, by keyboard, without script; what axe-core says of every page."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SIZES = ((1280, 860), (390, 844))
PAGES = ("/", "/theme/ai?day=2025-02-20", "/entity/alibaba", "/story/en-29-0", "/article/en-29-0",
         "/search?q=alibaba", "/feeds", "/evaluate?theme=ai", "/theme/nope")  # fmt: skip

pytestmark = pytest.mark.skipif(not CHROMIUM.is_file(), reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def address(desk_app: FastAPI) -> Iterator[str]:
    """A server of the desk on a free local port."""
    server = uvicorn.Server(uvicorn.Config(desk_app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's browser."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of a wide window that may ask no other host."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 860}, locale="en-GB")
    foreign: list[str] = []
    context.on("request", lambda request: foreign.append(request.url) if address not in request.url else None)
    yield context.new_page()
    context.close()
    assert foreign == []


def test_from_today_to_a_theme_a_day_a_story_and_an_article(page: Page, desk_days: list[date]) -> None:
    page.goto("/")
    page.get_by_role("link", name="AI frenzy").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("AI frenzy")
    expect(page.locator("#drivers")).to_contain_text("What moved it on")
    page.locator(".hits a").nth(-3).click(force=True)
    page.wait_for_url(f"**day={desk_days[-3]}**")
    page.locator("#drivers ~ .drivers a[href^='/story/']").first.click()
    page.locator(".reports a[href^='/article/']").first.click()
    page.get_by_role("link", name="Alibaba").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alibaba Group")


def test_a_search_and_a_filter(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("cloud prices")
    page.keyboard.press("Enter")
    expect(page.locator(".articles > li")).to_have_count(25)
    page.get_by_label("Theme").select_option("property")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**theme=property**")
    expect(page.locator(".articles mark").first).to_be_visible()


def test_the_time_is_set_and_taken_back(page: Page, desk_days: list[date]) -> None:
    page.goto("/")
    page.locator("details.when summary").click()
    page.get_by_label("As of, Hong Kong time").fill(f"{desk_days[9]}T12:00")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_role("status")).to_contain_text("As known before")
    page.get_by_role("link", name="Back to now").click()
    expect(page.get_by_role("status")).to_have_count(0)


def test_a_day_is_typed_and_shown_alike_in_every_locale(browser: Browser, address: str) -> None:
    for locale in ("en-US", "en-GB", "zh-HK"):
        context = browser.new_context(base_url=address, locale=locale)
        page = context.new_page()
        page.goto("/theme/ai?start=2025-01-02&end=2025-02-20&lang=en")
        start = page.get_by_label("From")
        expect(start).to_have_value("2025-01-02")
        start.fill("03/04/2025")
        start.press("Enter")
        assert "03%2F04" not in page.url
        start.fill("2025-01-03")
        start.press("Enter")
        expect(page).to_have_url(re.compile("start=2025-01-03"))
        context.close()


def test_by_keyboard_the_first_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.hasAttribute('data-item')")


def test_without_script_a_theme_and_a_search_work(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    opened = context.new_page()
    opened.goto("/theme/ai")
    opened.locator(".hits a").nth(-2).click(force=True)
    expect(opened.locator("#drivers")).to_have_count(1)
    opened.goto("/search")
    opened.locator("#q").fill("cloud")
    opened.locator(".filters button").click()
    expect(opened.locator(".articles > li")).to_have_count(25)
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
    opened = context.new_page()
    found = []
    for path in PAGES:
        opened.goto(path)
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is too wide"
        found += [
            f"{path}: {one['id']}: {one['nodes'][0]['html'][:160]}"
            for one in Axe().run(opened).response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
    context.close()
    assert found == []
