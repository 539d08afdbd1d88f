"""How far two readers agree: our blind second pass against the annotators' labels and against our first.

`python -m nlp.training.agreement --data DATA`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.training.example import Example, Label, read_annotated, read_labels, read_own_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement over n items: micro-F1 of themes, shares of equal tone and scope, all 0..1."""

    n: int
    micro_f1: float
    tone: float
    scope: float


def compare(first: Sequence[Example], second: Mapping[str, Label]) -> Agreement:
    """Compare examples with the labels of a second reader.

    Raises:
        ValueError: no item was read twice.
    """
    pairs = [(example, second[example.example_id]) for example in first if example.example_id in second]
    if not pairs:
        raise ValueError("no item was read twice; check the ids")
    common = sum(len(example.themes & label.themes) for example, label in pairs)
    given = sum(len(example.themes) + len(label.themes) for example, label in pairs)
    return Agreement(
        n=len(pairs),
        micro_f1=2 * common / given if given else 1.0,
        tone=sum(example.tone == label.tone for example, label in pairs) / len(pairs),
        scope=sum(example.hk_china == label.hk_china for example, label in pairs) / len(pairs),
    )


def measure_agreement(data: Path, models: Path) -> dict[str, Agreement]:
    """Return the agreement of the second pass with the annotators and with our first pass."""
    second = read_labels(models / "labels" / "second_pass.jsonl")
    first = read_own_labels(models / "labels" / "english.jsonl", data / "news")
    return {
        "annotators": compare(read_annotated(data / "labelled"), second),
        "our first pass": compare(first, second),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (labelled/, news/)")
    parser.add_argument("--models", type=Path, default=Path("models"))
    arguments = parser.parse_args()
    print("\n".join(agreement_table(measure_agreement(arguments.data, arguments.models))))  # noqa: T201 - what was asked for


def agreement_table(agreements: Mapping[str, Agreement]) -> list[str]:
    """Return a Markdown table."""
    rows = ["| second pass against | n | theme micro-F1 | tone | scope |", "|---|--:|--:|--:|--:|"]
    for name, a in agreements.items():
        rows.append(f"| {name} | {a.n} | {a.micro_f1:.3f} | {a.tone:.3f} | {a.scope:.3f} |")
    return rows


if __name__ == "__main__":
    main()
