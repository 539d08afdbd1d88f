"""What became of a record that could not be used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A record left out, and why.

    Attributes:
        where: Place in the input, such as ``news.jsonl line 17``.
        reason: One line saying what is wrong and what to do.
    """

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"
