"""Themes of one's own: what is learnt from a definition, from examples, and how it is measured."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.topics.feature import Featured, TermWeigher, halve, number_terms, stack_terms
from nlp.topics.linear import fit_linear, read_classifier
from nlp.topics.quality import find_threshold, measure_quality
from nlp.topics.softmax import fit_softmax
from nlp.topics.topic import Lesson, TopicError, learn_topic

WEIGHER = TermWeigher({"gold": 3.0, "the": 1.0, "黄金": 3.0})


def featured(text: str, vector: list[float] | None = None) -> Featured:
    halved = halve(None if vector is None else np.array(vector, np.float32))
    return Featured(vector=halved, terms=WEIGHER.weigh(text))


GOLD = [f"gold price {word} in London" for word in ("rises", "falls", "steady", "record", "demand", "supply")]
REST = [f"team {word} the match on Sunday" for word in ("wins", "loses", "draws", "plays", "leaves", "joins")]


def lesson(*, with_examples: bool, share: float = 0.2) -> Lesson:
    return Lesson(
        told=[featured("the price of gold")],
        positives=[featured(text) for text in GOLD] if with_examples else [],
        negatives=[],
        drawn=[featured(text) for text in REST * 4],
        share=share,
    )


def test_terms_have_unit_length_and_unknown_ones_count_as_rare() -> None:
    terms = WEIGHER.weigh("The gold the")
    assert sum(value**2 for value in terms.values()) == pytest.approx(1.0)
    assert terms["gold"] / terms["the gold"] == pytest.approx(1.0)
    assert terms["the"] / terms["gold"] == pytest.approx((1 + 0.6931472) / 3)
    assert WEIGHER.weigh("") == {}


def test_chinese_is_read_by_characters_in_either_script() -> None:
    assert set(WEIGHER.weigh("黃金")) == {"黄", "金", "黄金"}


def test_each_half_of_a_vector_gets_unit_length() -> None:
    halves = halve(np.array([3.0, 4.0, 0.0, 0.5], np.float32))
    assert halves is not None
    assert halves.tolist() == pytest.approx([0.6, 0.8, 0.0, 1.0])
    assert halve(None) is None


def test_terms_that_the_index_lacks_are_left_out() -> None:
    index = number_terms([featured("gold")])
    assert stack_terms([featured("gold"), featured("silver")], index).toarray().tolist() == [[1.0], [0.0]]


def test_a_softmax_over_few_points() -> None:
    points = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.0, 2.0]])
    found = fit_softmax(points @ points.T, np.array([0, 0, 1, 1]), n_classes=2, strength=10.0)
    scores = points @ (points.T @ found.coefficients) + found.bias
    assert scores.argmax(1).tolist() == [0, 0, 1, 1]


def test_a_stored_classifier_decides_the_same() -> None:
    features = [featured("gold up", [1, 0, 1, 0]), featured("a goal", [0, 1, 0, 1]), featured("黃金")]
    model = fit_linear(features, np.array([1, 0, 1]), n_classes=2)
    again = read_classifier(model.to_bytes())
    assert again.decide(features) == pytest.approx(model.decide(features), abs=1e-5)
    assert model.decide(features).argmax(1).tolist() == [1, 0, 1]


def test_a_definition_alone_takes_the_share_asked_for_and_measures_nothing() -> None:
    given = lesson(with_examples=False, share=0.1)
    topic, quality = learn_topic(given)
    assert quality is None
    assert topic.score([featured("gold")])[0] > 0.5
    assert (topic.score(given.drawn) >= 0.5).sum() == 0


def test_examples_are_measured_by_cross_validation() -> None:
    topic, quality = learn_topic(lesson(with_examples=True))
    assert quality is not None
    assert (quality.n_positives, quality.f1, quality.average_precision) == (6, 1.0, 1.0)
    assert quality.f1_interval[0] < 0.95
    assert quality.f1_interval[1] == 1.0
    assert topic.score([featured("gold price slips")])[0] > 0.5


def test_nothing_is_learnt_from_nothing() -> None:
    with pytest.raises(TopicError, match="a definition or examples"):
        learn_topic(Lesson(told=[], positives=[], negatives=[], drawn=[featured("x")]))
    with pytest.raises(TopicError, match="nothing to tell the theme from"):
        learn_topic(Lesson(told=[featured("x")], positives=[], negatives=[], drawn=[]))


def test_the_threshold_lies_where_f1_is_highest() -> None:
    margins = np.array([3.0, 2.0, 1.0, 0.0])
    targets = np.array([1, 1, 0, 0])
    assert find_threshold(margins, targets) == 1.5
    quality = measure_quality(margins, np.array([1, 0, 1, 0]), 1.5)
    assert (quality.f1, quality.precision, quality.recall) == (0.5, 0.5, 0.5)
    assert quality.average_precision == pytest.approx(0.8333)
    assert quality.f1_interval[0] <= 0.5 <= quality.f1_interval[1]


def test_evidence_is_the_sentence_whose_words_speak_for_the_theme() -> None:
    topic, _ = learn_topic(lesson(with_examples=True))
    body = "The team wins on Sunday. The gold price rises in London."
    span = topic.find_evidence("Morning notes", body, language="en", weigher=WEIGHER)
    assert span.text == "The gold price rises in London."
    assert body[span.start : span.end] == span.text
