"""What the settings hold, section by section; `config/settings.yaml` gives every default with its meaning."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    field_validator,
)

from ingest.error import UnreadableInputError
from ingest.fetch.limit import FetchLimits
from ingest.schedule.rule import PollRules
from ingest.zone import zone_from_name
from southbound import MODELS


def _time_of_day(value: object) -> object:
    """Read "09:15"; YAML takes an unquoted 18:30 for a number of minutes in base 60."""
    if isinstance(value, int):
        return time(*divmod(value, 60))
    return value


def yes_or_no(value: object) -> object:
    """Read `yes` and `no`, which YAML takes for true and false."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _zone_name(value: str) -> str:
    """Refuse a zone that does not exist."""
    try:
        zone_from_name(value)
    except UnreadableInputError as error:
        raise ValueError(str(error)) from error
    return value


def _none_where_empty(value: object) -> object:
    """Read "" as none."""
    return value or None


def _with_session(value: str) -> str:
    """Refuse an address that doesn't say where the day goes."""
    if "{session}" not in value:
        raise ValueError("write {session} where a day like 20260716 goes")
    return value


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
ZoneName = Annotated[str, AfterValidator(_zone_name)]
FolderOrNone = Annotated[Path | None, BeforeValidator(_none_where_empty)]


class Section(BaseModel):
    """A section of the settings: an unknown key is an error, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CalendarSettings(Section):
    """When a session's news is cut."""

    decision_time: TimeOfDay


class IngestSettings(Section):
    """How dates and figures of imported files are read."""

    archive_zone: ZoneName
    flow_public_at: TimeOfDay
    price_public_at: TimeOfDay


class PageSettings(Section):
    """Whether and how the pages behind the feeds' entries are read."""

    enabled: bool
    keep: Literal["full", "excerpt"]
    excerpt_chars: PositiveInt
    summary_chars: PositiveInt
    queue_hours: PositiveInt
    max_tries: PositiveInt
    spacing_seconds: Annotated[float, Field(ge=0)]
    max_megabytes: Annotated[float, Field(gt=0)]
    max_seconds: Annotated[float, Field(gt=0)]
    max_days_before: Annotated[int, Field(ge=0)]


class FlowSettings(Section):
    """Where flows are fetched from, and how politely."""

    hkex_url: Annotated[str, AfterValidator(_with_session)]
    eastmoney_url: str
    spacing_seconds: Annotated[float, Field(ge=0)]
    retries: Annotated[int, Field(ge=0)]


class FeedSettings(Section):
    """Which lists of feeds are polled."""

    shipped: bool
    files: tuple[Path, ...]


class MarketSettings(Section):
    """Where market data is fetched, how politely, and when its figures are public."""

    figures_public_at: TimeOfDay
    spacing_seconds: Annotated[float, Field(ge=0)]
    yahoo_url: str
    stooq_url: str
    quotations_url: str
    listings_url: str
    hkma_url: str


class PollSettings(Section):
    """How politely and how patiently feeds are polled."""

    host_spacing_seconds: Annotated[float, Field(ge=0)]
    host_concurrency: PositiveInt
    n_workers: PositiveInt
    min_interval_minutes: PositiveFloat
    max_interval_minutes: PositiveFloat
    dead_weight: PositiveFloat
    recheck_after: PositiveInt
    feed_seconds: PositiveFloat
    max_megabytes: PositiveFloat
    allow_private_addresses: bool
    keep_days: PositiveInt

    @property
    def rules(self) -> PollRules:
        """What the schedule keeps to."""
        return PollRules(
            host_spacing=self.host_spacing_seconds,
            host_concurrency=self.host_concurrency,
            min_interval=60 * self.min_interval_minutes,
            max_interval=60 * self.max_interval_minutes,
            dead_weight=self.dead_weight,
            recheck_after=self.recheck_after,
        )

    @property
    def limits(self) -> FetchLimits:
        """What one fetch keeps to."""
        return FetchLimits(
            allow_private_addresses=self.allow_private_addresses,
            max_bytes=round(self.max_megabytes * 1024**2),
            total_seconds=self.feed_seconds,
        )


