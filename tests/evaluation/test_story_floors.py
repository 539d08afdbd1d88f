"""The shipped decision on pairs of reports keeps its floors (`models/stories/floors.json`)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nlp.entities.catalogue import Catalogue
from nlp.stories.cluster import StoryIndex
from nlp.stories.judge import Judge, read_judge
from nlp.stories.report import Report
from nlp.stories.term import Rarity, rarity_from_models
from nlp.training.story_measure import measure_pairs
from nlp.training.story_pair import LABELS, describe_pairs, enrich, held_out_pairs, read_pairs, read_reports

START = datetime(2025, 2, 10, tzinfo=UTC)
OWN_PAIRS = Path(__file__).parent.parent / "data" / "stories" / "pairs.jsonl"


def read_own_pairs() -> list[dict[str, Any]]:
    return [json.loads(line) for line in OWN_PAIRS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def judge(root: Path) -> Judge:
    return read_judge(root / "models" / "stories", n_threads=2)


@pytest.fixture(scope="module")
def rarity(root: Path) -> Rarity:
    return rarity_from_models(root / "models" / "english", root / "models" / "chinese")


def make_report(key: str, row: dict[str, Any]) -> Report:
    return Report(
        article_id=key,
        title=row["title"],
        body=row["body"],
        publisher=row["publisher"],
        known_at=START + timedelta(hours=row["hours"]),
    )


@pytest.mark.parametrize("pair", read_own_pairs(), ids=lambda pair: str(pair["what"]))
def test_own_pairs_are_put_together_or_kept_apart(pair: dict[str, Any], judge: Judge, rarity: Rarity) -> None:
    """Reposts, updates, rewrites and both scripts join; other days and companies in one form don't."""
    index = StoryIndex(judge, rarity)
    first = index.add(make_report("first", pair["a"]))
    second = index.add(make_report("second", pair["b"]))
    assert (first.story_id == second.story_id) == (pair["label"] == "same")


@pytest.mark.real
def test_held_out_pairs_keep_their_floor(
    judge: Judge, rarity: Rarity, real_data: Path, root: Path, catalogue: Catalogue
) -> None:
    """Pairs whose later report is of 12 February 2025: F1 of "the same event" for all, English, Chinese."""
    reports = read_reports(real_data / "news")
    pairs = held_out_pairs(read_pairs(root / "models" / "labels" / LABELS), reports)
    chosen = {key for pair in pairs for key in (pair.a, pair.b)}
    enriched = enrich(reports, catalogue, chosen=chosen, models=root / "models")
    described = describe_pairs(pairs, enriched, rarity)
    assert all(one.is_held_out for one in described)
    scores = measure_pairs(judge, described)
    floors = json.loads((root / "models" / "stories" / "floors.json").read_text(encoding="utf-8"))
    assert {name: scores[name].f1 for name in floors if scores[name].f1 < floors[name]} == {}
