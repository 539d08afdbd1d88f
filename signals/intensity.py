"""Theme intensity by session, after Baker, Bloom and Davis (QJE 2016); no number knows the future.

For publisher i and session t: `X_it` = theme articles / all market-news articles; `Y_it = X_it / sd_i`;
`Z_t` = mean of `Y_it` over publishers; `intensity_t = 100 * Z_t / M`. Here `sd_i` and `M` come from sessions
strictly before t (see `signals.scaling`). Thin sessions are null and enter no scale.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from signals.column import aware_instant, aware_instants, require_columns, require_values
from signals.error import InputError
from signals.scaling import NO_VARIATION, ratio, scale_publishers
from signals.session import DateLike, SessionCalendar
from signals.tally import Floats, Tally, tally_articles
from signals.variant import IntensityConfig


def compute_series(
    articles: pd.DataFrame,
    *,
    calendar: SessionCalendar,
    start: DateLike | None = None,
    end: DateLike | None = None,
    as_of: datetime | None = None,
    config: IntensityConfig | None = None,
) -> pd.DataFrame:
    """Compute the series of one theme, one row a session.

    Args:
        articles: one row an article of market news (the denominator): publisher, known_at (aware UTC),
            is_theme (bool), score (0..1), tone (-1..1, null where unknown), and optionally novelty and
            relevance (0..1, default 1). Row order does not matter.
        calendar: decides the session of each article.
        start: first session; default that of the first article. Earlier articles still count as history.
        end: last session; default the running one with `as_of`, else that of the last article. Sessions
            after the running one are left out: they have not begun.
        as_of: articles with known_at >= as_of are dropped; None takes all and calls every session complete.
        config: scaling; default IntensityConfig().

    Returns:
        Columns session (naive date), intensity (100 = mean of the past), share (0..1; -1..1 where weighed by
        tone), volume (theme articles), zscore, tone (-1..1, null without a theme article), n_articles,
        n_theme_articles, n_publishers, state, complete, known_at (the session's decision, UTC), variant.
        state is "missing" (no article), "thin", "warming" (no scale from the past yet, or inside a fixed
        base: intensity null, the rest stands) or "ok".

    Raises:
        InputError: a column is missing or holds values that cannot be used.
        CalendarSpanError: an instant or a date lies outside the calendar.
    """
    config = config or IntensityConfig()
    cut = None if as_of is None else aware_instant(as_of, name="as_of")
    rows = known_rows(articles, cut)
    sessions = pd.DatetimeIndex(calendar.session_of(rows["known_at"]))
    shown = _shown_sessions(sessions, calendar, start, end, cut)
    first = None if shown.empty else min(shown[0], sessions.min()) if len(sessions) else shown[0]
    grid = shown if first is None else calendar.sessions(first, shown[-1])
    tally = tally_articles(rows, sessions, grid, config=config)
    frame = _frame(grid, _measures(tally, grid, config), calendar, cut, config)
    return frame.iloc[len(grid) - len(shown) :].reset_index(drop=True)


def known_rows(articles: pd.DataFrame, cut: pd.Timestamp | None) -> pd.DataFrame:
    """Return the articles known before `cut`, checked, with their novelty."""
    table = "articles"
    require_columns(articles, ["publisher", "known_at", "is_theme", "score", "tone"], table=table)
    for column in ("publisher", "known_at", "is_theme"):
        require_values(articles, column, table=table)
    rows = articles.assign(known_at=aware_instants(articles["known_at"], table=table))
    rows = rows.assign(**{name: 1.0 for name in ("novelty", "relevance") if name not in rows.columns})
    require_values(rows.loc[rows["is_theme"].astype(bool)], "score", table="theme articles")
    return rows if cut is None else rows.loc[rows["known_at"] < cut]


def _shown_sessions(
    sessions: pd.DatetimeIndex,
    calendar: SessionCalendar,
    start: DateLike | None,
    end: DateLike | None,
    cut: pd.Timestamp | None,
) -> pd.DatetimeIndex:
    """Return the sessions that get a row."""
    if start is not None and end is not None and pd.Timestamp(start) > pd.Timestamp(end):
        raise InputError(f"start {start} lies after end {end}")
    running = None if cut is None else calendar.session_of(pd.Series([cut]))[0]
    first = start if start is not None or sessions.empty else sessions.min()
    last = end if end is not None or sessions.empty else sessions.max()
    last = running if end is None and running is not None else last
    if first is None or last is None:
        return sessions[:0]
    shown = calendar.sessions(first, last)
    return shown if running is None else shown[shown <= running]


def _measures(tally: Tally, grid: pd.DatetimeIndex, config: IntensityConfig) -> pd.DataFrame:
    """Return measures and state by session."""
    told = tally.n_articles >= config.min_articles
    share = np.where(told, ratio(tally.weight, tally.weighted_articles), np.nan)
    intensity = np.where(told, scale_publishers(tally, grid, config).intensity, np.nan)
    tone = np.where(told, ratio(tally.tone_sum, tally.tone_articles), np.nan)
    return pd.DataFrame(
        {
            "intensity": intensity,
            "share": share,
            "volume": np.where(told, tally.n_theme_articles.astype(float), np.nan),
            "zscore": _zscore(share, config),
            "tone": tone,
            "n_articles": tally.n_articles,
            "n_theme_articles": tally.n_theme_articles,
            "n_publishers": tally.n_publishers,
            "state": np.select(
                [tally.n_articles == 0, ~told, np.isnan(intensity)], ["missing", "thin", "warming"], "ok"
            ),
        }
    )


def _zscore(share: Floats, config: IntensityConfig) -> Floats:
    """Return how many deviations the share lies from the mean of the trailing sessions before it."""
    values = pd.Series(share)
    past = values.shift(1).rolling(config.zscore_sessions, min_periods=config.min_zscore_history)
    deviation = past.std(ddof=1)
    return ((values - past.mean()) / deviation.where(deviation > NO_VARIATION)).to_numpy(dtype=float)


def _frame(
    grid: pd.DatetimeIndex,
    measures: pd.DataFrame,
    calendar: SessionCalendar,
    cut: pd.Timestamp | None,
    config: IntensityConfig,
) -> pd.DataFrame:
    """Put session, completeness and variant around the measures."""
    decisions = calendar.decisions_at(grid)
    measures.insert(0, "session", grid)
    return measures.assign(
        complete=True if cut is None else decisions <= cut, known_at=decisions, variant=config.variant
    )
