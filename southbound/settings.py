"""Settings: the defaults of `config/settings.yaml`, overridden by what a user's file names."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from datetime import time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
)

from ingest.error import UnreadableInputError
from ingest.feed import FeedConfig
from ingest.fetch.limit import FetchLimits
from ingest.schedule.rule import PollRules
from ingest.zone import zone_from_name
from southbound import CONFIG, MODELS
from southbound.error import UsageError


def _time_of_day(value: object) -> object:
    """Read "09:15"; YAML takes an unquoted 18:30 for a number of minutes in base 60."""
    if isinstance(value, int):
        return time(*divmod(value, 60))
    return value


def _yes_or_no(value: object) -> object:
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


_Model = TypeVar("_Model", bound=BaseModel)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CalendarSettings(_Section):
    """When a session's news is cut."""

    decision_time: TimeOfDay


class IngestSettings(_Section):
    """How dates and figures of imported files are read."""

    archive_zone: ZoneName
    flow_public_at: TimeOfDay
    price_public_at: TimeOfDay


class PageSettings(_Section):
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


class FlowSettings(_Section):
    """Where flows are fetched from, and how politely."""

    hkex_url: Annotated[str, AfterValidator(_with_session)]
    eastmoney_url: str
    spacing_seconds: Annotated[float, Field(ge=0)]
    retries: Annotated[int, Field(ge=0)]


class FeedSettings(_Section):
    """Which lists of feeds are polled."""

    shipped: bool
    files: tuple[Path, ...]


class MarketSettings(_Section):
    """Where market data is fetched, how politely, and when its figures are public."""

    figures_public_at: TimeOfDay
    spacing_seconds: Annotated[float, Field(ge=0)]
    yahoo_url: str
    stooq_url: str
    quotations_url: str
    listings_url: str
    hkma_url: str


class PollSettings(_Section):
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


class TagSettings(_Section):
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


class StorySettings(_Section):
    """Whether and how articles are put into stories."""

    enabled: bool
    model: str


class SeriesSettings(_Section):
    """How a theme's series is scaled."""

    min_articles: PositiveInt
    window: Literal["expanding", "trailing"]
    trailing_sessions: PositiveInt
    min_history: Annotated[int, Field(ge=2)]
    zscore_sessions: PositiveInt
    assets: tuple[str, ...]


class DigestSettings(_Section):
    """What a digest shows."""

    n_themes: PositiveInt
    n_stories: PositiveInt
    n_entities: PositiveInt
    baseline_sessions: PositiveInt
    assets: tuple[str, ...]


class AlertSettings(_Section):
    """Where the alert rules are."""

    rules: Path | None

    @field_validator("rules", mode="before")
    @classmethod
    def _none_where_empty(cls, value: object) -> object:
        return value or None


class WebSettings(_Section):
    """How the web and the API answer; where they listen is an option of `serve`."""

    hosts: tuple[str, ...]
    requests_per_second: PositiveFloat
    burst: PositiveInt
    session_hours: PositiveFloat
    cache_megabytes: Annotated[float, Field(ge=0)]
    stream_seconds: Annotated[float, Field(ge=0)]


class DeskSettings(_Section):
    """Where the desks are."""

    file: Path | None
    late_hours: PositiveFloat

    @field_validator("file", mode="before")
    @classmethod
    def _none_where_empty(cls, value: object) -> object:
        return value or None


class ServiceSettings(_Section):
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


class Settings(_Section):
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
    service: ServiceSettings


class _FeedEntry(_Section):
    url: str
    publisher: str
    language: str = ""
    timezone: str
    archive: bool = False
    enabled: bool = True
    interval_minutes: PositiveInt = 15
    group: str = ""
    full_text: Annotated[Literal["yes", "no", "auto"], BeforeValidator(_yes_or_no)] = "auto"


class _FeedFile(_Section):
    feeds: tuple[_FeedEntry, ...]


class ThemeFile(_Section):
    """A theme as `config/themes` describes it."""

    id: str
    name: str
    name_zh: Mapping[str, str]
    definition: str
    excludes: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    keywords: Mapping[str, tuple[str, ...]]


def read_settings(path: Path | None) -> Settings:
    """Read the defaults and, over them, a user's file.

    Raises:
        UsageError: the file can't be read, has an unknown key, or a value of the wrong kind.
    """
    values = _read_yaml(CONFIG / "settings.yaml")
    if path is not None:
        values = _merged(values, _read_yaml(path))
    return _validated(Settings, values, where=path or CONFIG / "settings.yaml")


