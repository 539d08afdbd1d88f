"""The shape of an encoder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What must be known of an encoder to build its graph."""

    n_layers: int
    n_heads: int
    width: int
