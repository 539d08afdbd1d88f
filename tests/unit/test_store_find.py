"""Lists of articles by words that very many of them have: right, complete, and ranked among the newest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingest.article import make_article
from southbound.store import Store, open_store, search
from southbound.store.find import ArticleQuery, Order

START = datetime(2025, 2, 10, tzinfo=UTC)
N_ARTICLES = 60
N_RANKED = 20


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Articles of which four in five have the word, the shorter ones best; the latest are stored first."""
    with open_store(tmp_path_factory.mktemp("find") / "news.db") as opened:
        for number in reversed(range(N_ARTICLES)):
            word = "bonds" if number % 5 == 0 else "shares"
            article = make_article(
                title=f"Note {number}",
                body=f"Notes on {word}" + " and other things" * (number * 7 % 11),
                publisher="Harbour" if number % 2 else "Peak",
                article_id=f"a{number}",
            )
            with opened.transaction():
                opened.articles.add([article], seen_at=START + timedelta(hours=number), basis="seen")
        yield opened


def ids(store: Store, order: Order, *, publisher: str = "", as_of: datetime | None = None) -> list[str]:
    query = ArticleQuery(words="shares", publisher=publisher, as_of=as_of)
    return [one.article_id for one in store.finder.find(query, order=order, limit=N_ARTICLES)]


def make_common(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let words be common that stand in more than twenty texts."""
    monkeypatch.setattr(search, "N_RANKED", N_RANKED)


@pytest.mark.parametrize("publisher", ["", "Peak"])
@pytest.mark.parametrize("as_of", [None, START + timedelta(hours=40)])
def test_the_newest_are_the_same_however_common_the_word(
    store: Store, monkeypatch: pytest.MonkeyPatch, publisher: str, as_of: datetime | None
) -> None:
    rare = ids(store, "newest", publisher=publisher, as_of=as_of)
    assert rare == sorted(rare, key=lambda one: -int(one[1:]))
    make_common(monkeypatch)
    assert ids(store, "newest", publisher=publisher, as_of=as_of) == rare


def test_the_best_of_a_common_word_are_ranked_among_the_newest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest, best = ids(store, "newest"), ids(store, "best")
    assert set(best) == set(newest)
    assert best != newest
    make_common(monkeypatch)
    assert store.finder.is_limited(ArticleQuery(words="shares"))
    among = newest[:N_RANKED]
    assert ids(store, "best") == [one for one in best if one in among] + newest[N_RANKED:]
    assert [hit.article_id for hit in store.search.find("shares", limit=99)] == [
        one for one in best if one in among
    ]


def test_filters_choose_before_the_newest_are_ranked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    best = ids(store, "best", publisher="Peak", as_of=START + timedelta(hours=30))
    make_common(monkeypatch)
    assert len(best) < N_RANKED
    assert ids(store, "best", publisher="Peak", as_of=START + timedelta(hours=30)) == best


def test_a_rare_word_is_not_limited(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_common(monkeypatch)
    assert not store.finder.is_limited(ArticleQuery(words="bonds"))
    assert not store.finder.is_limited(ArticleQuery())
