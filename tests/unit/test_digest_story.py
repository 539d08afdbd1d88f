"""Which reports are one story, which one leads, and in what order stories stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nlp.annotation import EntityTag, Span, ThemeTag
from southbound.digest.card import card_from_story, evidence_from_span
from southbound.digest.similarity import is_update, opening_shingles, title_terms
from southbound.digest.story import Story, group_reports, rank_stories, story_value
from southbound.store.tag import TaggedArticle

START = datetime(2025, 2, 10, 2, 0, tzinfo=UTC)
BODY = (
    "Mainland investors bought a net 16.5 billion Hong Kong dollars of shares on Monday, exchange data "
    "showed, as a cheap reasoning model revived interest in technology companies listed in the city."
)


def report(
    title: str,
    minute: int = 0,
    *,
    body: str = "",
    publisher: str = "Harbour Ledger",
    themes: dict[str, float] | None = None,
    named: str | None = None,
    hk_china: float = 1.0,
) -> TaggedArticle:
    span = Span(field="title", start=0, end=4, text=title[:4])
    entity = EntityTag(
        entity_id=named or "",
        name=named or "",
        type="company",
        tickers=(),
        relevance=0.9,
        linked=True,
        mentions=(span,),
    )
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
        entities=(entity,) if named else (),
    )


def titles_of(stories: list[Story]) -> list[list[str]]:
    return [[one.title for one in story.reports] for story in stories]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alibaba shares jump on cloud spending plan", "Alibaba shares jump 8% on cloud spending plan"),
        ("Alibaba shares jump on cloud spending plan", "UPDATE 2-Alibaba shares jump on cloud spending plan"),
        ("Correction: Alibaba shares jump on cloud plan", "ALIBABA SHARES JUMP ON CLOUD PLAN"),
        ("阿里巴巴宣布三年投入3800億元建設雲和AI", "阿里巴巴宣布三年投入3800亿元建设云和AI"),
    ],
)
def test_reports_with_like_titles_are_one_story(one: str, other: str) -> None:
    assert titles_of(group_reports([report(one), report(other, 5)])) == [[one, other]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alibaba shares jump on cloud spending plan", "Home sales slow in Shenzhen as buyers wait"),
        ("Shanghai closing prices", "Jakarta closing prices"),
        ("騰訊業績勝預期 派息增加", "恒指半日跌逾三百點 成交縮減"),
    ],
)
def test_reports_with_other_titles_are_two_stories(one: str, other: str) -> None:
    assert titles_of(group_reports([report(one), report(other, 5)])) == [[one], [other]]


def test_the_same_words_about_another_company_are_another_story() -> None:
    tencent = report("Tencent fourth quarter profit beats analyst estimates", named="tencent")
    meituan = report("Meituan fourth quarter profit beats analyst estimates", 5, named="meituan")
    again = report("Tencent fourth-quarter profit beats analyst estimates", 9, named="tencent")
    assert titles_of(group_reports([tencent, meituan, again])) == [
        [tencent.title, again.title],
        [meituan.title],
    ]


def test_a_rewritten_title_over_the_same_text_is_the_same_story() -> None:
    first = report("Mainland money lifts Hong Kong technology shares", body=BODY)
    other = report("Hong Kong rally draws 16.5 billion from the mainland", 5, body=BODY, publisher="Kowloon")
    assert len(group_reports([first, other])) == 1


def test_the_set_form_of_a_publisher_is_no_story() -> None:
    form = (
        "has an average rating of overweight and mean price target, according to analysts polled by a vendor."
    )
    names = ["Cedar Tools", "Maple Foods", "Birch Motors", "Willow Energy", "Aspen Retail"]
    notes = [report(f"Price target for {name} changed", at, body=form) for at, name in enumerate(names)]
    assert len(group_reports(notes)) == 5


def test_the_earliest_report_leads_and_all_publishers_are_named() -> None:
    late = report("Alibaba shares jump on cloud spending plan", 9, publisher="Kowloon Markets")
    early = report("Alibaba shares jump on cloud spending plan", 1, publisher="Harbour Ledger")
    (story,) = group_reports([late, early])
    assert story.lead is early
    assert story.publishers == ("Harbour Ledger", "Kowloon Markets")


def test_the_last_update_leads() -> None:
    first = report("Alibaba shares jump on cloud spending plan", 0)
    update = report("UPDATE 1-Alibaba shares jump on cloud spending plan", 5, publisher="Kowloon Markets")
    last = report("Alibaba shares jump on cloud spending plan", 9, publisher="Pearl Delta Wire")
    (story,) = group_reports([first, update, last])
    assert story.lead is update
    assert story.publishers == ("Kowloon Markets", "Harbour Ledger", "Pearl Delta Wire")
    card = card_from_story(story, "ai", theme_names={})
    assert (card.known_at, card.first_known_at) == (START + timedelta(minutes=5), START)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("UPDATE 2-Shares fall", True),
        ("Correction: Shares fall", True),
        ("更新：恒指收跌", True),
        ("RPT-Shares fall", False),
        ("Update on the harbour tunnel", False),
        ("Shares fall", False),
    ],
)
def test_updates_are_known_by_their_prefix(title: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_update(title) is expected


def test_title_terms_are_words_or_pairs_of_characters() -> None:
    assert title_terms("UPDATE 2-The yuan’s fall to 7.3 in Asia") == {"yuan’s", "fall", "7.3", "asia"}
    assert title_terms("港股ETF") == {"港股", "etf"}
    assert title_terms("騰訊勝") == {"腾讯", "讯胜"}


def test_shingles_are_runs_of_four_words_or_eight_characters() -> None:
    assert opening_shingles("One two, three four five") == {"one two three four", "two three four five"}
    assert opening_shingles("恒生指數收市報二萬") == {"恒生指数收市报二", "生指数收市报二万"}
    assert opening_shingles("Too short") == frozenset()


def test_value_weighs_score_reports_and_scope() -> None:
    abroad = Story(reports=(report("a", hk_china=0.0, themes={"ai": 0.8}),))
    assert story_value(abroad, "ai") == pytest.approx(0.24)
    three = Story(reports=tuple(report("a", at, themes={"ai": 0.5}) for at in range(3)))
    assert story_value(three, "ai") == pytest.approx(1.0493061, abs=1e-6)
    assert story_value(three, "ipo") == 0.0


def test_stories_are_ranked_by_value_then_time() -> None:
    late = Story(reports=(report("late", 9, themes={"ai": 0.9}),))
    early = Story(reports=(report("early", 1, themes={"ai": 0.9}),))
    best = Story(reports=(report("best", 5, themes={"ai": 0.95}),))
    other = Story(reports=(report("other", 5, themes={"ipo": 0.95}),))
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
