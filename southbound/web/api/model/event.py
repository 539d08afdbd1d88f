"""What the stream of events tells."""

from __future__ import annotations

from pydantic import Field

from southbound.web.api.model.record import Instant, Record


class EventModel(Record):
    """A newly tagged article, as the stream of events tells it."""

    article_id: str = Field(description="Article id.")
    title: str = Field(description="Title.")
    url: str | None = Field(description="Its address.")
    publisher: str = Field(description="Outlet.")
    language: str = Field(description="en, zh-Hans, zh-Hant, ...")
    known_at: Instant = Field(description="When the article could be used, UTC.")
    tags_known_at: Instant = Field(description="When the tags could be used, UTC.")
    tone: int = Field(description="-1, 0 or 1.")
    themes: tuple[str, ...] = Field(description="Theme ids, strongest first.")
    entities: tuple[str, ...] = Field(description="Entity ids, most relevant first.")
