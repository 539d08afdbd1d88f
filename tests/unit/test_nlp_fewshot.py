"""The classifier for topics from few examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp.error import NlpError
from nlp.fewshot import FewShotClassifier
from nlp.topics.vector import FeatureReader

TEXTS = ["Gold hits a record", "Silver and gold fall", "Team wins the cup", "Coach leaves the team"]
LABELS = ["metals", "metals", "sport", "sport"]


@pytest.fixture(scope="module")
def reader(tiny_model: Path, tiny_chinese_model: Path) -> FeatureReader:
    return FeatureReader(tiny_model, tiny_chinese_model, precision="float32")


def test_topics_are_told_apart(reader: FeatureReader) -> None:
    classifier = FewShotClassifier(reader).fit(TEXTS, LABELS)
    assert classifier.classes == ["metals", "sport"]
    assert classifier.predict(["Gold falls", "The team trains"]) == ["metals", "sport"]
    probabilities = classifier.predict_proba(["Gold falls", "", "黃金"])
    assert probabilities.shape == (3, 2)
    assert probabilities.sum(1) == pytest.approx(1.0)
    assert classifier.predict([]) == []


def test_numbers_may_be_labels(reader: FeatureReader) -> None:
    assert FewShotClassifier(reader).fit(TEXTS, [3, 3, 0, 0]).predict(["gold"]) == [3]


def test_a_definition_counts_as_an_example(reader: FeatureReader) -> None:
    plain = FewShotClassifier(reader).fit(TEXTS, LABELS)
    told = FewShotClassifier(reader, definitions={"sport": "stadium news"}).fit(TEXTS, LABELS)
    text = ["A new stadium"]
    assert told.predict_proba(text)[0, 1] > plain.predict_proba(text)[0, 1]


@pytest.mark.parametrize(
    ("labels", "message"), [(["a"], "4 texts have 1 labels"), (["a"] * 4, "all of one class")]
)
def test_what_can_not_be_learnt(reader: FeatureReader, labels: list[str], message: str) -> None:
    with pytest.raises(NlpError, match=message):
        FewShotClassifier(reader).fit(TEXTS, labels)


def test_prediction_needs_learning(reader: FeatureReader) -> None:
    with pytest.raises(NlpError, match="call fit first"):
        FewShotClassifier(reader).predict(["gold"])


def test_a_text_has_the_vector_that_tagging_gives_it(reader: FeatureReader) -> None:
    (english, chinese) = reader.read([("Alibaba rose", "The shares of Tencent fell."), ("騰訊", "")])
    assert english.vector is not None
    assert english.vector.shape == (64,)
    assert np.linalg.norm(english.vector[:32]) == pytest.approx(1.0, abs=1e-5)
    assert chinese.vector is None
    assert chinese.terms


def test_kin_words_are_known_by_their_spelling(reader: FeatureReader) -> None:
    classifier = FewShotClassifier(reader).fit(["goldminer", "footballer"] * 2, ["metals", "sport"] * 2)
    assert classifier.predict(["#goldmining", "footballing"]) == ["metals", "sport"]


def test_what_the_heads_say_stands_after_the_halves(reader: FeatureReader) -> None:
    texts = [("Alibaba rose", ""), ("騰訊", "")]
    (plain, _), (judged, chinese) = reader.read(texts), reader.read_judged(texts)
    assert plain.vector is not None
    assert judged.vector is not None
    assert judged.vector[:32] == pytest.approx(0.5 * plain.vector[:32])
    assert judged.vector[32:64] == pytest.approx(plain.vector[32:])
    assert judged.vector.shape == (64 + 31,)
    assert np.abs(judged.vector[64:]).max() <= 0.05**0.5
    assert judged.terms == plain.terms
    assert chinese.vector is None
