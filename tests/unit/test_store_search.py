"""Full-text search: words, phrases, Chinese in both scripts, and what people type by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ingest.article import make_article
from southbound.store import Store, open_store
from southbound.store.search import match_expression

TEXTS = {
    "en1": ("Alibaba rallies as AI frenzy spreads", "Southbound money bought Hong Kong shares."),
    "en2": ("Money market rates fall", "The southbound tunnel closes. Shares of Hong Kong banks slip."),
    "hant": ("阿里巴巴急升 港股通資金淨流入", "南向資金連續八日買入騰訊控股。"),
    "hans": ("阿里巴巴大涨 港股通资金净流入", "南向资金连续八日买入腾讯控股。"),
    "mixed": ("DeepSeek概念股急升", "C++ and R&D: a 10% rise; café près de Ré"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("search") / "news.db") as opened:
        articles = [
            make_article(
                title=title, body=body, publisher="Harbour", article_id=key, url=f"https://x.example/{key}"
            )
            for key, (title, body) in TEXTS.items()
        ]
        with opened.transaction():
            opened.articles.add(articles, seen_at=datetime(2025, 2, 11, tzinfo=UTC), basis="seen")
        yield opened


def found(store: Store, query: str) -> set[str]:
    return {hit.article_id for hit in store.search.find(query)}


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("alibaba", {"en1"}),
        ("ALIBABA", {"en1"}),
        ("hong kong shares", {"en1", "en2"}),
        ('"hong kong shares"', {"en1"}),
        ('"southbound money" shares', {"en1"}),
        ("southbound", {"en1", "en2"}),
        ("southbound alibaba tunnel", set()),
        ("south", set()),
        ("cafe", {"mixed"}),
        ("R&D", {"mixed"}),
    ],
)
def test_english_words_all_have_to_stand(store: Store, query: str, keys: set[str]) -> None:
    assert found(store, query) == keys


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("騰訊", {"hant", "hans"}),
        ("腾讯", {"hant", "hans"}),
        ("資金淨流入", {"hant", "hans"}),
        ("资金净流入", {"hant", "hans"}),
        ("阿里巴巴 港股通", {"hant", "hans"}),
        ("股通", {"hant", "hans"}),
        ("訊騰", set()),
        ("急升", {"hant", "mixed"}),
        ("DeepSeek概念股", {"mixed"}),
        ("DeepSeek 急升", {"mixed"}),
        ('"連續八日買入"', {"hant", "hans"}),
    ],
)
def test_chinese_is_found_in_either_script(store: Store, query: str, keys: set[str]) -> None:
    assert found(store, query) == keys


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', '""', "*", "(", ")", "-", "NOT", "OR OR", "^", "a\0b", "+ - :", "{x}:", "'", '" "', "_"],
)
def test_nothing_a_person_types_is_an_error(store: Store, query: str) -> None:
    assert found(store, query) == set()


@pytest.mark.parametrize(
    "query",
    [
        "title:alibaba",
        "NOT alibaba",
        'alibaba"',
        "alibaba OR tunnel",
        "alibaba*x",
        "NEAR(alibaba money)",
        "'; DROP TABLE article; --",
        "alibaba " * 2000,
        "\U0001f680 alibaba\u0301",
        "\ud800 alibaba",
        "caf\udce9 alibaba",
    ],
)
def test_operators_are_only_words(store: Store, query: str) -> None:
    assert found(store, query) <= {"en1"}
    assert store.articles.count() == 5


@pytest.mark.parametrize(
    "query", ["- alibaba", "alibaba *", "alibaba _", '"alibaba', "(alibaba)", "alibaba,", "ali\0baba"]
)
def test_signs_beside_a_word_do_not_hide_it(store: Store, query: str) -> None:
    assert found(store, query) == {"en1"}


def test_hits_say_what_was_found(store: Store) -> None:
    (hit,) = store.search.find("frenzy")
    assert (hit.title, hit.publisher, hit.language) == (
        "Alibaba rallies as AI frenzy spreads",
        "Harbour",
        "en",
    )
    assert (hit.url, hit.known_at) == ("https://x.example/en1", "2025-02-11T00:00:00.000Z")


def test_no_more_hits_than_asked_for(store: Store) -> None:
    assert len(store.search.find("southbound", limit=1)) == 1


def test_every_word_is_quoted() -> None:
    assert match_expression('money OR "hong kong"') == '"money" AND "OR" AND "hong kong"'
    assert match_expression("騰訊 AI") == '("腾 讯" OR "騰 訊") AND "AI"'
    assert match_expression("?! ...") == ""
