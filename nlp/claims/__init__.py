"""Numbers that a text asserts: what of, how much, when, and who says so."""

from __future__ import annotations

from typing import Final

#: Names the rules, which stand beside what they read.
CLAIM_READER: Final = "claims-5"
