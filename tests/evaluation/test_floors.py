"""The shipped weights keep their floors (`models/*/floors.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from nlp.entities.catalogue import Catalogue
from nlp.tagger import Tagger
from nlp.training.evaluate import HeldOut, annotate_held_out, measure_folder, measure_folder_entities
from nlp.training.load import load_scorer, read_language
from nlp.training.theme_file import measure_theme_files

MODELS = ("english", "chinese")


@pytest.fixture(params=MODELS)
def folder(request: pytest.FixtureRequest, root: Path) -> Path:
    """A shipped model's folder."""
    return root / "models" / str(request.param)


@pytest.fixture
def tagger(folder: Path) -> Iterator[Tagger]:
    """A tagger of that model alone."""
    made = Tagger([load_scorer(folder)], Catalogue(entities={}, by_listing={}))
    yield made
    made.close()


def read_floors(folder: Path) -> dict[str, dict[str, float]]:
    floors: dict[str, dict[str, float]] = json.loads((folder / "floors.json").read_text(encoding="utf-8"))
    return floors


@cache
def annotate_once(folder: Path, data: Path, catalogue: Catalogue) -> HeldOut:
    """Tag the held-out items of a shipped model; entities are measured of the English one alone."""
    linked = catalogue if folder.name == "english" else None
    return annotate_held_out(folder, data=data, models=folder.parent, catalogue=linked)


def test_own_examples_keep_their_floor(folder: Path, tagger: Tagger, root: Path) -> None:
    """The theme files' examples get their theme, their counter-examples don't."""
    measured = measure_theme_files(tagger, root / "config" / "themes", language=read_language(folder))
    floors = read_floors(folder)["theme_files"]
    assert {name: value for name, value in measured.items() if value < floors[name]} == {}


@pytest.mark.real
def test_held_out_items_keep_their_floor(folder: Path, real_data: Path, catalogue: Catalogue) -> None:
    """Every figure of the model card is reached on the annotators' held-out items."""
    floors = read_floors(folder)
    scores = measure_folder(annotate_once(folder, real_data, catalogue))
    missed = {
        (group, name): value
        for group, row in scores.items()
        for name, value in row["headline"].items()
        if value < floors[group][name]
    }
    assert missed == {}


@pytest.mark.real
def test_the_card_tells_the_measured_scores(folder: Path, real_data: Path, catalogue: Catalogue) -> None:
    """The scores that the card and the README quote are those of the shipped weights."""
    stored = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    scores = measure_folder(annotate_once(folder, real_data, catalogue))
    for group, row in scores.items():
        assert row["headline"] == pytest.approx(stored[group]["headline"], abs=0.01)


@pytest.mark.real
def test_entities_of_held_out_items_keep_their_floor(
    real_data: Path, root: Path, catalogue: Catalogue
) -> None:
    """Links, relevance and tone by entity, with the catalogue and the recogniser."""
    english = root / "models" / "english"
    floors = read_floors(english)["entities"]
    measured = measure_folder_entities(annotate_once(english, real_data, catalogue), catalogue)
    assert {name: measured[name] for name in floors if measured[name] < floors[name]} == {}


def test_weights_stay_below_the_limit(root: Path) -> None:
    total = sum(path.stat().st_size for path in (root / "models").rglob("*") if path.is_file())
    assert total < 100_000_000
