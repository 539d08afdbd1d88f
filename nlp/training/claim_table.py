"""The figures of the claims reader as a table, from what its measure wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FAMILIES = {"all": "all market claims", "flow": "flows", "index": "indices", "share_price": "share prices"}


def claim_table(scores: Mapping[str, Any]) -> list[str]:
    """Return precision and recall on the held-out half by family, as Markdown lines.

    Args:
        scores: what `models/claims/scores.json` holds.
    """
    rows = ["| claims of held-out items | labelled | precision | recall |", "|---|--:|--:|--:|"]
    held_out = scores["claims"]["held_out"]["all"]
    for family, name in _FAMILIES.items():
        row = held_out[family]
        rows.append(f"| {name} | {row['labels']} | {row['precision']:.3f} | {row['recall']:.3f} |")
    return rows
