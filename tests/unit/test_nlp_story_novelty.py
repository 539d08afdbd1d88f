from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.stories.novelty import WINDOWS, measure_entity_novelty, measure_novelty, score_novelty

NOW = datetime(2025, 2, 11, 1, 0, tzinfo=UTC)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def test_earlier_reports_are_counted_by_window() -> None:
    found = measure_novelty(NOW, [ago(1), ago(12), ago(20), ago(60), ago(100), ago(160), ago(200)])
    assert found.counts == {"12h": 2, "24h": 3, "3d": 4, "5d": 5, "7d": 6}
    assert found.score == pytest.approx(0.75**3)


def test_a_first_report_is_wholly_new() -> None:
    assert measure_novelty(NOW, []).score == 1.0


def test_what_was_known_later_is_not_counted() -> None:
    assert measure_novelty(NOW, [ago(-1)]).counts["7d"] == 0


def test_an_entity_has_linked_and_all_earlier_reports() -> None:
    earlier = [(ago(1), "a"), (ago(2), "b"), (ago(50), "a")]
    found = measure_entity_novelty(NOW, "a", earlier)
    assert (found.novelty_counts["24h"], found.novelty_counts["3d"]) == (1, 2)
    assert (found.volume_counts["24h"], found.volume_counts["3d"]) == (2, 3)
    assert found.score == pytest.approx(0.75)


@given(st.lists(st.floats(min_value=0, max_value=400)))
def test_longer_windows_count_no_less(hours: list[float]) -> None:
    counts = measure_novelty(NOW, [ago(h) for h in hours]).counts
    assert list(counts.values()) == sorted(counts.values())
    assert list(counts) == list(WINDOWS)


@given(st.integers(min_value=0, max_value=500))
def test_novelty_falls_with_each_report_and_stays_between_0_and_1(n: int) -> None:
    assert 0 <= score_novelty(n + 1) <= score_novelty(n) <= 1
