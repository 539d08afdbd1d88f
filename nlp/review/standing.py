"""Which of the corrections stand: those that were not taken back, nor whose taking back was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Numbered(Protocol):
    """A correction: its number, and that of the one it takes back (None where it is no undo)."""

    @property
    def pk(self) -> int:
        """Grows with every correction."""
        ...

    @property
    def undoes(self) -> int | None:
        """The correction that it takes back."""
        ...


_Row = TypeVar("_Row", bound=Numbered)


def undone(rows: Iterable[Numbered]) -> set[int]:
    """Return the numbers of what was taken back; an undo that was itself taken back counts for nothing."""
    gone: set[int] = set()
    for row in sorted(rows, key=lambda one: -one.pk):
        if row.undoes is not None and row.pk not in gone:
            gone.add(row.undoes)
    return gone


def standing(rows: Sequence[_Row]) -> list[_Row]:
    """Return what stands, without the undos, in the order in which it was made."""
    gone = undone(rows)
    return sorted((row for row in rows if row.undoes is None and row.pk not in gone), key=lambda one: one.pk)
