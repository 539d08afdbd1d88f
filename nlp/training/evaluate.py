"""Measure the shipped weights on the held-out split: `python -m nlp.training.evaluate --data DATA`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlp.entities.catalogue import Catalogue
from nlp.scoring.engine import read_manifest
from nlp.scoring.scorer import EncoderScorer, Scorer, WordScorer
from nlp.tagger import Tagger
from nlp.training.card import score_table
from nlp.training.data import groups, read_split
from nlp.training.measure import annotate, measure


def load_scorer(folder: Path) -> Scorer:
    """Load a model folder's scorer as it ships: encoder and words, or words alone."""
    if read_manifest(folder).shape is None:
        return WordScorer(folder, max_windows=64)
    return EncoderScorer(folder, precision="int8", n_threads=2, max_windows=64)


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


def read_language(folder: Path) -> str:
    """Return the language of a model folder, "en" or "zh"."""
    return "zh" if read_manifest(folder).shape is None else "en"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (labelled/, news/)")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--model", type=Path, default=Path("models/english"), help="or models/chinese")
    arguments = parser.parse_args()
    scores = measure_folder(arguments.model, data=arguments.data, models=arguments.models)
    print("\n".join(score_table(scores)))  # noqa: T201 - the table is what was asked for
    print("\n| theme | cases | F1 |\n|---|--:|--:|")  # noqa: T201
    for theme, value in scores["all"]["theme_f1"].items():
        print(f"| {theme} | {scores['all']['theme_cases'][theme]} | {value:.2f} |")  # noqa: T201


if __name__ == "__main__":
    main()
