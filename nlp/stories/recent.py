"""The reports of the last seven days, and what their publishers usually write."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta

from nlp.stories.fingerprint import Fingerprint, Fingerprinter, opening_words
from nlp.stories.habit import Habits
from nlp.stories.report import Report
from nlp.stories.term import Rarity

#: A report is compared with what was known so long before it.
WINDOW = timedelta(days=7)


class RecentReports:
    """Takes fingerprints in the order of `known_at`, and forgets what is older than the window.

    Args:
        rarity: how rare words are in the news.
    """

    def __init__(self, rarity: Rarity) -> None:
        self._habits = Habits()
        self._fingerprinter = Fingerprinter(rarity, self._habits)
        self._kept: deque[Fingerprint] = deque()
        self._passed: deque[tuple[datetime, str, frozenset[str]]] = deque()

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, report: Report) -> Fingerprint:
        """Return a report's fingerprint, its words weighed by what is kept now.

        Raises:
            ValueError: `known_at` has no zone.
        """
        if report.known_at.utcoffset() is None:
            raise ValueError(f"known_at of {report.article_id} has no zone")
        return self._fingerprinter.take(report)

    def keep(self, one: Fingerprint) -> None:
        """Keep a fingerprint as the newest."""
        self._kept.append(one)
        self._habits.count(one.publisher, _habitual(one))

    def pass_by(self, report: Report) -> None:
        """Learn of a report what its publisher writes, without a fingerprint: nothing is compared with it."""
        words = opening_words(report)
        self._passed.append((report.known_at, report.publisher, words))
        self._habits.count(report.publisher, words)

    def forget_before(self, newest: Report) -> list[Fingerprint]:
        """Forget what is older than the window before a report, and return it."""
        forgotten = []
        while self._kept and newest.known_at - self._kept[0].known_at > WINDOW:
            old = self._kept.popleft()
            self._habits.discount(old.publisher, _habitual(old))
            forgotten.append(old)
        while self._passed and newest.known_at - self._passed[0][0] > WINDOW:
            _, publisher, words = self._passed.popleft()
            self._habits.discount(publisher, words)
        return forgotten


def is_within(earlier: Fingerprint, later: Fingerprint) -> bool:
    """Say whether a report was known before another, and no longer than the window."""
    return later.known_at - WINDOW <= earlier.known_at <= later.known_at


def _habitual(one: Fingerprint) -> Collection[str]:
    return one.title.keys() | one.opening.keys()
