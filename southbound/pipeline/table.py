"""One tidy table by session: themes in all their measures, flows with their sums, prices and returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from signals.flow_window import COLUMNS as FLOW_SUMS
from signals.flow_window import flow_sums, turnover_share
from signals.intensity import compute_series
from signals.join import join_market
from signals.rebuild import compute_all
from signals.session import SessionCalendar
from signals.variant import IntensityConfig
from southbound.error import UsageError
from southbound.pipeline.series import MEASURES, Alignment, calendar_from_settings, intensity_config
from southbound.settings import Settings, read_themes
from southbound.store import Store
from southbound.store.model_name import models_of

_MARKET_TURNOVER = "hkex.market.market_turnover"
#: What each column of a series or table holds; `*` stands for a theme or an asset.
DICTIONARY = {
    "period": "ISO week or month, such as 2025-W07 or 2025-02",
    "theme": "id of the theme",
    "entity": "id of the entity",
    "value": "the measure that was asked for",
    "intensity": "100 * Z / M after Baker, Bloom and Davis, 100 = mean of the past; null where thin",
    "share": "sum of the articles' weights / n_articles, -1 to 1; null where thin",
    "volume": "theme articles; null where thin",
    "zscore": "deviations of the share from its trailing mean; no unit",
    "tone": "mean tone of the theme articles for holders, -1 to 1; null without one",
    "n_theme_articles": "theme articles of the session, also where it is thin",
    "n_sessions": "sessions of the period that have measures",
    "state": "missing, thin, warming (no past to scale by yet) or ok",
    "flow_sessions": "sessions of the period that have a flow",
    "issue": "first session by whose decision this version was known",
    "lag": "sessions from the value's own to its issue",
    "session": "HKEX trading day; its news is what was known before its decision time",
    "known_at": "the session's decision time, UTC; every tradeable figure was known before it",
    "complete": "false for a session whose decision has not come",
    "n_articles": "market-news articles of the session (those with at least one theme)",
    "n_publishers": "publishers with market news in the session",
    "*.intensity": "100 * Z / M after Baker, Bloom and Davis, 100 = mean of the past; null where thin",
    "*.share": "sum of score * novelty over theme articles / n_articles; null where thin",
    "*.volume": "theme articles; null where thin",
    "*.zscore": "deviations of the share from its trailing mean",
    "*.tone": "mean tone of the theme articles for holders, -1 to 1; null without one",
    "*.state": "missing, thin, warming (no past to scale by yet) or ok",
    "net_flow": "southbound net buying, HKD million",
    "net_flow_sh": "its Shanghai leg, HKD million",
    "net_flow_sz": "its Shenzhen leg, HKD million",
    "flow_buy": "southbound buying, HKD million",
    "flow_sell": "southbound selling, HKD million",
    "flow_turnover": "southbound turnover, HKD million",
    "flow_state": "open, closed (no southbound trading) or missing",
    "flow_known_at": "when the flow could be used, UTC",
    "flow_session": "whose flow it is",
    "flow_sum_5": "net flow of the last 5 sessions with a figure, HKD million",
    "flow_sum_20": "net flow of the last 20 sessions with a figure, HKD million",
    "flow_qtd": "net flow of the quarter to date, HKD million",
    "flow_ytd": "net flow of the year to date, HKD million",
    "*_close": "closing price or level, as stored: a split is not applied",
    "*_return": "close to close with known splits applied, a fraction; null unless the session before has "
    "a close, and over a leap that no split explains",
    "*_session": "whose close it is",
    "flow_turnover_share": "southbound turnover over twice the Hong Kong market's, where that is known "
    "(`ingest monetary` of a CSV with date, market_turnover), a fraction",
    "variant": "how intensity and share are scaled and weighed",
    "model": "models whose tags are in it",
}
#: What differs where a row is a week or a month.
PERIOD_DICTIONARY = {
    "session": "the period's last session in the series",
    "known_at": "decision time of that session, UTC",
    "complete": "false for a running period, and for one that the series covers in part",
    "intensity": "mean over the sessions that have one",
    "share": "mean over the sessions that have one",
    "zscore": "mean over the sessions that have one",
    "tone": "mean over the sessions that have one",
    "volume": "theme articles of the sessions that have measures",
    "n_articles": "market-news articles of all its sessions",
    "n_theme_articles": "theme articles of all its sessions",
    "n_publishers": "the most in a session",
    "state": "the best of its sessions",
    "net_flow": "southbound net buying over its sessions with a figure (flow_sessions), HKD million",
    "*_close": "last closing price or level, as stored: a split is not applied",
    "*_return": "compounded over its sessions, known splits applied; null where one with a close has none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRequest:
    """What the table holds: themes (empty: all), measures, assets, span, knowledge, whose figures."""

    themes: tuple[str, ...] = ()
    measures: tuple[str, ...] = MEASURES
    assets: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    as_of: datetime | None = None
    align: Alignment = "tradeable"
    variant: IntensityConfig | None = None


def build_table(store: Store, request: TableRequest, *, settings: Settings) -> pd.DataFrame:
    """Put themes, flows and prices beside each other, one row a session; see DICTIONARY for the columns.

    Raises:
        UsageError: there is no market news, or no such asset.
        SignalError: a date lies outside the calendar.
    """
    calendar = calendar_from_settings(settings)
    config = request.variant or intensity_config(settings.series)
    unknown = set(request.assets) - set(store.market.asset_ids())
    if unknown:
        raise UsageError(f"no prices of {', '.join(sorted(unknown))}; run `southbound ingest prices`")
    themes = request.themes or (*read_themes(), *store.themes.names())
    tables = list(_theme_tables(store, themes, request, calendar, config))
    if not store.news.first_known():
        raise UsageError("no market news is tagged yet; run `southbound ingest` and `southbound tag`")
    models = sorted({model for _, _, names in tables for model in names})
    first = max((series for _, series, _ in tables), key=len)
    frame = first[["session", "known_at", "complete", "n_articles", "n_publishers"]].reset_index(drop=True)
    wide = [frame, *(_columns(theme, series, frame, request.measures) for theme, series, _ in tables)]
    joined = join_market(
        pd.concat(wide, axis=1),
        calendar=calendar,
        flows=store.market.flow_versions(as_of=request.as_of),
        prices={asset: store.market.close_versions(asset, as_of=request.as_of) for asset in request.assets},
        splits={asset: store.market.splits(asset, as_of=request.as_of) for asset in request.assets},
        align=request.align,
        as_of=request.as_of,
    )
    sums = flow_sums(
        frame, store.market.flow_versions(as_of=request.as_of), align=request.align, as_of=request.as_of
    )
    joined[list(FLOW_SUMS)] = sums
    market = store.observations.series(_MARKET_TURNOVER, as_of=request.as_of)
    joined["flow_turnover_share"] = turnover_share(joined, market, align=request.align)
    return joined.assign(variant=config.variant, model="+".join(models))


def describe_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table's data dictionary: column, type, meaning."""
    meanings = DICTIONARY | PERIOD_DICTIONARY if "period" in frame.columns else DICTIONARY
    return pd.DataFrame(
        [(name, str(frame[name].dtype), _meaning(str(name), meanings)) for name in frame.columns],
        columns=["column", "type", "meaning"],
    )


