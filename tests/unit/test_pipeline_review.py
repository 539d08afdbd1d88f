"""Corrections: shown at once as a further version, never rewriting what was known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from nlp.entities.catalogue import Catalogue
from nlp.review.validation import Counts
from nlp.stories.assignment import Assignment
from nlp.stories.earlier import EarlierReports
from nlp.stories.report import Report
from southbound.error import UsageError
from southbound.pipeline.catalogue import load_catalogue
from southbound.pipeline.review.correct import Outcome, Reviewer
from southbound.pipeline.review.effect import lost_corrections, refresh_tagged
from southbound.pipeline.review.own import OwnProposal, is_current
from southbound.pipeline.review.request import request_from_record
from southbound.pipeline.review.story import reapply_moves
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.article import StoredArticle
from southbound.store.model_name import models_of
from southbound.store.review import CorrectionQuery
from southbound.store.story import Assigned
from southbound.store.tag import TaggedArticle
from southbound.store.theme import OwnTag, OwnTheme

SEEN = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
TAGGED = datetime(2025, 2, 10, 1, 31, tzinfo=UTC)
CORRECTED = datetime(2025, 2, 10, 3, 0, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
TITLE = "Harbour Robotics gains as Harbour Bank lends"
BODY = "Harbour Robotics rose. Robots sell well. The bank said it would lend more."
SELL = Span(field="body", start=23, end=40, text="Robots sell well.")
FIRST = Span(field="title", start=0, end=7, text="Harbour")
SECOND = Span(field="title", start=26, end=33, text="Harbour")


def annotation(model: str = "model-1", themes: tuple[str, ...] = ("ai", "rally")) -> Annotation:
    tone = Tone(label=0, negative=0.1, neutral=0.7, positive=0.2)
    return Annotation(
        language="en",
        hk_china=0.9,
        themes=tuple(ThemeTag(theme=one, score=0.8, evidence=(SELL,)) for one in themes),
        entities=(
            EntityTag(
                entity_id="harbour_robotics",
                name="Harbour Robotics",
                type="company",
                tickers=("XHKG:9",),
                relevance=0.8,
                linked=True,
                mentions=(FIRST, SECOND),
                tone=tone,
            ),
        ),
        tone=tone,
        scores={"ai": 0.8, "rally": 0.8, "ipo": 0.3},
        model=model,
        tokens=TokenCount(read=10, total=10),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def add(
    store: Store, article_id: str = "a1", *, body: str = BODY, title: str = TITLE, at: datetime = SEEN
) -> StoredArticle:
    article = make_article(title=title, body=body, publisher="Harbour Times", article_id=article_id)
    with store.transaction():
        store.articles.add([article], seen_at=at, basis="seen")
    return store.articles.revisions(article_id)[-1]


def tag(store: Store, article: StoredArticle, said: Annotation, at: datetime = TAGGED) -> None:
    with store.transaction():
        store.tags.add([(article, said)], tagged_at=at)
        refresh_tagged(store, [article], at)


@pytest.fixture
def article(store: Store) -> StoredArticle:
    added = add(store)
    tag(store, added, annotation())
    return added


@cache
def catalogue() -> Catalogue:
    return load_catalogue(read_settings(None))


def correct(store: Store, kind: str, *, who: str = "ann", minutes: float = 0.0, **values: Any) -> Outcome:  # noqa: ANN401 - what each kind needs
    settings = read_settings(None)
    values.setdefault("article_id", "a1")
    request = request_from_record({"kind": kind, **values})
    return Reviewer(store, settings, who, catalogue=catalogue).correct(
        request, now=CORRECTED + timedelta(minutes=minutes)
    )


def shown(store: Store, as_of: datetime | None = None) -> TaggedArticle:
    return store.tags.known_between(*EVER, as_of=as_of)[0]


def themes(store: Store, as_of: datetime | None = None) -> dict[str, float]:
    return {one.theme: one.score for one in shown(store, as_of).themes}


@pytest.mark.usefixtures("article")
def test_a_rejected_theme_is_gone_at_once_and_stands_as_it_was_before(store: Store) -> None:
    before = store.tags.theme_articles("ai", as_of=CORRECTED).to_csv()
    outcome = correct(store, "reject_theme", theme="ai")
    assert outcome.changed
    assert themes(store) == {"rally": 0.8}
    assert themes(store, CORRECTED) == {"ai": 0.8, "rally": 0.8}
    assert store.tags.theme_articles("ai", as_of=CORRECTED).to_csv() == before
    assert shown(store).model == "model-1+review@1"
    assert not store.tags.theme_articles("ai")["is_theme"].any()


@pytest.mark.usefixtures("article")
def test_what_is_cut_before_a_correction_knows_nothing_of_it(store: Store) -> None:
    correct(store, "add_theme", theme="ipo", evidence="Robots sell well.")
    assert themes(store)["ipo"] == 1.0
    store.cut(CORRECTED)
    assert themes(store) == {"ai": 0.8, "rally": 0.8}
    assert store.corrections.count() == 0


@pytest.mark.usefixtures("article")
def test_an_accepted_tag_is_stored_and_changes_nothing(store: Store) -> None:
    assert not correct(store, "accept_theme", theme="ai").changed
    (row,) = store.corrections.of_article("a1")
    assert (row.change.evidence, row.reviewer, row.known_at) == ((SELL,), "ann", CORRECTED)
    assert shown(store).model == "model-1"


@pytest.mark.usefixtures("article")
def test_an_undo_shows_what_was_there_and_is_undone_in_turn(store: Store) -> None:
    first = correct(store, "reject_theme", theme="ai")
    undo = correct(store, "undo", undoes=first.pk, minutes=1)
    assert set(themes(store)) == {"ai", "rally"}
    with pytest.raises(UsageError, match="taken back already by ann"):
        correct(store, "undo", undoes=first.pk, minutes=2)
    correct(store, "undo", undoes=undo.pk, minutes=3)
    assert set(themes(store)) == {"rally"}
    assert set(themes(store, CORRECTED + timedelta(minutes=2))) == {"ai", "rally"}
    assert len(store.corrections.find(CorrectionQuery())) == 3


@pytest.mark.usefixtures("article")
def test_of_two_reviewers_the_later_is_shown_and_both_are_kept(store: Store) -> None:
    correct(store, "reject_theme", theme="ai", who="ann")
    outcome = correct(store, "accept_theme", theme="ai", who="bob", minutes=1)
    assert "ann said otherwise (correction 1)" in outcome.message
    assert themes(store)["ai"] == 0.8
    assert [row.reviewer for row in store.corrections.of_article("a1")] == ["ann", "bob"]


def test_corrections_are_applied_to_what_a_later_model_says(store: Store, article: StoredArticle) -> None:
    correct(store, "reject_theme", theme="ai")
    later = CORRECTED + timedelta(hours=1)
    tag(store, article, annotation("model-2", ("ai", "ipo")), later)
    assert set(themes(store)) == {"ipo"}
    assert shown(store).model == "model-2+review@1"
    assert set(themes(store, later)) == {"rally"}


@pytest.mark.usefixtures("article")
def test_a_correction_is_carried_to_a_revision_that_still_has_its_evidence(store: Store) -> None:
    correct(store, "reject_theme", theme="ai")
    correct(store, "split_entity", entity="harbour_robotics", mentions=[1], to="tencent", minutes=1)
    revised = add(store, body=f"Updated. {BODY}", at=CORRECTED + timedelta(hours=1))
    moved = replace(SELL, start=SELL.start + 9, end=SELL.end + 9)
    said = annotation(themes=("rally",))
    said = replace(said, themes=(ThemeTag(theme="ai", score=0.7, evidence=(moved,)), *said.themes))
    tag(store, revised, said, CORRECTED + timedelta(hours=1))
    last = store.tags.of_article(revised)[-1]
    assert [one.theme for one in last.themes] == ["rally"]
    assert {one.entity_id for one in last.entities} == {"harbour_robotics", "tencent"}
    assert lost_corrections(store, "a1") == ()


@pytest.mark.usefixtures("article")
def test_a_correction_whose_evidence_is_gone_is_to_be_looked_at_again(store: Store) -> None:
    pk = correct(store, "reject_theme", theme="ai").pk
    revised = add(store, body="The bank lends.", at=CORRECTED + timedelta(hours=1))
    said = annotation(themes=("ai",))
    tag(store, revised, said, CORRECTED + timedelta(hours=1))
    assert [one.theme for one in store.tags.of_article(revised)[-1].themes] == ["ai"]
    assert lost_corrections(store, "a1") == (pk,)
    outcome = correct(store, "reject_theme", theme="rally", revision=0, minutes=90)
    assert "to be looked at again" in outcome.message


@pytest.mark.usefixtures("article")
def test_mentions_go_to_another_entity_and_all_of_it_can_go(store: Store) -> None:
    correct(store, "split_entity", entity="harbour_robotics", mentions=[1], to="hsbc")
    found = {one.entity_id: one.mentions for one in shown(store).entities}
    assert found == {"harbour_robotics": (FIRST,), "hsbc": (SECOND,)}
    correct(store, "relink_entity", entity="harbour_robotics", to="hsbc", minutes=1)
    (only,) = shown(store).entities
    assert (only.entity_id, only.mentions, only.linked) == ("hsbc", (FIRST, SECOND), True)
    correct(store, "reject_entity", entity="hsbc", minutes=2)
    assert shown(store).entities == ()


@pytest.mark.usefixtures("article")
def test_a_new_entity_is_written_for_later_articles_too(store: Store, tmp_path: Path) -> None:
    settings = read_settings(None)
    own = tmp_path / "entities.yaml"
    settings = settings.model_copy(update={"tag": settings.tag.model_copy(update={"entities": (own,)})})
    request = request_from_record(
        {
            "kind": "relink_entity",
            "article_id": "a1",
            "entity": "harbour_robotics",
            "to": {"name": "Harbourlight Machines", "tickers": ["XHKG:99998"]},
        }
    )
    Reviewer(store, settings, "ann").correct(request)
    (only,) = shown(store).entities
    assert (only.name, only.tickers) == ("Harbourlight Machines", ("XHKG:99998",))
    assert "Harbourlight Machines" in own.read_text(encoding="utf-8")


@pytest.mark.usefixtures("article")
def test_tone_and_scope_are_what_the_reviewer_says(store: Store) -> None:
    correct(store, "tone", tone=-1)
    correct(store, "scope", hk_china=False, minutes=1)
    correct(store, "tone", tone=1, entity="harbour_robotics", minutes=2)
    last = shown(store)
    assert (last.tone, last.tone_score, last.hk_china) == (-1, -1.0, 0.0)
    tone = last.entities[0].tone
    assert tone is not None
    assert tone.label == 1


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"kind": "reject_theme", "theme": "robotz"}, "there is no theme 'robotz'"),
        ({"kind": "reject_theme"}, "needs a theme"),
        ({"kind": "reject_theme", "theme": "ai", "article_id": "a9"}, "there is no article 'a9'"),
        ({"kind": "reject_theme", "theme": "ai", "revision": 4}, "has no revision 4"),
        ({"kind": "add_theme", "theme": "ipo", "evidence": "Nothing"}, "does not stand in this revision"),
        ({"kind": "reject_entity", "entity": "tencent"}, "it names harbour_robotics"),
        ({"kind": "relink_entity", "entity": "harbour_robotics", "to": "tencentt"}, "did you mean"),
        ({"kind": "split_entity", "entity": "harbour_robotics", "to": "hsbc"}, "leave some"),
        ({"kind": "relink_entity", "entity": "harbour_robotics", "to": "x", "mentions": [7]}, "2 mentions"),
        ({"kind": "tone"}, "-1, 0 or 1"),
        ({"kind": "tone", "tone": 5}, "tone"),
        ({"kind": "praise"}, "kind"),
        ({"kind": "undo", "undoes": 77}, "there is no correction 77"),
        ({"kind": "reject_theme", "theme": "ai", "draw": 77}, "no item 77"),
        ({"kind": "merge_story", "into": "a1"}, "neither a story"),
    ],
)
def test_what_can_not_be_done_is_said_and_stores_nothing(
    store: Store, values: dict[str, Any], why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        correct(store, values.pop("kind"), **values)
    assert store.corrections.count() == 0


@pytest.mark.usefixtures("article")
def test_no_correction_can_be_rewritten(store: Store) -> None:
    correct(store, "reject_theme", theme="ai")
    with pytest.raises(sqlite3.IntegrityError, match="never rewritten"):
        store._db.conn.execute("UPDATE correction SET reviewer = 'bob'")


def own_theme(version: int, at: datetime) -> OwnTheme:
    return OwnTheme(
        theme="robots",
        version=version,
        name="Robots",
        definition="Robots",
        keywords=(),
        examples=(),
        share=0.01,
        threshold=0.0,
        classifier=b"",
        vector_name="tiny@1",
        quality=None,
        created_at=at,
        ended_at=None,
    )


def read_own(store: Store, article: StoredArticle, version: int, at: datetime, *, carries: bool) -> None:
    theme = own_theme(version, at)
    tags = [OwnTag(article_pk=article.pk, score=0.9, evidence=SELL if carries else None)]
    with store.transaction():
        store.themes.add(theme)
        store.themes.add_tags(theme, tags, tagged_at=at, with_article=False)
        refresh_tagged(store, [article], at)


def test_a_theme_of_ones_own_is_corrected_and_its_next_version_too(
    store: Store, article: StoredArticle
) -> None:
    read_own(store, article, 1, TAGGED, carries=True)
    correct(store, "reject_theme", theme="robots")
    assert "robots" not in themes(store)
    assert "robots" in themes(store, CORRECTED)
    assert store.themes.count(own_theme(1, TAGGED)) == (1, 0)
    later = CORRECTED + timedelta(hours=1)
    read_own(store, article, 2, later, carries=True)
    assert "robots" not in themes(store)
    frame = store.tags.theme_articles("robots")
    assert frame["is_theme"].tolist() == [False]
    correct(store, "undo", undoes=1, minutes=120)
    assert "robots" in themes(store)
    assert "robots" not in themes(store, CORRECTED + timedelta(minutes=119))


def test_a_theme_that_has_ended_is_corrected_and_says_so(store: Store, article: StoredArticle) -> None:
    read_own(store, article, 1, TAGGED, carries=True)
    with store.transaction():
        store.themes.end("robots", at=TAGGED + timedelta(minutes=1))
    outcome = correct(store, "reject_theme", theme="robots")
    assert "robots has ended" in outcome.message
    assert "robots" not in themes(store)


def test_what_a_theme_would_gain_holds_of_the_version_that_was_measured(
    store: Store, article: StoredArticle
) -> None:
    read_own(store, article, 1, TAGGED, carries=True)
    counts = Counts(hits=1, given=1, actual=1)
    proposal = OwnProposal(
        theme="robots", version=1, n=9, before=counts, after=counts, examples=(), is_enough=True
    )
    assert is_current(store, proposal)
    read_own(store, article, 2, CORRECTED, carries=True)
    assert not is_current(store, proposal)
    assert is_current(store, replace(proposal, version=2))
    with store.transaction():
        store.themes.end("robots", at=CORRECTED)
    assert not is_current(store, replace(proposal, version=2))


def test_models_are_named_once_however_many_corrections() -> None:
    assert models_of(["m+review@1", "m", "m+review@22", "m+review@3+robots@1"]) == [
        "m",
        "m+review",
        "m+review+robots@1",
    ]


@pytest.mark.usefixtures("article")
def test_themes_that_come_near_are_kept_for_the_queue(store: Store) -> None:
    (near,) = store.draws.near_themes(*EVER)
    assert (near.theme, near.score, near.is_given) == ("ipo", 0.3, False)


@pytest.mark.usefixtures("article")
def test_an_entity_that_is_accepted_later_is_back_as_it_was(store: Store) -> None:
    correct(store, "reject_entity", entity="harbour_robotics", who="ann")
    assert shown(store).entities == ()
    correct(store, "accept_entity", entity="harbour_robotics", who="bob", minutes=1)
    assert [one.mentions for one in shown(store).entities] == [(FIRST, SECOND)]


def tell_stories(store: Store, *, version: str = "stories-1", minutes: int = 0) -> None:
    """Store the stories {b1, b2} and {c1}."""
    for number, article_id in enumerate(("b1", "b2", "c1")):
        if minutes:
            (article,) = store.articles.revisions(article_id)
        else:
            article = add(store, article_id, at=SEEN + timedelta(minutes=number))
            tag(store, article, annotation(), TAGGED + timedelta(minutes=number))
        story = "c1" if article_id == "c1" else "b1"
        is_new = story == article_id
        assignment = Assignment(
            article_id=article_id,
            story_id=story,
            likeness=0.5,
            matched_article_id=None if is_new else "b1",
            is_new=is_new,
        )
        novelty = EarlierReports().add(report_of(article), story)
        with store.transaction():
            store.stories.add(
                [Assigned(article_pk=article.pk, assignment=assignment, novelty=novelty)],
                version=version,
                assigned_at=TAGGED + timedelta(minutes=number + minutes),
            )


def report_of(article: StoredArticle) -> Report:
    return Report(
        article_id=article.article_id,
        title=article.title,
        body=article.body,
        publisher=article.publisher,
        known_at=article.known_at,
        title_entities=frozenset(),
        entities=frozenset({"tencent"}),
        vector=None,
    )


def stories(store: Store, as_of: datetime | None = None) -> dict[str, str]:
    return store.stories.known_between(*EVER, as_of=as_of)


def test_merged_stories_are_one_from_then_on_and_two_before(store: Store) -> None:
    tell_stories(store)
    merged = correct(store, "merge_story", article_id="c1", into="b2")
    assert stories(store) == {"b1": "b1", "b2": "b1", "c1": "b1"}
    assert stories(store, CORRECTED) == {"b1": "b1", "b2": "b1", "c1": "c1"}
    assert [one.article_id for one in store.stories.reports(["b1"])] == ["b1", "b2", "c1"]
    correct(store, "undo", undoes=merged.pk, minutes=1)
    assert stories(store) == stories(store, CORRECTED)
    with pytest.raises(UsageError, match="reports of the story 'b1' already"):
        correct(store, "merge_story", article_id="b1", into="b2", minutes=2)


def test_a_report_is_split_off_and_a_story_keeps_the_name_of_its_first(store: Store) -> None:
    tell_stories(store)
    correct(store, "merge_story", article_id="c1", into="b1")
    split = correct(store, "split_story", article_id="b1", minutes=1)
    assert stories(store) == {"b1": "b1", "b2": "b2", "c1": "b2"}
    with pytest.raises(UsageError, match="only report"):
        correct(store, "split_story", article_id="b1", minutes=2)
    correct(store, "undo", undoes=split.pk, minutes=3)
    assert stories(store) == {"b1": "b1", "b2": "b1", "c1": "b1"}
    assert store.check() == []
    queue = store.story_queue.read_reports("stories-1", vector_name="", after=(SEEN, ""), limit=9)
    assert [one.story_id for one in queue] == ["b1", "b1", "b1"]


def novelties(store: Store, as_of: datetime | None = None) -> dict[str, float]:
    return {one.article_id: one.novelty for one in store.stories.reports(["b1", "b2", "c1"], as_of=as_of)}


def test_a_report_is_as_new_as_its_story_makes_it(store: Store) -> None:
    tell_stories(store)
    # The one-report stories of the fixture were each measured alone.
    assert novelties(store) == {"b1": 1.0, "b2": 1.0, "c1": 1.0}
    merged = correct(store, "merge_story", article_id="c1", into="b1")
    assert novelties(store) == {"b1": 1.0, "b2": 1.0, "c1": 0.5625}
    split = correct(store, "split_story", article_id="b2", minutes=1)
    assert novelties(store) == {"b1": 1.0, "b2": 1.0, "c1": 0.75}
    correct(store, "undo", undoes=split.pk, minutes=2)
    assert novelties(store) == {"b1": 1.0, "b2": 0.75, "c1": 0.5625}
    correct(store, "undo", undoes=merged.pk, minutes=3)
    assert novelties(store)["c1"] == 1.0
    assert novelties(store, CORRECTED) == {"b1": 1.0, "b2": 1.0, "c1": 1.0}


def test_what_reviewers_made_of_stories_is_made_of_those_of_another_model(store: Store) -> None:
    tell_stories(store)
    correct(store, "merge_story", article_id="c1", into="b1")
    correct(store, "split_story", article_id="b2", minutes=1)
    tell_stories(store, version="stories-2", minutes=300)
    assert stories(store) == {"b1": "b1", "b2": "b1", "c1": "c1"}
    at = CORRECTED + timedelta(hours=5)
    with store.transaction():
        assert reapply_moves(store, ["b1", "b2", "c1"], model="stories-2", at=at) == 2
    assert stories(store) == {"b1": "b1", "b2": "b2", "c1": "b1"}
    with store.transaction():
        assert reapply_moves(store, ["b1", "c1"], model="stories-3", at=at) == 0
    assert store.check() == []
