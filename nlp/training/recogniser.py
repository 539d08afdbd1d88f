"""Train the recogniser of unknown names: `python -m nlp.training.recogniser --data DATA --out FOLDER`.

It learns from the annotators' entities on training dates, from those of our own items, from what the
gazetteer links in news that nobody annotated (where other capitalised words are left open), and from all
with other names, most of them invented. Held-out dates are only measured. One thread, under ten minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from spacy.language import Language
from thinc.api import Adam, fix_random_seed
from thinc.schedules import warmup_linear

from nlp.entities.catalogue import TYPES, Catalogue, read_catalogue
from nlp.entities.gazetteer import Gazetteer
from nlp.entities.recogniser import COMMON, WEIGHTS, Recogniser, make_pipeline
from nlp.training.data import read_split
from nlp.training.example import Example
from nlp.training.name_measure import measure_names, render_name_card
from nlp.training.name_text import MarkedText, examples_of, mark_gold, mark_links, recase_title, vary
from nlp.training.split import Split

_SEED = 20250212
_ANNOTATED = frozenset({"en_wire", "en_hk", "rare"})
_SILVER_TEXTS = 2500
_PASSES = 11
_BATCH = 6
_RATE = 0.0015
_WARM_UP = 50
_DROPOUT = 0.1
#: A common word stands in so many texts, and mostly in small letters.
_MIN_TEXTS = 8
_MOSTLY = 0.5
_INSIDE_SENTENCE = re.compile(r"(?<![.!?:\n] )\b[a-zA-Z][a-z]+\b")
#: A floor stands this much below the measured figure.
_MARGIN = 0.02
log = logging.getLogger(__name__)


def main() -> None:
    """Train, write the folder, measure, write the card and floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--config", type=Path, default=Path("config"), help="holds entities/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="southbound-names-3", help="name and version")
    parser.add_argument("--measure", action="store_true", help="only measure the folder and write its card")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    split = read_split(arguments.data, arguments.models, language="en")
    catalogue = read_catalogue(arguments.config / "entities")
    if not arguments.measure:
        nlp = train(split, catalogue)
        write_recogniser(nlp, arguments.out, name=arguments.name)
        words = "\n".join(common_words(split.train))
        (arguments.out / COMMON).write_text(words + "\n", encoding="utf-8")
    scores = measure_names(Recogniser(arguments.out), split.development, catalogue)
    floors = {group: round(row[0] - _MARGIN, 3) for group, row in scores.headline().items()}
    _write_json(arguments.out / "scores.json", scores.as_json())
    _write_json(arguments.out / "floors.json", floors)
    card = render_name_card(arguments.name, scores, split)
    (arguments.out / "card.md").write_text(card, encoding="utf-8")
    log.info("%s", scores.headline())


def train(split: Split, catalogue: Catalogue) -> Language:
    """Train a pipeline on a split's training part.

    Args:
        split: English examples; only `train` is read.
        catalogue: gives the names that silver texts are marked by, and names to draw from.
    """
    fix_random_seed(_SEED)
    rng = random.Random(_SEED)  # noqa: S311 - no secret: training is to be repeatable
    texts = list(_course(split.train, catalogue, rng))
    log.info("%d texts", len(texts))
    nlp = make_pipeline()
    for kind in sorted(TYPES):
        nlp.get_pipe("ner").add_label(kind)  # type: ignore[attr-defined] # a recogniser of spaCy's has labels
    nlp.initialize(lambda: list(examples_of(texts[:200], nlp)))
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    schedule = warmup_linear(_RATE, _WARM_UP, len(batches))
    optimizer = Adam(schedule, L2=0.01, use_averages=True)  # type: ignore[arg-type] # thinc's own schedules pass
    losses: dict[str, float] = {}
    for number, batch in enumerate(batches):
        nlp.update(list(examples_of(batch, nlp)), sgd=optimizer, drop=_DROPOUT, losses=losses)
        optimizer.step_schedules()
        if number % 200 == 0:
            log.info("batch %d of %d: %s", number, len(batches), losses)
            losses.clear()
    with nlp.use_params(optimizer.averages):
        return make_pipeline().from_bytes(nlp.to_bytes())


def _course(examples: Sequence[Example], catalogue: Catalogue, rng: random.Random) -> Iterator[MarkedText]:
    """Yield the texts in the order of learning: every pass has all gold texts and a part of the silver."""
    gold = [mark_gold(example) for example in examples if _is_annotated(example)]
    others = [example for example in examples if not _is_annotated(example)]
    gazetteer = Gazetteer(catalogue)
    chosen = rng.sample(others, min(_SILVER_TEXTS, len(others)))
    silver = [mark_links(example, gazetteer, catalogue) for example in chosen]
    log.info("%d annotated texts, %d that the gazetteer marked", len(gold), len(silver))
    pool = _pool(catalogue)
    for number in range(_PASSES):
        part = [*(silver[number::_PASSES]), *gold]
        rng.shuffle(part)
        for text in part:
            # The first and the last pass see the real names.
            yield recase_title(text, rng) if number in (0, _PASSES - 1) else vary(text, rng, pool)


def _is_annotated(example: Example) -> bool:
    """Say whether all names of an example are marked: by the annotators, or in some of our own items."""
    return example.source in _ANNOTATED or (example.source == "own_items" and bool(example.entities))


def _pool(catalogue: Catalogue) -> dict[str, list[str]]:
    pool: dict[str, list[str]] = {kind: [] for kind in sorted(TYPES)}
    for entity in catalogue.entities.values():
        if entity.name.isascii():
            pool[entity.type].append(entity.name)
    return pool


def common_words(examples: Sequence[Example]) -> list[str]:
    """Return the words that the leads write in small letters, inside sentences, more often than not."""
    small, all_cases = Counter[str](), Counter[str]()
    for example in examples:
        words = set(_INSIDE_SENTENCE.findall(example.lead))
        small.update(word for word in words if word.islower())
        all_cases.update({word.lower() for word in words})
    return sorted(word for word, n in small.items() if n >= _MIN_TEXTS and n > _MOSTLY * all_cases[word])


def write_recogniser(nlp: Language, folder: Path, *, name: str) -> None:
    """Write a model folder: the pipeline's bytes and a manifest with their checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    content = nlp.to_bytes()
    (folder / WEIGHTS).write_bytes(content)
    manifest = {
        "name": name,
        "language": "en",
        "base": None,
        "licence": "Apache-2.0",
        "labels": sorted(TYPES),
        "seed": _SEED,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    _write_json(folder / "manifest.json", manifest)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
