"""Emerging names: counted by story, ranked by growth, known only from when they were known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, TokenCount, Tone
from nlp.entities.catalogue import Catalogue, entity_from_row
from nlp.entities.unknown import id_from_name
from southbound.pipeline.entity import EmergingName, count_stories, find_emerging, sentence_of
from southbound.store import Store, open_store
from southbound.store.entity import Context

START = datetime(2025, 2, 1, tzinfo=UTC)
EMPTY = Catalogue(entities={}, by_listing={})
VERBS = ("rises", "sues", "hires", "drops", "lists", "buys", "sells", "opens", "closes", "moves")
PLACES = ("Penang", "Ningbo", "Wuhan", "Osaka", "Busan", "Texas", "Ohio", "Wales", "Macau", "Jakarta")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def add(
    store: Store, day: float, title: str, *names: str, publisher: str = "Harbour", hk_china: float = 1.0
) -> None:
    at = START + timedelta(days=day)
    article = make_article(title=title, publisher=publisher, article_id=f"{day}-{title}", published_at=at)
    with store.transaction():
        store.articles.add([article], seen_at=at, basis="published")
        stored = next(
            x for x in store.articles.known_between(at, at + timedelta(seconds=1)) if x.title == title
        )
        store.tags.add([(stored, _annotation(title, names, hk_china))], tagged_at=at)


def _annotation(title: str, names: tuple[str, ...], hk_china: float) -> Annotation:
    return Annotation(
        language="en",
        hk_china=hk_china,
        themes=(),
        entities=tuple(_tag(title, name) for name in names),
        tone=Tone(label=0, negative=0.0, neutral=1.0, positive=0.0),
        scores={},
        model="m",
        tokens=TokenCount(read=1, total=1),
    )


def _tag(title: str, name: str) -> EntityTag:
    linked = name == "Alibaba"
    return EntityTag(
        entity_id="alibaba" if linked else id_from_name(name),
        name=name,
        type="company",
        tickers=(),
        relevance=0.5,
        linked=linked,
        mentions=(Span(field="title", start=0, end=1, text=title[:1]),),
    )


def recur(store: Store, name: str, *, first: int, n: int, hk_china: float = 1.0) -> None:
    for number in range(n):
        title = f"{name} {VERBS[number]} {PLACES[number]} {PLACES[-1 - number]}"
        publisher = "Harbour" if number % 2 else "Peak"
        add(store, first + number / 10, title, name, publisher=publisher, hk_china=hk_china)


def find(store: Store, **options: object) -> list[EmergingName]:
    since = START + timedelta(days=10)
    return find_emerging(store, EMPTY, **{"since": since, **options})  # type: ignore[arg-type] # by name, below


def test_an_empty_store_has_no_names(store: Store) -> None:
    assert find(store) == []


def test_a_recurring_name_is_described(store: Store) -> None:
    add(store, 0, "Quiet day")
    recur(store, "Lumio", first=10, n=3)
    add(store, 11, "Late Alibaba notes", "Lumio Inc", "Alibaba", publisher="Bay")
    (name,) = find(store)
    assert (name.entity_id, name.name, name.type) == ("unknown:lumio", "Lumio", "company")
    assert (name.n_articles, name.n_stories, name.publishers) == (4, 4, ("Peak", "Harbour", "Bay"))
    assert name.variants == ("Lumio", "Lumio Inc")
    assert (name.is_new, name.growth) == (True, 4.0)
    assert (name.first_seen, name.last_seen) == (START + timedelta(days=10), START + timedelta(days=11))
    assert name.beside == ("Alibaba (1)",)
    assert [s.sentence for s in name.sightings] == ["Lumio rises Penang Jakarta", "Lumio sues Ningbo Macau"]


def test_reposts_are_one_story_and_one_publisher_is_not_enough(store: Store) -> None:
    for number in range(5):
        add(store, 10 + number / 10, f"Lumio rises in Penang{'!' * number}", "Lumio", publisher=str(number))
    for number in range(5):
        add(store, 10 + number / 10, f"Xinyuan {VERBS[number]} {PLACES[number]} {number}", "Xinyuan")
    assert find(store) == []
    assert [name.name for name in find(store, min_stories=1)] == ["Xinyuan", "Lumio"]


def test_what_was_there_before_grows_less(store: Store) -> None:
    add(store, 0, "Quiet day")
    recur(store, "Oldname", first=5, n=4)
    recur(store, "Oldname Ltd", first=15, n=4)
    recur(store, "Lumio", first=15, n=3)
    names = find(store)
    assert [(name.name, name.is_new) for name in names] == [("Lumio", True), ("Oldname Ltd", False)]
    # 10 days before and 5.3 in the window: 4 stories lead one to expect 2.12.
    assert names[1].growth == pytest.approx((4 - 2.12) / 3.12**0.5)


def test_far_names_stand_below_near_ones(store: Store) -> None:
    add(store, 0, "Quiet day")
    recur(store, "Farname", first=12, n=4, hk_china=0.0)
    recur(store, "Lumio", first=12, n=3)
    assert [name.name for name in find(store)] == ["Lumio", "Farname"]
    assert [name.name for name in find(store, limit=1)] == ["Lumio"]


def test_as_of_gives_what_was_known_then(store: Store) -> None:
    recur(store, "Lumio", first=10, n=5)
    early = find(store, as_of=START + timedelta(days=10.25))
    assert [name.n_stories for name in early] == [3]
    assert find(store, as_of=START + timedelta(days=10.15)) == []


def test_what_the_catalogue_has_by_now_is_left_out(store: Store) -> None:
    recur(store, "Lumio", first=10, n=4)
    entity = entity_from_row({"id": "lumio", "name": "LUMIO Ltd", "type": "company"}, where="test")
    known = Catalogue(entities={"lumio": entity}, by_listing={})
    assert find_emerging(store, known, since=START) == []
    assert len(find_emerging(store, EMPTY, since=START)) == 1


def test_stories_are_counted_by_the_words_of_titles() -> None:
    assert count_stories(["Lumio wins a big case", "UPDATE 1-Lumio wins big case", "Xinyuan falls"]) == 2
    assert count_stories([]) == 0


def test_the_sentence_around_a_mention_is_cut_out() -> None:
    body = "First one here. Then Lumio rose\nby a lot. Last."
    start = body.index("Lumio")
    mention = Span(field="body", start=start, end=start + 5, text="Lumio")
    context = Context(article_id="a", title="T", body=body, mentions=(mention,))
    assert sentence_of(context) == "Then Lumio rose"
