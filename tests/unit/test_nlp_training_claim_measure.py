"""The file of claim scores is what the measure writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from nlp.training.claim_measure import FAMILIES, FIELDS, HALVES, SPLIT, Tally, scores_of

if TYPE_CHECKING:
    from pathlib import Path

ROW = Tally(labels=10, claims=8, right=6, loose=7, matched=8)


def written() -> dict[str, Any]:
    """Return the scores of made-up tallies."""
    ROW.agreeing.update(dict.fromkeys(FIELDS, 6))
    return scores_of(
        {
            (half, language, family): ROW
            for half in HALVES
            for language in ("all", "en", "zh")
            for family in ("all", *FAMILIES)
        }
    )


def form(value: object) -> object:
    """Return the keys of nested objects, with the types of what they hold."""
    if isinstance(value, dict):
        return {key: form(held) for key, held in value.items()}
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def test_scores_tell_what_was_tallied() -> None:
    scores = written()
    row = scores["claims"]["held_out"]["zh"]["flow"]
    assert row == {"labels": 10, "read": 8, "right": 6, "precision": 0.75, "recall": 0.6}
    assert scores["split"] == SPLIT
    assert set(scores["agreement_of_matched_numbers"]["development"]) == set(FIELDS)


def test_the_repositorys_scores_are_in_the_form_that_the_measure_writes(root: Path) -> None:
    stored = json.loads((root / "models" / "claims" / "scores.json").read_text(encoding="utf-8"))
    assert form(stored) == form(written())
    for half in HALVES:
        for rows in stored["claims"][half].values():
            for row in rows.values():
                assert row["precision"] == pytest.approx(row["right"] / max(1, row["read"]), abs=6e-4)
                assert row["recall"] == pytest.approx(row["right"] / max(1, row["labels"]), abs=6e-4)