def read_feeds(path: Path | None) -> list[FeedConfig]:
    """Read a list of feeds; paths of feed files are relative to it.

    Raises:
        UsageError: the file can't be read or an entry is wrong.
    """
    path = path or CONFIG / "feeds.yaml"
    return [feed for feed, _ in read_grouped_feeds(path)]


def read_grouped_feeds(path: Path) -> list[tuple[FeedConfig, str]]:
    """Read a list of feeds, each with the name of its group, which may be empty.

    Raises:
        UsageError: the file can't be read or an entry is wrong.
    """
    entries = _validated(_FeedFile, _read_yaml(path), where=path).feeds
    try:
        return [
            (
                FeedConfig(
                    **{**entry.model_dump(exclude={"group"}), "url": _located(entry.url, path.parent)}
                ),
                entry.group,
            )
            for entry in entries
        ]
    except UnreadableInputError as error:
        raise UsageError(f"{path}: {error}") from error


def read_validated(kind: type[_Model], path: Path) -> _Model:
    """Read a YAML file into a model.

    Raises:
        UsageError: the file can't be read, has an unknown key, or a value of the wrong kind.
    """
    return _validated(kind, _read_yaml(path), where=path)


def feed_files(settings: Settings, path: Path | None) -> list[Path]:
    """Return the lists of feeds that are polled: the one given, else the shipped and the user's own.

    A file of the user's own that does not exist yet counts as empty.
    """
    if path is not None:
        return [path]
    shipped = [CONFIG / "feeds.yaml"] if settings.feeds.shipped else []
    return [*shipped, *(file for file in settings.feeds.files if file.is_file())]


def read_configured_feeds(settings: Settings, path: Path | None) -> list[FeedConfig]:
    """Read the feeds that are polled; of two entries for one address the later one counts.

    Raises:
        UsageError: a file can't be read or an entry is wrong.
    """
    return list({feed.url: feed for file in feed_files(settings, path) for feed in read_feeds(file)}.values())


def read_themes() -> dict[str, ThemeFile]:
    """Read the themes by id, in alphabetical order.

    Raises:
        UsageError: a file can't be read or lacks something.
    """
    return {theme.id: theme for theme in _shipped_themes()}


@cache
def _shipped_themes() -> tuple[ThemeFile, ...]:
    paths = sorted((CONFIG / "themes").glob("*.yaml"))
    return tuple(_validated(ThemeFile, _read_yaml(path), where=path) for path in paths)


def read_calendar_overrides() -> dict[str, Any]:
    """Read what the exchange calendar gets wrong, from `config/calendar.yaml`."""
    return _read_yaml(CONFIG / "calendar.yaml")


def require_theme(theme: str, themes: Mapping[str, object]) -> None:
    """Refuse a theme that is not there.

    Raises:
        UsageError: naming the nearest.
    """
    if theme not in themes:
        raise UsageError(f"there is no theme '{theme}'{_nearest(theme, themes)}; valid: {', '.join(themes)}")


def _located(url: str, folder: Path) -> str:
    return url if "://" in url else str((folder / url).resolve())


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        # The same as `safe_load`, ten times as fast.
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path} can't be read: {' '.join(str(error).split())}") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise UsageError(f"{path} must hold `key: value` lines")
    return values


def _merged(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Lay changes over values; a section keeps what they don't name."""
    merged = dict(values)
    for key, value in changes.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _validated(kind: type[_Model], values: Mapping[str, Any], *, where: Path) -> _Model:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise UsageError(f"{where}: {'; '.join(_explain(error, kind))}") from error


def _explain(error: ValidationError, kind: type[BaseModel]) -> Iterator[str]:
    for detail in error.errors():
        place = ".".join(map(str, detail["loc"]))
        if detail["type"] == "extra_forbidden":
            known = _keys_beside(kind, detail["loc"])
            yield f"unknown key '{place}'{_nearest(str(detail['loc'][-1]), known)}"
        else:
            yield f"{place}: {detail['msg']}"


def _keys_beside(kind: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Return the valid keys at a place inside a model."""
    for step in place[:-1]:
        if isinstance(step, str):
            annotation = kind.model_fields[step].annotation
            inner = getattr(annotation, "__args__", (annotation,))[0]
            if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                return []
            kind = inner
    return list(kind.model_fields)


def _nearest(word: str, valid: Mapping[str, object] | list[str]) -> str:
    close = difflib.get_close_matches(word, list(valid), n=1, cutoff=0.5)
    return f" (did you mean '{close[0]}'?)" if close else ""
