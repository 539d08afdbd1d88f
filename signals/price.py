"""Prices on one scale: splits applied as they were told, and leaps that nobody explained left null.

A split is told by its first session with the new number of shares and its ratio: new shares for an old one.
Whether prices before it are still those that were traded, or were restated by their source, is seen in the
prices themselves: one of the two readings leaves a far smaller move than the other. Where neither does, and
where prices leap without a split, what lies before can't be compared with what lies after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from signals.vintage import latest_versions

Floats: TypeAlias = npt.NDArray[np.float64]

#: A price this many times the one before it, or that small a part of it, is no move of a market: it is a
#: split that nobody told, or another unit.
LEAP: Final = 5.0
#: One reading of a split counts where its move (in logarithms) is at most this part of the other's.
_CLEARLY: Final = 0.5

#: The splits of an asset that has none, or whose prices are adjusted.
NO_SPLITS: Final = pd.DataFrame(
    {
        "session": pd.Series(dtype="datetime64[us]"),
        "ratio": pd.Series(dtype=float),
        "known_at": pd.Series(dtype="datetime64[us, UTC]"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leap:
    """A leap between two sessions that follow one another.

    Attributes:
        session: The later one.
        before: The earlier close.
        after: The later close.
    """

    session: date
    before: float
    after: float

    def __str__(self) -> str:
        return f"close {self.before:g} before, {self.after:g} on {self.session}"


def find_leaps(closes: Iterable[tuple[date, float]], *, splits: Collection[date] = ()) -> Iterator[Leap]:
    """Find the leaps in one asset's closes.

    Args:
        closes: Sessions and closes above zero, in any order.
        splits: Sessions of splits, which explain a leap.
    """
    for (_, before), (session, after) in pairwise(sorted(closes)):
        if max(before / after, after / before) >= LEAP and session not in splits:
            yield Leap(session=session, before=before, after=after)


def price_returns(before: pd.Series, after: pd.Series, ratios: pd.Series | float = 1.0) -> pd.Series:
    """Return the returns from earlier to later prices, row by row, with the splits between them applied.

    Args:
        before: earlier prices; null where unknown.
        after: later prices.
        ratios: new shares for an old one, over all splits between the two; 1 without a split.

    Returns:
        Fractions; null where a price is unknown or not above zero, where a split can be read either way,
        and over a leap that no split explains.
    """
    earlier, later = _values(before.where(before > 0)), _values(after.where(after > 0))
    told = np.broadcast_to(np.asarray(ratios, dtype=np.float64), later.shape)
    scaled = earlier * _readings(earlier, later, told)
    returns = np.where(_is_leap(scaled, later), np.nan, later / scaled - 1)
    return pd.Series(returns, index=after.index)


def apply_splits(prices: pd.Series, splits: pd.DataFrame) -> pd.Series:
    """Return prices on the scale of the last one; leaps that no split explains stay.

    Args:
        prices: under their sessions, in order; null or not above zero where unknown.
        splits: session, ratio, known_at; of each session the version known last counts.

    Returns:
        Prices under the same sessions; null where unknown, and before a split that can be read either way.
    """
    return _rescaled(prices, splits, is_leap_null=False)


def comparable_prices(prices: pd.Series, splits: pd.DataFrame) -> pd.Series:
    """Return what `apply_splits` does, null also before the last leap that no split explains.

    Any two of these prices make a return.
    """
    return _rescaled(prices, splits, is_leap_null=True)


def count_leaps(prices: pd.DataFrame) -> pd.DataFrame:
    """Return how many leaps came up to each session: prices with the same number can be compared.

    Args:
        prices: sessions x assets, splits applied, null where unknown.
    """
    last_known = prices.where(prices > 0).ffill()
    moves = last_known / last_known.shift()
    return ((moves >= LEAP) | (moves <= 1 / LEAP)).cumsum()


def _rescaled(prices: pd.Series, splits: pd.DataFrame, *, is_leap_null: bool) -> pd.Series:
    scaled = _values(prices).copy()
    is_known = scaled > 0
    values = scaled[is_known]
    before, after = values[:-1], values[1:]
    factors = _readings(before, after, _ratios_between(pd.DatetimeIndex(prices.index)[is_known], splits))
    if is_leap_null:
        factors = np.where(_is_leap(before * factors, after), np.nan, factors)
    onwards = np.append(np.cumprod(factors[::-1])[::-1], 1.0)[: len(values)]
    scaled[~is_known], scaled[is_known] = np.nan, values * onwards
    return pd.Series(scaled, index=prices.index)


def _ratios_between(sessions: pd.DatetimeIndex, splits: pd.DataFrame) -> Floats:
    """Return the product of the ratios of splits after each session, up to the one that follows it."""
    ratios = np.ones(max(len(sessions) - 1, 0))
    if splits.empty:
        return ratios
    told = latest_versions(splits)
    steps = sessions.searchsorted(pd.DatetimeIndex(told["session"])) - 1
    inside = (steps >= 0) & (steps < len(ratios))
    np.multiply.at(ratios, steps[inside], told["ratio"].to_numpy(dtype=float)[inside])
    return ratios


def _values(prices: pd.Series) -> Floats:
    return np.asarray(prices, dtype=np.float64)


def _readings(before: Floats, after: Floats, ratios: Floats) -> Floats:
    """Return what earlier prices are multiplied by: 1 / ratio as traded, 1 if restated, null if unclear."""
    move, size = np.log(after / before), np.log(ratios)
    traded, restated = np.abs(move + size), np.abs(move)
    read = np.where(restated <= _CLEARLY * traded, 1.0, np.nan)
    read = np.where(traded <= _CLEARLY * restated, 1 / ratios, read)
    return np.asarray(np.where(ratios == 1, 1.0, read))


def _is_leap(before: Floats, after: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((after >= LEAP * before) | (after * LEAP <= before))
