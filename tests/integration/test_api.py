"""The API over a small history: forms, pages, ETags, `as_of`, and what is new."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from ingest.article import make_article
from southbound.instant import text_from_instant
from southbound.pipeline.series import SeriesRequest, build_series
from southbound.settings import Settings, read_settings
from southbound.store import Store, open_store
from southbound.web.app import create_app

API = "/api/v1"
NOON = datetime(2025, 3, 14, 4, tzinfo=UTC)


def quick_settings() -> Settings:
    """Settings under which streams end at once."""
    plain = read_settings(None)
    return plain.model_copy(update={"web": plain.web.model_copy(update={"stream_seconds": 0})})


@pytest.fixture(scope="module")
def client(history: Store) -> Iterator[TestClient]:
    with TestClient(create_app(quick_settings(), history.path), base_url="http://localhost") as made:
        yield made


def test_series_has_the_rows_of_the_command_in_every_form(client: TestClient, history: Store) -> None:
    expected = build_series(history, SeriesRequest(theme="ai"), settings=read_settings(None))
    address = f"{API}/series?theme=ai"
    rows = client.get(address).json()["rows"]
    assert [row["session"] for row in rows] == [str(day.date()) for day in expected["session"]]
    assert [row["n_theme_articles"] for row in rows] == list(expected["n_theme_articles"])
    csv = client.get(address, headers={"accept": "text/csv"})
    assert csv.headers["content-type"].startswith("text/csv")
    assert len(pd.read_csv(io.StringIO(csv.text))) == len(expected)
    arrow = client.get(address, headers={"accept": "application/vnd.apache.arrow.file, */*;q=0.1"})
    assert list(pd.read_feather(io.BytesIO(arrow.content))["volume"].dropna()) == list(
        expected["volume"].dropna()
    )
    parquet = client.get(f"{address}&format=parquet")
    assert list(pd.read_parquet(io.BytesIO(parquet.content)).columns) == list(expected.columns)


def test_what_is_not_offered_is_told_as_a_problem(client: TestClient) -> None:
    answer = client.get(f"{API}/series?theme=ai", headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/csv" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/series", 404, "name a theme"),
        ("/series?theme=nothing", 404, "no theme 'nothing'"),
        ("/series?theme=ai&start=2025-03-10&end=2025-03-03", 404, "the end is before the start"),
        ("/series?theme=ai&as_of=yesterday", 422, "write an instant like"),
        ("/series?theme=ai&start=2025-02-30", 422, "there is no day 2025-02-30"),
        ("/sessions/2025-03-08/digest", 404, "no HKEX session"),
        ("/articles/none", 404, "no article has the id 'none'"),
        ("/articles?cursor=AAAA", 404, "take the cursor from `next`"),
        ("/prices/INDEX:NONE", 404, "no price of INDEX:NONE"),
    ],
)
def test_errors_say_in_one_line_what_to_do(client: TestClient, path: str, status: int, told: str) -> None:
    answer = client.get(API + path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/themes", "/series?theme=ai", "/sessions", "/entities", "/articles"])
def test_an_etag_saves_the_answer_from_being_sent_again(client: TestClient, path: str) -> None:
    first = client.get(API + path)
    again = client.get(API + path, headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-security-policy" in again.headers


def test_pages_hold_every_article_once_in_order(client: TestClient, history: Store) -> None:
    found, cursor, n_pages = [], "", 0
    while cursor is not None:
        page = client.get(f"{API}/articles?limit=50{f'&cursor={cursor}' if cursor else ''}").json()
        found += page["items"]
        cursor, n_pages = page["next"], n_pages + 1
    assert n_pages == 4
    assert len({one["article_id"] for one in found}) == len(found) == history.articles.count()
    assert [one["known_at"] for one in found] == sorted((one["known_at"] for one in found), reverse=True)


def test_news_that_comes_between_two_pages_moves_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        _publish(store, range(10))
        with TestClient(create_app(quick_settings(), store.path), base_url="http://localhost") as client:
            first = client.get(f"{API}/articles?limit=6").json()
            _publish(store, range(10, 14), at=datetime.now(tz=UTC) + timedelta(seconds=1))
            second = client.get(f"{API}/articles?limit=6&cursor={first['next']}").json()
    found = [one["article_id"] for one in first["items"] + second["items"]]
    assert found == [f"a{number}" for number in range(9, -1, -1)]


@pytest.mark.parametrize(
    "path",
    [
        "/themes?session=2025-03-12",
        "/series?theme=ai&flows=true&prices=true",
        "/series?entity=alibaba&freq=week",
        "/table?asset=INDEX:HSI",
        "/sessions",
        "/sessions/2025-03-13/digest?format=json",
        "/sessions/2025-03-13/stories",
        "/sessions/2025-03-13/alerts",
        "/articles?theme=ai",
        "/articles/a3",
        "/entities",
        "/entities/alibaba",
        "/flows",
        "/flows/summary",
        "/prices/INDEX:HSI",
        "/themes/ai/regimes",
    ],
)
def test_as_of_gives_what_a_database_cut_there_gives(history: Store, tmp_path: Path, path: str) -> None:
    copy = tmp_path / "cut.db"
    history.backup(copy)
    with open_store(copy) as cut:
        cut.cut(NOON)
    address = f"{API}{path}{'&' if '?' in path else '?'}as_of={text_from_instant(NOON)}"
    answers = []
    for database in (history.path, copy):
        with TestClient(create_app(quick_settings(), database), base_url="http://localhost") as client:
            answers.append(client.get(address))
    assert answers[0].status_code == 200, answers[0].text
    assert answers[0].json() == answers[1].json()


def test_an_article_shows_its_revisions_tags_and_evidence(client: TestClient) -> None:
    article = client.get(f"{API}/articles/a3").json()
    (revision,) = article["revisions"]
    models = [tagging["model"] for tagging in article["taggings"]]
    assert models == ["one", "two"]
    for tagging in article["taggings"]:
        for span in (span for theme in tagging["themes"] for span in theme["evidence"]):
            assert revision[span["field"]][span["start"] : span["end"]] == span["text"]


def test_a_digest_comes_in_three_forms_and_runs_no_script(client: TestClient) -> None:
    address = f"{API}/sessions/2025-03-13/digest"
    page = client.get(address, headers={"accept": "text/html"})
    assert page.text.startswith("<!doctype html>") or page.text.startswith("<!DOCTYPE html>")
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert client.get(f"{address}?format=md").headers["content-type"].startswith("text/markdown")
    assert client.get(address).json()["session"] == "2025-03-13"


def test_an_answer_is_kept_until_the_data_change(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        _publish(store, range(3))
        app = create_app(quick_settings(), store.path)
        clock = [0.0]
        app.state.reading._clock = lambda: clock[0]
        with TestClient(app, base_url="http://localhost") as client:
            address = f"{API}/articles?as_of=2030-01-01"
            before = client.get(address)
            clock[0] += 60
            assert client.get(address).headers["etag"] == before.headers["etag"]
            _publish(store, range(3, 4))
            clock[0] += 60
            assert len(client.get(address).json()["items"]) == 4


def test_the_stream_tells_what_was_tagged_and_goes_on_where_it_was(
    client: TestClient, history: Store
) -> None:
    end = history.tail.end()
    events = _events(client.get(f"{API}/events?after={end - 5}&theme=ai").text)
    assert all("ai" in str(event["themes"]) for _, event in events)
    every = _events(client.get(f"{API}/events", headers={"last-event-id": str(end - 5)}).text)
    assert [place for place, _ in every] == list(range(end - 4, end + 1))
    with TestClient(create_app(quick_settings(), history.path), base_url="http://localhost") as restarted:
        later = _events(restarted.get(f"{API}/events", headers={"last-event-id": str(every[2][0])}).text)
    assert later == every[3:]
    assert _events(client.get(f"{API}/events").text) == []


def _events(text: str) -> list[tuple[int, dict[str, object]]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in fields:
            found.append((int(fields["id"]), json.loads(fields["data"])))
    return found


def _publish(store: Store, numbers: range, *, at: datetime | None = None) -> None:
    for number in numbers:
        article = make_article(title=f"Item {number}", publisher="A", article_id=f"a{number}", language="en")
        with store.transaction():
            seen_at = at or datetime(2025, 3, 3, tzinfo=UTC) + timedelta(minutes=number)
            store.articles.add([article], seen_at=seen_at, basis="seen")
