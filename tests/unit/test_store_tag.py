"""Tags: by model version, never rewritten, known from a certain instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from southbound.store import Store, open_store
from southbound.store.article import KnownBasis, StoredArticle

PUBLISHED = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
SEEN = datetime(2025, 6, 1, tzinfo=UTC)
TAGGED = datetime(2025, 6, 2, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
TITLE = Span(field="title", start=0, end=7, text="Alibaba")
ALIBABA = EntityTag(
    entity_id="alibaba",
    name="Alibaba Group",
    type="company",
    tickers=("XHKG:9988", "XNYS:BABA"),
    relevance=0.9123456,
    linked=True,
    mentions=(TITLE,),
    tone=Tone(label=-1, negative=0.61234, neutral=0.2, positive=0.18766),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def annotation(model: str = "model-1", *, positive: float = 0.7, **themes: float) -> Annotation:
    return Annotation(
        language="en",
        hk_china=0.98765,
        themes=tuple(ThemeTag(theme=name, score=score, evidence=(TITLE,)) for name, score in themes.items()),
        entities=(ALIBABA,),
        tone=Tone(label=1, negative=0.1, neutral=0.9 - positive, positive=positive),
        scores={},
        model=model,
        tokens=TokenCount(read=10, total=12),
    )


def add_article(store: Store, article_id: str = "a1", *, basis: KnownBasis = "published") -> StoredArticle:
    article = make_article(
        title="Alibaba rises", publisher="Harbour", article_id=article_id, published_at=PUBLISHED
    )
    with store.transaction():
        store.articles.add([article], seen_at=SEEN, basis=basis)
    return next(x for x in store.articles.known_between(*EVER) if x.article_id == article_id)


def tag(store: Store, article: StoredArticle, tags: Annotation, *, at: datetime = TAGGED) -> int:
    with store.transaction():
        return store.tags.add([(article, tags)], tagged_at=at)


def known(store: Store) -> list[tuple[str, str]]:
    return store._db.execute("SELECT model, known_at FROM tagging ORDER BY pk").fetchall()


def test_tags_come_back_as_they_were_made(store: Store) -> None:
    assert tag(store, add_article(store), annotation(ai=0.912345, rally=0.95)) == 1
    (tagged,) = store.tags.known_between(*EVER)
    assert (tagged.article_id, tagged.title, tagged.publisher) == ("a1", "Alibaba rises", "Harbour")
    assert (tagged.model, tagged.hk_china, tagged.tone) == ("model-1", 0.9877, 1)
    assert tagged.tone_score == pytest.approx(0.6)
    assert (tagged.published_at, tagged.known_at) == (PUBLISHED, PUBLISHED)
    assert tagged.themes == (
        ThemeTag(theme="rally", score=0.95, evidence=(TITLE,)),
        ThemeTag(theme="ai", score=0.9123, evidence=(TITLE,)),
    )
    (entity,) = tagged.entities
    assert (entity.entity_id, entity.tickers, entity.relevance) == (
        "alibaba",
        ("XHKG:9988", "XNYS:BABA"),
        0.9123,
    )
    assert entity.mentions == (TITLE,)


def test_the_first_tagging_of_an_archived_article_is_known_with_it(store: Store) -> None:
    article = add_article(store)
    tag(store, article, annotation("model-1", ai=0.9))
    tag(store, article, annotation("model-2", ai=0.9), at=TAGGED + timedelta(days=30))
    assert known(store) == [
        ("model-1", "2025-02-10T01:30:00.000Z"),
        ("model-2", "2025-07-02T00:00:00.000Z"),
    ]


def test_a_live_articles_tags_are_known_when_they_are_made(store: Store) -> None:
    tag(store, add_article(store, basis="seen"), annotation(ai=0.9))
    assert known(store) == [("model-1", "2025-06-02T00:00:00.000Z")]


def test_tags_are_not_known_before_their_article(store: Store) -> None:
    tag(store, add_article(store, basis="seen"), annotation(ai=0.9), at=SEEN - timedelta(days=9))
    assert known(store) == [("model-1", "2025-06-01T00:00:00.000Z")]


def test_a_model_tags_an_article_once(store: Store) -> None:
    article = add_article(store)
    assert tag(store, article, annotation(ai=0.9)) == 1
    assert tag(store, article, annotation(ipo=0.8)) == 0
    (tagged,) = store.tags.known_between(*EVER)
    assert [theme.theme for theme in tagged.themes] == ["ai"]
    assert len(tagged.entities) == 1
    assert store.articles.untagged("model-1") == 0
    assert store.articles.untagged("model-2") == 1


def test_theme_articles_are_marked_among_the_market_news(store: Store) -> None:
    tag(store, add_article(store, "a1"), annotation(positive=0.7, ai=0.9))
    tag(store, add_article(store, "a2"), annotation(positive=0.3, ipo=0.8, rally=0.6))
    tag(store, add_article(store, "no market news"), annotation())
    add_article(store, "not tagged yet")
    frame = store.tags.theme_articles("ai")
    columns = ["article", "publisher", "language", "known_at", "novelty", "score", "relevance", "tone"]
    assert list(frame.columns) == [*columns, "model", "is_theme"]
    assert frame["novelty"].tolist() == [1.0, 1.0]
    assert frame["article"].tolist() == ["a1", "a2"]
    assert frame["relevance"].tolist() == [1.0, 1.0]
    assert frame["is_theme"].tolist() == [True, False]
    assert frame["score"].tolist() == [0.9, 0.0]
    assert frame["tone"].tolist() == pytest.approx([0.6, 0.2])
    assert frame["known_at"].tolist() == [PUBLISHED, PUBLISHED]
    assert set(frame["publisher"]) == {"Harbour"}
    assert len(store.tags.theme_articles("no_such_theme")) == 2


def test_an_empty_store_gives_an_empty_frame(store: Store) -> None:
    frame = store.tags.theme_articles("ai")
    assert len(frame) == 0
    assert str(frame["known_at"].dtype).startswith("datetime64")
    assert "UTC" in str(frame["known_at"].dtype)
    assert (str(frame["is_theme"].dtype), str(frame["score"].dtype)) == ("bool", "float64")
    assert store.tags.known_between(*EVER) == []


def test_the_past_is_asked_for_by_what_was_known_then(store: Store) -> None:
    article = add_article(store)
    tag(store, article, annotation("model-1", ai=0.9))
    retagged = TAGGED + timedelta(days=30)
    tag(store, article, annotation("model-2", ipo=0.8), at=retagged)

    def marked(as_of: datetime | None) -> list[tuple[str, bool]]:
        frame = store.tags.theme_articles("ai", as_of=as_of)
        return [(model, bool(mark)) for model, mark in zip(frame["model"], frame["is_theme"], strict=True)]

    assert marked(PUBLISHED) == []
    assert marked(PUBLISHED + timedelta(milliseconds=1)) == [("model-1", True)]
    assert marked(retagged) == [("model-1", True)]
    assert marked(retagged + timedelta(milliseconds=1)) == [("model-2", False)]
    assert marked(None) == [("model-2", False)]
    (then,) = store.tags.known_between(*EVER, as_of=retagged)
    (now,) = store.tags.known_between(*EVER)
    assert [x.theme for x in then.themes] == ["ai"]
    assert [x.theme for x in now.themes] == ["ipo"]


def test_a_revision_is_tagged_but_never_counted_twice(store: Store) -> None:
    first = add_article(store)
    revised = make_article(title="Alibaba falls", publisher="Harbour", article_id="a1")
    with store.transaction():
        store.articles.add([revised], seen_at=SEEN, basis="published")
    waiting = store.articles.next_untagged("model-1", after_pk=0, limit=9)
    assert [(x.title, x.revision) for x in waiting] == [("Alibaba rises", 0), ("Alibaba falls", 1)]
    tag(store, first, annotation(ai=0.9))
    tag(store, waiting[1], annotation(ai=0.8))
    assert store.tags.theme_articles("ai")["score"].tolist() == [0.9]
    assert [x.title for x in store.tags.known_between(*EVER)] == ["Alibaba rises"]