def _theme_tables(
    store: Store,
    themes: Sequence[str],
    request: TableRequest,
    calendar: SessionCalendar,
    config: IntensityConfig,
) -> Iterator[tuple[str, pd.DataFrame, list[str]]]:
    """Yield each theme's series with the models in it; those of the catalogue are computed together."""
    own = set(store.themes.names())
    shared = _shared_tables(store, [one for one in themes if one not in own], request, calendar, config)
    for theme in themes:
        yield _own_table(store, theme, request, calendar, config) if theme in own else next(shared)


def _own_table(
    store: Store, theme: str, request: TableRequest, calendar: SessionCalendar, config: IntensityConfig
) -> tuple[str, pd.DataFrame, list[str]]:
    articles = store.tags.theme_articles(theme, as_of=request.as_of)
    series = compute_series(
        articles,
        calendar=calendar,
        start=request.start,
        end=request.end,
        as_of=request.as_of,
        config=config,
    )
    return theme, series, models_of(articles["model"].unique())


def _shared_tables(
    store: Store,
    themes: Sequence[str],
    request: TableRequest,
    calendar: SessionCalendar,
    config: IntensityConfig,
) -> Iterator[tuple[str, pd.DataFrame, list[str]]]:
    news = store.news.read(as_of=request.as_of)
    table = compute_all(
        news.articles,
        news.tags,
        themes=themes,
        configs=[config],
        calendar=calendar,
        between=(request.start, request.end),
        as_of=request.as_of,
    )
    models = models_of(news.articles["model"].unique())
    for theme in themes:
        series = table.loc[table["theme"] == theme].drop(columns="theme").reset_index(drop=True)
        yield theme, series, models


def _columns(theme: str, series: pd.DataFrame, frame: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    own = series.set_index("session")[[*measures, "state"]].reindex(pd.DatetimeIndex(frame["session"]))
    return own.add_prefix(f"{theme}.").reset_index(drop=True)


def _meaning(column: str, meanings: Mapping[str, str]) -> str:
    if column in meanings:
        return meanings[column]
    for pattern, meaning in meanings.items():
        if pattern.startswith("*") and column.endswith(pattern[1:]):
            return meaning
    return ""
