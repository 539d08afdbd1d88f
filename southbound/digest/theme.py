"""The themes' measures in a session, and the history behind them. Same series as `southbound series`."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypedDict, cast

import pandas as pd

from signals.intensity import compute_series
from signals.rebuild import KnownNews, compute_known, know_news
from signals.session import SessionCalendar
from southbound.digest.content import ChartLine, DigestOptions, ThemeLine
from southbound.digest.selection import Selection
from southbound.digest.window import SessionWindow, sessions_before
from southbound.store import Store
from southbound.store.tag import TaggedArticle

#: A mean of fewer sessions is no baseline.
_MIN_BASELINE = 5


class _Scaled(TypedDict):
    intensity: float | None
    state: str


def theme_series(
    store: Store,
    articles: Iterable[TaggedArticle],
    *,
    window: SessionWindow,
    calendar: SessionCalendar,
    options: DigestOptions,
) -> dict[str, pd.DataFrame]:
    """Return the series of each theme of `articles` as known in time, from the first session needed on.

    They are not scaled; `scaled_lines` does so with those that are shown.
    """
    themes = {tag.theme for article in articles for tag in article.themes}
    return series_to_window(store, themes, window=window, calendar=calendar, options=options, is_scaled=False)


def series_to_window(
    store: Store,
    themes: Collection[str],
    *,
    window: SessionWindow,
    calendar: SessionCalendar,
    options: DigestOptions,
    is_scaled: bool = True,
) -> dict[str, pd.DataFrame]:
    """Return the series of themes up to a window, from the first session that a digest needs on."""
    n_before = max(options.chart_sessions, options.baseline_sessions)
    first = sessions_before(window.session, n_before, calendar=calendar)[0]
    return series_of_themes(
        store,
        themes,
        between=(first, window.session),
        as_of=window.end,
        calendar=calendar,
        options=options,
        is_scaled=is_scaled,
    )


def series_of_themes(
    store: Store,
    themes: Collection[str],
    *,
    between: tuple[date | None, date],
    as_of: datetime,
    calendar: SessionCalendar,
    options: DigestOptions,
    is_scaled: bool = True,
) -> dict[str, pd.DataFrame]:
    """Return the series of themes from one session to another, of what is read and known before `as_of`.

    Without a first session they begin with the first news. A theme of the catalogue has none where there is
    no news at all; where they need not be scaled, it has no intensity and no state.
    """
    own = set(themes) & set(store.themes.names())
    news = store.news.remember(
        ("known", as_of, options.selection, calendar),
        lambda: _know_news(store, options.selection, calendar=calendar, as_of=as_of),
    )
    shared = compute_known(
        news,
        themes=sorted(set(themes) - own) if len(news.sessions) else [],
        configs=[options.intensity],
        calendar=calendar,
        between=between,
        is_scaled=is_scaled,
    )
    found = {} if shared.empty else dict(iter(shared.groupby(shared.pop("theme"))))
    return {str(theme): frame for theme, frame in found.items()} | {
        theme: compute_series(
            options.selection.read_rows(
                store.tags.theme_articles(theme, as_of=as_of, hindsight=options.hindsight)
            ),
            calendar=calendar,
            start=between[0],
            end=between[1],
            as_of=as_of,
            config=options.intensity,
        )
        for theme in own
    }


def _know_news(
    store: Store, selection: Selection, *, calendar: SessionCalendar, as_of: datetime
) -> KnownNews:
    news = store.news.read(as_of=as_of)
    return know_news(selection.read_rows(news.articles), news.tags, calendar=calendar, as_of=as_of)


def theme_lines(
    series: Mapping[str, pd.DataFrame],
    articles: Sequence[TaggedArticle],
    *,
    theme_names: Mapping[str, str],
    baseline_sessions: int,
) -> list[ThemeLine]:
    """Return the line of every theme that the session's articles carry, largest share first."""
    carrying: dict[str, list[TaggedArticle]] = {}
    for article in articles:
        for tag in article.themes:
            carrying.setdefault(tag.theme, []).append(article)
    lines = [
        theme_line(theme, theme_names.get(theme, theme), series[theme], found, baseline_sessions)
        for theme, found in carrying.items()
    ]
    return sorted(lines, key=lambda line: (-(line.share or 0.0), -line.n_articles, line.name))


def chart_lines(
    lines: Iterable[ThemeLine], series: Mapping[str, pd.DataFrame], sessions: Sequence[date]
) -> tuple[ChartLine, ...]:
    """Return the shares of some themes over the sessions of the chart."""
    return tuple(
        ChartLine(theme=line.theme, name=line.name, shares=shares_of(series[line.theme], sessions))
        for line in lines
    )


def shares_of(series: pd.DataFrame, sessions: Sequence[date]) -> tuple[float | None, ...]:
    """Return the share in each session, None where it is null or the series has no such session."""
    shares = series.set_index("session")["share"].reindex(pd.DatetimeIndex(list(sessions)))
    return tuple(_told(share) for share in shares)


def theme_line(
    theme: str, name: str, series: pd.DataFrame, found: Sequence[TaggedArticle], baseline_sessions: int
) -> ThemeLine:
    """Return the line of a theme in the last session of its series, of which `found` are the articles."""
    shares = series["share"].to_numpy()
    share = _told(shares[-1])
    baseline = _baseline(pd.Series(shares[:-1][-baseline_sessions:]))
    return ThemeLine(
        theme=theme,
        name=name,
        n_articles=len(found),
        n_publishers=len({article.publisher for article in found}),
        share=share,
        baseline_share=baseline,
        change=None if share is None or baseline is None else share - baseline,
        ratio=share / baseline if share is not None and baseline else None,
        zscore=_told(series["zscore"].to_numpy()[-1]),
        tone=_told(series["tone"].to_numpy()[-1]),
        **_scaled(series),
    )


def scaled_lines(
    store: Store,
    lines: Sequence[ThemeLine],
    *,
    window: SessionWindow,
    calendar: SessionCalendar,
    options: DigestOptions,
) -> list[ThemeLine]:
    """Return lines with the intensity and the state that they lack where their series is not scaled."""
    themes = {line.theme for line in lines}
    series = series_to_window(store, themes, window=window, calendar=calendar, options=options)
    return [replace(line, **_scaled(series[line.theme])) for line in lines]


def _scaled(series: pd.DataFrame) -> _Scaled:
    if "intensity" not in series:
        return {"intensity": None, "state": ""}
    return {"intensity": _told(series["intensity"].iloc[-1]), "state": str(series["state"].iloc[-1])}


def _baseline(shares: pd.Series) -> float | None:
    return float(shares.mean()) if shares.count() >= _MIN_BASELINE else None


def _told(value: object) -> float | None:
    number = float(cast("float", value))
    return number if math.isfinite(number) else None
