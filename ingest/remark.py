"""What is worth telling about an input though nothing is wrong with its records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that people should know of, such as shares that were suspended.

    Attributes:
        where: Place in the input, such as the name of its file.
        text: One line.
    """

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"
