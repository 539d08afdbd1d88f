"""What weighs entities: fitted on annotated items, measured on what the tagger gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nlp.entities.catalogue import Catalogue, entity_from_row
from nlp.entities.relevance import FEATURES
from nlp.scoring.scorer import Scorer, WordScorer
from nlp.tagger import Tagger
from nlp.training.entity_fit import fit_entity_tone, fit_relevance, told_tones
from nlp.training.entity_measure import ENTITY_FIGURES, entity_table, measure_entities
from nlp.training.example import Example
from nlp.training.load import load_scorer
from nlp.training.measure import annotate


def entity(name: str, *, about: bool, kind: str = "company") -> dict[str, Any]:
    return {"name": name, "surfaces": [name], "type": kind, "hk": None, "salient": about}


def example(number: int, *, about: str, other: str, tone: int) -> Example:
    """Make an item that is about the first name, which its title begins with."""
    return Example(
        example_id=f"own-{number}", title=f"{about} rose", lead=f"Shares of {other} fell, {about} said.",
        language="en", publisher="own", published_on="2025-02-12", themes=frozenset(), tone=tone,
        hk_china=True, source="en_hk",
        entities=(entity(about, about=True), entity(other, about=False)),
        entity_tones={about: tone, other: -tone},
    )  # fmt: skip


NAMES = ("Alibaba", "Tencent", "Meituan", "Lenovo")
EXAMPLES = [
    example(number, about=NAMES[number % 4], other=NAMES[(number + 1) % 4], tone=1 if number % 2 else -1)
    for number in range(12)
]


@pytest.fixture(scope="module")
def scorer(tiny_model: Path) -> Iterator[Scorer]:
    made = load_scorer(tiny_model)
    yield made
    made.close()


def test_relevance_is_fitted_by_hand_and_by_the_encoder(scorer: Scorer) -> None:
    fitted = fit_relevance(EXAMPLES, EXAMPLES, scorer)
    assert set(fitted) == {"intercept", *FEATURES}
    assert fitted["in_title"] > 0
    assert fitted["about"] != 0


def test_without_an_encoder_its_features_count_nothing(tiny_chinese_model: Path) -> None:
    fitted = fit_relevance(EXAMPLES, EXAMPLES, WordScorer(tiny_chinese_model, max_windows=8))
    assert (fitted["about"], fitted["was_read"]) == (0.0, 0.0)


def test_tones_by_entity_and_by_item_are_weighed(scorer: Scorer) -> None:
    weights = fit_entity_tone(EXAMPLES, scorer)
    assert set(weights) == {"mention", "item"}
    assert all(0 <= value <= 5 for value in weights.values())


def test_told_tones_come_from_readers_or_from_the_only_asset() -> None:
    # The one asset that the item is about has the item's tone; what was read of both stands beside it.
    assert told_tones(EXAMPLES[1]) == [(["Tencent"], 1), (["Tencent"], 1), (["Meituan"], -1)]


def test_entities_are_measured_on_what_the_tagger_gives(tiny_model: Path) -> None:
    rows = ({"id": name.lower(), "name": name, "type": "company"} for name in NAMES[:3])
    entities = {str(row["id"]): entity_from_row(row, where="own") for row in rows}
    catalogue = Catalogue(entities=entities, by_listing={})
    tagger = Tagger([load_scorer(tiny_model)], catalogue)
    figures = measure_entities(annotate(tagger, EXAMPLES), catalogue, EXAMPLES)
    tagger.close()
    assert set(figures) == set(ENTITY_FIGURES)
    # Lenovo, which the catalogue lacks, is a quarter of all entities; nothing else finds it here.
    assert (figures["precision"], figures["recall"], figures["emerging_recall"]) == (1.0, 0.75, 0.0)
    # Every item's tone is 1 with these weights; so are Lenovo's six, which are not found: 6 of 18 are left.
    assert figures["item_tone_by_entity"] == pytest.approx(1 / 3)
    assert entity_table(figures)[2] == "| linked entities, precision | 1.000 |"
