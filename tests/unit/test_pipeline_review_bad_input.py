"""What reviewers get wrong: each ends in a line that says so, and nothing that was stored is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from nlp.entities.catalogue import Catalogue
from southbound.error import UsageError
from southbound.pipeline.catalogue import load_catalogue
from southbound.pipeline.review.correct import Outcome, Reviewer
from southbound.pipeline.review.report import measure_reviews
from southbound.pipeline.review.request import request_from_record
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.review import CorrectionQuery
from southbound.store.review_draw import Candidate, NewDraw

SEEN = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
NOW = SEEN + timedelta(hours=2)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
TITLE = "HSBC and Alibaba rise"
HSBC = Span(field="title", start=0, end=4, text="HSBC")


def annotation() -> Annotation:
    tone = Tone(label=0, negative=0.1, neutral=0.7, positive=0.2)
    return Annotation(
        language="en",
        hk_china=0.9,
        themes=(ThemeTag(theme="ai", score=0.9, evidence=(HSBC,)),),
        entities=(
            EntityTag(
                entity_id="hsbc",
                name="HSBC",
                type="company",
                tickers=(),
                relevance=0.8,
                linked=True,
                mentions=(HSBC,),
            ),
        ),
        tone=tone,
        scores={"ai": 0.9},
        model="model-1",
        tokens=TokenCount(read=5, total=5),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        article = make_article(title=TITLE, body="", publisher="Harbour Times", article_id="a1")
        with opened.transaction():
            opened.articles.add([article], seen_at=SEEN, basis="seen")
        stored = opened.articles.revisions("a1")[0]
        with opened.transaction():
            opened.tags.add([(stored, annotation())], tagged_at=SEEN)
        yield opened


@cache
def catalogue() -> Catalogue:
    return load_catalogue(read_settings(None))


@pytest.fixture
def correct(store: Store) -> Callable[..., Outcome]:
    def do(kind: str, *, who: str = "ann", minutes: int = 0, **values: Any) -> Outcome:  # noqa: ANN401 - what each kind needs
        request = request_from_record({"kind": kind, "article_id": "a1", **values})
        reviewer = Reviewer(store, read_settings(None), who, catalogue=catalogue)
        return reviewer.correct(request, now=NOW + timedelta(minutes=minutes))

    return do


def count(store: Store) -> int:
    return len(store.corrections.find(CorrectionQuery()))


def test_what_is_sent_twice_is_stored_once_and_said(store: Store, correct: Callable[..., Outcome]) -> None:
    first = correct("reject_theme", theme="ai")
    again = correct("reject_theme", theme="ai", minutes=1)
    assert (again.pk, again.changed) == (first.pk, False)
    assert again.message == f"you said so already (correction {first.pk})"
    assert count(store) == 1


def test_after_anothers_word_the_same_word_is_a_further_one(
    store: Store, correct: Callable[..., Outcome]
) -> None:
    correct("reject_theme", theme="ai")
    other = correct("accept_theme", theme="ai", who="bob", minutes=1)
    assert "ann said otherwise (correction 1)" in other.message
    third = correct("reject_theme", theme="ai", minutes=2)
    assert (third.pk, count(store)) == (3, 3)
    assert measure_reviews(store, min_reviews=20).agreement.n == 1


def test_a_page_that_was_made_before_a_change_is_told(store: Store, correct: Callable[..., Outcome]) -> None:
    seen = store.effects.last_version("a1")
    assert "have changed" not in correct("tone", tone=1, seen=seen).message
    later = correct("scope", hk_china=False, seen=seen, minutes=1, who="bob")
    assert "its tags have changed since the page was made" in later.message
    assert count(store) == 2


def test_what_was_taken_back_can_not_be_taken_back_again(
    store: Store, correct: Callable[..., Outcome]
) -> None:
    first = correct("reject_theme", theme="ai")
    correct("undo", undoes=first.pk, who="bob", minutes=1)
    with pytest.raises(UsageError, match=r"was taken back already by bob \(correction 2\)"):
        correct("undo", undoes=first.pk, minutes=2)
    with pytest.raises(UsageError, match="there is no correction 99"):
        correct("undo", undoes=99)
    assert count(store) == 2


def test_a_missing_name_is_added_and_counted_as_missed(store: Store, correct: Callable[..., Outcome]) -> None:
    (article,) = store.articles.revisions("a1")
    key = store.effects.tagging_keys(article.pk)[0][0]
    whole = Candidate(article_pk=article.pk, tagging_pk=key, article_id="a1", language="en")
    named = Candidate(article_pk=article.pk, tagging_pk=key, article_id="a1", language="en", entity_id="hsbc")
    with store.transaction():
        draws = store.draws.add(
            [NewDraw(candidate=one, stratum="control", reason="") for one in (whole, named)], at=NOW
        )
    with pytest.raises(UsageError, match="as it stands in the text"):
        correct("add_entity", evidence="Tencent", to="alibaba")
    added = correct("add_entity", evidence="Alibaba", to="alibaba", draw=draws[0])
    assert added.said[0] == "alibaba is added"
    shown = {tag.entity_id: tag.mentions[0].text for tag in store.tags.known_between(*EVER)[0].entities}
    assert shown == {"hsbc": "HSBC", "alibaba": "Alibaba"}
    with pytest.raises(UsageError, match="names alibaba there already"):
        correct("add_entity", evidence="Alibaba", to="alibaba", minutes=1)
    correct("checked", names=True, draw=draws[0], minutes=2)
    correct("accept_entity", entity="hsbc", draw=draws[1], minutes=3)
    companies = measure_reviews(store, min_reviews=1).entities["company"]
    assert (companies.precision.hits, companies.precision.n) == (1, 1)
    assert (companies.recall.hits, companies.recall.n) == (1, 2)


def test_an_entity_may_be_named_where_one_alone_bears_the_name(
    store: Store, correct: Callable[..., Outcome]
) -> None:
    moved = correct("relink_entity", entity="hsbc", to="Tencent")
    assert "its relevance and tone are those that were measured for the former" in moved.said
    assert [tag.entity_id for tag in store.tags.known_between(*EVER)[0].entities] == ["tencent"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"kind": "undo", "undoes": 10**30}, "undoes: "),
        ({"kind": "accept_theme", "draw": 10**30, "theme": "ai"}, "draw: "),
        ({"kind": "accept_theme", "article_id": "a", "theme": "ai", "seen": 10**30}, "seen: "),
        ({"kind": "undo", "undoes": -1}, "undoes: "),
        ({"kind": "add_entity", "to": {"name": "a\0b"}}, "to: "),
    ],
)
def test_what_no_database_holds_is_refused_by_name(record: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        request_from_record(record)


def test_evidence_of_spaces_is_none(store: Store, correct: Callable[..., Outcome]) -> None:
    correct("add_theme", theme="rally", evidence="  ")
    (row,) = store.corrections.find(CorrectionQuery())
    assert [span.field for span in row.change.evidence] == ["title"]
    assert row.change.evidence[0].text.strip()
