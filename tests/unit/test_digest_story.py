"""Which reports are one story, which one leads, and in what order stories stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nlp.annotation import Span, ThemeTag
from southbound.digest.card import card_from_story, evidence_from_span
from southbound.digest.story import Story, group_reports, rank_stories, story_value
from southbound.store.story import StoryPast
from southbound.store.tag import TaggedArticle

START = datetime(2025, 2, 10, 2, 0, tzinfo=UTC)


def report(
    title: str,
    minute: int = 0,
    *,
    body: str = "",
    publisher: str = "Harbour Ledger",
    themes: dict[str, float] | None = None,
    hk_china: float = 1.0,
) -> TaggedArticle:
    return TaggedArticle(
        article_id=f"{publisher} {minute} {title}",
        title=title,
        body=body,
        url=None,
        publisher=publisher,
        language="en",
        published_at=None,
        known_at=START + timedelta(minutes=minute),
        model="small-1",
        hk_china=hk_china,
        tone=0,
        tone_score=0.0,
        themes=tuple(
            ThemeTag(theme=theme, score=score, evidence=())
            for theme, score in (themes or {"ai": 0.8}).items()
        ),
        entities=(),
    )


def story_of(*reports: TaggedArticle) -> Story:
    return Story(story_id=reports[0].article_id, reports=reports, n_earlier=0, began_at=reports[0].known_at)


def test_reports_stand_together_as_the_store_has_put_them() -> None:
    one, other, apart = report("one"), report("other", 5, publisher="Kowloon"), report("apart", 2)
    placed = {one.article_id: "s1", other.article_id: "s1", apart.article_id: "s2"}
    stories = group_reports([other, apart, one], placed, {})
    assert [story.story_id for story in stories] == ["s1", "s2"]
    assert [story.reports for story in stories] == [(one, other), (apart,)]
    assert [(story.n_earlier, story.began_at) for story in stories] == [
        (0, one.known_at),
        (0, apart.known_at),
    ]


def test_a_story_with_a_past_continues() -> None:
    one, began = report("one"), START - timedelta(days=3)
    (story,) = group_reports([one], {one.article_id: "old"}, {"old": StoryPast(n_reports=4, began_at=began)})
    assert (story.story_id, story.n_earlier, story.began_at) == ("old", 4, began)
    card = card_from_story(story, "ai", theme_names={})
    assert (card.story_id, card.n_earlier, card.began_at, card.n_reports) == ("old", 4, began, 1)


def test_what_has_no_story_yet_stands_alone_and_nobody_knows_whether_it_is_new() -> None:
    one = report("one")
    (story,) = group_reports([one], {}, {})
    assert (story.story_id, story.n_earlier, story.began_at) == (one.article_id, None, one.known_at)


def test_the_earliest_report_leads_and_all_publishers_are_named() -> None:
    early = report("Alibaba shares jump", 1, publisher="Harbour Ledger")
    story = story_of(early, report("Alibaba shares jump", 9, publisher="Kowloon Markets"))
    assert story.lead is early
    assert story.publishers == ("Harbour Ledger", "Kowloon Markets")


def test_the_last_update_leads() -> None:
    first = report("Alibaba shares jump on cloud spending plan", 0)
    update = report("UPDATE 1-Alibaba shares jump on cloud spending plan", 5, publisher="Kowloon Markets")
    last = report("Alibaba shares jump on cloud spending plan", 9, publisher="Pearl Delta Wire")
    story = story_of(first, update, last)
    assert story.lead is update
    assert story.publishers == ("Kowloon Markets", "Harbour Ledger", "Pearl Delta Wire")
    card = card_from_story(story, "ai", theme_names={})
    assert (card.known_at, card.first_known_at) == (START + timedelta(minutes=5), START)


def test_value_weighs_score_reports_and_scope() -> None:
    abroad = story_of(report("a", hk_china=0.0, themes={"ai": 0.8}))
    assert story_value(abroad, "ai") == pytest.approx(0.24)
    three = story_of(*(report("a", at, themes={"ai": 0.5}) for at in range(3)))
    assert story_value(three, "ai") == pytest.approx(1.0493061, abs=1e-6)
    assert story_value(three, "ipo") == 0.0


def test_stories_are_ranked_by_value_then_time() -> None:
    late = story_of(report("late", 9, themes={"ai": 0.9}))
    early = story_of(report("early", 1, themes={"ai": 0.9}))
    best = story_of(report("best", 5, themes={"ai": 0.95}))
    other = story_of(report("other", 5, themes={"ipo": 0.95}))
    assert [one.lead.title for one in rank_stories([late, early, best, other], "ai")] == [
        "best",
        "early",
        "late",
    ]


def test_evidence_stands_in_its_context() -> None:
    body = "Shares rose. Cloud spending will triple. Brokers agree.\nNext paragraph."
    start = body.index("Cloud")
    span = Span(field="body", start=start, end=start + 27, text=body[start : start + 27])
    evidence = evidence_from_span(span, body)
    assert (evidence.before, evidence.text, evidence.after) == (
        "Shares rose. ",
        "Cloud spending will triple.",
        " Brokers agree.",
    )


def test_long_evidence_and_context_are_cut_at_words() -> None:
    long = "word " * 60 + "end"
    span = Span(field="body", start=0, end=len(long), text=long)
    evidence = evidence_from_span(span, long + " And more.")
    assert len(evidence.text) <= 221
    assert evidence.text.endswith("word…")
    assert evidence.after == ""


def test_evidence_that_does_not_fit_its_text_is_quoted_alone() -> None:
    span = Span(field="body", start=5, end=9, text="rose")
    evidence = evidence_from_span(span, "Another revision of the text")
    assert (evidence.before, evidence.text, evidence.after) == ("", "rose", "")
