"""What the pages show, without HTTP: as of an instant, it is what a database cut there shows."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from nlp.entities.catalogue import Catalogue, Entity, Listing
from southbound.desk.article import build_article
from southbound.desk.entity import build_entity
from southbound.desk.search import build_search
from southbound.desk.session import Span
from southbound.desk.story import build_story
from southbound.desk.theme import build_theme
from southbound.desk.today import build_today
from southbound.instant import HONG_KONG
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.find import ArticleQuery

SETTINGS = read_settings(None)
CALENDAR = calendar_from_settings(SETTINGS)
NAMES = {"ai": "AI frenzy", "property": "Property", "ipo": "IPOs"}
ALIBABA = Entity(
    entity_id="alibaba",
    name="Alibaba Group",
    type="company",
    aliases=("Alibaba Group", "阿里巴巴"),
    listings=(Listing(asset_id="XHKG:9988"),),
)
CATALOGUE = Catalogue(entities={"alibaba": ALIBABA}, by_listing={"XHKG:9988": "alibaba"})
CUT = 20

View = Callable[[Store, list[date], datetime], Any]
VIEWS: dict[str, View] = {
    "today": lambda store, days, as_of: build_today(
        store, session=days[CUT], settings=SETTINGS, theme_names=NAMES, catalogue=CATALOGUE, as_of=as_of
    ),
    "theme": lambda store, days, as_of: build_theme(
        store, "ai", span=Span(start=days[2], end=days[CUT]), settings=SETTINGS, as_of=as_of
    ),
    "theme on a day": lambda store, days, as_of: build_theme(
        store,
        "ai",
        span=Span(start=days[2], end=days[CUT]),
        settings=SETTINGS,
        day=days[CUT - 1],
        as_of=as_of,
    ),
    "entity": lambda store, days, as_of: build_entity(
        store,
        "alibaba",
        span=Span(start=days[2], end=days[CUT]),
        settings=SETTINGS,
        catalogue=CATALOGUE,
        as_of=as_of,
    ),
    "story": lambda store, _days, as_of: build_story(
        store, f"en-{CUT - 1}-0", calendar=CALENDAR, as_of=as_of
    ),
    "article": lambda store, _days, as_of: build_article(
        store, f"en-{CUT - 1}-2", calendar=CALENDAR, as_of=as_of
    ),
    "search": lambda store, _days, as_of: build_search(
        store,
        ArticleQuery(words="cloud", theme="ai", as_of=as_of),
        order="newest",
        number=1,
        theme_names=NAMES,
        catalogue=CATALOGUE,
    ),
}


@pytest.fixture(scope="module")
def instant(desk_days: list[date]) -> datetime:
    """In the middle of a session's news."""
    return datetime.combine(desk_days[CUT], time(5, 3), tzinfo=HONG_KONG)


@pytest.fixture(scope="module")
def cut_database(desk_database: Path, tmp_path_factory: pytest.TempPathFactory, instant: datetime) -> Path:
    """A copy of the database as it stood then."""
    path = tmp_path_factory.mktemp("cut") / "cut.db"
    shutil.copy(desk_database, path)
    with open_store(path) as store:
        store.cut(instant)
    return path


@pytest.mark.parametrize("name", VIEWS)
def test_as_of_an_instant_is_what_a_database_cut_there_shows(
    desk_database: Path, cut_database: Path, desk_days: list[date], instant: datetime, name: str
) -> None:
    with open_store(desk_database, read_only=True) as whole, open_store(cut_database, read_only=True) as cut:
        shown = VIEWS[name](whole, desk_days, instant)
        assert shown is not None
        assert shown == VIEWS[name](cut, desk_days, instant)


def test_a_theme_without_an_article_is_listed_all_the_same(
    desk_database: Path, desk_days: list[date]
) -> None:
    with open_store(desk_database, read_only=True) as store:
        today = build_today(
            store, session=desk_days[-1], settings=SETTINGS, theme_names=NAMES, catalogue=CATALOGUE
        )
    assert [row.line.theme for row in today.themes][-1] == "ipo"
    assert today.themes[-1].line.share == 0.0
    assert sum(row.line.n_articles for row in today.themes) == today.counts.n_market_news


def test_drivers_add_up_to_the_change(desk_database: Path, desk_days: list[date]) -> None:
    with open_store(desk_database, read_only=True) as store:
        page = build_theme(
            store,
            "ai",
            span=Span(start=desk_days[0], end=desk_days[-1]),
            settings=SETTINGS,
            day=desk_days[-2],
        )
    drivers = page.drivers
    assert drivers is not None
    assert drivers.after is not None
    assert drivers.before is not None
    told = {point.session: point.intensity for point in page.points}
    assert drivers.after == pytest.approx(told[desk_days[-2]])
    assert sum(part.change for part in drivers.by["publisher"]) == pytest.approx(
        drivers.after - drivers.before
    )


def test_coverage_counts_the_articles_that_name_the_entity(
    desk_database: Path, desk_days: list[date]
) -> None:
    with open_store(desk_database, read_only=True) as store:
        page = build_entity(
            store,
            "alibaba",
            span=Span(start=desk_days[0], end=desk_days[9]),
            settings=SETTINGS,
            catalogue=CATALOGUE,
        )
    assert page is not None
    assert [one.n_articles for one in page.coverage] == [5] * 10
    assert [one.close for one in page.coverage] == [90.0 + number for number in range(10)]
    assert page.asset == "XHKG:9988"


def test_pages_of_a_search_follow_each_other_without_a_gap(desk_database: Path) -> None:
    with open_store(desk_database, read_only=True) as store:
        whole = [one.article_id for one in store.finder.find(ArticleQuery(), limit=500)]
        parts = [
            one.article_id
            for offset in range(0, 200, 7)
            for one in store.finder.find(ArticleQuery(), limit=7, offset=offset)
        ]
    assert parts == whole
    assert len(set(whole)) == len(whole)


@pytest.mark.parametrize("asked", ["alibaba", "Alibaba Group", "XHKG:9988", "阿里巴巴"])
def test_a_search_takes_an_entity_by_id_name_or_listing(client: TestClient, asked: str) -> None:
    page = client.get("/search", params={"entity": asked})
    assert 'value="alibaba"' in page.text
    assert "data-item" in page.text


def test_a_page_about_an_error_keeps_language_and_time(client: TestClient) -> None:
    page = client.get("/theme/nope?lang=zh-Hant&as_of=2025-02-11")
    assert page.status_code == 404
    assert '<html lang="zh-Hant">' in page.text
    assert "as_of=2025-02-11" in page.text
    assert client.get("/?as_of=never").status_code == 400


def test_before_the_first_news_it_says_so(client: TestClient) -> None:
    assert "No tagged news was known before 1 Jan 1999" in client.get("/?as_of=1999-01-01").text
