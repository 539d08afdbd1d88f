"""Theme intensity by session, after Baker, Bloom and Davis (QJE 2016); no number knows the future.

For publisher i and session t: `X_it` = theme articles / all market-news articles; `Y_it = X_it / sd_i`;
`Z_t` = mean of `Y_it` over publishers; `intensity_t = 100 * Z_t / M`. Here `sd_i` and `M` come from the
sessions strictly before t, and M averages each past Z as it stood then: what was computed once never changes.
Thin sessions are null and enter no scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
import pandas as pd
from pandas.api.typing import Expanding, Rolling

from signals.column import aware_instant, aware_instants, require_columns, require_values
from signals.error import InputError
from signals.session import DateLike, SessionCalendar
from signals.tally import Floats, Integers, PublisherShares, Tally, add_by, tally_articles

#: Shares lie in 0..1; a standard deviation below this is rounding, not variation.
NO_VARIATION: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class IntensityConfig:
    """How a series is scaled.

    Attributes:
        min_articles: sessions with fewer articles are thin: all measures null, counts shown.
        window: the past that sd_i and M see, "expanding" or "trailing".
        trailing_sessions: length of the trailing window, in sessions.
        min_history: past sessions a publisher needs to enter Z.
        min_base: past values of Z that M needs.
        zscore_sessions: trailing sessions the z-score of the share is taken against.
        min_zscore_history: non-null shares needed among them.
        half_life_sessions: counts decay by 0.5 ** (age / half-life) over sessions; None for no decay.
            It applies to intensity, share, zscore and tone; volume and the counts stay those of the session.
    """

    min_articles: int = 5
    window: Literal["expanding", "trailing"] = "expanding"
    trailing_sessions: int = 250
    min_history: int = 20
    min_base: int = 5
    zscore_sessions: int = 60
    min_zscore_history: int = 20
    half_life_sessions: float | None = None

    def __post_init__(self) -> None:
        if self.window not in {"expanding", "trailing"}:
            raise InputError(f'window must be "expanding" or "trailing", found {self.window!r}')
        if self.min_history < 2 or self.min_zscore_history < 2:  # noqa: PLR2004 - a deviation needs two values
            raise InputError("min_history and min_zscore_history must be at least 2")
        if self.half_life_sessions is not None and self.half_life_sessions <= 0:
            raise InputError(f"half_life_sessions must be above 0, found {self.half_life_sessions}")

    @property
    def variant(self) -> str:
        """Name the scaling, to be stored with each row: "expanding", "trailing-250-halflife-5"."""
        window = self.window if self.window == "expanding" else f"trailing-{self.trailing_sessions}"
        decay = "" if self.half_life_sessions is None else f"-halflife-{self.half_life_sessions:g}"
        return window + decay


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
            is_theme (bool), score (0..1), tone (-1..1, null where unknown), and optionally novelty (0..1,
            default 1). Row order does not matter.
        calendar: decides the session of each article.
        start: first session; default that of the first article. Earlier articles still count as history.
        end: last session; default the running one with `as_of`, else that of the last article. Sessions
            after the running one are left out: they have not begun.
        as_of: articles with known_at >= as_of are dropped; None takes all and calls every session complete.
        config: scaling; default IntensityConfig().

    Returns:
        Columns session (naive date), intensity (100 = mean of the past), share (0..1), volume (theme
        articles), zscore, tone (-1..1, null without a theme article), n_articles, n_theme_articles,
        n_publishers, state, complete, known_at (the session's decision, UTC), variant. state is "missing"
        (no article), "thin", "warming" (no scale from the past yet: intensity null, the rest stands) or "ok".

    Raises:
        InputError: a column is missing or holds values that cannot be used.
        CalendarSpanError: an instant or a date lies outside the calendar.
    """
    config = config or IntensityConfig()
    cut = None if as_of is None else aware_instant(as_of, name="as_of")
    rows = known_rows(articles, cut)
    sessions = pd.DatetimeIndex(calendar.session_of(rows["known_at"]))
    shown = _shown_sessions(sessions, calendar, start, end, cut)
    if shown.empty:
        return _frame(shown, _measures(tally_articles(rows, sessions, shown), config), calendar, cut, config)
    first = min(shown[0], sessions.min()) if len(sessions) else shown[0]
    grid = calendar.sessions(first, shown[-1])
    tally = tally_articles(rows, sessions, grid, half_life=config.half_life_sessions)
    return (
        _frame(grid, _measures(tally, config), calendar, cut, config)
        .iloc[-len(shown) :]
        .reset_index(drop=True)
    )


def known_rows(articles: pd.DataFrame, cut: pd.Timestamp | None) -> pd.DataFrame:
    """Return the articles known before `cut`, checked, with their novelty."""
    table = "articles"
    require_columns(articles, ["publisher", "known_at", "is_theme", "score", "tone"], table=table)
    for column in ("publisher", "known_at", "is_theme"):
        require_values(articles, column, table=table)
    rows = articles.assign(known_at=aware_instants(articles["known_at"], table=table))
    if "novelty" not in rows.columns:
        rows["novelty"] = 1.0
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


