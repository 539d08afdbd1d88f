"""The themes' measures in a week, beside the weeks before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from southbound.digest.week import WeekWindow
from southbound.digest.week_content import WeekTheme
from southbound.store.tag import TaggedArticle

#: A mean of fewer sessions is no baseline.
_MIN_BASELINE = 5


def week_themes(
    series: Mapping[str, pd.DataFrame],
    news: Sequence[TaggedArticle],
    *,
    window: WeekWindow,
    theme_names: Mapping[str, str],
) -> list[WeekTheme]:
    """Return a line for every theme that the week's news carries, largest share first.

    Args:
        series: of every theme that this week's or the last week's news carries, with all sessions compared.
        news: the week's market news.
        window: of the week.
        theme_names: theme id -> name to show.
    """
    carrying: dict[str, list[TaggedArticle]] = {}
    for article in news:
        for tag in article.themes:
            carrying.setdefault(tag.theme, []).append(article)
    ranks, ranks_before = (_ranks(series, days) for days in (window.sessions, window.last_week))
    lines = [
        _line(theme, theme_names.get(theme, theme), series[theme], found, window, ranks, ranks_before)
        for theme, found in carrying.items()
    ]
    return sorted(lines, key=lambda line: (-(line.share or 0.0), -line.n_articles, line.name))


def _line(
    theme: str,
    name: str,
    series: pd.DataFrame,
    found: Sequence[TaggedArticle],
    window: WeekWindow,
    ranks: Mapping[str, int],
    ranks_before: Mapping[str, int],
) -> WeekTheme:
    rows, last_week, before = (
        _rows(series, days) for days in (window.sessions, window.last_week, window.before)
    )
    share = _mean(rows, "share")
    baseline = _mean(before, "share") if before["share"].count() >= _MIN_BASELINE else None
    return WeekTheme(
        theme=theme,
        name=name,
        n_articles=len(found),
        n_publishers=len({article.publisher for article in found}),
        rank=ranks.get(theme, len(ranks) + 1),
        rank_before=ranks_before.get(theme),
        share=share,
        share_before=_mean(last_week, "share"),
        baseline_share=baseline,
        change=None if share is None or baseline is None else share - baseline,
        ratio=share / baseline if share is not None and baseline else None,
        intensity=_mean(rows, "intensity"),
        zscore=_mean(rows, "zscore"),
        tone=_mean(rows, "tone"),
        peak=None if share is None else _peak(rows),
    )


def _ranks(series: Mapping[str, pd.DataFrame], days: Sequence[date]) -> dict[str, int]:
    shares = {theme: _mean(_rows(table, days), "share") for theme, table in series.items()}
    ordered = sorted((theme for theme in shares if shares[theme]), key=lambda theme: -(shares[theme] or 0.0))
    return {theme: place for place, theme in enumerate(ordered, start=1)}


def _rows(series: pd.DataFrame, days: Sequence[date]) -> pd.DataFrame:
    return series.loc[series["session"].isin(pd.DatetimeIndex(list(days)))]


def _peak(rows: pd.DataFrame) -> date:
    """Return the session with the highest share."""
    return pd.Timestamp(rows.sort_values("share")["session"].iloc[rows["share"].count() - 1]).date()


def _mean(rows: pd.DataFrame, column: str) -> float | None:
    mean = float(rows[column].mean())
    return mean if math.isfinite(mean) else None
