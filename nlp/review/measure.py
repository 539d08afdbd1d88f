"""How good tags are, and how far reviewers agree, each with how sure that is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

#: Of the standard normal distribution: 95 in 100 lie between minus and plus this.
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share: so many of so many, with Wilson's interval. `value` is None where there were none."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return wilson(self.hits, self.n)

    def __add__(self, other: Share) -> Share:
        return Share(hits=self.hits + other.hits, n=self.n + other.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two readings of the same items agree: `kappa` is None where chance can't be told from it."""

    n: int
    n_equal: int
    kappa: float | None


def wilson(hits: int, n: int, *, z: float = Z_95) -> tuple[float, float]:
    """Return Wilson's score interval of a share (JASA 1927); 0 to 1 where nothing was drawn."""
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    middle, scale = share + z * z / (2 * n), 1 + z * z / n
    # Rounding must not carry a bound beyond the share itself.
    return min(share, max(0.0, (middle - spread) / scale)), max(share, min(1.0, (middle + spread) / scale))


def agree(pairs: Sequence[tuple[object, object]]) -> Agreement:
    """Return the agreement of pairs of readings, with Cohen's kappa (1960)."""
    n = len(pairs)
    n_equal = sum(first == second for first, second in pairs)
    if not n:
        return Agreement(n=0, n_equal=0, kappa=None)
    firsts, seconds = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    chance = sum(count * seconds[label] for label, count in firsts.items()) / n**2
    kappa = None if chance >= 1 else (n_equal / n - chance) / (1 - chance)
    return Agreement(n=n, n_equal=n_equal, kappa=kappa)
