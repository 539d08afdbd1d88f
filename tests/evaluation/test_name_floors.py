"""The shipped recogniser keeps its floors (`models/recogniser/floors.json`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.entities.catalogue import Catalogue
from nlp.entities.recogniser import Recogniser
from nlp.training.data import read_split
from nlp.training.name_measure import measure_names


@pytest.mark.real
def test_unknown_names_of_held_out_items_are_found(root: Path, real_data: Path, catalogue: Catalogue) -> None:
    """Recall of entities unknown to the catalogue, and precision of what is given, on held-out dates."""
    folder = root / "models" / "recogniser"
    floors = json.loads((folder / "floors.json").read_text(encoding="utf-8"))
    split = read_split(real_data, root / "models", language="en")
    scores = measure_names(Recogniser(folder), split.development, catalogue)
    missed = {name: value for name, (value, _) in scores.headline().items() if value < floors[name]}
    assert missed == {}
