"""One event and its reports, whatever is known of each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from nlp.stories.term import is_update


class Report(Protocol):
    """What a story asks of its reports."""

    @property
    def title(self) -> str:
        """Its title as published."""

    @property
    def publisher(self) -> str:
        """Who published it."""

    @property
    def known_at(self) -> datetime:
        """When it could be known."""

    @property
    def hk_china(self) -> float:
        """How much it is about Hong Kong and China, 0..1."""


ReportT = TypeVar("ReportT", bound=Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedStory(Generic[ReportT]):
    """One event and its reports in a window, in the order in which they were known.

    Attributes:
        story_id: the id of its first report, which may be older than those here.
        reports: those of the window.
        n_earlier: how many there were before the window; None where no story of the article is known.
        began_at: when the first of all was known.
        lead: the first report, or the last one that calls itself an update.
    """

    story_id: str
    reports: tuple[ReportT, ...]
    n_earlier: int | None
    began_at: datetime
    lead: ReportT = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Find the leading report once: ranking asks for it many times."""
        updates = [report for report in self.reports if is_update(report.title)]
        object.__setattr__(self, "lead", updates[-1] if updates else self.reports[0])

    @property
    def publishers(self) -> tuple[str, ...]:
        """Publishers, the leading report's first, each once."""
        return tuple(dict.fromkeys(report.publisher for report in (self.lead, *self.reports)))

    @property
    def hk_china(self) -> float:
        """Mean over the reports of how much they are about Hong Kong and China."""
        return sum(report.hk_china for report in self.reports) / len(self.reports)
