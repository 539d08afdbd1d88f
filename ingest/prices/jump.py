"""Closes that leap from one session to the next: a split that nobody told, or another unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

#: A close this many times the one before it, or that small a part of it, is worth a look.
JUMP_FACTOR = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A leap between two sessions that follow one another.

    Attributes:
        session: The later one.
        before: The earlier close.
        after: The later close.
    """

    session: date
    before: float
    after: float

    def __str__(self) -> str:
        return f"close {self.before:g} before, {self.after:g} on {self.session}"


def find_jumps(closes: Iterable[tuple[date, float]], *, splits: Collection[date] = ()) -> Iterator[Jump]:
    """Find the leaps in one asset's closes.

    Args:
        closes: Sessions and closes above zero, in any order.
        splits: Sessions of splits, which explain a leap.
    """
    for (_, before), (session, after) in pairwise(sorted(closes)):
        if max(before / after, after / before) >= JUMP_FACTOR and session not in splits:
            yield Jump(session=session, before=before, after=after)
