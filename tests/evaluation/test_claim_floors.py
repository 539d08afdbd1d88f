"""Reading market claims keeps its floors on items labelled by reading (`models/claims/floors.json`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from nlp.entities.catalogue import Catalogue
from nlp.training.claim_measure import Tally, annotate_claims, measure, read_items

Tallies = dict[tuple[str, str, str], Tally]


@cache
def measure_once(root: Path, data: Path, catalogue: Catalogue) -> Tallies:
    items = read_items(root / "models" / "labels" / "claims.jsonl", data)
    annotations = annotate_claims(items, catalogue, config=root / "config", models=root / "models")
    return measure(items, annotations)


@pytest.mark.parametrize("half", ["development", "held_out"])
@pytest.mark.parametrize("family", ["all", "flow", "index", "share_price"])
def test_precision_and_recall_keep_their_floors(
    root: Path, real_data: Path, catalogue: Catalogue, half: str, family: str
) -> None:
    floors = json.loads((root / "models" / "claims" / "floors.json").read_text(encoding="utf-8"))
    precision, recall = floors[half][family]
    tally = measure_once(root, real_data, catalogue)[half, "all", family]
    assert tally.precision >= precision
    assert tally.recall >= recall
