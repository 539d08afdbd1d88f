"""`southbound review` and `train` as scripts use them: lines in, lines out, and what becomes of bad ones."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, Span, ThemeTag, TokenCount, Tone
from southbound.cli import run
from southbound.error import UsageError
from southbound.pipeline.review.adjust import revert
from southbound.pipeline.review.effect import refresh_tagged
from southbound.store import Store, open_store

START = datetime(2025, 2, 10, tzinfo=UTC)
MODEL = "model-1"


def _annotation(model: str, *themes: str) -> Annotation:
    title = Span(field="title", start=0, end=6, text="Robots")
    return Annotation(
        language="en",
        hk_china=0.9,
        themes=tuple(ThemeTag(theme=theme, score=0.9, evidence=(title,)) for theme in themes),
        entities=(),
        tone=Tone(label=0, negative=0.1, neutral=0.7, positive=0.2),
        scores={},
        model=model,
        tokens=TokenCount(read=5, total=5),
    )


def _tag(store: Store, article_id: str, said: Annotation, at: datetime) -> None:
    (article,) = store.articles.revisions(article_id)
    with store.transaction():
        store.tags.add([(article, said)], tagged_at=at)
        refresh_tagged(store, [article], at)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Thirty articles about ai and rally."""
    path = tmp_path / "news.db"
    with open_store(path) as store:
        for number in range(30):
            at = START + timedelta(hours=number)
            article = make_article(
                title=f"Robots {number}", publisher="Harbour Times", article_id=f"a{number:02}"
            )
            with store.transaction():
                store.articles.add([article], seen_at=at, basis="seen")
            _tag(store, article.article_id, _annotation(MODEL, "ai", "rally"), at)
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_items_are_drawn_listed_answered_undone_and_reported(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    southbound = ["--db", str(database), "review"]
    assert run([*southbound, "draw", "-n", "25", "--only", "control", "--seed", "4"]) == 0
    capsys.readouterr()
    assert run([*southbound, "list", "--limit", "25"]) == 0
    items = lines(capsys.readouterr().out)
    assert len(items) == 25
    answers = [
        {"kind": "accept_theme" if number else "reject_theme", "draw": item["draw"], "theme": item["theme"]}
        for number, item in enumerate(items)
    ]
    source = tmp_path / "answers.jsonl"
    bad = ['{"kind": "reject_theme", "article_id": "a99", "theme": "ai"}', '{"kind": "praise"}', "no json"]
    source.write_text("\n".join([*map(json.dumps, answers), *bad]), encoding="utf-8")
    assert run([*southbound, "apply", str(source), "--reviewer", "ann"]) == 3
    told = capsys.readouterr()
    assert [one["changed"] for one in lines(told.out)] == [True, *[False] * 24]
    assert "there is no article 'a99'" in told.err
    assert "3 rejected, the rest done: 25 corrections" in told.err
    assert run([*southbound, "undo", "1", "--reviewer", "bob"]) == 0
    assert run([*southbound, "undo", "1"]) == 2
    capsys.readouterr()
    assert run([*southbound, "log", "--format", "json", "--by", "bob"]) == 0
    (undone,) = lines(capsys.readouterr().out)
    assert (undone["kind"], undone["undoes"], undone["theme"]) == ("undo", 1, items[0]["theme"])
    assert run([*southbound, "report", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["random_control"] == {"drawn": 25, "answered": 24, "min_reviews": 20}
    assert report["total"]["precision"]["value"] == 1.0
    assert run([*southbound, "log", "--as-of", "2025-02-11"]) == 0
    assert capsys.readouterr().out == ""


def test_answers_come_through_a_pipe_and_what_is_wrong_among_them_is_told(database: Path) -> None:
    answers = '{"kind": "reject_theme", "article_id": "a01", "theme": "ai"}\nno json\n{"kind": "praise"}\n'
    command = [sys.executable, "-m", "southbound", "--db", str(database), "review", "apply", "-"]
    done = subprocess.run(command, input=answers, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert json.loads(done.stdout)["message"] == "ai is wrong"
    assert "rejected: standard input line 2: no JSON object" in done.stderr
    assert "2 rejected, the rest done: 1 corrections" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["review", "apply", "nowhere.jsonl"],
        ["review", "undo", "5"],
        ["review", "draw", "--only", "best"],
        ["review", "draw", "--theme", "nonsense"],
        ["review", "report", "--format", "xml"],
        ["train"],
        ["train", "--with-reviews", "--revert"],
        ["train", "--revert"],
    ],
)
def test_wrong_usage_ends_with_two(database: Path, arguments: list[str]) -> None:
    assert run(["--db", str(database), *arguments]) == 2


def test_an_adjustment_is_taken_back_and_what_it_said_stays_known_then(database: Path) -> None:
    ever = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    with open_store(database) as store:
        accepted = START + timedelta(days=10)
        with store.transaction():
            version = store.adjustments.add({}, {}, base_model=MODEL, reviewer="ann", at=accepted)
            store.adjustments.use(version, reviewer="ann", at=accepted)
        _tag(store, "a00", _annotation(f"{MODEL}+adjusted@{version}", "ipo"), accepted)
        assert [tag.theme for tag in store.tags.known_between(*ever)[0].themes] == ["ipo"]
        later = accepted + timedelta(days=1)
        assert revert(store, reviewer="bob", at=later) == (version, 1)
        shown = store.tags.known_between(*ever)[0]
        assert ([tag.theme for tag in shown.themes], shown.model) == (["ai", "rally"], f"{MODEL}+back@2")
        before = store.tags.known_between(*ever, as_of=later)[0]
        assert [tag.theme for tag in before.themes] == ["ipo"]
        assert [(who, used) for _, who, used in store.adjustments.uses()] == [("ann", 1), ("bob", None)]
        with pytest.raises(UsageError, match="no adjustment is in use"):
            revert(store, reviewer="bob")
