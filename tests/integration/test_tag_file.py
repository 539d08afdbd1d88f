"""`southbound tag INPUT -o OUTPUT`: one line out for each line in, as the contract has it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.error import UnreadableInputError
from nlp.entities.catalogue import read_catalogue
from nlp.label import THEME_IDS
from nlp.scoring.scorer import EncoderScorer, WordScorer
from nlp.tagger import Tagger
from southbound.pipeline import tag as pipeline
from southbound.pipeline.report import Report
from southbound.settings import read_settings

ENTITIES = """
- {id: alibaba, name: Alibaba Group, type: company, listings: ['XHKG:9988', 'XNYS:BABA'],
   names: {zh-Hant: 阿里巴巴集團}, aliases: {en: [Alibaba], zh: [阿里巴巴]}}
- {id: tencent, name: Tencent, type: company, listings: ['XHKG:700'], aliases: {zh: [騰訊]}}
"""
ENTITY_KEYS = ["entity_id", "name", "type", "tickers", "relevance", "linked", "mentions"]
KEYS = ["id", "language", "hk_china", "themes", "entities", "tone", "claims", "model", "tokens"]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration folder with a small catalogue."""
    folder = tmp_path_factory.mktemp("config")
    (folder / "entities").mkdir()
    (folder / "entities" / "own.yaml").write_text(ENTITIES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def tagger(tiny_model: Path, tiny_chinese_model: Path, config: Path) -> Iterator[Tagger]:
    english = EncoderScorer(tiny_model, precision="int8", n_threads=2, max_windows=64)
    chinese = WordScorer(tiny_chinese_model, max_windows=64)
    tagger = Tagger([english, chinese], read_catalogue(config / "entities"))
    yield tagger
    tagger.close()


def write(folder: Path, *lines: object) -> Path:
    """Write records, or lines as they are, into a file."""
    path = folder / "in.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def tag(tagger: Tagger, path: Path, *, all_scores: bool = False) -> tuple[list[dict[str, Any]], Report]:
    target = io.StringIO()
    report = pipeline.tag_file(tagger, path, target, settings=read_settings(None), all_scores=all_scores)
    text = target.getvalue()
    text.encode()
    assert text.endswith("\n")
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")], report


def check_spans(line: dict[str, Any], record: dict[str, Any]) -> int:
    """Check that every span quotes the input; return how many there are."""
    spans = [span for theme in line["themes"] for span in theme["evidence"]]
    spans += [span for entity in line["entities"] for span in entity["mentions"]]
    for span in spans:
        assert list(span) == ["field", "start", "end", "text"]
        assert record[span["field"]][span["start"] : span["end"]] == span["text"]
    return len(spans)


def test_a_line_is_as_the_contract_says(tagger: Tagger, tmp_path: Path) -> None:
    record = {"id": "n1", "title": "Alibaba rises", "body": "The shares of Tencent fell. Money came back."}
    (line,), report = tag(tagger, write(tmp_path, record))
    assert report.rejected == []
    assert list(line) == KEYS
    assert (line["id"], line["language"], line["model"]) == ("n1", "en", "tiny-en-1+tiny-zh-1")
    assert [list(theme) for theme in line["themes"]] == [["theme", "score", "evidence"]] * 2
    assert [theme["theme"] for theme in line["themes"]] == ["ai", "diversification"]
    entity = line["entities"][0]
    assert list(entity) == [*ENTITY_KEYS, "tone"]
    assert (entity["entity_id"], entity["name"], entity["type"]) == ("alibaba", "Alibaba Group", "company")
    assert (entity["tickers"], entity["linked"]) == (["XHKG:9988", "XNYS:BABA"], True)
    assert entity["mentions"] == [{"field": "title", "start": 0, "end": 7, "text": "Alibaba"}]
    assert list(line["tone"]) == ["label", "negative", "neutral", "positive"]
    assert line["tone"]["label"] == 1
    assert line["claims"] == []
    assert list(line["tokens"]) == ["read", "total"]
    assert check_spans(line, record) == 4


def test_all_scores_are_given_when_asked_for(tagger: Tagger, tmp_path: Path) -> None:
    (line,), _ = tag(tagger, write(tmp_path, {"title": "Alibaba rises"}), all_scores=True)
    assert list(line) == [*KEYS[:6], "scores", *KEYS[6:]]
    assert list(line["scores"]) == list(THEME_IDS)
    assert all(0 <= score <= 1 for score in line["scores"].values())
    assert {theme["theme"]: theme["score"] for theme in line["themes"]}.items() <= line["scores"].items()


def test_lines_stay_in_order_and_broken_ones_in_their_place(tagger: Tagger, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"id": "a", "title": "Alibaba"},
        "{broken",
        {"id": 7, "title": "騰訊升"},
        "[1, 2]",
        {"id": "c", "body": "no title"},
        {"id": "d", "title": "   "},
        {"title": "no id"},
        {"id": {"deep": 1}, "title": ["Alibaba"]},
    )
    lines, report = tag(tagger, path)
    assert [line["id"] for line in lines] == ["a", "2", 7, "4", "c", "d", "7", {"deep": 1}]
    assert ["error" in line for line in lines] == [False, True, False, True, True, True, False, True]
    assert all(list(line) == ["id", "error"] for line in lines if "error" in line)
    assert lines[1]["error"].startswith("no JSON object (")
    assert lines[3]["error"] == "a JSON array, where an object is needed"
    assert lines[4]["error"] == "it has no title; give every line one"
    assert len(report.rejected) == 5
    assert report.rejected[0].startswith("in.jsonl line 2: no JSON object (")
    assert report.rejected[2] == "in.jsonl line 5: it has no title; give every line one"


