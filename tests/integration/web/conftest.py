"""A desk with something on every page: thirty sessions of news, flows, two prices, and a hostile feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ingest.article import make_article
from ingest.flow import Flow
from ingest.price import Price
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from nlp.stories.assignment import Assignment
from nlp.stories.earlier import ReportNovelty
from nlp.stories.novelty import measure_novelty
from signals.session import SessionCalendar
from southbound.instant import HONG_KONG
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.market import PublicationTime
from southbound.store.story import Assigned
from southbound.web import api
from southbound.web.pages import router
from southbound.web.problem import install_problems

SEEN = datetime(2025, 6, 1, tzinfo=UTC)
PUBLIC = PublicationTime(at=time(16, 30), timezone=HONG_KONG)
#: What a feed that means harm may carry.
HOSTILE_TITLE = "<script>alert(1)</script><img src=x onerror=alert(2)> profit\u202eup\u202c"
HOSTILE_BODY = (
    '<style>body{display:none}</style><a href="javascript:alert(3)">click</a> {{ 7 * 7 }} ${7*7} '
    "\u2066hidden\u2069 '\"><svg onload=alert(4)>\nAlibaba <b>rose</b>."
)
HOSTILE_URL = "javascript:alert(5)"


def put(  # noqa: PLR0913 - an article has that many sides
    store: Store,
    article_id: str,
    title: str,
    body: str,
    at: datetime,
    *,
    theme: str,
    publisher: str,
    language: str,
    url: str,
) -> None:
    """Store an archived article that carries a theme by its first words; one with the name names Alibaba."""
    article = make_article(
        article_id=article_id,
        title=title,
        body=body,
        publisher=publisher,
        published_at=at,
        language=language,
        url=url,
    )
    with store.transaction():
        store.articles.add([article], seen_at=SEEN, basis="published")
    (stored,) = store.articles.revisions(article_id)
    text = stored.body
    evidence = Span(field="body", start=0, end=min(40, len(text)), text=text[:40])
    place = text.find("Alibaba")
    mentions = (Span(field="body", start=place, end=place + 7, text="Alibaba"),) if place >= 0 else ()
    named = EntityTag(
        entity_id="alibaba",
        name="Alibaba Group",
        type="company",
        tickers=("XHKG:9988",),
        relevance=0.9,
        linked=True,
        mentions=mentions,
    )
    annotation = Annotation(
        language=stored.language,
        hk_china=0.9,
        themes=(ThemeTag(theme=theme, score=0.9, evidence=(evidence,)),),
        entities=(named,) if mentions else (),
        tone=Tone(label=1, negative=0.1, neutral=0.2, positive=0.7),
        scores={},
        model="small-1",
        tokens=TokenCount(read=9, total=9),
    )
    with store.transaction():
        store.tags.add([(stored, annotation)], tagged_at=SEEN)


def put_day(store: Store, day: date, number: int) -> None:
    """Store a session: six articles, its flow, and closes of an index and a stock."""
    for item in range(6):
        at = datetime.combine(day, time(5, item), tzinfo=HONG_KONG)
        chinese = item == 5
        title = (
            f"阿里巴巴第{number}次降價" if chinese else f"Alibaba cuts cloud prices, round {number}.{item}"
        )
        body = (
            "騰訊跟隨。市場平靜。"
            if chinese
            else "Alibaba said prices fall again. Rivals follow.\nNobody was surprised."
        )
        put(
            store, f"en-{number}-{item}", title, body, at,
            theme="ai" if item < 2 + number % 3 else "property",
            publisher="Kowloon Markets" if item % 2 else "Harbour Ledger",
            language="zh-Hant" if chinese else "en",
            url=f"https://news.example/{number}/{item}",
        )  # fmt: skip
    prices = [
        Price(asset_id=asset, session=day, close=close, adjusted=False, currency="HKD", source="test")
        for asset, close in (("INDEX:HSI", 20_000.0 + 10 * number), ("XHKG:9988", 90.0 + number))
    ]
    flow = Flow(session=day, net=1_000.0 * (number % 5 - 2), state="open", source="test")
    with store.transaction():
        store.market.add_prices(prices, seen_at=SEEN, public=PUBLIC)
        store.market.add_flows([flow], seen_at=SEEN, public=PUBLIC)


def tell_twice(store: Store, first_id: str, second_id: str) -> None:
    """Put two articles into one story."""
    first, second = (store.articles.revisions(one)[0] for one in (first_id, second_id))
    for article, earlier in ((first, []), (second, [first.known_at])):
        assigned = Assigned(
            article_pk=article.pk,
            assignment=Assignment(
                article_id=article.article_id,
                story_id=first_id,
                is_new=not earlier,
                likeness=0.9,
                matched_article_id=first_id if earlier else None,
            ),
            novelty=ReportNovelty(story=measure_novelty(article.known_at, earlier), entities={}),
        )
        with store.transaction():
            store.stories.add([assigned], version="stories-1", assigned_at=SEEN)


@pytest.fixture(scope="session")
def desk_days() -> list[date]:
    """The sessions of the news, the last one first in no list."""
    calendar = SessionCalendar(first="2024-06-01", last="2025-12-31")
    days: pd.DatetimeIndex = calendar.sessions("2025-01-02", "2025-02-20")
    return [day.date() for day in days][-30:]


@pytest.fixture(scope="session")
def desk_database(tmp_path_factory: pytest.TempPathFactory, desk_days: list[date]) -> Path:
    """The database, read by all tests and written by none."""
    path = tmp_path_factory.mktemp("desk") / "desk.db"
    with open_store(path) as made:
        for number, day in enumerate(desk_days):
            put_day(made, day, number)
        at = datetime.combine(desk_days[-1], time(4), tzinfo=HONG_KONG)
        put(
            made, "hostile/1", HOSTILE_TITLE, HOSTILE_BODY, at,
            theme="ai", publisher="<i>Evil</i> Wire", language="en", url=HOSTILE_URL,
        )  # fmt: skip
        tell_twice(made, "en-29-0", "en-29-1")
        revised = make_article(
            title="Second wording", body="What it says now.", publisher="Harbour Ledger", article_id="en-29-2"
        )
        with made.transaction():
            made.articles.add([revised], seen_at=SEEN + timedelta(hours=1), basis="seen")
    return path


@pytest.fixture(scope="session")
def desk_app(desk_database: Path) -> FastAPI:
    """The pages and the API over that database."""
    app = FastAPI()
    app.include_router(api.router)
    app.include_router(router)
    install_problems(app)
    app.state.settings, app.state.database = read_settings(None), desk_database
    return app


@pytest.fixture
def client(desk_app: FastAPI) -> Iterator[TestClient]:
    """A client without a browser; errors of the pages are raised."""
    with TestClient(desk_app, headers={"accept-language": "en"}) as made:
        yield made