def _measures(tally: Tally, config: IntensityConfig) -> pd.DataFrame:
    """Return measures and state by session."""
    told = tally.n_articles >= config.min_articles
    share = np.where(told, _ratio(tally.weight, tally.weighted_articles), np.nan)
    intensity = np.where(told, scale_publishers(tally, config).intensity, np.nan)
    tone = np.where(told, _ratio(tally.tone_sum, tally.tone_articles), np.nan)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """What turns publishers' shares into intensity, by session.

    Attributes:
        shares: X by session and publisher; null in thin sessions.
        deviation: sd of each publisher before each session; null or 0 where it has no scale.
        strength: Z, the mean over publishers of X / sd; null where no publisher has a scale.
        base: M, the mean of Z before each session.
    """

    shares: PublisherShares
    deviation: Floats
    strength: Floats
    base: Floats

    @property
    def intensity(self) -> Floats:
        """100 * Z / M, null where either is."""
        return _ratio(100 * self.strength, self.base)

    @property
    def scaled(self) -> Floats:
        """Y = X / sd by session and publisher, null where there is no scale."""
        return _scaled(self.shares.share, self.deviation)


def scale_publishers(tally: Tally, config: IntensityConfig) -> Scaling:
    """Scale each publisher's shares by the sessions strictly before each one; thin sessions are null."""
    shares = tally.publisher_shares(config.min_history + 1)
    shares.share[tally.n_articles < config.min_articles] = np.nan
    deviation = _past(shares.share, config, config.min_history).std().to_numpy()
    strength = _strength(_scaled(shares.share, deviation))
    base = _past(strength[:, np.newaxis], config, config.min_base).mean().to_numpy()[:, 0]
    return Scaling(shares=shares, deviation=deviation, strength=strength, base=base)


def _scaled(shares: Floats, deviation: Floats) -> Floats:
    return np.divide(shares, deviation, out=np.full_like(shares, np.nan), where=deviation > NO_VARIATION)


def _strength(scaled: Floats) -> Floats:
    session, publisher = np.nonzero(~np.isnan(scaled))
    total = add_by(session, scaled[session, publisher], len(scaled))
    return _ratio(total, np.bincount(session, minlength=len(scaled)))


def _zscore(share: Floats, config: IntensityConfig) -> Floats:
    """Return how many deviations the share lies from the mean of the trailing sessions before it."""
    values = pd.Series(share)
    past = values.shift(1).rolling(config.zscore_sessions, min_periods=config.min_zscore_history)
    deviation = past.std(ddof=1)
    return ((values - past.mean()) / deviation.where(deviation > NO_VARIATION)).to_numpy(dtype=float)


def _past(
    values: Floats, config: IntensityConfig, needed: int
) -> Expanding[pd.DataFrame] | Rolling[pd.DataFrame]:
    """Return the window over the sessions (first axis) strictly before each one."""
    before = pd.DataFrame(values).shift(1)
    if config.window == "expanding":
        return before.expanding(min_periods=needed)
    return before.rolling(config.trailing_sessions, min_periods=min(needed, config.trailing_sessions))


def _ratio(part: Floats, whole: Floats | Integers) -> Floats:
    """Return part / whole, null where the whole is null or zero."""
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))


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


def compute_fixed_base(counts: pd.DataFrame, base_start: str, base_end: str) -> pd.DataFrame:
    """Compute the index on a fixed base, for research on counts by publisher and period.

    sd_i (ddof 1) and M are taken over the base periods; a publisher's periods without articles are left out.
    The figures know their whole base: as a signal only those after `base_end` may be used.

    Args:
        counts: publisher, period (text that sorts, such as "2017-01"), theme_count, total_count.
        base_start: first period of the base.
        base_end: last period of the base, included.

    Returns:
        Columns period, intensity (100 = mean of the base), n_publishers (those in Z), sorted by period.

    Raises:
        InputError: a column is missing, a publisher has two rows for a period, or the base has no variation.
    """
    require_columns(counts, ["publisher", "period", "theme_count", "total_count"], table="counts")
    if counts.duplicated(["publisher", "period"]).any():
        raise InputError("counts: a publisher has two rows for one period; sum them first")
    shares = counts.assign(
        share=counts["theme_count"] / counts["total_count"].where(counts["total_count"] > 0)
    )
    table = shares.pivot_table(index="period", columns="publisher", values="share", dropna=False)
    is_base = (table.index >= base_start) & (table.index <= base_end)
    deviation = table.loc[is_base].std(ddof=1)
    scaled = table / deviation.where(deviation > NO_VARIATION)
    strength = scaled.mean(axis=1)
    base = strength[is_base].mean()
    if not base > 0:
        raise InputError(f"counts: no publisher varies over {base_start} to {base_end}; choose another base")
    n_publishers = scaled.notna().sum(axis=1)
    return pd.DataFrame({"intensity": 100 * strength / base, "n_publishers": n_publishers}).reset_index()
