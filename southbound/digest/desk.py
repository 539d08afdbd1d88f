"""Desks as `desks.yaml` has them: what each reads, when its digests are made, and where they go."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt

from southbound import CONFIG
from southbound.alert import Channel
from southbound.digest.selection import Selection
from southbound.error import UsageError
from southbound.language.words import Language
from southbound.section import TimeOfDay
from southbound.settings import Settings, read_validated

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
#: An empty time of day stands for the settings' own.
OwnTime = Annotated[TimeOfDay | None, BeforeValidator(lambda value: value or None)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sizes(_Strict):
    """How much a desk's digest shows; what is not named is as in the settings."""

    n_themes: PositiveInt | None = None
    n_stories: PositiveInt | None = None
    n_entities: PositiveInt | None = None


class Daily(_Strict):
    """A digest each session: at its own time of day, or at the decision time of the settings."""

    at: OwnTime = None


class Weekly(_Strict):
    """A digest each week, on its last session."""

    at: TimeOfDay = time(18, 30)


class Desk(_Strict):
    """Readers with one choice of news.

    Attributes:
        name: names it in commands and in the record of what was sent.
        title: stands on the page; empty for none.
        themes: ids of the themes shown; all where empty.
        entities: ids of the entities watched.
        publishers: only their articles are read; all where empty.
        languages: only articles in these are read; all where empty.
        language: of what its digests say: `en`, `zh-Hant` or `zh-Hans`; what they quote stays in its own.
        sizes: how much is shown.
        daily: when the digest of a session is made; None for no daily digest.
        weekly: when that of a week is made; None for no weekly digest.
        send: names of the channels that they go to.
    """

    name: Name
    title: str = ""
    themes: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    language: Language = "en"
    sizes: Sizes = Sizes()
    daily: Daily | None = Daily()
    weekly: Weekly | None = None
    send: tuple[str, ...] = ()

    @property
    def selection(self) -> Selection:
        """The part of the news that the desk reads."""
        return Selection(
            themes=self.themes, entities=self.entities, publishers=self.publishers, languages=self.languages
        )

    def settings(self, settings: Settings) -> Settings:
        """Return the settings with the desk's sizes, and its time as the decision time.

        With a time of its own, a desk's digests run from that time to that time: each article stands in one.
        """
        sizes = self.sizes.model_dump(exclude_none=True)
        changes: dict[str, object] = {"digest": settings.digest.model_copy(update=sizes)}
        if self.daily is not None and self.daily.at is not None:
            changes["calendar"] = settings.calendar.model_copy(update={"decision_time": self.daily.at})
        return settings.model_copy(update=changes)


class _DeskFile(_Strict):
    desks: tuple[Desk, ...] = ()
    channels: tuple[Channel, ...] = ()


class Desks(_Strict):
    """All desks, and the channels by name."""

    desks: tuple[Desk, ...]
    channels: dict[str, Channel]

    def named(self, name: str) -> Desk:
        """Return a desk.

        Raises:
            UsageError: there is none of that name.
        """
        for desk in self.desks:
            if desk.name == name:
                return desk
        raise UsageError(_unknown("desk", name, [desk.name for desk in self.desks]))

    def channels_of(self, desk: Desk) -> tuple[Channel, ...]:
        """Return the channels that a desk's digests go to."""
        return tuple(self.channels[name] for name in desk.send)


def read_desks(path: Path | None) -> Desks:
    """Read desks and channels; without a path the shipped ones.

    Raises:
        UsageError: the file can't be read, a name stands twice, or a channel is unknown.
    """
    path = path or CONFIG / "desks.yaml"
    content = read_validated(_DeskFile, path)
    for kind, names in (
        ("desk", [desk.name for desk in content.desks]),
        ("channel", [channel.name for channel in content.channels]),
    ):
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise UsageError(f"{path}: a {kind}'s name stands twice: {', '.join(repeated)}")
    channels = {channel.name: channel for channel in content.channels}
    for name in (name for desk in content.desks for name in desk.send):
        if name not in channels:
            raise UsageError(f"{path}: {_unknown('channel', name, channels)}")
    return Desks(desks=content.desks, channels=channels)


def require_known(desk: Desk, *, themes: Iterable[str], entities: Iterable[str]) -> None:
    """Refuse a desk that names a theme or an entity that is not there.

    Raises:
        UsageError: naming the nearest.
    """
    for kind, wanted, known in (("theme", desk.themes, themes), ("entity", desk.entities, entities)):
        valid = set(known)
        for name in wanted:
            if name not in valid:
                raise UsageError(f"desk '{desk.name}': {_unknown(kind, name, valid)}")


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"there is no {kind} '{name}'{f' (did you mean {near[0]!r}?)' if near else ''}"
