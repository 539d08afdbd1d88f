"""The word model's feature space: terms, their rarity, and directions of unlabelled text."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from nlp.training.example import Example
from nlp.training.space import build_space


def make_example(title: str, lead: str = "", *, themes: frozenset[str] = frozenset()) -> Example:
    return Example(
        example_id=title + lead,
        title=title,
        lead=lead,
        language="zh",
        publisher="desk",
        published_on="2026-05-01",
        themes=themes,
        tone=0,
        hk_china=True,
        source="own_labels",
    )


def test_terms_stand_in_four_labelled_items() -> None:
    thrice = [make_example("rate cut"), make_example("rate cut"), make_example("rate cut")]
    space = build_space([*thrice, make_example("", "rate")], "word")
    assert space.terms == ["rate"]
    assert space.idf.tolist() == [1.0]
    assert space.features.toarray().tolist() == [[1.0]] * 4


def test_title_and_text_have_lengths_of_their_own() -> None:
    space = build_space([*[make_example("oil gas")] * 3, make_example("oil gas", "oil")], "word")
    assert space.terms == ["#gas", "#oil", "#oil gas", "gas", "oil", "oil gas"]
    rows = space.features.toarray()
    assert np.linalg.norm(rows[:, :3], axis=1) == pytest.approx([0.7] * 4)
    assert np.linalg.norm(rows[:, 3:], axis=1) == pytest.approx([1.0] * 4)
    # In the fourth's text "oil" stands twice, "gas" once.
    assert rows[3, 4] / rows[3, 3] == pytest.approx(1 + log(2))


def make_unlabelled() -> list[Example]:
    """Give sixty texts on five matters, each matter with two words of its own that go together."""
    pairs = [("原油", "钻井"), ("楼市", "按揭"), ("芯片", "晶圆"), ("疫苗", "临床"), ("汽车", "电池")]
    return [
        make_example("", f"{first}，{second}，甲{number}") for number in range(12) for first, second in pairs
    ]


def test_words_of_unlabelled_texts_go_with_their_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.training.space._N_DIRECTIONS", 5)
    labelled = [make_example("", text) for text in ("原油", "原油", "原油", "楼市", "楼市", "楼市")]
    space = build_space(labelled, "character", unlabelled=make_unlabelled())
    weights = np.zeros((space.features.shape[1], 1))
    n_terms = len(space.terms)
    oil, flat = space.features.toarray()[0, n_terms:], space.features.toarray()[3, n_terms:]
    weights[n_terms:, 0] = oil - flat
    folded = dict(zip(space.terms, space.fold(weights)[:, 0].tolist(), strict=True))
    assert folded["钻井"] > 0.1
    assert folded["按揭"] < -0.1
    assert abs(folded["晶圆"]) < 0.05


def test_without_unlabelled_texts_there_are_no_directions() -> None:
    space = build_space([make_example("原油")] * 3, "character")
    assert space.directions.size == 0
    assert space.features.shape == (3, 6)
