"""Where the examples of this checkout are, and all of them split by date."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.training.example import (
    Example,
    of_language,
    read_annotated,
    read_own_items,
    read_own_labels,
    read_passages,
    read_unlabelled,
    with_entity_tones,
    with_second_reading,
)
from nlp.training.split import Split, split_by_date


def read_examples(development_data: Path, models: Path) -> list[Example]:
    """Read the annotators' items, our labels on leads and passages of real news, and the items we wrote."""
    labels = [models / "labels" / f"{language}.jsonl" for language in ("english", "chinese")]
    examples = [
        *read_annotated(development_data / "labelled"),
        *(example for path in labels for example in read_own_labels(path, development_data / "news")),
        *read_passages(models / "labels" / "passages.jsonl", development_data / "news"),
        *read_own_items(models / "own_items"),
    ]
    read_twice = with_second_reading(examples, models / "labels" / "second_pass.jsonl")
    return with_entity_tones(read_twice, models / "labels" / "entity_tones.jsonl")


def read_split(
    development_data: Path, models: Path, *, language: str, with_unlabelled: bool = False
) -> Split:
    """Read one language's examples, split by date; what is unlabelled can only stand in the training part."""
    examples = read_examples(development_data, models)
    if with_unlabelled:
        known = {text for example in examples for text in (example.example_id, example.title)}
        examples += read_unlabelled(development_data / "news", known)
    return split_by_date(of_language(examples, language))


def groups(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Split scored examples as the targets are given: English into wires and Hong Kong items."""
    if any(example.language == "zh" for example in examples):
        return {"all": list(examples)}
    wires = [example for example in examples if example.source == "en_wire"]
    others = [example for example in examples if example.source != "en_wire"]
    return {"all": list(examples), "wires": wires, "hong_kong": others}
