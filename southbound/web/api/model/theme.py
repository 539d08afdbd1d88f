"""What the routes of themes answer with: measures, series, tables, drivers, shifts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from southbound.web.api.model.record import Record


class ThemeNow(Record):
    """A theme and its measures in a session."""

    id: str = Field(description="Theme id.")
    name: str = Field(description="Name to show.")
    is_own: bool = Field(description="Whether the user defined it.")
    definition: str = Field(description="What it means.")
    intensity: float | None = Field(
        description="100 * Z / M after Baker, Bloom and Davis; 100 = mean of the past; null where thin."
    )
    share: float | None = Field(
        description="Sum of score * novelty over theme articles / market-news articles, 0 to 1."
    )
    share_before: float | None = Field(description="Mean share of the sessions before, 0 to 1.")
    volume: float | None = Field(description="Theme articles; null where the session is thin.")
    zscore: float | None = Field(description="Deviations of the share from its trailing mean.")
    tone: float | None = Field(description="Mean tone of the theme articles for holders, -1 to 1.")
    n_theme_articles: int = Field(description="Theme articles, also where the session is thin.")
    state: Literal["missing", "thin", "warming", "ok"] = Field(description="What the measures are worth.")


class ThemesAnswer(Record):
    """All themes in one session."""

    session: date | None = Field(description="HKEX trading day; null where nothing is tagged yet.")
    n_articles: int = Field(description="Market-news articles of the session.")
    themes: tuple[ThemeNow, ...] = Field(description="Largest share first.")


class SeriesRow(BaseModel):
    """A session or period of a series; columns of flows and prices stand beside these where asked for."""

    model_config = ConfigDict(extra="allow")

    session: date | None = Field(default=None, description="HKEX trading day (freq=session).")
    period: str | None = Field(default=None, description="ISO week or month (freq=week, month).")
    theme: str | None = Field(description="Theme id; null with an entity alone.")
    value: float | None = Field(description="The measure that was asked for.")
    intensity: float | None = Field(description="100 = mean of the past; null where thin or warming.")
    share: float | None = Field(description="Weighted theme articles / market-news articles, 0 to 1.")
    volume: float | None = Field(description="Theme articles.")
    zscore: float | None = Field(description="Deviations of the share from its trailing mean.")
    tone: float | None = Field(description="Mean tone for holders, -1 to 1.")
    n_articles: int = Field(description="Market-news articles.")
    n_theme_articles: int = Field(description="Theme articles.")
    state: str | None = Field(default=None, description="missing, thin, warming or ok.")
    known_at: str | None = Field(default=None, description="Decision time, UTC.")
    model: str = Field(description="Models whose tags are in it.")


class SeriesAnswer(Record):
    """A series."""

    theme: str | None = Field(description="Theme id.")
    entity: str | None = Field(description="Entity id.")
    measure: str = Field(description="What stands in `value`.")
    rows: tuple[SeriesRow, ...] = Field(description="By session or period, ascending.")


class TableAnswer(Record):
    """Themes, flows and prices beside each other; /api/v1/table/columns says what each column holds."""

    rows: tuple[dict[str, float | int | str | bool | None], ...] = Field(description="One row a session.")


class ColumnMeaning(Record):
    """A column of the table."""

    column: str = Field(description="Name.")
    type: str = Field(description="Type in pandas' words.")
    meaning: str = Field(description="What it holds, with its unit.")


class DriverRow(Record):
    """A part of a theme's change between two sessions."""

    split: Literal["story", "publisher", "entity"] = Field(description="Which way the change is split.")
    key: str = Field(description="Id of the story's first report, publisher or entity id.")
    name: str = Field(description="Name to show.")
    url: str | None = Field(description="Address of the story's first report.")
    before: float = Field(description="Points of intensity in the earlier session.")
    after: float = Field(description="Points of intensity in the session.")
    change: float = Field(description="Their difference; the parts of a split add up to the whole.")
    n_articles: int = Field(description="Articles behind it.")


class DriversAnswer(Record):
    """What moved a theme."""

    theme: str = Field(description="Theme id.")
    session: date = Field(description="HKEX trading day.")
    before: float = Field(description="Intensity in the earlier session.")
    after: float = Field(description="Intensity in the session.")
    change: float = Field(description="Points of intensity.")
    rows: tuple[DriverRow, ...] = Field(description="Within a split the largest change first.")


class ShiftModel(Record):
    """A level shift of a theme's intensity."""

    direction: Literal["up", "down"] = Field(description="Where to.")
    began: date = Field(description="First session of the new level, as estimated when it was found.")
    knowable: date = Field(description="Session in which it was found: nothing later was used.")
    before: float = Field(description="Mean intensity of the past it was set against.")
    after: float = Field(description="Mean intensity from its beginning until it was found.")
    n_sessions: int = Field(description="Sessions with a value in between.")


class RegimesAnswer(Record):
    """Level shifts of a theme."""

    theme: str = Field(description="Theme id.")
    shifts: tuple[ShiftModel, ...] = Field(description="Ascending.")
