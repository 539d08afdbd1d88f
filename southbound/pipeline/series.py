"""A theme's series out of the store, joined with flows and prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal

import pandas as pd

from signals.aggregate import aggregate
from signals.intensity import compute_series
from signals.join import join_market
from signals.session import SessionCalendar
from signals.variant import IntensityConfig
from southbound.error import UsageError
from southbound.settings import SeriesSettings, Settings, read_calendar_overrides
from southbound.store import Store
from southbound.store.model_name import models_of

Frequency = Literal["session", "week", "month"]
Alignment = Literal["contemporaneous", "tradeable"]
MEASURES = ("intensity", "share", "volume", "zscore", "tone")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRequest:
    """What is asked for: of what, which measure, over which span, known when, and what stands beside it.

    Attributes:
        theme: id; None for all that names `entity`.
        entity: id; with a theme, only what carries the theme and names the entity counts.
        publishers: only their articles are read, as theme articles and as the rest; empty for all.
        language: "en" or "zh", only those articles are read; empty for all.
        measure: what stands in the column `value`.
        variant: how the series is scaled and weighed; None for the settings' way.
    """

    theme: str | None
    entity: str | None = None
    publishers: tuple[str, ...] = ()
    language: str = ""
    measure: str = "intensity"
    variant: IntensityConfig | None = None
    freq: Frequency = "session"
    start: date | None = None
    end: date | None = None
    as_of: datetime | None = None
    with_flows: bool = False
    with_prices: bool = False
    assets: tuple[str, ...] = ()
    align: Alignment = "contemporaneous"


@cache
def make_calendar(decision_time: str) -> SessionCalendar:
    """Make the exchange's calendar; it is built once."""
    return SessionCalendar(decision_time=decision_time, overrides=read_calendar_overrides())


def calendar_from_settings(settings: Settings) -> SessionCalendar:
    """Make the calendar with the decision time of the settings."""
    return make_calendar(settings.calendar.decision_time.strftime("%H:%M"))


def build_series(store: Store, request: SeriesRequest, *, settings: Settings) -> pd.DataFrame:
    """Compute the series that is asked for.

    Returns:
        One row a period: session, theme, the measure asked for as `value`, every measure, the counts
        (n_articles, n_theme_articles, n_publishers), state, complete, known_at, variant, model, and the
        columns of flows and prices where asked for. See `signals` for their units.

    Raises:
        SignalError: a date lies outside the calendar.
    """
    calendar = calendar_from_settings(settings)
    articles = read_subject(store, request)
    series = compute_series(
        articles,
        calendar=calendar,
        start=request.start,
        end=request.end,
        as_of=request.as_of,
        config=request.variant or intensity_config(settings.series),
    )
    joined = _join(store, series, request, settings, calendar)
    if request.freq != "session":
        joined = aggregate(joined, request.freq, calendar)
    return _labelled(joined, request, models=models_of(articles["model"].unique()))


def read_subject(store: Store, request: SeriesRequest) -> pd.DataFrame:
    """Return the market news that a series is made of, marked by what it is about.

    Raises:
        UsageError: nothing names the entity, or a publisher has no market news.
    """
    if request.entity is not None and not store.tags.names_entity(request.entity):
        raise UsageError(f"no tag names the entity '{request.entity}'; see `southbound entities`")
    articles = store.tags.theme_articles(request.theme, entity=request.entity, as_of=request.as_of)
    if request.language:
        articles = articles.loc[articles["language"].str.startswith(request.language)]
    if not request.publishers:
        return articles
    unknown = set(request.publishers) - set(articles["publisher"])
    if unknown:
        raise UsageError(f"no market news is from {', '.join(sorted(unknown))}; see `southbound feeds`")
    return articles.loc[articles["publisher"].isin(request.publishers)]


def intensity_config(settings: SeriesSettings) -> IntensityConfig:
    """Translate settings into the formula's own."""
    return IntensityConfig(
        min_articles=settings.min_articles,
        window=settings.window,
        trailing_sessions=settings.trailing_sessions,
        min_history=settings.min_history,
        zscore_sessions=settings.zscore_sessions,
    )


def _join(
    store: Store, series: pd.DataFrame, request: SeriesRequest, settings: Settings, calendar: SessionCalendar
) -> pd.DataFrame:
    if not (request.with_flows or request.with_prices):
        return series
    assets = (request.assets or settings.series.assets) if request.with_prices else ()
    return join_market(
        series,
        calendar=calendar,
        flows=store.market.flow_versions(as_of=request.as_of) if request.with_flows else None,
        prices={asset: store.market.close_versions(asset, as_of=request.as_of) for asset in assets},
        splits={asset: store.market.splits(asset, as_of=request.as_of) for asset in assets},
        align=request.align,
        as_of=request.as_of,
    )


def _labelled(series: pd.DataFrame, request: SeriesRequest, *, models: Sequence[str]) -> pd.DataFrame:
    first = series.columns[0]
    labelled = series.assign(theme=request.theme, value=series[request.measure], model="+".join(models))
    subject = ["theme"] if request.entity is None else ["theme", "entity"]
    if request.entity is not None:
        labelled["entity"] = request.entity
    rest = [name for name in series.columns if name != first]
    return labelled[[first, *subject, "value", *rest, "model"]]
