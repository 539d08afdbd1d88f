"""Which stories are read together: the weightiest, each of which adds to those before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nlp.annotation import EntityTag, ThemeTag
from southbound.digest.event import EVENT_VALUE
from southbound.digest.standing import StandingStory, stand_stories
from southbound.digest.story import Story
from southbound.digest.variety import choose_stories
from southbound.store.tag import TaggedArticle

TIME = datetime(2024, 11, 7, tzinfo=UTC)
ZSCORES = {"property": None, "policy_support": None, "monetary_policy": None, "geopolitics": None}


def name(entity_id: str, kind: str = "institution") -> EntityTag:
    return EntityTag(
        entity_id=entity_id, name=entity_id, type=kind, tickers=(), relevance=0.9, linked=True, mentions=()
    )


def told(
    title: str,
    theme: str,
    *names: EntityTag,
    score: float = 0.9,
    language: str = "en",
    hours: int = 0,
    hk_china: float = 1.0,
    body: str = "",
) -> Story:
    known_at = TIME + timedelta(hours=hours)
    report = TaggedArticle(
        article_id=title,
        title=title,
        body=body,
        url=None,
        publisher="Harbour Ledger",
        language=language,
        published_at=known_at,
        known_at=known_at,
        model="m",
        hk_china=hk_china,
        tone=0,
        tone_score=0.0,
        themes=(ThemeTag(theme=theme, score=score, evidence=()),),
        entities=names,
    )
    return Story(story_id=title, reports=(report,), n_earlier=0, began_at=known_at)


def stand(*stories: Story) -> list[StandingStory]:
    return stand_stories(list(stories), ZSCORES, alerts=(), watched=(), theme_names={})


def titles(*stories: Story, limit: int = 3) -> list[str]:
    return [one.story.lead.title for one in choose_stories(stand(*stories), limit)]


def test_two_great_stories_of_one_theme_are_both_read() -> None:
    found = titles(
        told("Floor under mortgage rates falls", "policy_support", name("pboc"), score=0.99),
        told("Cities buy unsold flats with cheap loans", "policy_support", name("mohurd"), score=0.98),
        told("Agent sells a flat", "property", score=0.5),
        limit=2,
    )
    assert found == ["Floor under mortgage rates falls", "Cities buy unsold flats with cheap loans"]


def test_one_event_told_in_two_languages_is_read_once() -> None:
    cut = told("Rate lowered by ten points", "monetary_policy", name("pboc"), score=0.99)
    again = told("人行減息十點子", "monetary_policy", name("pboc"), score=0.98, language="zh-Hant", hours=1)
    other = told("Flats sell in spring", "property", score=0.7)
    assert titles(cut, again, other)[:2] == ["Rate lowered by ten points", "Flats sell in spring"]


def test_numbers_tell_an_event_that_names_nobody() -> None:
    body = "Sales fell 7.1% to 31.2 billion, after 1.9% in February."
    sales = told("Shops sell less", "property", score=0.99, body=body)
    again = told(
        "零售銷售跌",
        "property",
        score=0.98,
        language="zh-Hant",
        body="零售銷售跌7.1%至312億，2月升1.9%。",
    )
    assert titles(sales, again, told("Flats sell in spring", "property", score=0.7))[1] != "零售銷售跌"


def test_the_same_words_are_left_out() -> None:
    assert titles(
        told("Flats sell in spring", "property"), told("Flats sell in spring again", "property", score=0.8)
    ) == ["Flats sell in spring"]


def test_an_event_abroad_that_fills_the_day_is_told_once() -> None:
    candidate = name("candidate", "person")
    rest = [told(f"Flat number {place} is sold", "property", score=0.5) for place in "abcdefgh"]
    election = [
        told(f"Candidate wins in {place}", "geopolitics", candidate, hk_china=0.0)
        for place in "abcdefghijklm"
    ]
    whole = told("Candidate wins election", "geopolitics", candidate, hk_china=0.0, body="Candidate wins.")
    standing = stand(*rest, *election, whole)
    chosen = choose_stories(standing, 4)
    (first,) = [one for one in chosen if one.theme == "geopolitics"]
    assert (first.value, first.facts[0].reason) == (EVENT_VALUE, "14 of 22 stories are about candidate")
    assert not any(one.value == EVENT_VALUE for one in stand(*rest, *election[:5]))


@given(
    st.lists(
        st.tuples(st.sampled_from(list(ZSCORES)), st.floats(0.3, 1.0), st.sampled_from(["en", "zh-Hant"])),
        max_size=12,
    ),
    st.integers(0, 12),
)
def test_a_choice_begins_with_the_weightiest_and_a_longer_one_with_the_shorter(
    drawn: list[tuple[str, float, str]], limit: int
) -> None:
    stories = [
        told(f"word{place} term{place} name{place}", theme, score=score, language=language)
        for place, (theme, score, language) in enumerate(drawn)
    ]
    standing = stand(*stories)
    chosen = choose_stories(standing, limit)
    assert len(chosen) <= limit
    assert chosen == choose_stories(standing, limit + 1)[: len(chosen)]
    assert chosen[:1] == standing[: min(1, limit)]
    assert len({one.story.story_id for one in chosen}) == len(chosen)


def test_what_comes_later_changes_nothing_that_was_known() -> None:
    before = [told("Flats sell in spring", "property"), told("Rates fall", "monetary_policy")]
    assert titles(*before) == titles(*[replace(one) for one in before])
