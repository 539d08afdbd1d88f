"""Stories in the store: by version, never rewritten, known from a certain instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from nlp.stories.assignment import Assignment
from nlp.stories.earlier import ReportNovelty
from nlp.stories.novelty import WINDOWS, EntityNovelty, Novelty
from southbound.store import Store, open_store
from southbound.store.article import KnownBasis
from southbound.store.story import Assigned
from southbound.store.story_queue import WaitingReport

MORNING = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
SEEN = datetime(2025, 6, 1, tzinfo=UTC)
TAGGED = datetime(2025, 6, 2, tzinfo=UTC)
GROUPED = datetime(2025, 6, 3, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
FIRST = (EVER[0], "")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def entity(key: str, field: str) -> EntityTag:
    return EntityTag(
        entity_id=key,
        name=key,
        type="company",
        tickers=(),
        relevance=0.9,
        linked=True,
        mentions=(Span(field=field, start=0, end=3, text="Ali"),),  # type: ignore[arg-type] # either of two
    )


def put(
    store: Store, key: str, minute: int = 0, *, basis: KnownBasis = "published", tagged: bool = True
) -> None:
    at = MORNING + timedelta(minutes=minute)
    article = make_article(title=f"Ali {key}", publisher="Harbour", article_id=key, published_at=at)
    with store.transaction():
        store.articles.add([article], seen_at=SEEN if basis == "published" else at, basis=basis)
        if tagged:
            (first, *_) = store.articles.revisions(key)
            store.tags.add([(first, annotation("model-1"))], tagged_at=TAGGED)


def annotation(model: str, *entities: EntityTag) -> Annotation:
    return Annotation(
        language="en",
        hk_china=0.5,
        themes=(ThemeTag(theme="ai", score=0.9, evidence=()),),
        entities=entities
        or (entity("alibaba", "title"), entity("hkex", "body"), entity("unknown:x", "body")),
        tone=Tone(label=0, negative=0.1, neutral=0.8, positive=0.1),
        scores={},
        model=model,
        tokens=TokenCount(read=1, total=1),
    )


def queue(store: Store, version: str = "v1") -> list[WaitingReport]:
    return store.story_queue.read_reports(version, vector_name="e@1", after=FIRST, limit=100)


def assign(
    store: Store,
    key: str,
    story: str = "",
    *,
    version: str = "v1",
    novelty: float = 1.0,
    at: datetime = GROUPED,
) -> None:
    (article, *_) = store.articles.revisions(key)
    counts = {name: place for place, name in enumerate(WINDOWS)}
    told = Assigned(
        article_pk=article.pk,
        assignment=Assignment(
            article_id=key,
            story_id=story or key,
            is_new=not story,
            likeness=0.61234,
            matched_article_id=story or None,
        ),
        novelty=ReportNovelty(
            story=Novelty(counts=counts, score=novelty),
            entities={"alibaba": EntityNovelty(novelty_counts=counts, volume_counts=counts, score=0.75)},
        ),
    )
    with store.transaction():
        store.stories.add([told], version=version, assigned_at=at)


def known(store: Store) -> list[tuple[str, str]]:
    return store._db.execute("SELECT version, known_at FROM story_report ORDER BY pk").fetchall()


def test_an_archived_articles_first_story_is_known_with_it_and_a_later_one_when_it_was_made(
    store: Store,
) -> None:
    put(store, "a")
    assign(store, "a")
    assign(store, "a", version="v2")
    assert known(store) == [("v1", "2025-02-10T01:30:00.000Z"), ("v2", "2025-06-03T00:00:00.000Z")]


def test_a_live_articles_story_is_known_when_it_was_made(store: Store) -> None:
    put(store, "a", basis="seen")
    assign(store, "a")
    assert known(store) == [("v1", "2025-06-03T00:00:00.000Z")]


def test_what_a_version_has_said_is_not_rewritten(store: Store) -> None:
    put(store, "a")
    put(store, "b", 5)
    assign(store, "a")
    assign(store, "b", "a", novelty=0.75)
    assign(store, "b", novelty=1.0)
    (_, report) = store.stories.reports(["a"])
    assert (report.article_id, report.novelty, report.matched_article_id) == ("b", 0.75, "a")
    assert (report.likeness, report.earlier["24h"], report.hk_china) == (0.6123, 1, 0.5)
    assert store._db.execute("SELECT count(*) FROM story_entity").fetchone() == (2,)


def test_another_version_stands_beside_the_first_and_speaks_from_when_it_was_made(store: Store) -> None:
    put(store, "a")
    put(store, "b", 5)
    assign(store, "a")
    assign(store, "b", "a", novelty=0.75)
    assign(store, "a", version="v2")
    assign(store, "b", version="v2")
    before, after = GROUPED, GROUPED + timedelta(seconds=1)
    assert store.stories.known_between(*EVER, as_of=before) == {"a": "a", "b": "a"}
    assert store.stories.known_between(*EVER, as_of=after) == {"a": "a", "b": "b"}
    assert store.stories.story_of("b", as_of=before) == "a"
    assert [one.article_id for one in store.stories.reports(["a"], as_of=before)] == ["a", "b"]
    assert [one.article_id for one in store.stories.reports(["a"], as_of=after)] == ["a"]
    assert store.tags.theme_articles("ai", as_of=before)["novelty"].tolist() == [1.0, 0.75]
    assert store.tags.theme_articles("ai", as_of=after)["novelty"].tolist() == [1.0, 1.0]


def test_novelty_counts_only_from_when_it_was_known(store: Store) -> None:
    put(store, "a", basis="seen")
    assign(store, "a", novelty=0.5)
    assert store.tags.theme_articles("ai", as_of=GROUPED)["novelty"].tolist() == [1.0]
    assert store.tags.theme_articles("ai")["novelty"].tolist() == [0.5]
    assert GROUPED in store.tags.vintages()


def test_the_past_of_a_story_ends_before_an_instant(store: Store) -> None:
    for minute, key in enumerate("abc"):
        put(store, key, minute)
        assign(store, key, "" if key == "a" else "a")
    put(store, "d", 9)
    assign(store, "d")
    past = store.stories.past(["a", "d"], before=MORNING + timedelta(minutes=2))
    assert set(past) == {"a"}
    assert (past["a"].n_reports, past["a"].began_at) == (2, MORNING)


def test_the_queue_is_in_the_order_of_time_and_has_what_is_tagged(store: Store) -> None:
    put(store, "late", 9)
    put(store, "b", 5)
    put(store, "a", 5)
    put(store, "untagged", 1, tagged=False)
    assert [one.report.article_id for one in queue(store)] == ["a", "b", "late"]
    assert store.story_queue.next_unassigned("v1") == (MORNING + timedelta(minutes=5), "a")
    assign(store, "a")
    assert [one.story_id for one in queue(store)] == ["a", None, None]
    assert store.story_queue.next_unassigned("v1") == (MORNING + timedelta(minutes=5), "b")
    after = store.story_queue.next_unassigned("v1", after=(MORNING + timedelta(minutes=5), "b"))
    assert after == (MORNING + timedelta(minutes=9), "late")
    assert (store.story_queue.count_unassigned("v1"), store.story_queue.count_unassigned("v2")) == (2, 3)


def test_a_report_has_what_its_first_tagging_and_its_encoder_say_of_the_first_revision(store: Store) -> None:
    put(store, "a")
    (first,) = store.articles.revisions("a")
    again = make_article(title="Ali b", body="Another text", publisher="Harbour", article_id="a")
    vector = np.arange(6, dtype=np.float32)
    with store.transaction():
        store.articles.add([again], seen_at=SEEN, basis="seen")
        store.tags.add([(first, annotation("model-2", entity("tencent", "title")))], tagged_at=GROUPED)
        store.tags.add([(store.articles.revisions("a")[1], annotation("model-2"))], tagged_at=GROUPED)
        store.themes.add_vectors("e@1", {first.pk: vector})
        store.themes.add_vectors("e@2", {first.pk: vector + 1})
    (one,) = queue(store)
    assert (one.report.title, one.report.title_entities) == ("Ali a", frozenset({"alibaba"}))
    assert one.report.entities == {"alibaba", "hkex"}
    assert one.report.vector is not None
    assert one.report.vector.tolist() == vector.tolist()


def test_the_check_finds_a_story_without_its_first_article(store: Store) -> None:
    put(store, "a")
    assign(store, "a")
    assert store.check() == []
    store._db.execute("UPDATE story_report SET story_id = 'gone'")
    assert store.check() == ["the story gone has reports, but its first article is missing"]
