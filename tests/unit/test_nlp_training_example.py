"""Labelled examples, joined with texts that stand outside the repository."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from nlp.training.example import NEWS_FILES, read_passages

ARTICLE = {
    "id": "wire-1",
    "title": "A wrap of the day",
    "body": "Stocks were quiet.\nRead more: shares\n\nFurther down, **gold** rose 2%\nto a record. End.",
    "publisher": "Harbour Wire",
    "published_at": "2025-02-10T04:00:00Z",
    "language": "en",
}
PASSAGE = "Further down, **gold** rose 2%\nto a record."


@pytest.fixture
def news(tmp_path: Path) -> Path:
    for name in NEWS_FILES:
        rows = [ARTICLE] if name.startswith("wire") else []
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows)
    return tmp_path


def label(article_id: str, start: int, end: int) -> str:
    said = {"themes": ["commodities_energy"], "tone": 1, "hk_china": False}
    return json.dumps({"id": article_id, "start": start, "end": end, **said}) + "\n"


def test_a_passage_takes_the_place_of_the_lead(news: Path) -> None:
    start = ARTICLE["body"].index(PASSAGE)
    labels = news / "passages.jsonl"
    labels.write_text(
        label("wire-1", start, start + len(PASSAGE)) + label("wire-1", 0, 18) + label("not-at-hand", 0, 9),
        encoding="utf-8",
    )
    further, first = read_passages(labels, news)
    assert further.title == "A wrap of the day"
    assert further.lead == "Further down, gold rose 2% to a record."
    assert (further.themes, further.tone, further.hk_china) == (frozenset({"commodities_energy"}), 1, False)
    assert first.lead == "Stocks were quiet."


def test_boilerplate_that_only_the_whole_body_shows_is_blank(news: Path) -> None:
    labels = news / "passages.jsonl"
    labels.write_text(label("wire-1", ARTICLE["body"].index("Read more"), ARTICLE["body"].index("Further")))
    (passage,) = read_passages(labels, news)
    assert passage.lead == ""
