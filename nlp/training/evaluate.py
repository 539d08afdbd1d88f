"""Measure the shipped weights on the held-out split: `python -m nlp.training.evaluate --data DATA`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlp.entities.catalogue import Catalogue, read_catalogue
from nlp.entities.recogniser import Recogniser
from nlp.tagger import Tagger
from nlp.training.card import score_table
from nlp.training.data import groups, read_split
from nlp.training.entity_measure import entity_table, measure_entities
from nlp.training.load import load_scorer, read_language
from nlp.training.measure import annotate, measure


def measure_folder(model: Path, *, data: Path, models: Path) -> dict[str, Any]:
    """Return the scores of a model folder on the held-out items of its language, by group."""
    split = read_split(data, models, language=read_language(model))
    tagger = Tagger([load_scorer(model)], Catalogue(entities={}, by_listing={}))
    try:
        return {
            name: {**asdict(quality), "headline": quality.headline()}
            for name, examples in groups(split.development).items()
            for quality in [measure(annotate(tagger, examples), examples)]
        }
    finally:
        tagger.close()


def measure_folder_entities(
    model: Path, catalogue: Catalogue, *, data: Path, models: Path
) -> Mapping[str, float]:
    """Return the scores of entities on the held-out items, with the catalogue and the recogniser."""
    split = read_split(data, models, language=read_language(model))
    tagger = Tagger([load_scorer(model)], catalogue, recogniser=Recogniser(models / "recogniser"))
    try:
        return measure_entities(tagger, catalogue, split.development)
    finally:
        tagger.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (labelled/, news/)")
    parser.add_argument("--config", type=Path, default=Path("config"), help="holds entities/")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--model", type=Path, default=Path("models/english"), help="or models/chinese")
    arguments = parser.parse_args()
    scores = measure_folder(arguments.model, data=arguments.data, models=arguments.models)
    print("\n".join(score_table(scores)))  # noqa: T201 - the table is what was asked for
    if read_language(arguments.model) == "en":
        catalogue = read_catalogue(arguments.config / "entities")
        entities = measure_folder_entities(
            arguments.model, catalogue, data=arguments.data, models=arguments.models
        )
        print("\n" + "\n".join(entity_table(entities)))  # noqa: T201
    print("\n| theme | cases | F1 |\n|---|--:|--:|")  # noqa: T201
    for theme, value in scores["all"]["theme_f1"].items():
        print(f"| {theme} | {scores['all']['theme_cases'][theme]} | {value:.2f} |")  # noqa: T201


if __name__ == "__main__":
    main()
