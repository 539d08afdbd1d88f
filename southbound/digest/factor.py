"""One fact's part in a story's value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What one fact does to a story's value, and how it is told; "" where it is not."""

    value: float
    reason: str = ""
