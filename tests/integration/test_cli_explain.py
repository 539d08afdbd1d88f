"""`southbound explain`: an article of a file or of the database, as text and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.article import Article
from southbound.cli import run
from southbound.store import open_store

BODY = (
    "The shares of Tencent fell for a third day.\nRead also: more of it\nMoney came back. "
    + "It stayed. " * 20
)
SEEN = datetime(2025, 2, 11, 1, tzinfo=UTC)


@pytest.fixture
def shell(
    tmp_path: Path, tiny_model: Path, tiny_chinese_model: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Options that name the tiny models and an own database, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    settings = tmp_path / "settings.yaml"
    models = f"model: '{tiny_model}', chinese_model: '{tiny_chinese_model}', recogniser: ''"
    settings.write_text(f"tag: {{{models}}}", encoding="utf-8")
    return ["--config", str(settings), "--db", str(tmp_path / "news.db")]


def write_lines(*lines: dict[str, Any]) -> str:
    Path("in.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return "in.jsonl"


def store_article(body: str) -> None:
    article = Article(
        article_id="own-1",
        title="Alibaba rises",
        body=body,
        url="https://own.example/1",
        canonical_url=None,
        publisher="Own",
        language="en",
        published_at=None,
        content_hash=str(len(body)),
    )
    with open_store(Path("news.db")) as store, store.transaction():
        store.articles.add([article], seen_at=SEEN, basis="seen")


def test_a_line_of_a_file_as_text(shell: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    source = write_lines({"title": "Bourse closes"}, {"id": 7, "title": "Alibaba [red]rises", "body": BODY})
    assert run([*shell, "explain", "--file", source, "7"]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0] == "Alibaba [red]rises"
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in out
    assert "Tagged now by tiny-en-1+tiny-zh-1" in lines
    assert any(line.endswith("-  Read also: more of it") for line in lines)
    assert any("AI frenzy 0." in line and ">" in line for line in lines)
    assert sum(line.split()[-3:] == ["1", "of", "1"] for line in lines) == 25
    assert any(line.startswith("positive (positive ") for line in lines)
    assert "Nearest labelled examples" in lines
    assert not any("Stored tags" in line for line in lines)


def test_a_line_without_an_id_goes_by_its_number(shell: list[str]) -> None:
    source = write_lines(
        {"title": "Bourse closes", "language": "fr"}, {"title": "阿里巴巴升", "language": "zh-Hant"}
    )
    assert run([*shell, "explain", "--file", source, "2", "--format", "json", "-o", "out.json"]) == 0
    record = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert (record["format"], record["id"]) == ("southbound-explanation/1", "2")
    assert (record["title"], record["language"], record["n_windows"]) == ("阿里巴巴升", "zh-Hant", 1)
    assert record["known_at"] is None
    assert len(record["themes"]) == 27
    assert record["themes"][0]["theme"] == "ai"
    assert record["passages"][0]["evidence_of"] == ["ai", "diversification"]
    assert len(record["neighbours"]) == 5
    assert record["tokens"] == {"read": 5, "total": 5}


def test_a_stored_article_with_its_taggings(shell: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    store_article(BODY)
    store_article("Money came back to the shares of Tencent.")
    assert run([*shell, "tag"]) == 0
    capsys.readouterr()
    assert run([*shell, "explain", "own-1"]) == 0
    out = capsys.readouterr().out
    assert "own-1, Own, en, known 2025-02-11 01:00Z, revision 0 of 0 to 1" in out.splitlines()
    assert "Stored tags" in out
    assert "AI frenzy 0." in out
    assert run([*shell, "explain", "own-1", "--revision", "1", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["revision"], record["n_revisions"]) == (1, 2)
    assert record["body"] == "Money came back to the shares of Tencent."
    (tagging,) = record["taggings"]
    assert tagging["model"] == "tiny-en-1+tiny-zh-1"
    assert [tag["theme"] for tag in tagging["themes"]] == ["ai", "diversification"]
    assert tagging["tone"]["label"] == 1


def test_an_untagged_article_says_so(shell: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    store_article(BODY)
    assert run([*shell, "explain", "own-1"]) == 0
    assert "none; `southbound tag` tags what is new" in capsys.readouterr().out


def test_what_is_not_there_ends_with_two(shell: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    store_article(BODY)
    source = write_lines({"title": "Bourse"}, {"id": "b", "title": " "})
    for arguments, message in (
        (["nope"], "there is no article 'nope'"),
        (["own-1", "--revision", "1"], "the last is 0"),
        (["--file", source, "9"], "no line of in.jsonl has the id '9'"),
        (["--file", source, "b"], "in.jsonl line 2: it has no title"),
        (["--file", "gone.jsonl", "9"], "there is no file gone.jsonl"),
        (["--file", source, "1", "--revision", "1"], "--revision belongs to articles of the database"),
        (["nope", "--format", "pdf"], "--format takes text, json"),
    ):
        assert run([*shell, "explain", *arguments]) == 2
        captured = capsys.readouterr()
        assert message in captured.err
        assert (captured.out, captured.err.count("\n")) == ("", 1)
