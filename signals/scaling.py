"""What makes publishers comparable: their deviation, and the base that a session is set against.

For publisher i and session t, `X_it` = theme articles / all market-news articles, `Y_it = X_it / sd_i` and
`Z_t` = mean of `Y_it` over the publishers of the session (Baker, Bloom and Davis, QJE 2016). `M` is the mean
of Z over the base; since publishers come and go, it is taken over those of session t: `M_t` = mean of
`B_i / sd_i` with `B_i` the mean of `X_i` over the base. Where publisher i was there for a part of the base
only, `B_i` is linked to the whole by what the others did: times their mean share over the base, over their
mean share in its own sessions (the overlap method of price indices). With publishers that are always there
this is the book's M; and a newcomer with the same mix moves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from signals.column import require_columns
from signals.error import InputError
from signals.tally import Floats, Integers, PublisherShares, Tally, add_by, decay, publisher_shares
from signals.variant import IntensityConfig
from signals.window import ColumnWindow, before, where_rows

#: Shares lie in 0..1; a standard deviation below this is rounding, not variation.
NO_VARIATION: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """What turns publishers' shares into intensity; arrays by session, or by session and publisher.

    Attributes:
        shares: X; null in thin sessions.
        deviation: sd of each publisher over the base of each session; null or 0 where it has no scale.
        base: sum of B / sd over the publishers of a session that have a scale.
    """

    shares: PublisherShares
    deviation: Floats
    base: Floats

    @property
    def scaled(self) -> Floats:
        """Y = X / sd by session and publisher, null where there is no scale."""
        return divide(self.shares.share, self.deviation, above=NO_VARIATION)

    @property
    def intensity(self) -> Floats:
        """100 * Z / M by session, null where either is."""
        return ratio(100 * _sum_told(self.scaled), self.base)


def scale_publishers(tally: Tally, grid: pd.DatetimeIndex, config: IntensityConfig) -> Scaling:
    """Scale each publisher's shares by the base of each session; thin sessions are null.

    Args:
        tally: counts on the grid.
        grid: consecutive sessions.
        config: which base.
    """
    return scale_together([tally], grid, config)[0]


def scale_together(
    tallies: Sequence[Tally], grid: pd.DatetimeIndex, config: IntensityConfig, *, first_shown: int = 0
) -> list[Scaling]:
    """Scale several themes as `scale_publishers` does each; a window is laid over all columns at once.

    Args:
        tallies: counts on the grid, all against the same news.
        grid: consecutive sessions.
        config: which base.
        first_shown: place in the grid of the first session that is wanted; those before it are history.
    """
    shares = publisher_shares(tallies, config.min_history + 1)
    others = [_others(tally, one) for tally, one in zip(tallies, shares, strict=True)]
    for tally, own, rest in zip(tallies, shares, others, strict=True):
        thin = tally.n_articles < config.min_articles
        own.share[thin] = np.nan
        rest[thin] = np.nan
    past = _Base(grid=grid, config=config, first_shown=first_shown)
    scales = _scales(np.hstack([one.share for one in shares]), np.hstack(others), past)
    ends = np.cumsum([one.share.shape[1] for one in shares])[:-1]
    deviations, presents = (np.split(values, ends, axis=1) for values in scales)
    return [
        Scaling(
            shares=own.since(first_shown),
            deviation=past.shown(deviation),
            base=past.shown(_sum_told(divide(present, deviation, above=NO_VARIATION))),
        )
        for own, deviation, present in zip(shares, deviations, presents, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """The sessions that scale each session that is shown."""

    grid: pd.DatetimeIndex
    config: IntensityConfig
    first_shown: int

    def window(self, values: Floats, needed: int) -> ColumnWindow:
        """Return the window over the base of each session (first axis), strictly before it."""
        if self.config.base is not None:
            first, last = map(pd.Timestamp, self.config.base)
            values = where_rows(values, np.asarray((self.grid >= first) & (self.grid <= last)))
        length = self.config.trailing_sessions if self.config.window == "trailing" else None
        return ColumnWindow(
            before(values),
            length=length,
            needed=needed if length is None else min(needed, length),
            first_shown=self.first_shown,
        )

    def shown(self, values: Floats) -> Floats:
        """Blank what stands inside a fixed base: its scale would know later sessions of the base."""
        if self.config.base is None:
            return values
        inside = np.asarray(self.grid[self.first_shown :] <= pd.Timestamp(self.config.base[1]))
        return np.where(inside.reshape(-1, *[1] * (values.ndim - 1)), np.nan, values)


def _scales(share: Floats, others: Floats, past: _Base) -> tuple[Floats, Floats]:
    """Return sd and linked base B of each column, the latter null where the publisher has no share."""
    needed = past.config.min_history
    own_past = past.window(share, needed)
    deviation, mean = own_past.deviation(), own_past.mean()
    whole = past.window(others, 1).mean()
    is_absent = np.isnan(share)
    own = past.window(np.where(is_absent, np.nan, others), 1).mean()
    link = np.divide(whole, own, out=np.ones_like(own), where=(own > 0) & (whole > 0))
    return deviation, np.where(is_absent[past.first_shown :], np.nan, mean * link)


def divide(part: Floats, whole: Floats, *, above: float = 0.0) -> Floats:
    """Return part / whole, null where the whole is null or not above a bound."""
    return np.asarray(np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > above))


def ratio(part: Floats, whole: Floats | Integers) -> Floats:
    """Return part / whole, null where the whole is null or zero."""
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))


def _others(tally: Tally, shares: PublisherShares) -> Floats:
    """Return by session and publisher the share of all the other publishers together."""
    theme = decay(tally.n_theme_articles.astype(float), tally.half_life)[:, np.newaxis] - shares.theme
    total = decay(tally.n_articles.astype(float), tally.half_life)[:, np.newaxis] - shares.articles
    return divide(theme, total, above=NO_VARIATION)


def _sum_told(values: Floats) -> Floats:
    """Return the sum over the publishers that have a value, by session; null without any."""
    session, publisher = np.nonzero(~np.isnan(values))
    total = add_by(session, values[session, publisher], len(values))
    return np.where(np.bincount(session, minlength=len(values)) > 0, total, np.nan)


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
