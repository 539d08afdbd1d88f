"""Find what a publisher repeats while its articles go by, starting from what the store has of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from nlp.boilerplate import Range, RepeatedLines

#: A publisher's latest articles are enough to know its footers by.
N_PAST_ARTICLES = 200


class Report(Protocol):
    """What must be known of an article here."""

    @property
    def title(self) -> str:
        """The title."""
        ...

    @property
    def body(self) -> str:
        """The body."""
        ...


class BoilerplateFinder:
    """Give each article the ranges that its publisher's earlier ones had too.

    Args:
        past: returns a publisher's latest articles before an instant, with the instants they were known;
            asked once a publisher.
    """

    def __init__(self, past: Callable[[str, datetime], Iterable[tuple[Report, datetime]]]) -> None:
        self._past = past
        self._lines = RepeatedLines()

    def find(self, publisher: str, article: Report, at: datetime) -> tuple[Range, ...]:
        """Return an article's boilerplate as known at `at`, and remember the article."""
        if not self._lines.knows(publisher):
            for report, known_at in self._past(publisher, at):
                self._lines.observe(publisher, report.title, report.body, known_at)
        ranges = self._lines.find(publisher, article.body, at)
        self._lines.observe(publisher, article.title, article.body, at)
        return ranges
