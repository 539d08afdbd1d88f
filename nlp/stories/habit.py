"""What each publisher writes in report after report: its forms say nothing of an event.

"Adjusts price target on", "reports results for the quarter": rare in the news, but one publisher's daily
bread. A word weighs what it is rare among this publisher's kept reports, where that is less than its rarity
in the news.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable

import numpy as np

#: Reports of the average publisher that are added to a publisher's own: a few reports make no habit.
_PRIOR = 200
#: Counts share cells by chance: of a busy week's words one in some ten meets another, mostly a rare one.
_CELLS = 1 << 22
_LEAST = 0.05


class Habits:
    """Counts in how many of a publisher's kept reports each word stands; eight megabytes, however many."""

    def __init__(self) -> None:
        self._counts = np.zeros(_CELLS, np.uint16)
        self._n_reports: Counter[str] = Counter()

    def weigh(self, publisher: str, word: str, rarity: float) -> float:
        """Return what a word weighs in a publisher's report.

        Args:
            publisher: whose report.
            word: the word.
            rarity: its inverse document frequency in the news, in natural logarithms.
        """
        count = int(self._counts[_cell(publisher, word)])
        if not count:
            return rarity
        share = (count + _PRIOR * math.exp(-rarity)) / (self._n_reports[publisher] + _PRIOR)
        return max(_LEAST, min(rarity, -math.log(share)))

    def count(self, publisher: str, words: Iterable[str]) -> None:
        """Count the words of a report, each once."""
        self._n_reports[publisher] += 1
        for word in words:
            self._counts[_cell(publisher, word)] += 1

    def discount(self, publisher: str, words: Iterable[str]) -> None:
        """Take back what was counted."""
        self._n_reports[publisher] -= 1
        if not self._n_reports[publisher]:
            del self._n_reports[publisher]
        for word in words:
            self._counts[_cell(publisher, word)] -= 1


def _cell(publisher: str, word: str) -> int:
    return zlib.crc32(f"{publisher}\t{word}".encode("utf-8", "replace")) % _CELLS
