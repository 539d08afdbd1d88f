"""`southbound stories`: made by `southbound tag`, listed and shown, on tiny models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from southbound.cli import run
from southbound.pipeline import catalogue

TOLD = "Dunmorley Mills buys a stake in Corvinport Shipping for 47 million"
NEWS = (
    ("first", TOLD, "2025-02-10T00:30:00Z", "Harbour"),
    ("repost", TOLD, "2025-02-10T02:00:00Z", "Kowloon"),
    ("update", f"UPDATE 1-{TOLD}", "2025-02-10T03:00:00Z", "Harbour"),
    ("other", "Falkwell Foundry closes its Garthstead works after a fire", "2025-02-10T04:00:00Z", "Pearl"),
)


@pytest.fixture
def options(
    tmp_path: Path, tiny_model: Path, tiny_chinese_model: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Return the options for a database with four articles, not tagged yet."""
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities" / "own.yaml").write_text("[]\n", encoding="utf-8")
    monkeypatch.setattr(catalogue, "CONFIG", tmp_path)
    path = tmp_path / "settings.yaml"
    path.write_text(
        f"tag: {{model: '{tiny_model}', chinese_model: '{tiny_chinese_model}', recogniser: ''}}",
        encoding="utf-8",
    )
    news = tmp_path / "news.jsonl"
    rows = [
        {"id": key, "title": title, "body": f"{title}, it said.", "published_at": at, "publisher": publisher}
        for key, title, at, publisher in NEWS
    ]
    news.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    given = ["--config", str(path), "--db", str(tmp_path / "stories.db")]
    assert run([*given, "ingest", "articles", str(news)]) == 0
    return given


def test_tagging_puts_articles_into_stories(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*options, "tag"]) == 0
    assert "4 articles put into stories by southbound-stories-4, 2 new stories" in capsys.readouterr().err
    assert run([*options, "stories", "update"]) == 0
    assert "every tagged article has its story" in capsys.readouterr().err


def test_a_sessions_stories_are_listed_the_largest_first(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*options, "tag"]) == 0
    assert run([*options, "stories", "list", "--session", "2025-02-11"]) == 0
    largest, about, *rest = capsys.readouterr().out.splitlines()
    assert largest == f"   2  UPDATE 1-{TOLD}"
    standing = "continuing: 1 earlier report since Mon 10 Feb 08:30"
    assert about == f"      Harbour, Kowloon; Mon 10 Feb 10:00 to 11:00; {standing}  [first]"
    assert rest[0] == f"   1  {NEWS[3][1]}"
    assert rest[1].endswith("; new  [other]")
    assert (
        run([*options, "stories", "list", "--session", "2025-02-11", "--limit", "1", "--format", "json"]) == 0
    )
    (record,) = json.loads(capsys.readouterr().out)
    assert (record["story_id"], record["n_reports"], record["n_earlier"]) == ("first", 2, 1)


def test_a_story_is_shown_by_any_of_its_articles(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*options, "tag"]) == 0
    assert run([*options, "stories", "show", "repost", "--format", "json"]) == 0
    reports = json.loads(capsys.readouterr().out)
    assert [(one["article_id"], one["novelty"], one["earlier"]["12h"]) for one in reports] == [
        ("first", 1.0, 0),
        ("repost", 0.75, 1),
        ("update", 0.5625, 2),
    ]
    assert reports[0]["matched_article_id"] is None
    assert run([*options, "stories", "show", "update", "--as-of", "2025-02-10T11:00"]) == 2
    assert run([*options, "stories", "show", "first", "--as-of", "2025-02-10T11:00"]) == 0
    assert "2 reports of 2 publishers, Mon 10 Feb 08:30 to 10:00" in capsys.readouterr().out


def test_what_is_not_there_is_said_in_one_line(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*options, "stories", "show", "first"]) == 2
    assert "run `southbound tag`" in capsys.readouterr().err
    assert run([*options, "stories", "show", "nobody"]) == 2
    assert "see `southbound stories list`" in capsys.readouterr().err
    assert run([*options, "stories", "list", "--session", "2025-02-11"]) == 0
    assert "no stories are stored of this session's news" in capsys.readouterr().err
    assert run([*options, "stories", "list", "--session", "2025-02-09"]) == 2


def test_stories_can_be_left_out(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nstories: {enabled: no}\n", encoding="utf-8")
    assert run([*options, "tag"]) == 0
    assert "stories" not in capsys.readouterr().err
    assert run([*options, "stories", "update"]) == 0
    assert "4 articles put into stories" in capsys.readouterr().err
