"""`southbound evaluate` on a made-up half-year whose links are known."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from ingest.article import make_article
from ingest.flow import Flow
from ingest.prices.record import Price
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from signals.evaluation import Chance, MarketConfig, PanelConfig
from southbound.cli import run
from southbound.evaluation import json as evaluation_json
from southbound.evaluation.json import json_from_report
from southbound.evaluation.report import EvaluationReport
from southbound.pipeline.evaluate import EvaluationRequest, Target, evaluate_market
from southbound.pipeline.panel import evaluate_panels
from southbound.pipeline.series import SeriesRequest, calendar_from_settings
from southbound.pipeline.tradeable import tradeable_prices
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.version import PublicationTime

SETTINGS = read_settings(None)
CALENDAR = calendar_from_settings(SETTINGS)
SESSIONS = CALENDAR.sessions("2024-01-02", "2024-07-31")
ASSETS = [f"XHKG:{number}" for number in range(1, 9)]
CLOSE = PublicationTime(at=time(16, 30), timezone=ZoneInfo("Asia/Hong_Kong"))
SEEN = datetime(2025, 1, 1, tzinfo=UTC)
QUICK = Chance(n_bootstrap=40, n_placebo=10)
#: Before this many sessions one of the stocks is not listed yet.
_LISTED = 80
TITLE = Span(field="title", start=0, end=4, text="Item")


def annotation(*, themes: tuple[str, ...], assets: list[str]) -> Annotation:
    return Annotation(
        language="en",
        hk_china=0.9,
        themes=tuple(ThemeTag(theme=theme, score=0.9, evidence=(TITLE,)) for theme in themes),
        entities=tuple(
            EntityTag(
                entity_id=f"entity_{asset[5:]}",
                name=asset,
                type="company",
                tickers=(asset, "XNYS:OTHER"),
                relevance=0.8,
                linked=True,
                mentions=(TITLE,),
            )
            for asset in assets
        ),
        tone=Tone(label=0, negative=0.2, neutral=0.6, positive=0.2),
        scores={},
        model="made-up",
        tokens=TokenCount(read=1, total=1),
    )


def fill(store: Store) -> None:
    """Store news whose share of "ai" drives the flow, and whose names drive the stocks."""
    chance = random.Random(5)  # noqa: S311 - no secrets here
    prices = dict.fromkeys(ASSETS, 100.0) | {"INDEX:HSI": 20_000.0}
    for place, session in enumerate(SESSIONS):
        known = CALENDAR.decision_at(session).to_pydatetime() - timedelta(hours=2)
        n_theme = chance.randint(0, 6)
        named = chance.sample(ASSETS, 3)
        for number in range(12):
            about = number < n_theme
            article = make_article(
                title=f"Item {place} {number}",
                publisher="A",
                article_id=f"{place}-{number}",
                language="en",
                published_at=known,
            )
            store.articles.add([article], seen_at=SEEN, basis="published")
            (stored,) = store.articles.next_untagged("made-up", after_pk=0, limit=1)
            tags = annotation(themes=("ai",) if about else ("rally",), assets=named if about else [])
            store.tags.add([(stored, tags)], tagged_at=SEEN)
        flow = Flow(
            session=session.date(), net=500.0 * n_theme + chance.gauss(0, 300), state="open", source="made up"
        )
        store.market.add_flows([flow], seen_at=SEEN, public=CLOSE)
        bars = []
        for asset, price in prices.items():
            if asset == "XHKG:7" and place < _LISTED:
                continue
            rises = 0.02 if asset in named and n_theme else 0.0
            bars.append(
                Price(
                    asset_id=asset,
                    session=session.date(),
                    open=None if asset == "XHKG:8" else price,
                    close=price * 1.001,
                    adjusted=True,
                    currency="HKD",
                    source="made up",
                )
            )
            prices[asset] = price * (1 + rises + chance.gauss(0, 0.01))
        store.market.add_prices(bars, seen_at=SEEN, public=CLOSE)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evaluate") / "e.db"
    with open_store(path) as store, store.transaction():
        fill(store)
    return path


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with open_store(database, read_only=True) as opened:
        yield opened


def request(**series: Any) -> EvaluationRequest:  # noqa: ANN401 - whatever SeriesRequest takes
    return EvaluationRequest(
        series=SeriesRequest(theme=None, measure="share", **series),
        themes={"ai": "AI frenzy"},
        market=MarketConfig(horizons=(1, 5)),
        panel=PanelConfig(horizons=(1, 5), quantiles=2),
        half_life=0.0,
        chance=QUICK,
    )


def told(database: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    quick = ["--placebos", "20", "--horizons", "1,5"]
    code = run(["--db", str(database), "evaluate", *options, *quick])
    printed = capsys.readouterr()
    assert code == 0
    assert (printed.err == "") == (": no sessions" not in printed.out)
    return printed.out


def test_a_theme_that_drives_the_flow_is_found(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(told(database, capsys, "ai", "--format", "json"))
    found = {(one["target"], one["kind"], one["step"]): one for one in document["findings"]}
    now = found["southbound net flow", "lead_lag", 0]
    assert now["estimate"] > 0.9
    assert now["p_holm"] < 0.001
    assert now["placebo_quantile"] == 1.0
    assert now["bootstrap"][0] > 0.8
    # One deviation of about two articles of twelve is worth about two times 500.
    response = found["southbound net flow", "local_projection", 1]
    assert 800 < response["estimate"] < 1200
    assert found["return of INDEX:HSI", "lead_lag", 0]["p_holm"] > 0.05
    (sample,) = document["samples"]
    assert sample["n_sessions"] == len(SESSIONS)
    assert sample["n_tests"] == sum(one["p_value"] is not None for one in document["findings"])


def test_a_panel_finds_the_stocks_that_are_named(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    panel = ["ai", "--panel", "--half-life", "0", "--quantiles", "2"]
    document = json.loads(told(database, capsys, *panel, "--format", "json"))
    found = {(one["kind"], one["step"]): one for one in document["findings"]}
    assert found["information_coefficient", 1]["estimate"] > 0.4
    assert 0.015 < found["named_spread", 1]["estimate"] < 0.025
    assert "7 assets are bought at the session's open" in " ".join(document["notes"])
    assert "1 assets are bought at the session's close" in " ".join(document["notes"])
    text = told(database, capsys, *panel)
    assert "all: 8 assets" in text


def test_every_json_key_is_documented(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    panel = ["ai", "--panel", "--half-life", "0", "--quantiles", "2"]
    document = json.loads(told(database, capsys, *panel, "--format", "json"))
    documented = set(re.findall(r"``(\w+)``", evaluation_json.__doc__ or ""))
    keys = {*document, *document["samples"][0], *document["findings"][0], *document["panels"]["all"]}
    for name in ("quantiles", "summaries", "decay"):
        keys |= set(document["panels"]["all"][name][0]) if document["panels"]["all"][name] else set()
    assert keys <= documented


def test_samples_stand_side_by_side(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(database, capsys, "ai", "--split", "2024-05-02")
    assert "in-sample: 2024-01-02 to 2024-04-30" in text
    assert "out-of-sample: 2024-05-02 to 2024-07-31" in text
    row = next(line for line in text.splitlines() if line.startswith("  lag 0"))
    assert row.count("|") == 2
    assert max(map(len, text.splitlines())) < 250


def test_all_themes_are_one_family(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(told(database, capsys, "--all-themes", "--format", "json"))
    assert len(document["themes"]) == 27
    assert {one["kind"] for one in document["findings"]} == {"local_projection"}
    assert len(document["findings"]) == 27 * 2 * 2
    # Two themes are in the news; the others never change, and are no tests.
    assert document["samples"][0]["n_tests"] == 2 * 2 * 2
    silent = {one["reason"] for one in document["findings"] if one["theme"] not in {"ai", "rally"}}
    assert silent == {"a value that never changes has no correlation"}


@pytest.mark.parametrize("options", [[], ["--split", "2024-05-02"], ["--panel", "--half-life", "2"]])
def test_the_page_needs_nothing_else(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    page = tmp_path / "e.html"
    told(database, capsys, "ai", *options, "--format", "html", "-o", str(page))
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") >= 2
    assert "How it is measured" in text
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<script" not in text


@pytest.mark.parametrize("instant", ["2024-05-14T01:15:00", "2024-06-20T08:30:00", "2024-04-05T20:00:00"])
@pytest.mark.parametrize("evaluate", [evaluate_market, evaluate_panels])
def test_as_of_is_the_database_as_it_stood(
    database: Path, tmp_path: Path, instant: str, evaluate: Callable[..., EvaluationReport]
) -> None:
    cut = tmp_path / "cut.db"
    shutil.copyfile(database, cut)
    as_of = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    with open_store(database, read_only=True) as full, open_store(cut) as small:
        small.cut(as_of)
        answers = [
            json_from_report(evaluate(one, request(as_of=as_of), settings=SETTINGS)) for one in (full, small)
        ]
    assert answers[0] == answers[1]
    assert re.search(r'"p_value": \d', answers[0])


def test_the_in_sample_part_knows_nothing_of_the_other(store: Store) -> None:
    split = date(2024, 5, 2)
    whole = replace(request(), split=split)
    before = datetime.combine(split, time(0), tzinfo=ZoneInfo("Asia/Hong_Kong")).astimezone(UTC)
    early = request(as_of=before)
    for evaluate in (evaluate_market, evaluate_panels):
        known, alone = (evaluate(store, one, settings=SETTINGS) for one in (whole, early))
        inside = [one for one in known.findings if one.sample == "in-sample"]
        assert [one.estimate for one in inside] == [one.estimate for one in alone.findings]
        assert [one.p_value for one in inside] == [one.p_value for one in alone.findings]


def test_a_target_ends_before_the_split() -> None:
    values = pd.Series(range(6), index=SESSIONS[:6], dtype=float)
    target = Target(name="return", unit="return", figures=values, span=1)
    assert target.before(SESSIONS[4]).tolist() == [0, 1, 2]
    assert replace(target, span=0).before(SESSIONS[4]).tolist() == [0, 1, 2, 3]


def test_prices_are_opens_where_they_are_known_and_never_mixed(store: Store) -> None:
    found = tradeable_prices(store, ["XHKG:1", "XHKG:8", "XHKG:999"], SESSIONS)
    assert dict(found.kinds) == {"XHKG:1": "open", "XHKG:8": "close", "XHKG:999": None}
    bars = store.market.bars("XHKG:1").set_index("session")
    assert found.table["XHKG:1"].tolist() == bars["open"].tolist()
    assert found.table["XHKG:999"].isna().all()


def test_listings_of_a_theme_come_with_relevance_and_score(store: Store) -> None:
    listings = store.tags.theme_listings("ai", as_of=CALENDAR.decision_at(SESSIONS[30]).to_pydatetime())
    assert set(listings["asset"]) == {*ASSETS, "XNYS:OTHER"}
    assert set(listings["relevance"]) == {0.8}
    assert set(listings["score"]) == {0.9}
    assert listings["known_at"].max() < CALENDAR.decision_at(SESSIONS[30])
    assert store.tags.theme_listings("rally").empty


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "name one theme, such as ai, or give --all-themes"),
        (["ai", "--all-themes"], "name one theme, such as ai, or give --all-themes"),
        (["aii"], "there is no theme 'aii'"),
        (["ai", "--horizons", "1,zero"], "--horizons takes whole numbers of sessions"),
        (["ai", "--panel", "--assets", "XHKG:1,XHKG:999"], "there are no prices of XHKG:999"),
        (["ai", "--format", "pdf"], "--format takes text, json, html"),
        (["ai", "--start", "2024-05-01", "--end", "2024-04-01"], "--end 2024-04-01 lies before --start"),
    ],
)
def test_wrong_use_gets_one_line(
    database: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert run(["--db", str(database), "evaluate", *options]) == 2
    assert said in capsys.readouterr().err


def test_an_asset_without_prices_leaves_the_flow(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(database, capsys, "ai", "--asset", "INDEX:NONE")
    assert "no prices of INDEX:NONE are stored; `southbound ingest prices` reads them" in text
    assert "0 sessions with both values; 30 are needed" in text
    assert re.search(r"lag 0 .*\+0\.9", text)


def test_an_empty_span_gives_reasons(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(database, capsys, "ai", "--as-of", "2024-01-01")
    assert "all: no sessions" in text
    text = told(database, capsys, "ai", "--panel", "--start", "2024-07-31")
    assert re.search(r"the news name an asset \d times \(by session\); 30 are needed", text)
