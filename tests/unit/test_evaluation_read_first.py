"""How an order of stories is measured, and that the shipped judgements can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from southbound.evaluation.read_first import (
    MUST,
    Judged,
    Order,
    ndcg,
    read_judged,
    render_orders,
    share_of_musts,
)

LABELS = Path(__file__).parents[2] / "models/labels/read_first.jsonl"
WEEK_LABELS = LABELS.with_name("read_weeks.jsonl")


def test_the_best_order_gains_all_and_a_worse_one_less() -> None:
    assert ndcg([2, 1, 0]) == 1.0
    assert ndcg([1, 2, 0]) == pytest.approx((1 + 3 * 0.63093) / (3 + 0.63093), abs=1e-5)
    assert ndcg([0, 0, 0, 0, 0, 2]) == 0.0


def test_musts_are_counted_of_as_many_as_there_could_be() -> None:
    assert share_of_musts([2, 0, 1, 0, 0, 2]) == 0.5
    assert share_of_musts([2] * 7) == 1.0


def test_the_measures_of_both_orders_are_told() -> None:
    lines = render_orders("held out", [Order(present=[2, 0], by_reports=[0, 2], first=[2])])
    assert lines[0] == "held out: 1"
    assert [line.split() for line in lines[2:4]] == [
        ["present", "1.000", "1.000"],
        ["by", "reports", "0.631", "1.000"],
    ]
    assert lines[4].endswith("100.0%")


@pytest.mark.parametrize(("path", "at_least"), [(LABELS, 50), (WEEK_LABELS, 14)])
def test_the_judgements_are_of_distinct_spans_the_later_ones_held_out(path: Path, at_least: int) -> None:
    judged = read_judged(path)
    assert len({one.span for one in judged}) == len(judged) >= at_least
    assert max(one.span for one in judged if not one.is_held_out) < min(
        one.span for one in judged if one.is_held_out
    )
    for one in judged:
        assert set(one.grades.values()) <= {1, MUST}
        assert MUST in one.grades.values()
        assert one.events.keys() <= one.grades.keys()


def test_who_has_read_of_an_event_gains_nothing_by_its_next_report() -> None:
    judged = Judged(
        span="2024-11-07", grades={"a": 2, "b": 2, "c": 1}, events={"a": "a", "b": "a"}, is_held_out=False
    )
    assert judged.gains([["b", "x"], ["y"], ["a"], ["c"]]) == [2, 0, 0, 1]


def test_the_first_stories_are_measured_against_all_there_were() -> None:
    assert ndcg([1], of=[2, 1]) == pytest.approx(1 / (3 + 0.63093), abs=1e-5)
    assert share_of_musts([2, 0], of=[2, 2, 0, 2]) == pytest.approx(1 / 3)
