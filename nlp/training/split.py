"""The split by date: what is held out for scores, what for thresholds, what is learnt from.

Dates decide, never chance, so that a story's reposts don't stand on both sides; what still
resembles a held-out item is dropped from the training side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.training.example import OWN_LABELS, PASSAGES, UNLABELLED, Example

#: Half-open ranges of ISO dates. Development: the last wire day, the last months of broadcaster and press.
DEVELOPMENT = (
    ("2010-10", "2011-01"),
    ("2012-05", "2013-01"),
    ("2023-10", "2024-01"),
    ("2024-11", "2025-01"),
    ("2025-02-12", "2025-12"),
    ("2026-05-20", "2027-01"),
)
#: Thresholds and temperatures are set on these.
CALIBRATION = (
    ("2010-07", "2010-10"),
    ("2023-08", "2023-10"),
    ("2024-09", "2024-11"),
    ("2025-02-07", "2025-02-09"),
)
#: Sources that are never measured against.
_LEARNT_ONLY = frozenset({"own_items", OWN_LABELS, PASSAGES, UNLABELLED})
_SHINGLE = 5
_ALIKE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Examples by use."""

    train: list[Example]
    calibration: list[Example]
    development: list[Example]


def split_by_date(examples: Sequence[Example]) -> Split:
    """Split by `published_on`; only the annotators' own labels are measured against.

    Our labels and our own items are learnt from, never scored on; those that resemble a held-out
    item (half of the five-word shingles in common) are dropped.
    """
    annotated = [e for e in examples if e.source not in _LEARNT_ONLY]
    development = [e for e in annotated if within(e.published_on, DEVELOPMENT)]
    calibration = [e for e in annotated if within(e.published_on, CALIBRATION)]
    held = {e.example_id for e in (*development, *calibration)}
    rest = [e for e in examples if e.example_id not in held and not within(e.published_on, DEVELOPMENT)]
    return Split(
        train=_without_lookalikes(rest, [*development, *calibration]),
        calibration=_without_lookalikes(calibration, development),
        development=development,
    )


def within(day: str, ranges: Sequence[tuple[str, str]]) -> bool:
    """Say whether an ISO date lies in one of some half-open ranges."""
    return any(start <= day < end for start, end in ranges)


def _without_lookalikes(candidates: Sequence[Example], held: Sequence[Example]) -> list[Example]:
    known: dict[str, set[int]] = {}
    for index, example in enumerate(held):
        for shingle in shingles(example):
            known.setdefault(shingle, set()).add(index)
    return [example for example in candidates if not _resembles_any(example, known)]


def _resembles_any(example: Example, known: dict[str, set[int]]) -> bool:
    own = shingles(example)
    counts: dict[int, int] = {}
    for shingle in own:
        for index in known.get(shingle, ()):
            counts[index] = counts.get(index, 0) + 1
    return bool(counts) and max(counts.values()) >= _ALIKE * len(own)


def shingles(example: Example) -> set[str]:
    """Return the five-word (or, in Chinese, eight-character) runs of an example's text."""
    text = f"{example.title} {example.lead}".lower()
    if example.language == "zh":
        signs = re.sub(r"\W", "", text)
        return {signs[i : i + 8] for i in range(max(1, len(signs) - 7))}
    words = re.findall(r"\w+", text)
    return {" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
