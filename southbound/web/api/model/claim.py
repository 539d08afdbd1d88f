"""The answers about claims; instants in tables are text, as the tables write them."""

from __future__ import annotations

from pydantic import Field

from southbound.web.api.model.record import Record


class ClaimRow(Record):
    """A claim with its verdict."""

    article: str = Field(description="Article id.")
    known_at: str = Field(description="When the article could be used, UTC.")
    published_at: str = Field(description="What the source claims, else when its text was known, UTC.")
    publisher: str = Field(description="Outlet.")
    language: str = Field(description="en, zh-Hans, zh-Hant, ...")
    url: str | None = Field(description="Its address, http or https only.")
    number: int = Field(description="The claim's place in the text, from 0.")
    subject: str = Field(description="southbound, a market or an entity id; empty where not told.")
    metric: str = Field(description="What is measured.")
    value: float | None = Field(description="In whole units, without sign; null for a mere comparison.")
    low: float | None = Field(description="The least that its words allow.")
    high: float | None = Field(description="The most that its words allow.")
    unit: str = Field(description="ISO 4217 code, percent, points, shares, basis_points or count.")
    period: str = Field(description="What time it is about, such as 2025-Q1.")
    direction: str = Field(description="in, out, up, down or none.")
    bound: str = Field(description="exact, about, at_least, at_most or between.")
    comparison: str | None = Field(description="record_high, record_low, above or below.")
    reference: str = Field(description="The period compared with.")
    modality: str = Field(description="fact, forecast, target, denied or conditional.")
    speaker: str = Field(description="Who says so; empty where the text itself does.")
    field: str = Field(description="title or body.")
    start: int = Field(description="Where the number begins in the field, in characters.")
    end: int = Field(description="Where it ends.")
    sentence: str = Field(description="What it stands in, cleaned.")
    verdict: str = Field(description="confirmed, contradicted or unchecked, by what was known before as_of.")
    reason: str = Field(description="Why it could not be checked, in words.")
    figure: float | None = Field(description="The right figure, signed, in figure_unit.")
    figure_unit: str = Field(description="Its unit.")
    figure_period: str = Field(description="The sessions that it covers.")
    source: str = Field(description="What it was computed from: southbound, an asset.")
    notes: str = Field(description="What else is to be known: key or key=detail, with semicolons between.")
    reader: str = Field(description="Version of what read the claim.")


class ClaimsAnswer(Record):
    """Claims."""

    next: str | None = Field(description="Cursor of the next page; null on the last.")
    rows: tuple[ClaimRow, ...] = Field(description="Those of the newest articles first.")


class ClaimTally(Record):
    """Claims of one kind in numbers."""

    found: int = Field(description="All.")
    checked: int = Field(description="Those that could be checked.")
    confirmed: int = Field(description="Those that the data confirm.")
    contradicted: int = Field(description="Those that they contradict.")
    confirmed_share_low: float | None = Field(
        description="Least share confirmed of those checked (Wilson, 95 %); null with fewer than 20."
    )
    confirmed_share_high: float | None = Field(description="Most.")


class ClaimReportAnswer(Record):
    """Claims in numbers."""

    articles: int = Field(description="Articles that were read for claims.")
    total: ClaimTally = Field(description="All claims.")
    by_publisher: dict[str, ClaimTally] = Field(description="By outlet.")
    by_metric: dict[str, ClaimTally] = Field(description="By what is measured.")
    unchecked: dict[str, int] = Field(description="By reason.")
