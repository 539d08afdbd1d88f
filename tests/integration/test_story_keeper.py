"""Tagged articles go into stories in the order in which they were known, whatever is stopped and resumed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, TokenCount, Tone
from nlp.stories.fingerprint import Fingerprint, Fingerprinter
from nlp.stories.judge import Judge
from nlp.stories.report import Report
from southbound.error import StoreError
from southbound.pipeline.story import Grouped, StoryKeeper
from southbound.settings import Settings, read_settings
from southbound.store import Store, open_store
from southbound.store.article import StoredArticle

START = datetime(2025, 2, 3, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
VERBS = ("raises stake in", "settles dispute with", "opens plant beside", "borrows from", "sues")
HEADS = ("Bram", "Corvin", "Dunmor", "Eskel", "Falk", "Garth", "Hol", "Ister", "Jarrow", "Kest", "Lind")
TAILS = ("bury", "croft", "dale", "field", "gate", "ham", "ington", "ley", "mouth", "port", "stead", "well")


def annotate(article: StoredArticle) -> Annotation:
    span = Span(field="title", start=0, end=3, text=article.title[:3])
    named = EntityTag(
        entity_id=article.title.split()[0].lower(),
        name="x",
        type="company",
        tickers=(),
        relevance=0.9,
        linked=True,
        mentions=(span,),
    )
    return Annotation(
        language="en",
        hk_china=0.5,
        themes=(),
        entities=(named,),
        tone=Tone(label=0, negative=0.1, neutral=0.8, positive=0.1),
        scores={},
        model="model-1",
        tokens=TokenCount(read=1, total=1),
    )


def draw(number: int, chance: random.Random) -> tuple[str, str]:
    """Return the title and body of one of some events, in one of some wordings."""
    event = random.Random(number // 4)  # noqa: S311 - no secrets here
    one, other, third, fourth = (event.choice(HEADS) + event.choice(TAILS) for _ in range(4))
    said = f"{one} {event.choice(VERBS)} {other} near {third} for {event.randint(11, 99)} million"
    body = (
        f"{said}, people close to the talks said. {chance.choice(['Neither', 'Nobody'])} at {fourth} spoke."
    )
    return (f"UPDATE 1-{said}" if chance.random() < 0.2 else said), body


def put(store: Store, numbers: range, *, tagged: bool = True) -> None:
    """Store archived articles, some four an event, five hours from one event to the next."""
    articles = []
    for number in numbers:
        chance = random.Random(-number)  # noqa: S311 - no secrets here
        title, body = draw(number, chance)
        at = START + timedelta(hours=1.25 * number, minutes=chance.randint(0, 200))
        publisher = chance.choice(["Harbour", "Kowloon", "Pearl"])
        articles.append(
            make_article(
                title=title,
                body=body,
                publisher=publisher,
                article_id=f"n{number}",
                published_at=at,
                language="en",
            )
        )
    with store.transaction():
        store.articles.add(articles, seen_at=START + timedelta(days=300), basis="published")
    if tagged:
        tag(store)


def tag(store: Store) -> None:
    with store.transaction():
        waiting = store.articles.next_untagged("model-1", after_pk=0, limit=10_000)
        store.tags.add([(one, annotate(one)) for one in waiting], tagged_at=START + timedelta(days=301))


def stored(store: Store) -> list[tuple[Any, ...]]:
    """Return all that is stored of stories but when it was stored."""
    return store._db.execute(
        """SELECT a.article_id, s.version, s.story_id, s.known_at, s.likeness, m.article_id, s.novelty,
               s.earlier_12h, s.earlier_7d, e.entity_id, e.novelty, e.same_24h, e.same_7d, e.all_12h, e.all_7d
           FROM story_report s JOIN article a ON a.pk = s.article_pk
           LEFT JOIN article m ON m.pk = s.matched_article_pk LEFT JOIN story_entity e ON e.report_pk = s.pk
           ORDER BY a.article_id, s.version, e.entity_id"""
    ).fetchall()


@pytest.fixture(scope="module")
def settings(trained_models: Path) -> Settings:
    assert trained_models.is_dir()
    return read_settings(None)


@pytest.fixture(scope="module")
def whole(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """What one run over 900 articles stores."""
    with open_store(tmp_path_factory.mktemp("whole") / "whole.db") as store:
        put(store, range(900))
        done = StoryKeeper(store, settings).update()
        assert done.n_articles == 900
        assert 150 < done.n_new < 450
        assert store.check() == []
        return stored(store)


@pytest.mark.no_cover
def test_runs_as_articles_come_give_what_one_run_gives(
    whole: list[tuple[Any, ...]], settings: Settings, tmp_path: Path
) -> None:
    """One keeper that goes on, and new ones that fill their index from the store, in turn."""
    with open_store(tmp_path / "parts.db") as store:
        kept = StoryKeeper(store, settings)
        put(store, range(900), tagged=False)
        pks = store._db.execute("SELECT pk FROM article ORDER BY known_at, article_id").fetchall()
        for place, end in enumerate(range(100, 1000, 200)):
            _tag_only(store, [row[0] for row in pks[:end]])
            keeper = kept if place % 2 else StoryKeeper(store, settings)
            assert keeper.update().n_articles == (100 if end == 100 else 200)
        assert kept.update() == Grouped()
        assert stored(store) == whole


def _tag_only(store: Store, pks: list[int]) -> None:
    chosen = set(pks)
    waiting = store.articles.next_untagged("model-1", after_pk=0, limit=10_000)
    with store.transaction():
        pairs = [(one, annotate(one)) for one in waiting if one.pk in chosen]
        store.tags.add(pairs, tagged_at=START + timedelta(days=301))


@pytest.mark.no_cover
def test_a_killed_run_loses_nothing(
    whole: list[tuple[Any, ...]], settings: Settings, tmp_path: Path, root: Path
) -> None:
    path = tmp_path / "killed.db"
    with open_store(path) as store:
        put(store, range(900))
    command = [sys.executable, "-m", "southbound", "--db", str(path), "stories", "update"]
    with subprocess.Popen(command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}) as process:
        while process.poll() is None and not _count(path):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert 0 < _count(path) < 900
    with open_store(path) as store:
        assert store.check() == []
        StoryKeeper(store, settings).update()
        assert stored(store) == whole


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path, timeout=60)) as conn:
        return int(conn.execute("SELECT count(*) FROM story_report").fetchone()[0])


def test_a_late_article_joins_what_was_known_before_it_and_changes_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    with open_store(tmp_path / "late.db") as store:
        put(store, range(40))
        put(store, range(44, 300))
        keeper = StoryKeeper(store, settings)
        keeper.update()
        before = stored(store)
        first = make_article(
            title=draw(8, random.Random(0))[0].removeprefix("UPDATE 1-"),  # noqa: S311 - no secrets here
            body=draw(8, random.Random(1))[1],  # noqa: S311 - no secrets here
            publisher="Late",
            article_id="late",
            published_at=START + timedelta(hours=24),
            language="en",
        )
        with store.transaction():
            store.articles.add([first], seen_at=START + timedelta(days=300), basis="published")
        tag(store)
        assert keeper.update() == Grouped(n_articles=1, n_new=0)
        after = stored(store)
        assert [row for row in after if row[0] != "late"] == before
        assert store.stories.story_of("late") == store.stories.story_of("n8")
        put(store, range(300, 320))
        assert keeper.update().n_articles == 20


def test_what_could_not_be_stored_is_assigned_again(
    whole: list[tuple[Any, ...]],
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_store(tmp_path / "full.db") as store:
        put(store, range(900))
        keeper = StoryKeeper(store, settings)
        add, calls = store.stories.add, iter([False, True])

        def fail_once(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - what the table takes
            if next(calls, False):
                raise StoreError("the disk is full")
            add(*args, **kwargs)

        monkeypatch.setattr(store.stories, "add", fail_once)
        with pytest.raises(StoreError):
            keeper.update()
        assert 0 < len(stored(store)) < len(whole)
        keeper.update()
        assert stored(store) == whole


def test_another_story_model_assigns_anew_beside_the_old(settings: Settings, tmp_path: Path) -> None:
    with open_store(tmp_path / "two.db") as store:
        put(store, range(60))
        keeper = StoryKeeper(store, settings)
        keeper.update()
        before = set(stored(store))
        keeper._judge = Judge(replace(keeper._judge.decision, name="other"))
        assert keeper.version == "other"
        assert keeper.update().n_articles == 60
        rows = set(stored(store))
        assert before < rows
        assert min(row[3] for row in rows - before) > max(row[3] for row in before)


def test_a_text_that_breaks_the_comparison_is_a_story_of_its_own_and_stops_no_other(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Fingerprinter.take

    def take(self: Fingerprinter, report: Report) -> Fingerprint:
        if report.article_id == "n2":
            raise ValueError("a word that nobody has seen")
        return real(self, report)

    monkeypatch.setattr(Fingerprinter, "take", take)
    told: list[str] = []
    with open_store(tmp_path / "a.db") as store:
        put(store, range(40))
        keeper = StoryKeeper(store, settings)
        assert keeper.update(on_failed=told.append).n_articles == 40
        assert [line.split(";")[0] for line in told] == [
            "article 'n2' can't be compared with others (ValueError: a word that nobody has seen)"
        ]
        assert store.stories.story_of("n2") == "n2"
        assert len({store.stories.story_of(f"n{number}") for number in range(40)}) < 20
        put(store, range(40, 60))
        assert StoryKeeper(store, settings).update(on_failed=told.append).n_articles == 20
        assert len(told) == 1
        assert store.check() == []


def test_an_index_that_fails_on_everything_assigns_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(_: Fingerprinter, report: Report) -> Fingerprint:
        raise ValueError(report.article_id)

    monkeypatch.setattr(Fingerprinter, "take", take)
    with open_store(tmp_path / "a.db") as store:
        put(store, range(4))
        keeper = StoryKeeper(store, settings)
        with pytest.raises(ValueError, match="n"):
            keeper.update()
        assert keeper.count_waiting() == 4