class TagSettings(Section):
    """The model and how it runs."""

    model: str
    chinese_model: str
    recogniser: str
    entities: tuple[Path, ...]
    precision: Literal["int8", "float32"]
    n_threads: Annotated[int, Field(ge=0)]
    max_windows: PositiveInt
    keep_vectors: bool

    @staticmethod
    def folder_of(model: str) -> Path:
        """Return the folder of a model: under `models/`, or where the path says."""
        bundled = MODELS / model
        return bundled if bundled.is_dir() else Path(model)

    @property
    def n_cores(self) -> int:
        """Cores to use."""
        return self.n_threads or len(os.sched_getaffinity(0))


class StorySettings(Section):
    """Whether and how articles are put into stories."""

    enabled: bool
    model: str


class SeriesSettings(Section):
    """How a theme's series is scaled."""

    min_articles: PositiveInt
    window: Literal["expanding", "trailing"]
    trailing_sessions: PositiveInt
    min_history: Annotated[int, Field(ge=2)]
    zscore_sessions: PositiveInt
    assets: tuple[str, ...]


class DigestSettings(Section):
    """What a digest shows."""

    n_themes: PositiveInt
    n_stories: PositiveInt
    n_entities: PositiveInt
    baseline_sessions: PositiveInt
    assets: tuple[str, ...]
    importance: str


class AlertSettings(Section):
    """Where the alert rules are."""

    rules: Path | None

    @field_validator("rules", mode="before")
    @classmethod
    def _none_where_empty(cls, value: object) -> object:
        return value or None


class WebSettings(Section):
    """How the web and the API answer; where they listen is an option of `serve`."""

    hosts: tuple[str, ...]
    requests_per_second: PositiveFloat
    burst: PositiveInt
    session_hours: PositiveFloat
    open_metrics: bool
    behind_proxy: bool
    cache_megabytes: Annotated[float, Field(ge=0)]
    stream_seconds: Annotated[float, Field(ge=0)]


class DeskSettings(Section):
    """Where the desks are."""

    file: Path | None
    late_hours: PositiveFloat

    @field_validator("file", mode="before")
    @classmethod
    def _none_where_empty(cls, value: object) -> object:
        return value or None


class ReviewSettings(Section):
    """Which tags are shown to reviewers, and what is made of what they say."""

    reviewer: str
    batch: PositiveInt
    uncertain_share: Annotated[float, Field(ge=0)]
    influential_share: Annotated[float, Field(ge=0)]
    control_share: Annotated[float, Field(ge=0)]
    entity_share: Annotated[float, Field(ge=0)]
    article_share: Annotated[float, Field(ge=0)]
    second_share: Annotated[float, Field(ge=0, le=1)]
    window_days: PositiveInt
    min_doubt: Annotated[float, Field(ge=0, le=1)]
    min_reviews: PositiveInt
    min_train: PositiveInt

    @property
    def shares(self) -> dict[str, float]:
        """How the queue is made up, by the names of its parts."""
        return {
            "uncertain": self.uncertain_share,
            "influential": self.influential_share,
            "control": self.control_share,
            "entity": self.entity_share,
            "article": self.article_share,
        }


class ServiceSettings(Section):
    """What the whole service does, how often, and how patiently."""

    poll_seconds: PositiveFloat
    page_seconds: PositiveFloat
    tag_seconds: PositiveFloat
    tag_batch: PositiveInt
    max_untagged: PositiveInt
    flows: Literal["", "hkex", "eastmoney"]
    prices: Literal["", "yahoo", "stooq", "hkex"]
    price_assets: tuple[str, ...]
    fetch_days: PositiveInt
    alerts: bool
    digest_seconds: PositiveFloat
    backup_folder: FolderOrNone
    backup_at: TimeOfDay
    backup_keep: PositiveInt
    prune_at: TimeOfDay
    catch_up_hours: PositiveFloat
    stall_minutes: PositiveFloat
    write_seconds: PositiveFloat
    stop_seconds: PositiveFloat
    retry_seconds: PositiveFloat
    retry_max_minutes: PositiveFloat
    lease_seconds: Annotated[float, Field(ge=1)]
    log: Literal["auto", "json", "console"]


class Settings(Section):
    """All settings; see `config/settings.yaml` for what each means."""

    database: Path
    calendar: CalendarSettings
    ingest: IngestSettings
    page: PageSettings
    flows: FlowSettings
    feeds: FeedSettings
    market: MarketSettings
    poll: PollSettings
    tag: TagSettings
    stories: StorySettings
    series: SeriesSettings
    digest: DigestSettings
    alerts: AlertSettings
    web: WebSettings
    desks: DeskSettings
    review: ReviewSettings
    service: ServiceSettings
