"""What requests say, read strictly: a day is a day, an instant names its zone or is Hong Kong's."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import BeforeValidator, Field, WithJsonSchema

from signals.session import SessionCalendar
from southbound.instant import HONG_KONG, utc_of
from southbound.language.words import Language
from southbound.settings import read_themes
from southbound.store import Store
from southbound.web.problem import NotThereError

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
_ID: Final = r"^[A-Za-z0-9_:.&'()+ -]{1,120}$"


def _day(text: object) -> object:
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("write a day like 2025-02-11")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"there is no day {text}; write one like 2025-02-11") from error


def _instant(text: object) -> object:
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError("write an instant like 2025-02-11T09:15+08:00, or a day like 2025-02-11")
    # A leap second is the last moment before the next minute.
    text = re.sub(r":60(?=$|[.Zz+-])", ":59", text)
    # More than microseconds can't be told apart.
    text = re.sub(r"([.][0-9]{6})[0-9]+", r"\1", text)
    try:
        parsed = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise ValueError(f"there is no instant {text}; write one like 2025-02-11T09:15+08:00") from error
    return utc_of(parsed if parsed.tzinfo else parsed.replace(tzinfo=HONG_KONG))


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
_InstantText = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
]

AsOf = Annotated[
    _InstantText | None,
    Query(
        description="Only what was known before this instant (2025-02-11T09:15+08:00) or before this day "
        "began in Hong Kong (2025-02-11). Without it: all that is known now.",
        examples=["2025-02-11T09:15+08:00"],
    ),
]
Start = Annotated[Day | None, Query(description="First session, such as 2025-02-10.")]
End = Annotated[Day | None, Query(description="Last session, included.")]
From = Annotated[_InstantText | None, Query(alias="from", description="Known at this instant or later.")]
To = Annotated[_InstantText | None, Query(description="Known before this instant.")]
ThemeId = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
AnswerLanguage = Annotated[
    Language, Query(description="Language of what is told; what is quoted stays in its own.")
]
EntityId = Annotated[str, Field(pattern=_ID)]
Theme = Annotated[
    ThemeId | None, Query(description="Theme id, such as ai; see /api/v1/themes.", examples=["ai"])
]
Entity = Annotated[EntityId | None, Query(description="Entity id, such as alibaba; see /api/v1/entities.")]
AssetId = Annotated[str, Field(pattern=r"^[A-Z]{2,10}:[A-Z0-9.^-]{1,20}$")]
ThemePath = Annotated[ThemeId, Path(description="Theme id, such as ai.", examples=["ai"])]
EntityPath = Annotated[EntityId, Path(description="Entity id, such as alibaba.", examples=["alibaba"])]
Limit = Annotated[int, Query(ge=1, le=500, description="Items of a page, 1 to 500.")]
Cursor = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9_-]{1,400}$",
        description="Where the next page begins: `next` of the page before. Leave the rest as it was.",
    ),
]


def theme_names(store: Store) -> dict[str, str]:
    """Return the names of all themes, the user's own too, by id."""
    return {theme.id: theme.name for theme in read_themes().values()} | store.themes.names()


def require_theme(store: Store, theme: str) -> None:
    """Refuse a theme that is neither shipped nor in the database.

    Raises:
        NotThereError: naming where they are listed.
    """
    if theme not in theme_names(store):
        raise NotThereError(f"there is no theme '{theme}'; /api/v1/themes lists them")


def within_calendar(day: date | None, calendar: SessionCalendar) -> date | None:
    """Return a day, or the end of the calendar beyond which it lies."""
    if day is None:
        return None
    return min(max(day, calendar.first.date()), calendar.last.date())


def require_order(start: date | None, end: date | None) -> None:
    """Refuse a span that ends before it begins.

    Raises:
        NotThereError: it does.
    """
    if start and end and end < start:
        raise NotThereError(f"no session lies from {start} to {end}: the end is before the start")
