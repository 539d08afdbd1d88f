"""Where the clusterer puts a report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where a report belongs.

    Attributes:
        article_id: the report's.
        story_id: the id of the story's first report.
        is_new: the report begins the story.
        likeness: 0..1, how like the nearest story the report is, be it this or, of a new story, another.
        matched_article_id: the report of the story that is most like it; None for a new story.
    """

    article_id: str
    story_id: str
    is_new: bool
    likeness: float
    matched_article_id: str | None
