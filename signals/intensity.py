"""Theme intensity by session, after Baker, Bloom and Davis (QJE 2016); no number knows the future.

For publisher i and session t: `X_it` = theme articles / all market-news articles; `Y_it = X_it / sd_i`;
`Z_t` = mean of `Y_it` over publishers; `intensity_t = 100 * Z_t / M`. Here `sd_i` and `M` come from sessions
strictly before t (see `signals.scaling`). Thin sessions are null and enter no scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from signals.column import aware_instant, aware_instants, require_columns, require_values
from signals.error import InputError
from signals.scaling import NO_VARIATION, ratio, scale_publishers
from signals.session import DateLike, SessionCalendar
from signals.tally import Floats, Tally, tally_articles
from signals.variant import IntensityConfig
from signals.window import ColumnWindow, before

#: What a table's column is made of.
Column: TypeAlias = npt.NDArray[Any] | pd.DatetimeIndex


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
    span = find_span(sessions, calendar, start=start, end=end, cut=cut)
    tally = tally_articles(rows, sessions, span.grid, config=config)
    intensity = scale_publishers(tally, span.grid, config).intensity
    (columns,) = series_columns([tally], [intensity], span, config)
    return pd.DataFrame(columns).assign(variant=config.variant)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSpan:
    """The sessions a series is computed on.

    Attributes:
        grid: consecutive sessions, history included.
        first_shown: place in the grid of the first that gets a row; all after it do.
        decisions: decision instant of each (UTC).
        complete: whether each decision has passed.
    """

    grid: pd.DatetimeIndex
    first_shown: int
    decisions: pd.DatetimeIndex
    complete: npt.NDArray[np.bool_]


def find_span(
    sessions: pd.DatetimeIndex,
    calendar: SessionCalendar,
    *,
    start: DateLike | None = None,
    end: DateLike | None = None,
    cut: pd.Timestamp | None = None,
) -> SeriesSpan:
    """Return the span of the series of articles known in `sessions`; see `compute_series` for the rest.

    Raises:
        InputError: `start` lies after `end`.
        CalendarSpanError: a date lies outside the calendar.
    """
    shown = _shown_sessions(sessions, calendar, start, end, cut)
    first = None if shown.empty else min(shown[0], sessions.min()) if len(sessions) else shown[0]
    grid = shown if first is None else calendar.sessions(first, shown[-1])
    decisions = calendar.decisions_at(grid)
    complete = np.ones(len(grid), dtype=bool) if cut is None else np.asarray(decisions <= cut)
    return SeriesSpan(grid=grid, first_shown=len(grid) - len(shown), decisions=decisions, complete=complete)


def known_rows(articles: pd.DataFrame, cut: pd.Timestamp | None) -> pd.DataFrame:
    """Return the articles known before `cut`, checked, with their novelty."""
    table = "articles"
    require_columns(articles, ["publisher", "known_at", "is_theme", "score", "tone"], table=table)
    for column in ("publisher", "known_at", "is_theme"):
        require_values(articles, column, table=table)
    rows = articles.assign(known_at=aware_instants(articles["known_at"], table=table))
    rows = rows.assign(**{name: 1.0 for name in ("novelty", "relevance") if name not in rows.columns})
    require_values(rows.loc[rows["is_theme"].astype(bool)], "score", table="theme articles")
    is_known = np.asarray(rows["known_at"] < cut) if cut is not None else np.array([True])
    return rows if is_known.all() else rows.loc[is_known]


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
    if cut is not None and cut < calendar.first.tz_localize("UTC"):
        return sessions[:0]
    running = None if cut is None else calendar.session_at(cut)
    first = start if start is not None or sessions.empty else sessions.min()
    last = end if end is not None or sessions.empty else sessions.max()
    last = running if end is None and running is not None else last
    if first is None or last is None:
        return sessions[:0]
    shown = calendar.sessions(first, last)
    return shown if running is None else shown[shown <= running]


def series_columns(
    tallies: Sequence[Tally], intensities: Sequence[Floats | None], span: SeriesSpan, config: IntensityConfig
) -> list[dict[str, Column]]:
    """Return the columns of `compute_series` for each of several themes, from counts and what they scale to.

    Where an intensity is None, its column is left out, and that of the state, which tells of it. They come
    together because a window over many columns costs little more than over one.
    """
    told = [tally.n_articles >= config.min_articles for tally in tallies]
    shares = np.column_stack(
        [
            np.where(enough, ratio(tally.weight, tally.weighted_articles), np.nan)
            for tally, enough in zip(tallies, told, strict=True)
        ]
    )
    measures = zip(tallies, told, intensities, shares.T, _zscores(shares, config).T, strict=True)
    return [_columns(*one, span) for one in measures]


def _columns(
    tally: Tally,
    told: npt.NDArray[np.bool_],
    intensity: Floats | None,
    share: Floats,
    zscore: Floats,
    span: SeriesSpan,
) -> dict[str, Column]:
    """Return the shown part of each column."""
    columns: dict[str, Column | None] = {
        "session": span.grid,
        "intensity": None if intensity is None else np.where(told, intensity, np.nan),
        "share": share,
        "volume": np.where(told, tally.n_theme_articles.astype(float), np.nan),
        "zscore": zscore,
        "tone": np.where(told, ratio(tally.tone_sum, tally.tone_articles), np.nan),
        "n_articles": tally.n_articles,
        "n_theme_articles": tally.n_theme_articles,
        "n_publishers": tally.n_publishers,
        "state": None if intensity is None else _states(tally, told, intensity),
        "complete": span.complete,
        "known_at": span.decisions,
    }
    return {name: values[span.first_shown :] for name, values in columns.items() if values is not None}


def _states(tally: Tally, told: npt.NDArray[np.bool_], intensity: Floats) -> npt.NDArray[np.str_]:
    conditions = [tally.n_articles == 0, ~told, np.isnan(intensity)]
    return np.select(conditions, ["missing", "thin", "warming"], "ok")


def _zscores(shares: Floats, config: IntensityConfig) -> Floats:
    """Return how many deviations each share lies from the mean of the trailing sessions before it."""
    past = ColumnWindow(before(shares), length=config.zscore_sessions, needed=config.min_zscore_history)
    deviation = past.deviation()
    told = np.where(deviation > NO_VARIATION, deviation, np.nan)
    return np.asarray((shares - past.mean()) / told)
