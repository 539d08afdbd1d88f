"""Which tags are worth a look first, and how the parts of the queue take turns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")
_LEAST = 1e-6


def doubt(score: float, threshold: float) -> float:
    """Return how near a score is to its threshold: 1 where it is there, less the further off (log odds)."""
    return 1.0 / (1.0 + abs(_log_odds(score) - _log_odds(threshold)))


def _log_odds(share: float) -> float:
    kept = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def interleave(
    pools: Mapping[str, Sequence[_Item]], shares: Mapping[str, float], n: int
) -> list[tuple[str, _Item]]:
    """Take up to n items out of several pools in turn, so that every stretch has about the shares asked for.

    Each pool gives its items in order; what an empty one would have given goes to the others. The parts of
    a share of 0 give nothing.

    Returns:
        Pairs of the pool's name and the item.
    """
    left = {name: iter(pool) for name, pool in pools.items() if shares.get(name, 0.0) > 0}
    return list(_take_turns(left, shares, n))


def _take_turns(
    left: dict[str, Iterator[_Item]], shares: Mapping[str, float], n: int
) -> Iterator[tuple[str, _Item]]:
    given = dict.fromkeys(left, 0)
    total = 0
    while left and total < n:
        # The one that is furthest behind its share.
        name = max(left, key=lambda key: (shares[key] / (given[key] + 1), key))
        item = next(left[name], None)
        if item is None:
            del left[name]
            continue
        given[name] += 1
        total += 1
        yield name, item
