"""Where the examples of this checkout are, and all of them split by date."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.training.example import Example, of_language, read_annotated, read_own_items, read_own_labels
from nlp.training.split import Split, split_by_date


def read_examples(development_data: Path, models: Path) -> list[Example]:
    """Read the annotators' items, our labels on real news, and the items that we wrote."""
    labels = sorted((models / "labels").glob("*.jsonl"))
    return [
        *read_annotated(development_data / "labelled"),
        *(example for path in labels for example in read_own_labels(path, development_data / "news")),
        *read_own_items(models / "own_items"),
    ]


def read_split(development_data: Path, models: Path, *, language: str) -> Split:
    """Read one language's examples, split by date."""
    return split_by_date(of_language(read_examples(development_data, models), language))


def groups(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Split scored examples as the targets are given: English into wires and Hong Kong items."""
    if any(example.language == "zh" for example in examples):
        return {"all": list(examples)}
    wires = [example for example in examples if example.source == "en_wire"]
    others = [example for example in examples if example.source != "en_wire"]
    return {"all": list(examples), "wires": wires, "hong_kong": others}
