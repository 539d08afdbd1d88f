"""What the routes of the market, of evaluations and of feeds answer with."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from southbound.web.api.model.record import Instant, Record


class FlowLineModel(Record):
    """A sum of southbound net flow beside the record of its kind."""

    label: str = Field(description="The day, the last sessions, the quarter or year to date.")
    net: float = Field(description="Net buying, HKD million.")
    n_sessions: int = Field(description="Sessions with a figure in it.")
    first: date = Field(description="First session.")
    last: date = Field(description="Last session.")
    record_label: str | None = Field(description="When the earlier record of its kind was.")
    record_net: float | None = Field(description="That record, HKD million.")
    is_record: bool = Field(description="Whether this is above it.")


class FlowSummaryAnswer(Record):
    """Southbound flows to date."""

    lines: tuple[FlowLineModel, ...] = Field(description="Day, 5 and 20 sessions, quarter, year.")


class FrameAnswer(Record):
    """A table: one record a row."""

    rows: tuple[dict[str, float | int | str | bool | None], ...] = Field(description="The rows.")


class AssetsAnswer(Record):
    """What has prices."""

    assets: tuple[str, ...] = Field(description="Asset ids, such as INDEX:HSI or XHKG:9988.")


class FeedModel(Record):
    """How a feed is doing."""

    url: str = Field(description="Its address.")
    publisher: str = Field(description="Outlet.")
    state: str = Field(description="off, new, dead, failing, silent or ok.")
    last_good_at: Instant | None = Field(description="Last poll that worked, UTC.")
    next_poll_at: Instant | None = Field(description="When it is due, UTC.")
    failures_in_a_row: int = Field(description="Since the last poll that worked.")
    reason: str | None = Field(description="Why the last poll failed.")
    articles_24h: int = Field(description="New articles of the last 24 hours.")
    norm_24h: float | None = Field(description="Median of the same hours in the four weeks before.")
    repeat_share_28d: float | None = Field(description="Articles that repeat another word for word, 0 to 1.")


class FeedsAnswer(Record):
    """All feeds."""

    now: Instant = Field(description="When this was told, UTC.")
    feeds: tuple[FeedModel, ...] = Field(description="In the order of the lists.")


class EvaluationAnswer(BaseModel):
    """Whether a theme says anything about flows and returns; see `southbound evaluate`."""

    model_config = ConfigDict(extra="allow")

    title: str = Field(description="What was tested.")
    kind: str = Field(description="market.")
    measure: str = Field(description="Measure of the theme.")
    units: dict[str, str] = Field(description="Unit of each target.")
    notes: list[str] = Field(description="What must be minded.")
