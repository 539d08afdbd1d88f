"""Measure the shipped weights on the held-out split: `python -m nlp.training.evaluate --data DATA`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlp.annotation import Annotation
from nlp.entities.catalogue import Catalogue, read_catalogue
from nlp.entities.recogniser import Recogniser
from nlp.tagger import Tagger
from nlp.training.card import score_table
from nlp.training.data import groups, read_split
from nlp.training.entity_measure import entity_table, measure_entities
from nlp.training.example import Example
from nlp.training.load import load_scorer, read_language
from nlp.training.measure import annotate, measure


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """A language's held-out items, and what a model folder says of each."""

    examples: Sequence[Example]
    annotations: Sequence[Annotation]


def annotate_held_out(
    model: Path, *, data: Path, models: Path, catalogue: Catalogue | None = None
) -> HeldOut:
    """Tag the held-out items of a model folder's language, each once.

    Args:
        model: the folder.
        data: development data.
        models: folder of the models; holds `recogniser`.
        catalogue: for entities, with the recogniser; without, none are named. Themes, tone and scope are the
            same either way.
    """
    examples = read_split(data, models, language=read_language(model)).development
    recogniser = Recogniser(models / "recogniser") if catalogue else None
    entities = catalogue or Catalogue(entities={}, by_listing={})
    tagger = Tagger([load_scorer(model)], entities, recogniser=recogniser)
    try:
        return HeldOut(examples=examples, annotations=annotate(tagger, examples))
    finally:
        tagger.close()


def measure_folder(held_out: HeldOut) -> dict[str, Any]:
    """Return the scores of a model folder on the held-out items, by group."""
    said = dict(zip(map(id, held_out.examples), held_out.annotations, strict=True))
    return {
        name: {**asdict(quality), "headline": quality.headline()}
        for name, examples in groups(held_out.examples).items()
        for quality in [measure([said[id(example)] for example in examples], examples)]
    }


def measure_folder_entities(held_out: HeldOut, catalogue: Catalogue) -> Mapping[str, float]:
    """Return the scores of entities on the held-out items, tagged with that catalogue."""
    return measure_entities(held_out.annotations, catalogue, held_out.examples)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (labelled/, news/)")
    parser.add_argument("--config", type=Path, default=Path("config"), help="holds entities/")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--model", type=Path, default=Path("models/english"), help="or models/chinese")
    arguments = parser.parse_args()
    is_english = read_language(arguments.model) == "en"
    catalogue = read_catalogue(arguments.config / "entities") if is_english else None
    held_out = annotate_held_out(
        arguments.model, data=arguments.data, models=arguments.models, catalogue=catalogue
    )
    scores = measure_folder(held_out)
    print("\n".join(score_table(scores)))  # noqa: T201 - the table is what was asked for
    if catalogue:
        entities = measure_folder_entities(held_out, catalogue)
        print("\n" + "\n".join(entity_table(entities)))  # noqa: T201
    print("\n| theme | cases | F1 |\n|---|--:|--:|")  # noqa: T201
    for theme, value in scores["all"]["theme_f1"].items():
        print(f"| {theme} | {scores['all']['theme_cases'][theme]} | {value:.2f} |")  # noqa: T201


if __name__ == "__main__":
    main()
