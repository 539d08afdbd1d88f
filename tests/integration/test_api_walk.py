"""What holds of every route of the API: it is walked through by its own document."""

from __future__ import annotations

import io
import json
import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pandas as pd
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from nlp.claims.claim import Claim
from nlp.review.change import Change
from nlp.stories.assignment import Assignment
from nlp.stories.earlier import ReportNovelty
from nlp.stories.novelty import measure_novelty
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.claim import ArticleClaims
from southbound.store.review import NewCorrection
from southbound.store.story import Assigned
from southbound.web.app import create_app
from southbound.web.security.access import Access
from southbound.web.security.token import TokenBook, User, hash_of

API = "/api/v1"
DAY = "2025-03-13"
INSTANT = datetime(2025, 3, 14, 4, tzinfo=UTC)
#: What stands for the parts of paths, and what a route can't be asked without.
PARTS = {
    "theme": "ai",
    "session": DAY,
    "story_id": "a4",
    "article_id": "a3",
    "entity": "alibaba",
    "asset": "INDEX:HSI",
}
NEEDED = {
    f"{API}/series": "theme=ai",
    f"{API}/themes/{{theme}}/drivers": f"session={DAY}",
    f"{API}/evaluate/{{theme}}": "placebos=0",
}
#: Routes without `as_of`, and why: all others have it.
ONLY_NOW = {
    f"{API}/events": "tells what comes",
    f"{API}/feeds": "tells how the feeds are doing",
}
#: What needs more than the scope that reads.
MORE_THAN_READING = {("post", f"{API}/reviews"): "review"}


