"""What the routes of sessions answer with: days, stories, alerts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from southbound.web.api.model.record import Instant, Record


class SessionLine(Record):
    """A trading day."""

    session: date = Field(description="HKEX trading day.")
    decision_at: Instant = Field(description="News known before it counts for the session, UTC.")
    southbound: Literal["open", "closed", "unknown"] = Field(description="Whether southbound trading is on.")
    n_articles: int = Field(description="Market-news articles, 0 where none are stored.")


class ReportModel(Record):
    """A report of a story."""

    article_id: str = Field(description="Article id.")
    title: str = Field(description="Title.")
    url: str | None = Field(description="Its address.")
    publisher: str = Field(description="Outlet.")
    known_at: Instant = Field(description="When it could be used, UTC.")


class StoryModel(Record):
    """An event and its reports."""

    story_id: str = Field(description="Id of its first report of all.")
    title: str = Field(description="Title of its leading report.")
    n_reports: int = Field(description="Reports known in the session.")
    n_earlier: int | None = Field(description="Reports before the session; null where it is in no story yet.")
    began_at: Instant = Field(description="When the first report of all was known, UTC.")
    publishers: tuple[str, ...] = Field(description="Outlets, the leading report's first.")
    hk_china: float = Field(description="How much it is about Hong Kong and China, 0 to 1.")
    themes: dict[str, float] = Field(description="Highest score of each theme among its reports.")
    reports: tuple[ReportModel, ...] = Field(description="The reports, the first one first.")


class StoryReportModel(ReportModel):
    """A report of a story, and how new it was."""

    likeness: float = Field(
        description="How like its story it is, 0 to 1; of the first, how like the nearest."
    )
    matched_article_id: str | None = Field(description="The report that it is most like; null for the first.")
    novelty: float = Field(description="1 for the first in 24 hours, 3/4 of that with each further one.")
    earlier: dict[str, int] = Field(description="Reports before it in 12h, 24h, 3d, 5d and 7d.")


class StoryAnswer(Record):
    """An event and all its reports."""

    story_id: str = Field(description="Id of its first report.")
    reports: tuple[StoryReportModel, ...] = Field(description="In the order in which they were known.")


class FigureModel(Record):
    """A figure that a rule asked for."""

    text: str = Field(description='In words, such as "ai zscore 2.41".')
    value: float | None = Field(description="Its value (flows in HKD million, returns as fractions).")


class AlertModel(Record):
    """An alert rule at a session's decision."""

    name: str = Field(description="Name of the rule.")
    condition: str = Field(description="When it holds.")
    holds: bool | None = Field(description="Whether it does; null where a figure is not known.")
    figures: tuple[FigureModel, ...] = Field(description="What it was decided by.")


class AlertsAnswer(Record):
    """The alert rules at a session's decision."""

    session: date = Field(description="HKEX trading day.")
    rules: tuple[AlertModel, ...] = Field(description="In the order of the rules file.")
