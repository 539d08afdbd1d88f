"""What the routes of entities answer with."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from southbound.web.api.model.record import Instant, Record


class EntityLineModel(Record):
    """An entity of a list."""

    entity_id: str = Field(description="Entity id.")
    name: str = Field(description="Name.")
    type: str = Field(description="company, institution, person, index or product.")
    tickers: tuple[str, ...] = Field(description="Listings, such as XHKG:9988.")
    n_articles: int = Field(description="Articles that name it.")
    last_known_at: Instant = Field(description="When the last of them was known, UTC.")


class CoverageRow(Record):
    """An entity's news in a session."""

    session: date = Field(description="HKEX trading day.")
    n_articles: int = Field(description="Articles that name it.")
    n_market_news: int = Field(description="All market-news articles of the session.")
    share: float | None = Field(description="Its weighted share of them, 0 to 1; null where thin.")
    tone: float | None = Field(description="Mean tone of its articles, -1 to 1.")
    state: str = Field(description="missing, thin, warming or ok.")


class EntityAnswer(Record):
    """An entity and its news over time."""

    entity: EntityLineModel = Field(description="Who it is.")
    coverage: tuple[CoverageRow, ...] = Field(description="By session, ascending.")
