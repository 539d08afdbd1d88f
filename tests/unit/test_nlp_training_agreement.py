"""Agreement of two readers."""

from __future__ import annotations

import pytest

from nlp.training.agreement import Agreement, agreement_table, compare
from nlp.training.example import Example, Label


def example(key: str, themes: set[str], tone: int) -> Example:
    return Example(
        example_id=key,
        title="A title",
        lead="",
        language="en",
        publisher="Quay Ledger",
        published_on="2024-05-01",
        themes=frozenset(themes),
        tone=tone,
        hk_china=True,
        source="own_labels",
    )


def test_two_readers_are_compared_on_what_both_read() -> None:
    first = [example("a", {"ai", "ipo"}, 1), example("b", set(), 0), example("c", {"property"}, 0)]
    second = {
        "a": Label(themes=frozenset({"ai"}), tone=1, hk_china=True),
        "b": Label(themes=frozenset({"rally"}), tone=-1, hk_china=False),
    }
    # Two labels of the first reader and two of the second, one of them the same.
    assert compare(first, second) == Agreement(n=2, micro_f1=0.5, tone=0.5, scope=0.5)


def test_nothing_read_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="no item was read twice"):
        compare([example("a", {"ai"}, 1)], {})


def test_the_table_names_each_comparison() -> None:
    table = agreement_table({"annotators": Agreement(n=2, micro_f1=0.5, tone=1.0, scope=0.25)})
    assert table[-1] == "| annotators | 2 | 0.500 | 1.000 | 0.250 |"