@pytest.fixture(scope="module")
def database(history: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history with stories, claims and corrections."""
    path = tmp_path_factory.mktemp("walk") / "w.db"
    history.backup(path)
    with open_store(path) as store, store.transaction():
        for number in range(0, 40, 2):
            (article,) = store.articles.revisions(f"a{number}")
            at = article.known_at + timedelta(hours=1)
            claims = tuple(_claim(value) for value in range(3))
            store.claims.add(
                [ArticleClaims(article=article, claims=claims, tickers={})], reader="r", read_at=at
            )
            change = Change(kind="tone", label=1)
            novelty = ReportNovelty(story=measure_novelty(article.known_at, []), entities={})
            told = Assignment(
                article_id=article.article_id,
                story_id=article.article_id,
                is_new=True,
                likeness=1.0,
                matched_article_id=None,
            )
            store.stories.add(
                [Assigned(article_pk=article.pk, assignment=told, novelty=novelty)],
                version="s",
                assigned_at=at,
            )
            store.tags.add([(article, _annotation(number))], tagged_at=at)
            store.corrections.add(
                NewCorrection(
                    known_at=at, reviewer="ann", article_pk=article.pk, tagging_pk=None, change=change
                )
            )
    return path


def _annotation(number: int) -> Annotation:
    """Return tags that name an entity of their own."""
    span = Span(field="title", start=0, end=4, text="Item")
    named = EntityTag(
        entity_id=f"unknown:{number}",
        name=f"Company {number}",
        type="company",
        tickers=(),
        relevance=0.5,
        linked=False,
        mentions=(span,),
    )
    return Annotation(
        language="en",
        hk_china=0.5,
        themes=(ThemeTag(theme="ai", score=0.9, evidence=(span,)),),
        entities=(named,),
        tone=Tone(label=0, negative=0.2, neutral=0.6, positive=0.2),
        scores={},
        model="three",
        tokens=TokenCount(read=1, total=1),
    )


def _claim(value: int) -> Claim:
    span = Span(field="title", start=0, end=4, text="Item")
    return Claim(
        subject="alibaba",
        metric="revenue",
        value=float(value),
        low=float(value),
        high=float(value),
        unit="CNY",
        period="2024",
        direction="none",
        bound="exact",
        comparison=None,
        reference="",
        modality="fact",
        speaker="",
        evidence=span,
        number=span,
    )


def _client(database: Path, access: Access | None = None) -> TestClient:
    plain = read_settings(None)
    web = plain.web.model_copy(update={"stream_seconds": 0, "requests_per_second": 100_000, "burst": 100_000})
    series = plain.series.model_copy(update={"min_articles": 2, "min_history": 2})
    app = create_app(plain.model_copy(update={"web": web, "series": series}), database, access=access)
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


@pytest.fixture(scope="module")
def client(database: Path) -> Iterator[TestClient]:
    with _client(database) as made:
        yield made


def _document() -> dict[str, dict[str, Any]]:
    document: dict[str, dict[str, Any]] = create_app(read_settings(None), Path("none.db")).openapi()["paths"]
    return document


DOCUMENT = _document()
READ = sorted(path for path, operations in DOCUMENT.items() if "get" in operations)
LISTS = sorted(
    path for path in READ if "cursor" in {one["name"] for one in DOCUMENT[path]["get"].get("parameters", [])}
)
TABLES = sorted(path for path in READ if "text/csv" in DOCUMENT[path]["get"]["responses"]["200"]["content"])


def address_of(path: str, **asked: str) -> str:
    filled = re.sub(r"\{(\w+)\}", lambda part: quote(PARTS[part[1]]), path)
    query = [NEEDED.get(path, ""), *(f"{name}={quote(value)}" for name, value in asked.items())]
    return "?".join(filter(None, [filled, "&".join(filter(None, query))]))


def test_every_route_can_be_asked_as_of_an_instant_but_those_about_now() -> None:
    lacking = {
        path
        for path in READ
        if "as_of" not in {one["name"] for one in DOCUMENT[path]["get"].get("parameters", [])}
    }
    assert lacking == set(ONLY_NOW)


@pytest.fixture(scope="module")
def cut(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The app over a database that was cut at an instant."""
    path = tmp_path_factory.mktemp("cut") / "c.db"
    with open_store(database) as store:
        store.backup(path)
    with open_store(path) as store:
        store.cut(INSTANT)
    with _client(path) as made:
        yield made


@pytest.mark.parametrize("path", sorted(set(READ) - set(ONLY_NOW)))
def test_every_route_tells_as_of_an_instant_what_was_known_then(
    client: TestClient, cut: TestClient, path: str
) -> None:
    asked = address_of(path, as_of=INSTANT.isoformat())
    assert client.get(asked).status_code == 200
    assert client.get(asked).content == cut.get(asked).content


def test_every_route_tells_what_the_door_may_answer() -> None:
    for operations in DOCUMENT.values():
        for operation in operations.values():
            assert {"401", "421", "429", "503"} <= set(operation["responses"])


@pytest.mark.parametrize("path", READ)
def test_an_answer_has_an_etag_and_head_tells_it_without_the_answer(client: TestClient, path: str) -> None:
    asked = address_of(path, **({} if path in ONLY_NOW else {"as_of": "2030-01-01"}))
    answer = client.get(asked)
    assert answer.status_code == 200, answer.text
    head = client.head(asked)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == answer.headers["content-type"]
    if path in ONLY_NOW:
        assert answer.headers["cache-control"] == "no-store"
        return
    assert head.headers["etag"] == answer.headers["etag"]
    again = client.get(asked, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", LISTS)
def test_pages_joined_are_the_whole_also_while_news_arrives(
    database: Path, tmp_path: Path, path: str
) -> None:
    with open_store(database) as store:
        store.backup(tmp_path / "own.db")
    with open_store(tmp_path / "own.db") as store, _client(tmp_path / "own.db") as client:
        whole = _items(client.get(address_of(path, limit="500")).json())
        assert len(whole) > 2, path
        size = str(max(1, len(whole) // 4))
        found, cursor, n_pages = [], "", 0
        while cursor is not None:
            page = client.get(address_of(path, limit=size, **({"cursor": cursor} if cursor else {}))).json()
            found += _items(page)
            cursor, n_pages = page["next"], n_pages + 1
            _publish(store, n_pages)
            client.app.state.reading.expire()  # type: ignore[attr-defined] # an app of ours
    assert found == whole
    assert n_pages > 2


def _items(page: dict[str, Any]) -> list[Any]:
    items: list[Any] = page["items"] if "items" in page else page["rows"]
    return items


def _publish(store: Store, number: int) -> None:
    """Store a text that is known after all pages were first asked for."""
    at = datetime.now(tz=UTC) + timedelta(seconds=number)
    article = make_article(title=f"New {number}", publisher="A", article_id=f"new{number}", language="en")
    with store.transaction():
        store.articles.add([article], seen_at=at, basis="seen")


@pytest.mark.parametrize("path", TABLES)
def test_a_table_has_the_same_rows_in_every_form(client: TestClient, path: str) -> None:
    asked = address_of(path, as_of="2025-03-20")
    rows = _items(client.get(asked).json())
    assert rows
    text = client.get(asked, headers={"accept": "text/csv"})
    binary = client.get(asked, headers={"accept": "application/vnd.apache.arrow.file"})
    assert text.headers["content-type"].startswith("text/csv")
    table = pa.ipc.open_file(binary.content).read_all().to_pylist()
    from_text = pd.read_csv(io.StringIO(text.text), dtype=str, keep_default_na=False).to_dict("records")
    assert [list(row) for row in rows] == [list(row) for row in table] == [list(row) for row in from_text]
    for row, of_table, of_text in zip(rows, table, from_text, strict=True):
        for name, value in row.items():
            if isinstance(value, list | dict):
                assert json.loads(of_table[name]) == json.loads(of_text[str(name)]) == value
                continue
            assert _plain(of_table[name]) == _plain(value), name
            assert _plain(of_text[str(name)]) == _plain(value), name


def _plain(value: object) -> object:
    """Return a value as it compares between forms: numbers by nine digits, instants by their day."""
    if value is None or value == "" or value != value:  # noqa: PLR0124 - not a number
        return None
    try:
        return f"{float(str(value)):.9g}"
    except ValueError:
        text = str(value).casefold()
        return text[:10] if re.match(r"\d{4}-\d\d-\d\d", text) else text


@pytest.mark.parametrize("path", [path for path in READ if path.endswith(".rss")])
def test_feeds_are_valid_and_tell_the_same_as_rss_and_as_json(client: TestClient, path: str) -> None:
    answer = client.get(address_of(path))
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.version == "rss20"
    assert feed.feed.title
    assert feed.feed.link == feed.feed.links[-1].href == str(answer.url)
    assert feed.feed.description
    told = client.get(address_of(path.replace(".rss", ".json"))).json()
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["title"] == feed.feed.title
    assert len(feed.entries) == 50
    assert [one.id for one in feed.entries] == [one["id"] for one in told["items"]]
    assert [one.title for one in feed.entries] == [one["title"] for one in told["items"]]
    for item, entry in zip(told["items"], feed.entries, strict=True):
        at = datetime.fromisoformat(item["date_published"])
        assert int(at.timestamp()) == timegm(entry.published_parsed)
        assert item["content_text"] or item["title"]


def test_a_feeds_own_address_is_that_which_it_was_asked_by(database: Path) -> None:
    path = f"{API}/feeds/theme/ai.json"
    with _client(database, Access(hosts=frozenset({"*"}))) as client:
        for host in ("evil.example", "desk.example"):
            told = client.get(path, headers={"host": host}).json()
            assert told["feed_url"] == f"http://{host}{path}"


@pytest.fixture(scope="module")
def guarded(database: Path) -> Iterator[TestClient]:
    entries = [(hash_of(scope), User(name=scope, scope=scope)) for scope in ("read", "review", "admin")]
    with _client(database, Access(tokens=TokenBook(entries=entries), hosts=frozenset({"localhost"}))) as made:
        yield made


@pytest.mark.parametrize(
    ("method", "path"), sorted((method, path) for path, all_ in DOCUMENT.items() for method in all_)
)
def test_every_route_lets_in_its_scope_and_those_above(guarded: TestClient, method: str, path: str) -> None:
    needed = MORE_THAN_READING.get((method, path), "read")
    asked = address_of(path)
    assert guarded.request(method, asked).status_code == 401
    assert guarded.request(method, asked, headers={"authorization": "Bearer else"}).status_code == 401
    levels = ("read", "review", "admin")
    for scope in levels:
        answer = guarded.request(method, asked, headers={"authorization": f"Bearer {scope}"})
        is_let_in = levels.index(scope) >= levels.index(needed)
        assert (answer.status_code not in {401, 403}) == is_let_in, scope
