"""Claims from the command line and in the API, on the real figures of the first quarter of 2025."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ingest.article import make_article
from nlp.annotation import EntityTag, Span, Text
from nlp.claims.reader import read_claim_reader
from southbound import CONFIG
from southbound.cli import run
from southbound.pipeline.flow import ingest_flows
from southbound.pipeline.price import ingest_prices
from southbound.settings import read_settings
from southbound.store import open_store
from southbound.store.article import StoredArticle
from southbound.store.claim import ArticleClaims
from southbound.web.app import create_app

_PUBLISHED = datetime(2025, 3, 31, 1, tzinfo=UTC)
_TITLE = "Mainland money sets a quarterly record in Hong Kong"
_BODY = (
    "Southbound net buying reached HK$435.7 billion in the first quarter of 2025. "
    "The Hang Seng Index closed at 23,426.60 on March 28, and at 19,000 on March 27."
)
_NAMED = {"hsi": ("index", ("INDEX:HSI",), "Hang Seng Index")}


@pytest.fixture(scope="module")
def database(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One article, its claims as the reader reads them, and the real market."""
    path = tmp_path_factory.mktemp("claims") / "q1.db"
    settings = read_settings(None)
    market = real_data / "market"
    with open_store(path) as store:
        ingest_flows(store, [market / "southbound_daily.csv"], adapter=None, settings=settings.ingest)
        ingest_prices(store, [market / "HSI.csv"], settings=settings)
        article = make_article(
            title=_TITLE,
            body=_BODY,
            publisher="Harbour",
            article_id="q1",
            published_at=_PUBLISHED,
            language="en",
        )
        with store.transaction():
            store.articles.add([article], seen_at=_PUBLISHED, basis="published")
            (stored,) = store.articles.revisions("q1")
            store.claims.add([_read(stored)], reader="test", read_at=_PUBLISHED)
    return path


def _read(article: StoredArticle) -> ArticleClaims:
    entities = [
        EntityTag(
            entity_id=key,
            name=name,
            type=kind,
            tickers=tickers,
            relevance=1.0,
            linked=True,
            mentions=(
                Span(field="body", start=_BODY.index(name), end=_BODY.index(name) + len(name), text=name),
            ),
        )
        for key, (kind, tickers, name) in _NAMED.items()
    ]
    text = Text(title=_TITLE, body=_BODY, language="en", published_on=_PUBLISHED.date())
    claims = read_claim_reader(CONFIG / "claims.yaml").read(text, entities)
    return ArticleClaims(article=article, claims=claims, tickers={"hsi": ("INDEX:HSI",)})


def test_the_quarter_of_the_record_is_confirmed_and_a_wrong_level_is_not(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--db", str(database), "claims", "--format", "json", "--verdict", "checked"]) == 0
    rows = json.loads(capsys.readouterr().out)
    told = {(row["metric"], row["value"]): (row["verdict"], row["figure"]) for row in rows}
    assert told["net_flow", 435.7e9] == ("confirmed", pytest.approx(435.738e9, rel=1e-4))
    assert told["level", 23_426.6] == ("confirmed", pytest.approx(23_426.6, abs=0.01))
    assert told["level", 19_000.0][0] == "contradicted"


def test_the_report_counts_them(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--db", str(database), "claims", "report", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["articles"], report["total"]["checked"], report["total"]["contradicted"]) == (1, 3, 1)
    assert run(["--db", str(database), "claims", "report"]) == 0
    assert "too few to tell" in capsys.readouterr().out


def test_the_api_pages_filters_and_answers_as_of_an_instant(database: Path) -> None:
    with TestClient(create_app(read_settings(None), database), base_url="http://127.0.0.1") as client:
        first = client.get("/api/v1/claims", params={"limit": 1, "verdict": "checked"}).json()
        second = client.get(
            "/api/v1/claims", params={"limit": 1, "verdict": "checked", "cursor": first["next"]}
        ).json()
        assert first["rows"][0]["number"] < second["rows"][0]["number"]
        before = client.get("/api/v1/claims", params={"as_of": "2025-03-31T08:00+08:00"}).json()
        assert before == {"next": None, "rows": []}
        wrong = client.get("/api/v1/claims", params={"verdict": "contradicted", "format": "csv"})
        assert wrong.text.count("\n") == 2
        assert "contradicted" in wrong.text
        assert client.get("/api/v1/claims/report").json()["total"]["confirmed"] == 2


def test_the_article_page_shows_the_verdict_beside_the_sentence_in_both_languages(database: Path) -> None:
    with TestClient(create_app(read_settings(None), database), base_url="http://127.0.0.1") as client:
        english = client.get("/article/q1", params={"lang": "en"}).text
        assert "✗ contradicted" in english
        assert "✓ confirmed" in english
        assert "✗ 不符" in client.get("/article/q1", params={"lang": "zh-Hant"}).text


@pytest.mark.parametrize("option", [["--start", "soon"], ["--theme", "nothing"], ["--verdict", "true"]])
def test_what_cannot_be_asked_is_told(
    database: Path, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--db", str(database), "claims", *option]) == 2
    assert capsys.readouterr().err.strip()
