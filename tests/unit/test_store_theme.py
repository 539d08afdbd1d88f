"""Themes of the user's own in the store: versions stay, and the past is asked for by what was known then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, Span, ThemeTag, TokenCount, Tone
from southbound.store import Store, open_store
from southbound.store.article import StoredArticle
from southbound.store.theme import OwnTag, OwnTheme

PUBLISHED = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
FIRST = datetime(2025, 6, 1, tzinfo=UTC)
SECOND = datetime(2025, 7, 1, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
MOMENT = timedelta(milliseconds=1)
TITLE = Span(field="title", start=0, end=5, text="Robot")


def theme(version: int = 1, at: datetime = FIRST) -> OwnTheme:
    return OwnTheme(
        theme="robots",
        version=version,
        name="Robots",
        definition="Robots and their makers",
        keywords=("robot",),
        examples=({"title": "A robot", "body": "", "label": True},),
        share=0.01,
        threshold=0.25,
        classifier=b"weights",
        vector_name="tiny@1",
        quality={"f1": 0.5},
        created_at=at,
        ended_at=None,
    )


def annotation(themes: tuple[ThemeTag, ...] = ()) -> Annotation:
    return Annotation(
        language="en",
        hk_china=0.9,
        themes=themes,
        entities=(),
        tone=Tone(label=0, negative=0.1, neutral=0.7, positive=0.2),
        scores={},
        model="model-1",
        tokens=TokenCount(read=1, total=1),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "own.db") as store:
        yield store


def tag(store: Store, own: OwnTheme, marks: dict[str, bool], at: datetime, *, fresh: bool = False) -> None:
    found = store.themes.find_articles(list(marks))
    tags = [
        OwnTag(article_pk=found[key].pk, score=0.8 if carries else 0.1, evidence=TITLE if carries else None)
        for key, carries in marks.items()
    ]
    with store.transaction():
        store.themes.add_tags(own, tags, tagged_at=at, with_article=fresh)


@pytest.fixture
def articles(store: Store) -> list[StoredArticle]:
    """Add two archived articles, the first of them market news, and the first version of a theme."""
    made = [make_article(title=f"Robot {key}", article_id=key, published_at=PUBLISHED) for key in ("a", "b")]
    ai = ThemeTag(theme="ai", score=0.9, evidence=(TITLE,))
    with store.transaction():
        store.articles.add(made, seen_at=FIRST - timedelta(days=9), basis="published")
    waiting = store.articles.next_untagged("model-1", after_pk=0, limit=9)
    with store.transaction():
        store.tags.add(
            zip(waiting, [annotation((ai,)), annotation()], strict=True), tagged_at=FIRST - timedelta(days=9)
        )
        store.themes.add(theme())
    return waiting


def test_a_version_comes_back_as_it_was_added(store: Store) -> None:
    with store.transaction():
        store.themes.add(theme())
        store.themes.add(replace(theme(2, SECOND), quality=None))
    assert store.themes.versions("robots")[0] == theme()
    assert store.themes.names() == {"robots": "Robots"}
    (active,) = store.themes.active()
    assert (active.version, active.quality) == (2, None)


@pytest.mark.usefixtures("articles")
def test_a_back_fill_is_known_when_it_was_made(store: Store) -> None:
    tag(store, theme(), {"a": False, "b": True}, FIRST)
    assert len(store.tags.theme_articles("robots", as_of=FIRST)) == 0
    frame = store.tags.theme_articles("robots", as_of=FIRST + MOMENT)
    assert frame["is_theme"].tolist() == [False, True]
    assert frame["score"].tolist() == [0.0, 0.8]
    assert set(frame["model"]) == {"model-1+robots@1"}
    before = store.tags.theme_articles("ai")
    assert before["is_theme"].tolist() == [True]


@pytest.mark.usefixtures("articles")
def test_a_later_version_speaks_from_then_on_and_leaves_the_earlier_rows(store: Store) -> None:
    tag(store, theme(), {"a": False, "b": True}, FIRST)
    with store.transaction():
        store.themes.add(theme(2, SECOND))
    tag(store, theme(2, SECOND), {"a": True, "b": False}, SECOND)
    assert store.tags.theme_articles("robots", as_of=SECOND)["is_theme"].tolist() == [False, True]
    assert store.tags.theme_articles("robots")["is_theme"].tolist() == [True]
    assert store.themes.count(theme()) == (2, 1)


@pytest.mark.usefixtures("articles")
def test_an_article_shows_its_own_themes_beside_the_others(store: Store) -> None:
    tag(store, theme(), {"a": True, "b": False}, FIRST)
    first, second = store.tags.known_between(*EVER)
    assert [x.theme for x in first.themes] == ["ai", "robots"]
    assert first.themes[1] == ThemeTag(theme="robots", score=0.8, evidence=(TITLE,))
    assert second.themes == ()
    (then, _) = store.tags.known_between(*EVER, as_of=FIRST)
    assert [x.theme for x in then.themes] == ["ai"]


@pytest.mark.usefixtures("articles")
def test_hindsight_shows_what_was_defined_later(store: Store) -> None:
    tag(store, theme(), {"a": True, "b": True}, FIRST)
    day = PUBLISHED + timedelta(days=1)
    assert [len(x.themes) for x in store.tags.known_between(*EVER, as_of=day, hindsight=True)] == [2, 1]
    assert [len(x.themes) for x in store.tags.known_between(*EVER, as_of=day)] == [1, 0]
    assert len(store.tags.theme_articles("robots", as_of=day, hindsight=True)) == 2


@pytest.mark.usefixtures("articles")
def test_an_archived_article_tagged_afresh_is_known_from_the_versions_making_on(store: Store) -> None:
    tag(store, theme(), {"a": True}, SECOND, fresh=True)
    assert len(store.tags.theme_articles("robots", as_of=FIRST)) == 0
    assert len(store.tags.theme_articles("robots", as_of=FIRST + MOMENT)) == 1


@pytest.mark.usefixtures("articles")
def test_a_version_reads_each_article_once(store: Store) -> None:
    assert [x.article_id for x in store.themes.unread(theme(), after_pk=0, limit=9)] == ["a", "b"]
    tag(store, theme(), {"a": True}, FIRST)
    tag(store, theme(), {"a": False}, SECOND)
    assert [x.article_id for x in store.themes.unread(theme(), after_pk=0, limit=9)] == ["b"]
    ((article, shown),) = store.themes.hits(theme(), limit=9, latest=True)
    assert (article.article_id, shown.score) == ("a", 0.8)


@pytest.mark.usefixtures("articles")
def test_a_cut_database_answers_as_the_whole_one_did(store: Store) -> None:
    tag(store, theme(), {"a": True, "b": True}, FIRST)
    with store.transaction():
        store.themes.add(theme(2, SECOND))
        store.themes.end("robots", at=SECOND + MOMENT)
    tag(store, theme(2, SECOND), {"a": False, "b": False}, SECOND)
    whole = store.tags.theme_articles("robots", as_of=SECOND)
    store.cut(SECOND)
    assert store.tags.theme_articles("robots").equals(whole)
    assert [(x.version, x.ended_at) for x in store.themes.active()] == [(1, None)]
    assert store.check() == []


def test_an_ended_theme_tags_no_more_but_keeps_its_name(store: Store) -> None:
    with store.transaction():
        store.themes.add(theme())
        store.themes.end("robots", at=SECOND)
    assert store.themes.active() == []
    assert store.themes.names() == {"robots": "Robots"}
    assert store.themes.versions("robots")[0].ended_at == SECOND


def test_vectors_are_kept_in_half_precision(store: Store, articles: list[StoredArticle]) -> None:
    key = articles[0].pk
    with store.transaction():
        store.themes.add_vectors("tiny@1", {key: np.array([0.5, 0.1], np.float32)})
    found = store.themes.vectors("tiny@1", [key, 99])
    assert found[key].tolist() == pytest.approx([0.5, 0.1], abs=1e-4)
    assert store.themes.vectors("other", [key]) == {}
