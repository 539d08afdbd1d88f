"""Articles: what is new, revised or known, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ingest.article import Article, make_article
from southbound.store import Store, open_store
from southbound.store.article import Added, KnownBasis

PUBLISHED = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
SEEN = datetime(2025, 2, 11, 4, 0, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def article(
    article_id: str = "a1",
    *,
    title: str = "Southbound buying returns",
    body: str = "Money came back.",
    published_at: datetime | None = PUBLISHED,
    language: str = "en",
) -> Article:
    return make_article(
        title=title,
        body=body,
        publisher="Harbour Ledger",
        article_id=article_id,
        published_at=published_at,
        language=language,
        url="https://harbour.example/news/1",
        extra={"section": "Markets"},
    )


def add(store: Store, *articles: Article, basis: KnownBasis = "published", seen_at: datetime = SEEN) -> Added:
    with store.transaction():
        return store.articles.add(articles, seen_at=seen_at, basis=basis)


def test_an_article_is_stored_as_it_is(store: Store) -> None:
    assert add(store, article()) == Added(new=1)
    (stored,) = store.articles.known_between(*EVER)
    assert (stored.article_id, stored.revision, stored.publisher) == ("a1", 0, "Harbour Ledger")
    assert (stored.title, stored.body) == ("Southbound buying returns", "Money came back.")
    assert (stored.language, stored.url) == ("en", "https://harbour.example/news/1")
    assert (stored.published_at, stored.known_at) == (PUBLISHED, PUBLISHED)
    row = store._db.execute("SELECT seen_at, known_at, known_basis, extra FROM article").fetchone()
    assert row == (
        "2025-02-11T04:00:00.000Z",
        "2025-02-10T01:30:00.000Z",
        "published",
        '{"section": "Markets"}',
    )


def test_the_same_twice_adds_nothing(store: Store) -> None:
    both = [article("a1"), article("a2", title="Another")]
    assert add(store, *both) == Added(new=2)
    assert add(store, *both, seen_at=SEEN + timedelta(days=3)) == Added(known=2)
    assert store.articles.count() == 2
    assert add(store, article("a3"), article("a3")) == Added(new=1, known=1)


def test_another_content_is_a_revision(store: Store) -> None:
    add(store, article())
    later = SEEN + timedelta(hours=1)
    assert add(store, article(body="Corrected."), seen_at=later) == Added(revised=1)
    assert add(store, article(body="Corrected again."), seen_at=later) == Added(revised=1)
    assert add(store, article(), seen_at=later) == Added(known=1)
    rows = store._db.execute(
        "SELECT revision, body, known_at, known_basis FROM article ORDER BY pk"
    ).fetchall()
    assert rows == [
        (0, "Money came back.", "2025-02-10T01:30:00.000Z", "published"),
        (1, "Corrected.", "2025-02-11T05:00:00.000Z", "seen"),
        (2, "Corrected again.", "2025-02-11T05:00:00.000Z", "seen"),
    ]
    assert [stored.body for stored in store.articles.known_between(*EVER)] == ["Money came back."]


@pytest.mark.parametrize(
    ("basis", "published_at", "known_at", "known_basis"),
    [
        ("seen", PUBLISHED, SEEN, "seen"),
        ("published", PUBLISHED, PUBLISHED, "published"),
        ("published", None, SEEN, "seen"),
        ("published", SEEN, SEEN, "published"),
        ("published", SEEN + timedelta(minutes=1), SEEN, "seen"),
    ],
)
def test_the_basis_says_since_when_it_is_known(
    store: Store, basis: KnownBasis, published_at: datetime | None, known_at: datetime, known_basis: str
) -> None:
    add(store, article(published_at=published_at), basis=basis)
    (stored,) = store.articles.known_between(*EVER)
    assert (stored.published_at, stored.known_at) == (published_at, known_at)
    assert store._db.execute("SELECT known_basis FROM article").fetchone() == (known_basis,)


def test_spans_are_half_open_and_in_order(store: Store) -> None:
    hours = [3, 1, 2, 2]
    add(store, *(article(f"a{i}", published_at=PUBLISHED + timedelta(hours=h)) for i, h in enumerate(hours)))
    start, end = PUBLISHED + timedelta(hours=1), PUBLISHED + timedelta(hours=3)
    assert [x.article_id for x in store.articles.known_between(start, end)] == ["a1", "a2", "a3"]
    assert [x.article_id for x in store.articles.known_between(end, end + timedelta(seconds=1))] == ["a0"]
    assert list(store.articles.known_between(end, start)) == []


def test_spans_may_be_given_in_any_zone(store: Store) -> None:
    add(store, article())
    hong_kong = timezone(timedelta(hours=8))
    half_past_nine = datetime(2025, 2, 10, 9, 30, tzinfo=hong_kong)
    assert len(list(store.articles.known_between(half_past_nine, half_past_nine + timedelta(seconds=1)))) == 1
    assert not list(store.articles.known_between(half_past_nine - timedelta(days=1), half_past_nine))


def test_untagged_articles_are_counted_and_paged(store: Store) -> None:
    languages = ["en", "zh-Hant", "en", "zh-Hans", "en"]
    texts = {"en": "Shares", "zh-Hant": "港股", "zh-Hans": "港股"}
    add(store, *(article(f"a{i}", title=texts[tag], language=tag) for i, tag in enumerate(languages)))
    assert store.articles.untagged("model-1") == 5
    assert store.articles.untagged("model-1", languages=("en",)) == 3
    assert store.articles.untagged("model-1", languages=("en", "zh-Hans")) == 4
    first = store.articles.next_untagged("model-1", after_pk=0, limit=2)
    assert [x.article_id for x in first] == ["a0", "a1"]
    rest = store.articles.next_untagged("model-1", after_pk=first[-1].pk, limit=9, languages=("en",))
    assert [x.article_id for x in rest] == ["a2", "a4"]
    assert store.articles.next_untagged("model-1", after_pk=rest[-1].pk, limit=9) == []


def test_what_no_source_should_send_is_stored_all_the_same(store: Store) -> None:
    title = "'; DROP TABLE article; -- \U0001f680\u200d\u0301 100%"
    add(store, make_article(title=title, body="x" * 1_000_000, extra={"deep": [{"of": None}]}))
    (stored,) = store.articles.known_between(*EVER)
    assert stored.title == title
    assert len(stored.body) == 1_000_000
    assert store.check() == []


def test_counts_add_up() -> None:
    assert Added(new=1, revised=2, known=3) + Added(new=10, known=5) == Added(new=11, revised=2, known=8)


def test_a_text_that_comes_back_is_no_further_revision(store: Store) -> None:
    first, second = article(body="A"), article(body="B")
    assert add(store, first) == Added(new=1)
    assert add(store, second, seen_at=SEEN + timedelta(hours=1)) == Added(revised=1)
    assert add(store, first, seen_at=SEEN + timedelta(hours=2)) == Added(known=1)
    revisions = store.articles.revisions("a1")
    assert [(stored.revision, stored.body) for stored in revisions] == [(0, "A"), (1, "B")]
    assert [stored.known_at for stored in revisions] == [PUBLISHED, SEEN + timedelta(hours=1)]
