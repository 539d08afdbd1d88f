from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.stories.candidate import NearVectors
from nlp.stories.cluster import StoryIndex
from nlp.stories.decision import Decision
from nlp.stories.judge import Judge
from nlp.stories.likeness import FEATURES
from nlp.stories.report import Report
from nlp.stories.term import Rarity

START = datetime(2025, 2, 3, tzinfo=UTC)
WORDS = [a + b for a in ("bal", "cor", "dun", "fel", "gar", "hom") for b in ("ton", "mark", "vik")]


def decision() -> Decision:
    """A decision by the words of titles and openings alone."""
    weights = dict.fromkeys(FEATURES, 0.0) | {"title_told": 4.0, "opening": 6.0}
    return Decision(
        name="by-words",
        intercept=-5.0,
        weights=tuple(weights.values()),
        threshold=0.5,
        join_threshold=0.5,
        best_share=0.6,
    )


def make_index() -> StoryIndex:
    return StoryIndex(Judge(decision()), Rarity({"shares": 3.0, "rare": 9.0}))


def make_report(number: int, title: str, *, hours: float = 0.0, publisher: str = "A") -> Report:
    return Report(
        article_id=f"r{number}",
        title=title,
        body="",
        publisher=publisher,
        known_at=START + timedelta(hours=hours),
    )


def draw_reports(seed: int, n: int) -> list[Report]:
    """Reports of a few words each over some two weeks, so that many are alike."""
    rng = random.Random(seed)  # noqa: S311 - drawing test texts is no secret
    hours = sorted(rng.uniform(0, 400) for _ in range(n))
    return [
        make_report(number, " ".join(rng.sample(WORDS, 4)), hours=at, publisher=rng.choice("ABC"))
        for number, at in enumerate(hours)
    ]


def stories(index: StoryIndex, reports: Sequence[Report]) -> list[str]:
    return [index.add(report).story_id for report in reports]


def test_a_repost_joins_the_story_of_the_first_report() -> None:
    index = make_index()
    first = index.add(make_report(1, "Kestrel Foods recalls tinned peaches"))
    second = index.add(make_report(2, "Kestrel Foods recalls tinned peaches", hours=2, publisher="B"))
    assert (first.story_id, first.is_new, first.matched_article_id) == ("r1", True, None)
    assert (second.story_id, second.is_new, second.matched_article_id) == ("r1", False, "r1")
    assert second.likeness > 0.5


def test_another_event_begins_a_story() -> None:
    index = make_index()
    index.add(make_report(1, "Kestrel Foods recalls tinned peaches"))
    assert index.add(make_report(2, "Harbour bridge reopens after storm", hours=1)).story_id == "r2"


def test_scripts_are_one() -> None:
    index = make_index()
    index.add(make_report(1, "騰訊擬發行新債券籌資"))
    assert index.add(make_report(2, "腾讯拟发行新债券筹资", hours=1, publisher="B")).story_id == "r1"


def test_after_seven_days_a_story_is_over() -> None:
    title = "Kestrel Foods recalls tinned peaches"
    index = make_index()
    index.add(make_report(1, title))
    assert index.add(make_report(2, title, hours=7 * 24)).story_id == "r1"
    assert index.add(make_report(3, title, hours=15 * 24)).story_id == "r3"
    assert len(index) == 1


def test_a_story_keeps_its_name_when_its_first_report_is_forgotten() -> None:
    title = "Kestrel Foods recalls tinned peaches"
    reports = [make_report(number, title, hours=100 * number) for number in range(4)]
    assert stories(make_index(), reports) == ["r0"] * 4


def test_a_report_cannot_be_added_twice() -> None:
    index = make_index()
    index.add(make_report(1, "Kestrel Foods recalls tinned peaches"))
    with pytest.raises(ValueError, match="r1 is in the index already"):
        index.add(make_report(1, "Kestrel Foods recalls tinned peaches"))


def test_an_instant_without_zone_is_refused() -> None:
    report = Report(article_id="x", title="t", body="", publisher="A", known_at=datetime(2025, 2, 3))  # noqa: DTZ001
    with pytest.raises(ValueError, match="known_at of x has no zone"):
        make_index().add(report)


@pytest.mark.parametrize("title", ["", "   ", "12%", "\ud800", "的", "a" * 5000])
@pytest.mark.parametrize("body", ["", "Kestrel Foods recalls tinned peaches over traces of lead"])
def test_odd_titles_are_put_somewhere(title: str, body: str) -> None:
    index = make_index()
    assert index.add(replace(make_report(1, title), body=body)).is_new
    index.add(replace(make_report(2, title, hours=1), body=body))
    assert len(index) == 2


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 60))
def test_an_assignment_depends_on_earlier_reports_only(seed: int, cut: int) -> None:
    reports = draw_reports(seed, 60)
    assert stories(make_index(), reports[:cut]) == stories(make_index(), reports)[:cut]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 59))
def test_a_restored_index_goes_on_as_if_it_had_never_stopped(seed: int, stop: int) -> None:
    reports = draw_reports(seed, 60)
    whole = make_index()
    assigned = list(zip(reports, stories(whole, reports), strict=True))
    since = reports[stop].known_at - timedelta(days=14)
    restored = make_index()
    restored.restore([(report, story) for report, story in assigned[:stop] if report.known_at >= since])
    assert stories(restored, reports[stop:]) == [story for _, story in assigned[stop:]]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_a_story_is_named_after_its_first_report(seed: int) -> None:
    reports = draw_reports(seed, 60)
    index = make_index()
    seen: set[str] = set()
    for report in reports:
        found = index.add(report)
        assert found.is_new == (found.story_id == report.article_id) == (found.story_id not in seen)
        seen.add(found.story_id)


def test_what_is_kept_does_not_grow_with_what_passed() -> None:
    index = make_index()
    sizes = []
    for number in range(600):
        index.add(make_report(number, f"{WORDS[number % 18]} {WORDS[number % 17]} {number}", hours=number))
        sizes.append(len(index))
    assert max(sizes) == sizes[-1] == 7 * 24 + 1
    assert len(index._candidates) == sizes[-1]
    assert sum(map(len, index._members.values())) == sizes[-1]
    assert len(index._candidates._holders) < 10 * sizes[-1]


def test_the_nearest_vectors_are_found_and_the_dropped_are_not() -> None:
    random_state = np.random.default_rng(20250211)
    vectors = random_state.standard_normal((2000, 64)).astype(np.float16)
    near = NearVectors()
    for number, vector in enumerate(vectors):
        near.add(str(number), vector)
    assert near.find(vectors[7], n=1) == ["7"]
    near.drop("7")
    assert "7" not in near.find(vectors[7], n=5)
    near.add("twin", (vectors[7] + 0.1 * vectors[8]).astype(np.float16))
    assert "twin" in near.find(vectors[7], n=3)
