"""`southbound themes`: from a definition to series and digest, on tiny models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from southbound.cli import run
from southbound.pipeline import catalogue

GOLD = ["Gold hits a record", "Gold price slips", "Miners dig gold", "Gold demand rises in China"]
REST = ["Team wins the cup", "Coach leaves", "Rain is coming", "Schools close early", "A new bridge opens"]


@pytest.fixture
def settings(
    tmp_path: Path, tiny_model: Path, tiny_chinese_model: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Return the options for a database of tagged articles."""
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities" / "own.yaml").write_text("[]\n", encoding="utf-8")
    monkeypatch.setattr(catalogue, "CONFIG", tmp_path)
    path = tmp_path / "settings.yaml"
    path.write_text(
        f"tag: {{model: '{tiny_model}', chinese_model: '{tiny_chinese_model}', recogniser: ''}}",
        encoding="utf-8",
    )
    options = ["--config", str(path), "--db", str(tmp_path / "own.db")]
    ingest(tmp_path, options, [*GOLD, *REST * 3, "金價創新高"])
    return options


def ingest(folder: Path, options: list[str], titles: list[str]) -> None:
    rows = [
        {"id": f"{title}-{number}", "title": title, "published_at": f"2025-02-1{number % 3}T01:00:00Z"}
        for number, title in enumerate(titles)
    ]
    path = folder / "news.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert run([*options, "ingest", "articles", str(path)]) == 0
    assert run([*options, "tag"]) == 0


def test_a_theme_from_a_definition_to_its_end(
    settings: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add = [*settings, "themes", "add", "gold"]
    assert run([*add, "--definition", "Gold prices", "--keywords", "gold,金價", "--share", "0.2"]) == 0
    first = capsys.readouterr().out
    assert "can't be measured without examples" in first
    assert "Gold hits a record" in first
    assert run([*settings, "series", "gold", "--measure", "volume"]) == 0
    assert "gold@1" in capsys.readouterr().out
    assert run([*settings, "digest", "--session", "2025-02-11", "--format", "md"]) == 0
    assert "it is hindsight" in capsys.readouterr().out
    strict = ["digest", "--session", "2025-02-11", "--format", "md", "--as-of", "2025-02-11"]
    assert run([*settings, *strict]) == 0
    assert "Gold was defined" not in capsys.readouterr().out

    examples = tmp_path / "examples.csv"
    rows = [f"{title},true" for title in GOLD] + [f"{title},no" for title in REST]
    examples.write_text("text,label\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert run([*add, "--examples", str(examples)]) == 0
    second = capsys.readouterr().out
    assert "version 2" in second
    assert "quality, cross-validated: F1" in second

    ingest(tmp_path, settings, ["Gold rallies again"])
    capsys.readouterr()
    assert run([*settings, "themes", "show", "gold"]) == 0
    shown = capsys.readouterr().out
    assert "of 20 articles read" in shown
    assert "of 21 articles read" in shown
    assert run([*settings, "themes", "remove", "gold"]) == 0
    assert run([*settings, "themes", "list"]) == 0
    assert "ended" in capsys.readouterr().out
    assert run([*settings, "series", "gold"]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "ai", "--definition", "x"], "'ai' is one of the bundled themes"),
        (
            ["add", "Own Theme", "--definition", "x"],
            "no theme id; use a-z, 0-9 and _, a letter first (such as",
        ),
        (["add", "robots"], "'robots' is new: say what it means with --definition"),
        (["add", "robots", "--definition", "x", "--examples", "none.jsonl"], "none.jsonl can't be read"),
        (["show", "gold"], "there is no theme of your own 'gold'"),
    ],
)
def test_what_can_not_be_done(
    settings: list[str], arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*settings, "themes", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_examples_that_can_not_be_used_are_said_and_left_out(
    settings: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text(
        '{"article_id": "nobody"}\n{"text": "Gold", "label": "maybe"}\n{broken\n', encoding="utf-8"
    )
    add = ["themes", "add", "gold", "--definition", "Gold prices", "--examples", str(path)]
    assert run([*settings, *add]) == 3
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("rejected")]
    assert lines == [
        "rejected: examples.jsonl line 1: the database has no article 'nobody'; give its text instead",
        "rejected: examples.jsonl line 2: its label is 'maybe'; write true or false",
        "rejected: examples.jsonl line 3: it is no JSON object; write one a line",
    ]
