"""The parts of review that need no store: what stands, what is carried, what is drawn, what is measured."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.annotation import Span
from nlp.review.carry import carry
from nlp.review.change import Change
from nlp.review.measure import agree, wilson
from nlp.review.rank import doubt, interleave
from nlp.review.standing import standing

OLD = ("Banks lend", "Robots sell. Robots sell well.")
WELL = Span(field="body", start=13, end=30, text="Robots sell well.")


@dataclass(frozen=True)
class Row:
    pk: int
    undoes: int | None = None


def test_an_undone_undo_lets_the_correction_stand_again() -> None:
    rows = [Row(1), Row(2), Row(3, undoes=1), Row(4, undoes=3)]
    assert [row.pk for row in standing(rows)] == [1, 2]
    assert [row.pk for row in standing(rows[:3])] == [2]


def test_evidence_is_found_again_where_it_stands_now() -> None:
    change = Change(kind="reject_theme", theme="ai", evidence=(WELL,))
    moved = carry(change, OLD, ("Banks lend", "New: Robots sell. Robots sell well."))
    assert moved is not None
    assert moved.evidence == (Span(field="body", start=18, end=35, text="Robots sell well."),)
    assert carry(change, OLD, ("Robots sell well.", "Nothing"))
    assert carry(change, OLD, ("Banks lend", "Robots sold.")) is None


def test_what_names_no_place_is_carried_while_the_title_stays() -> None:
    tone = Change(kind="tone", label=1)
    assert carry(tone, OLD, ("Banks lend ", "Other")) == tone
    assert carry(tone, OLD, ("Banks fail", OLD[1])) is None


def test_doubt_is_greatest_at_the_threshold() -> None:
    assert doubt(0.4, 0.4) == 1.0
    assert doubt(0.5, 0.4) > doubt(0.9, 0.4) > doubt(1.0, 0.4) > 0


@given(
    pools=st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(), max_size=8), max_size=4),
    n=st.integers(0, 20),
)
def test_a_queue_gives_each_item_once_and_as_many_as_there_are(pools: dict[str, list[int]], n: int) -> None:
    taken = interleave(pools, dict.fromkeys(pools, 0.5), n)
    assert len(taken) == min(n, sum(map(len, pools.values())))
    for name, pool in pools.items():
        of_it = [item for key, item in taken if key == name]
        assert of_it == pool[: len(of_it)]


def test_a_queue_keeps_to_its_shares_in_every_stretch() -> None:
    pools = {"a": range(60), "b": range(30), "c": range(10), "none": range(10)}
    taken = [name for name, _ in interleave(pools, {"a": 0.6, "b": 0.3, "c": 0.1, "none": 0}, 100)]
    assert taken[:20].count("a") in {11, 12, 13}
    assert taken[:20].count("b") in {5, 6, 7}
    assert "none" not in taken


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_wilson_interval_is_that_of_the_tables(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share(drawn: tuple[int, int]) -> None:
    low, high = wilson(*drawn)
    assert 0 <= low <= drawn[0] / drawn[1] <= high <= 1


def test_kappa_is_that_of_cohens_example() -> None:
    # Fleiss, Levin and Paik 2003, table 18.1 in form: 20, 5, 10, 15 of 50.
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    found = agree(pairs)
    assert (found.n, found.n_equal) == (50, 35)
    assert found.kappa == pytest.approx(0.4)
    assert agree([(1, 1)] * 5).kappa is None
    assert agree([]).kappa is None
