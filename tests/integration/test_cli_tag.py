"""The command that tags a file: its output, its exit codes, and what the trained models say."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nlp.entities.catalogue import Catalogue
from nlp.scoring.scorer import EncoderScorer, WordScorer
from nlp.tagger import Tagger
from southbound.cli import run
from southbound.pipeline import catalogue
from southbound.pipeline import tag as pipeline
from southbound.settings import read_settings

FILES = {"settings.yaml", "entities", "in.jsonl", "out.jsonl"}
ENTITIES = "- {id: alibaba, name: Alibaba, type: company, listings: ['XHKG:9988']}\n"


def write(folder: Path, *lines: object) -> Path:
    """Write records, or lines as they are, into a file."""
    path = folder / "in.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


@pytest.fixture
def tiny_settings(
    tmp_path: Path, tiny_model: Path, tiny_chinese_model: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Settings that name the tiny models; the catalogue is a small one."""
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities" / "own.yaml").write_text(ENTITIES, encoding="utf-8")
    monkeypatch.setattr(catalogue, "CONFIG", tmp_path)
    path = tmp_path / "settings.yaml"
    path.write_text(
        f"tag: {{model: '{tiny_model}', chinese_model: '{tiny_chinese_model}', recogniser: ''}}",
        encoding="utf-8",
    )
    return path


def test_the_command_writes_a_file(
    tiny_settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = write(tmp_path, {"id": "a", "title": "Alibaba 騰訊"}), tmp_path / "out.jsonl"
    assert run(["--config", str(tiny_settings), "tag", str(source), "-o", str(target)]) == 0
    (line,) = [json.loads(text) for text in target.read_text(encoding="utf-8").splitlines()]
    assert line["id"] == "a"
    assert "騰訊" in target.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""
    assert {path.name for path in tmp_path.iterdir()} == {
        "settings.yaml",
        "entities",
        "in.jsonl",
        "out.jsonl",
    }


def test_the_command_ends_with_three_where_lines_were_rejected(
    tiny_settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path, {"id": "a", "title": "Alibaba"}, "{broken", {"id": "c", "title": "Tencent"})
    assert run(["--config", str(tiny_settings), "tag", str(source), "--all-scores"]) == 3
    captured = capsys.readouterr()
    lines = [json.loads(text) for text in captured.out.splitlines()]
    assert [line["id"] for line in lines] == ["a", "2", "c"]
    assert "scores" in lines[0]
    first, last = captured.err.splitlines()
    assert first.startswith("rejected: in.jsonl line 2: no JSON object (")
    assert last == "southbound: 1 rejected, the rest done: see the output"


def test_an_output_is_replaced_only_when_all_is_written(
    tiny_settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = write(tmp_path, "<html>"), tmp_path / "out.jsonl"
    target.write_text("as it was", encoding="utf-8")
    assert run(["--config", str(tiny_settings), "tag", str(source), "-o", str(target)]) == 2
    assert target.read_text(encoding="utf-8") == "as it was"
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        "settings.yaml",
        "entities",
        "in.jsonl",
        "out.jsonl",
    }


def test_a_missing_model_ends_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(f"tag: {{model: '{tmp_path / 'none'}'}}", encoding="utf-8")
    source = write(tmp_path, {"title": "Alibaba"})
    assert run(["--config", str(path), "tag", str(source)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"southbound: {tmp_path / 'none' / 'manifest.json'} can't be read; ")


@pytest.fixture(scope="module")
def trained(trained_models: Path, catalogue: Catalogue) -> Iterator[Tagger]:
    english = EncoderScorer(trained_models / "english", precision="int8", n_threads=2, max_windows=64)
    chinese = WordScorer(trained_models / "chinese", max_windows=64)
    tagger = Tagger([english, chinese], catalogue)
    yield tagger
    tagger.close()


@pytest.mark.no_cover
def test_the_trained_models_read_the_market(trained: Tagger, tmp_path: Path) -> None:
    records = [
        {
            "title": "Alibaba leads Hong Kong tech rally as DeepSeek fuels AI frenzy",
            "body": "Mainland investors bought HK$22.4 billion of Hong Kong shares through Stock Connect.",
        },
        {
            "title": "HKMA follows Fed and cuts base rate by 25 basis points",
            "body": "Borrowing costs will fall.",
        },
        {"title": "Local football club wins the cup", "body": "Fans sang until midnight in the rain."},
        {
            "title": "DeepSeek熱潮帶動 阿里巴巴及騰訊急升",
            "body": "港股通資金淨買入逾二百億港元，人工智能概念股受追捧。",
        },
    ]
    target = io.StringIO()
    pipeline.tag_file(trained, write(tmp_path, *records), target, settings=read_settings(None))
    rally, rates, football, chinese = map(json.loads, target.getvalue().splitlines())

    def themes(line: dict[str, Any]) -> set[str]:
        return {theme["theme"] for theme in line["themes"]}

    assert "ai" in themes(rally)
    assert "monetary_policy" in themes(rates)
    assert themes(football) == set()
    assert "ai" in themes(chinese)
    assert {"alibaba", "deepseek"} <= {entity["entity_id"] for entity in rally["entities"]}
    assert {"hkma", "fed"} <= {entity["entity_id"] for entity in rates["entities"]}
    assert {"alibaba", "tencent", "deepseek"} <= {entity["entity_id"] for entity in chinese["entities"]}
    assert rally["hk_china"] > 0.5 > football["hk_china"]
