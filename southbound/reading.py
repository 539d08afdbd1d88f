"""Read-only access from Python: series, tables, factors and prices as pandas has them.

`southbound.read_series(...)` and its sisters; the database is opened for reading, asked once, and closed.
Instants may be given as `datetime` or as text ("2025-02-11T09:15+08:00"), days as `date` or as text; text
without a time zone is Hong Kong's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import pandas as pd

from signals.variant import IntensityConfig
from southbound.error import UsageError
from southbound.instant import HONG_KONG, parse_as_of, parse_day
from southbound.pipeline.series import (
    MEASURES,
    Alignment,
    Frequency,
    SeriesRequest,
    intensity_config,
)
from southbound.pipeline.table import TableRequest, build_table
from southbound.pipeline.vintage import ask_series
from southbound.settings import Settings, read_settings, read_themes
from southbound.store import Store, open_store
from southbound.store.connection import plain_errors

Instant = datetime | str | None
Day = date | str | None
Config = str | Path | Settings | None


def read_series(  # noqa: PLR0913 - one keyword for each option of `southbound series`
    db: str | Path,
    *,
    theme: str | None = None,
    entity: str | None = None,
    measure: str = "intensity",
    freq: Frequency = "session",
    as_of: Instant = None,
    start: Day = None,
    end: Day = None,
    publishers: Sequence[str] = (),
    language: Literal["", "en", "zh"] = "",
    variant: IntensityConfig | None = None,
    flows: bool = False,
    assets: Sequence[str] = (),
    align: Alignment = "contemporaneous",
    lag: int | None = None,
    issues: bool = False,
    config: Config = None,
) -> pd.DataFrame:
    """Return the series of a theme, an entity, or a theme among the news of an entity; one row a period.

    Args:
        db: database file.
        theme: id, such as "ai".
        entity: id, such as "alibaba".
        measure: what stands in the column `value`: intensity, share, volume, zscore or tone.
        freq: "session", "week" or "month".
        as_of: only what was known before.
        start: first session.
        end: last session.
        publishers: only theirs.
        language: only articles in it.
        variant: how it is scaled and weighed; None for the settings' way.
        flows: whether southbound flows stand beside it.
        assets: whose prices stand beside it.
        align: "contemporaneous" (a session's own figures, for study) or "tradeable" (those known at its
            decision).
        lag: each value as it was known so many sessions later.
        issues: every version of every value.
        config: settings, or a file of those that differ from the defaults.

    Returns:
        The columns of `southbound series`; sessions are naive dates, instants are UTC.

    Raises:
        SouthboundError: the database can't be read, or what is asked for is not there.
        SignalError: a date lies outside the calendar.
    """
    if theme is None and entity is None:
        raise UsageError("name a theme, such as theme='ai', or an entity")
    if measure not in MEASURES:
        raise UsageError(f"measure is one of {', '.join(MEASURES)}; not '{measure}'")
    request = SeriesRequest(
        theme=theme,
        entity=entity,
        publishers=tuple(publishers),
        language=language,
        measure=measure,
        variant=variant,
        freq=freq,
        start=_day(start),
        end=_day(end),
        as_of=_instant(as_of),
        with_flows=flows,
        with_prices=bool(assets),
        assets=tuple(assets),
        align=align,
    )
    settings = _settings(config)
    with _reading(db) as store:
        _require_themes(store, [theme] if theme else [])
        return ask_series(store, request, lag=lag, issues=issues, settings=settings)


def read_table(  # noqa: PLR0913 - one keyword for each option of `southbound table`
    db: str | Path,
    *,
    themes: Sequence[str] = (),
    measures: Sequence[str] = MEASURES,
    assets: Sequence[str] = (),
    as_of: Instant = None,
    start: Day = None,
    end: Day = None,
    align: Alignment = "tradeable",
    variant: IntensityConfig | None = None,
    config: Config = None,
) -> pd.DataFrame:
    """Return themes, flows with their sums, prices and returns beside each other, one row a session.

    Args:
        db: database file.
        themes: ids; none for all.
        measures: of each theme.
        assets: whose prices and returns.
        as_of: only what was known before.
        start: first session.
        end: last session.
        align: "tradeable" (figures known at the row's decision) or "contemporaneous".
        variant: how themes are scaled and weighed; None for the settings' way.
        config: settings, or a file of those that differ from the defaults.

    Returns:
        The columns of `southbound table`; `southbound table --dictionary` says what they hold.

    Raises:
        SouthboundError: the database can't be read, or what is asked for is not there.
        SignalError: a date lies outside the calendar.
    """
    unknown = set(measures) - set(MEASURES)
    if unknown:
        raise UsageError(f"measures are {', '.join(MEASURES)}; not {', '.join(sorted(unknown))}")
    request = TableRequest(
        themes=tuple(themes),
        measures=tuple(measures),
        assets=tuple(assets),
        start=_day(start),
        end=_day(end),
        as_of=_instant(as_of),
        align=align,
        variant=variant,
    )
    with _reading(db) as store:
        _require_themes(store, themes)
        return build_table(store, request, settings=_settings(config))


def read_factors(  # noqa: PLR0913 - what a factor is asked for by
    db: str | Path,
    theme: str,
    *,
    assets: Sequence[str] = (),
    as_of: Instant = None,
    start: Day = None,
    end: Day = None,
    half_life: float = 0.0,
    named_only: bool = False,
    config: Config = None,
) -> pd.Series:
    """Return a theme as a factor of assets, as alphalens takes it beside `read_prices`.

    A session's value of an asset is the sum of theme score x relevance over the articles that name it and
    were known before the session's decision, but not before that of the session before.

    Args:
        db: database file.
        theme: id.
        assets: listings, such as "XHKG:9988"; none for all stocks that have prices.
        as_of: only what was known before.
        start: first session.
        end: last session.
        half_life: sessions after which a strength counts half; 0 for the session's own news alone.
        named_only: leave zeros out. Of a theme that names few assets, most are zero and quantiles have no
            edges: then leave them out here, or give alphalens `quantiles=None, bins=[-1, 0, float("inf")]`.
        config: settings, or a file of those that differ from the defaults.

    Returns:
        Values under (date, asset): date is the session, naive; zero where no article named the asset.
        Sessions with too little market news to say so are left out.

    Raises:
        SouthboundError: the database can't be read, or what is asked for is not there.
        SignalError: a date lies outside the calendar.
    """
    from southbound.pipeline.factor import (  # noqa: PLC0415 - the evaluation's statistics load slowly
        FactorRequest,
        build_factor,
        long_factor,
    )

    request = FactorRequest(
        theme=theme,
        assets=tuple(assets),
        start=_day(start),
        end=_day(end),
        as_of=_instant(as_of),
        half_life=half_life,
    )
    with _reading(db) as store:
        _require_themes(store, [theme])
        factor = build_factor(store, request, settings=_settings(config))
    return long_factor(factor, name=theme, named_only=named_only)


def read_prices(
    db: str | Path,
    assets: Sequence[str],
    *,
    field: Literal["open", "close"] = "close",
    as_of: Instant = None,
    as_traded: bool = False,
) -> pd.DataFrame:
    """Return prices of assets, dates x assets; both open and close come after the session's decision.

    Any two prices of an asset make a return: splits are applied as far as they are known, and before a leap
    that no split explains prices are null.

    Args:
        db: database file.
        assets: such as "XHKG:9988".
        field: which price; null where it is not stored.
        as_of: only what was known before.
        as_traded: leave prices as they are stored.

    Raises:
        SouthboundError: the database can't be read, or an asset has no prices.
    """
    from southbound.pipeline.factor import price_panel  # noqa: PLC0415 - as above

    if field not in {"open", "close"}:
        raise UsageError(f"field is open or close; not '{field}'")
    with _reading(db) as store:
        return price_panel(store, assets, field=field, as_of=_instant(as_of), as_traded=as_traded)


def read_export(
    folder: str | Path,
    *,
    themes: Sequence[str] = (),
    variants: Sequence[IntensityConfig] = (),
    config: Config = None,
) -> pd.DataFrame:
    """Return themes' series counted in DuckDB from what `southbound db export` wrote, for millions of tags.

    Args:
        folder: of the export.
        themes: ids; none for all of the catalogue.
        variants: how they are scaled, each article counting as one; none for the settings' way.
        config: settings, or a file of those that differ from the defaults.

    Returns:
        theme and the columns of a series; tone is null.

    Raises:
        SouthboundError: the export is not complete.
        SignalError: a variant weighs articles.
    """
    from southbound.pipeline.columns import series_from_export  # noqa: PLC0415 - DuckDB loads slowly

    settings = _settings(config)
    plain = replace(intensity_config(settings.series), weights=())
    return series_from_export(
        Path(folder),
        themes=tuple(themes) or tuple(read_themes()),
        configs=tuple(variants) or (plain,),
        settings=settings,
    )


@contextmanager
def _reading(db: str | Path) -> Iterator[Store]:
    path = Path(db)
    with plain_errors(path), open_store(path, read_only=True) as store:
        yield store


def _settings(config: Config) -> Settings:
    if isinstance(config, Settings):
        return config
    return read_settings(None if config is None else Path(config))


def _require_themes(store: Store, themes: Sequence[str]) -> None:
    valid = {*read_themes(), *store.themes.names()}
    for theme in themes:
        if theme not in valid:
            raise UsageError(f"there is no theme '{theme}'; themes are {', '.join(sorted(valid))}")


def _instant(value: Instant) -> datetime | None:
    if value is None or isinstance(value, str):
        return parse_as_of(value) if value else None
    return (value if value.tzinfo else value.replace(tzinfo=HONG_KONG)).astimezone(UTC)


def _day(value: Day) -> date | None:
    return parse_day(value) if isinstance(value, str) else value