@pytest.mark.parametrize(
    ("record", "language", "n_entities"),
    [
        ({"title": "Alibaba rises", "body": ""}, "en", 1),
        ({"title": "Alibaba rises", "body": None}, "en", 1),
        (
            {"title": "\U0001f680\U0001f680 Alibaba \U0001f1ed\U0001f1f0 to the moon", "body": "\U0001f600"},
            "en",
            1,
        ),
        ({"title": "\U0001f680", "body": "\U0001f680"}, "und", 0),
        ({"title": "ALIBABA SHARES RISE IN HONG KONG", "body": "TENCENT FELL."}, "en", 2),
        ({"title": "Alibaba\u00a0Group rises\u3000again", "body": "\u200bMoney\u2028came."}, "en", 1),
        ({"title": "  \n Alibaba rises  ", "body": "\r\n\r\nMoney came.\r\n"}, "en", 1),
        ({"title": "騰訊急升", "body": "阿里巴巴集團跟升3.5%。南向資金流入。"}, "zh-Hant", 2),
        ({"title": "腾讯急升", "body": "阿里巴巴集团跟升3.5%。南向资金流入。"}, "zh-Hans", 2),
        (
            {
                "title": "Alibaba steigt",
                "body": "Die Aktien der Gruppe sind nicht gefallen.",
                "language": "de",
            },
            "de",
            1,
        ),
        ({"title": "アリババとTencentの株価が上がった", "body": ""}, "ja", 1),
        ({"title": "Alibaba \ud800 rises", "body": "half \udc00 a character"}, "en", 1),
        ({"title": "Alibaba", "body": "\0\x01\x1b[31m money \x7f"}, "en", 1),
        ({"title": "Alibaba", "language": 5, "published_at": "no date", "url": {}}, "und", 1),
    ],
)
def test_whatever_text_comes_is_tagged(
    tagger: Tagger, tmp_path: Path, record: dict[str, Any], language: str, n_entities: int
) -> None:
    (line,), report = tag(tagger, write(tmp_path, record))
    assert report.rejected == []
    assert list(line) == KEYS
    assert line["language"] == language
    assert len(line["entities"]) == n_entities
    assert len(line["themes"]) == (0 if language in {"de", "ja"} else 2)
    check_spans(line, {"body": "", **record})


@pytest.mark.parametrize("key", ["lead", "summary"])
def test_a_lead_is_read_where_there_is_no_body(tagger: Tagger, tmp_path: Path, key: str) -> None:
    record = {"title": "Shares rise", "body": " ", key: "It was Tencent."}
    (line,), _ = tag(tagger, write(tmp_path, record))
    assert line["entities"][0]["mentions"] == [{"field": "body", "start": 7, "end": 14, "text": "Tencent"}]


def test_listings_are_those_of_the_articles_day(tagger: Tagger, tmp_path: Path) -> None:
    (line,), _ = tag(
        tagger, write(tmp_path, {"title": "Alibaba", "published_at": "2025-02-11T09:00:00+08:00"})
    )
    assert line["entities"][0]["tickers"] == ["XHKG:9988", "XNYS:BABA"]


def test_a_line_of_a_hundred_thousand_words(tagger: Tagger, tmp_path: Path) -> None:
    record = {"title": "Alibaba and the money", "body": "the money of hong kong. " * 20_000}
    (line,), _ = tag(tagger, write(tmp_path, record))
    # The title has 6 pieces ("and" has 3), each sentence 6.
    assert line["tokens"]["total"] == 6 + 120_000
    assert 0 < line["tokens"]["read"] <= 64 * 256
    assert check_spans(line, record) == 3


def test_a_line_without_any_sentence_end(tagger: Tagger, tmp_path: Path) -> None:
    record = {"title": "Alibaba", "body": "money " * 30_000}
    (line,), _ = tag(tagger, write(tmp_path, record))
    assert check_spans(line, record) == 3


def test_a_digest_of_two_hundred_items(tagger: Tagger, tmp_path: Path) -> None:
    names = ("Alibaba", "Tencent", "The money")
    body = "\n".join(f"{i}. {names[i % 3]} rose {i}% in Hong Kong." for i in range(200))
    record = {"id": "digest", "title": "Market digest", "body": body}
    (line,), _ = tag(tagger, write(tmp_path, record))
    counts = {entity["entity_id"]: len(entity["mentions"]) for entity in line["entities"]}
    assert counts == {"alibaba": 67, "tencent": 67}
    assert check_spans(line, record) == 136


def test_many_lines_pass_through_in_batches(tagger: Tagger, tmp_path: Path) -> None:
    records = [{"id": i, "title": f"Alibaba {i}" if i % 2 else f"騰訊 {i}"} for i in range(600)]
    done: list[int] = []
    target = io.StringIO()
    path = write(tmp_path, *records)
    pipeline.tag_file(tagger, path, target, settings=read_settings(None), on_progress=done.append)
    lines = [json.loads(line) for line in target.getvalue().splitlines()]
    assert [line["id"] for line in lines] == list(range(600))
    assert [line["entities"][0]["entity_id"] for line in lines[:2]] == ["tencent", "alibaba"]
    assert sum(done) == 600


def test_a_file_that_is_no_json_lines_is_refused(tagger: Tagger, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="holds HTML or XML, not JSON Lines"):
        tag(tagger, write(tmp_path, "<html><body>Not found</body></html>"))
