"""Novelty against the reports of the last seven days, kept as they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nlp.stories.earlier import EarlierReports
from nlp.stories.novelty import measure_entity_novelty, measure_novelty
from nlp.stories.report import Report

START = datetime(2025, 2, 3, tzinfo=UTC)
PLAIN = Report(article_id="r", title="", body="", publisher="A", known_at=START)
DRAWN = st.tuples(
    st.integers(0, 400), st.sampled_from(["s", "t"]), st.frozensets(st.sampled_from("xyz"), max_size=3)
)


@given(st.lists(DRAWN, max_size=40), st.integers(0, 40))
def test_novelty_is_that_of_all_earlier_reports(
    drawn: list[tuple[int, str, frozenset[str]]], n_restored: int
) -> None:
    reports = [
        (replace(PLAIN, known_at=START + timedelta(hours=hours), entities=entities), story)
        for hours, story, entities in sorted(drawn, key=lambda one: one[0])
    ]
    earlier = EarlierReports()
    for place, (report, story) in enumerate(reports):
        if place < n_restored:
            earlier.restore(report, story)
            continue
        before = [(one.known_at, its, one.entities) for one, its in reports[:place]]
        found = earlier.add(report, story)
        assert found.story == measure_novelty(report.known_at, [at for at, its, _ in before if its == story])
        assert set(found.entities) == report.entities
        for entity, novelty in found.entities.items():
            of_entity = [(at, its) for at, its, entities in before if entity in entities]
            assert novelty == measure_entity_novelty(report.known_at, story, of_entity)


def test_what_is_older_than_a_week_is_forgotten() -> None:
    earlier = EarlierReports()
    for day in range(30):
        earlier.add(replace(PLAIN, known_at=START + timedelta(days=day), entities=frozenset("x")), str(day))
    assert len(earlier._kept) == len(earlier._of_story) == len(earlier._of_entity["x"]) == 8
