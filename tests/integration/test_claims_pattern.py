"""From a sentence to verdicts: read, stored and held against the figures of the first quarter of 2025."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from signals.checking.assertion import REASONS
from southbound import CONFIG
from southbound.cli import run

_SENTENCE = (
    "Mainland investors poured a record HK$435 {billion} ($55.93 billion) into Hong Kong stocks in Q1 2025, "
    "surpassing Q1 2021 by over HK$62 billion; Alibaba is up 60 % and Tencent over 22 % year to date, "
    "the Hang Seng near 20 %, the CSI 300 2.5 %."
)
_CHINESE = (
    "內地投資者在2025年第一季淨買入港股創紀錄的4350億港元（559.3億美元），較2021年第一季多逾620億港元；"
    "阿里巴巴年初至今累升60%，騰訊升逾22%，恒生指數升近20%，滬深300指數升2.5%。"
)
_ODDITIES = (
    "The Hang Seng Index closed down 1.3 percent on March 31. "
    "The index did not exceed 25,000 points in March. "
    "Southbound net buying reached US$56 billion in the first quarter of 2025. "
    "The S&P 500 fell 5.8 percent in March. "
    "Analysts expect the Hang Seng Index to rise 20 percent in March. "
    "The Hang Seng Index rose 10 to 12 percent in the first quarter of 2025. "
    "Southbound net buying of Alibaba shares was HK$5 billion on March 31."
)
_ARTICLES = {
    "pattern": ("Mainland money pours into Hong Kong", _SENTENCE.format(billion="billion"), "en"),
    "typo": ("Mainland money pours into Hong Kong", _SENTENCE.format(billion="billon"), "en"),
    "chinese": ("內地資金湧入港股", _CHINESE, "zh-Hant"),
    "odd": ("Hang Seng Index gains 2.1 percent on March 31", _ODDITIES, "en"),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles as they come in, tagged by the models, with the flows and closes of the bundled sample."""
    folder = tmp_path_factory.mktemp("pattern")
    path, news, market = folder / "q1.db", folder / "news.jsonl", CONFIG / "sample" / "market"
    lines = [
        {"id": key, "title": title, "body": body, "language": language, "publisher": "Harbour"}
        for key, (title, body, language) in _ARTICLES.items()
    ]
    dated = [{**line, "published_at": "2025-04-01T09:00:00+08:00"} for line in lines]
    news.write_text("\n".join(map(json.dumps, dated)), encoding="utf-8")
    prices = sorted(str(one) for one in market.glob("*.csv") if one.name != "southbound.csv")
    for command in (
        ["ingest", "flows", str(market / "southbound.csv")],
        ["ingest", "prices", *prices],
        ["ingest", "articles", str(news)],
        ["tag"],
    ):
        assert run(["--db", str(path), *command]) == 0
    return path


@pytest.fixture
def told(database: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """All claims with their verdicts, as `southbound claims` prints them."""
    assert run(["--db", str(database), "claims", "--format", "json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("article", ["pattern", "typo", "chinese"])
def test_each_clause_is_a_claim_and_those_that_do_not_hold_are_told_with_the_right_figure(
    told: list[dict[str, Any]], article: str
) -> None:
    own = {(row["subject"], row["value"]): row for row in told if row["article"] == article}
    expected = {
        ("southbound", 435e9): ("confirmed", 435.738e9),
        ("alibaba", 60.0): ("contradicted", 54.5),
        ("tencent", 22.0): ("contradicted", 18.4),
        ("hsi", 20.0): ("contradicted", 15.25),
        ("csi300", 2.5): ("contradicted", -1.21),
    }
    for key, (verdict, figure) in expected.items():
        assert own[key]["verdict"] == verdict, own[key]
        assert own[key]["figure"] == pytest.approx(figure, rel=0.01), own[key]
    more = own["southbound", 62e9]
    assert (more["comparison"], more["reference"]) == ("above", "2021-Q1")
    # The sample's flows begin in October 2024.
    assert more["reason"].startswith(REASONS["history"])


@pytest.mark.parametrize(
    ("subject", "value", "verdict", "reason"),
    [
        ("hsi", 1.3, "confirmed", ""),
        ("hsi", 2.1, "contradicted", ""),
        ("hsi", 25_000.0, "unchecked", "denied"),
        ("southbound", 56e9, "confirmed", ""),
        ("sp500", 5.8, "unchecked", "data"),
        ("hsi", 20.0, "unchecked", "forecast"),
        ("hsi", 11.0, "contradicted", ""),
        ("alibaba", 5e9, "unchecked", "share_flow"),
    ],
)
def test_denials_forecasts_ranges_and_other_markets_have_a_defined_result(
    told: list[dict[str, Any]], subject: str, value: float, verdict: str, reason: str
) -> None:
    (row,) = [
        row for row in told if (row["article"], row["subject"], row["value"]) == ("odd", subject, value)
    ]
    assert row["verdict"] == verdict, row
    assert (row["reason"] or "").startswith(REASONS[reason] if reason else "")


def test_a_headline_that_contradicts_its_body_is_said_to(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--db", str(database), "claims", "--subject", "hsi"]) == 0
    text = capsys.readouterr().out
    headline = next(block for block in text.split("\n\n") if '"Hang Seng Index gains 2.1 percent' in block)
    assert headline.startswith("✗")
    assert "the body of the same text says otherwise" in headline
