"""Settings: the defaults of `config/settings.yaml`, overridden by what a user's file names."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    PositiveInt,
    ValidationError,
)

from ingest.error import UnreadableInputError
from ingest.feed import FeedConfig
from southbound import CONFIG
from southbound.error import UsageError
from southbound.section import (
    AlertSettings,
    CalendarSettings,
    DeskSettings,
    DigestSettings,
    FeedSettings,
    FlowSettings,
    IngestSettings,
    MarketSettings,
    PageSettings,
    PollSettings,
    ReviewSettings,
    Section,
    SeriesSettings,
    ServiceSettings,
    Settings,
    StorySettings,
    TagSettings,
    WebSettings,
    yes_or_no,
)

__all__ = [
    "AlertSettings",
    "CalendarSettings",
    "DeskSettings",
    "DigestSettings",
    "FeedSettings",
    "FlowSettings",
    "IngestSettings",
    "MarketSettings",
    "PageSettings",
    "PollSettings",
    "ReviewSettings",
    "SeriesSettings",
    "ServiceSettings",
    "Settings",
    "StorySettings",
    "TagSettings",
    "ThemeFile",
    "WebSettings",
    "feed_files",
    "read_calendar_overrides",
    "read_configured_feeds",
    "read_feeds",
    "read_grouped_feeds",
    "read_settings",
    "read_themes",
    "read_validated",
    "require_theme",
]


_Model = TypeVar("_Model", bound=BaseModel)


class _FeedEntry(Section):
    url: str
    publisher: str
    language: str = ""
    timezone: str
    archive: bool = False
    enabled: bool = True
    interval_minutes: PositiveInt = 15
    group: str = ""
    full_text: Annotated[Literal["yes", "no", "auto"], BeforeValidator(yes_or_no)] = "auto"


class _FeedFile(Section):
    feeds: tuple[_FeedEntry, ...]


class ThemeFile(Section):
    """A theme as `config/themes` describes it; `definition_zh` is in traditional characters, and optional."""

    id: str
    name: str
    name_zh: Mapping[str, str]
    definition: str
    definition_zh: str = ""
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
