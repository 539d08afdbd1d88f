"""Level shifts of a series, found without the future: each with the session on which it was knowable.

Two-sided CUSUM (Page, Biometrika 1954) on values standardised by the sessions before the sums last left
zero: with z = (x - mean) / sd, `up_t = max(0, up_{t-1} + z_t - drift)`, `down_t` likewise with -z; an alarm
is a sum above the threshold. The shift began after the sum was last zero (Page's estimate). Then the watch
begins anew, with the sessions since the shift as its past.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from signals.error import InputError

Floats: TypeAlias = npt.NDArray[np.float64]

#: Values a past needs before a level can be told from chance.
MIN_PAST: Final = 40
#: Against a past that never changed, a sd of this part of its level is taken.
_LEAST_SD: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One level shift.

    Attributes:
        direction: "up" or "down".
        began: first session of the new level, as estimated when it was found.
        knowable: session in which it was found: nothing later was used.
        before: mean of the past it was set against.
        after: mean from `began` to `knowable`.
        n_sessions: sessions with a value from `began` to `knowable`.
    """

    direction: Literal["up", "down"]
    began: pd.Timestamp
    knowable: pd.Timestamp
    before: float
    after: float
    n_sessions: int


def find_shifts(
    series: pd.Series, *, drift: float = 0.5, threshold: float = 8.0, min_past: int = MIN_PAST
) -> tuple[Shift, ...]:
    """Find the level shifts of a series, one session after the other.

    Args:
        series: values under session dates, ascending; nulls are passed over.
        drift: allowance, in sd: half the shift that shall be found soonest.
        threshold: of the sum, in sd. The usual 5 supposes a known mean and sd; with those of 40 past values
            it alarms in normal noise 0.7 times a year, 8 about 0.1 times, and finds a shift of two sd in
            about five sessions (tests/unit/test_signals_regime.py).
        min_past: values the past needs, at least 2.

    Raises:
        InputError: an option is out of range, or the sessions don't ascend.
    """
    if drift < 0 or threshold <= 0 or min_past < 2:  # noqa: PLR2004 - a deviation needs two values
        raise InputError("drift must be 0 or more, threshold above 0, min_past at least 2")
    if not series.index.is_monotonic_increasing or not series.index.is_unique:
        raise InputError("series: sessions must ascend, each once")
    told = series.astype(float).dropna()
    values = np.asarray(told, dtype=np.float64)
    sessions = pd.DatetimeIndex(told.index)
    shifts: list[Shift] = []
    start = 0
    while start + min_past < len(values):
        alarm = _watch(values[start:], drift=drift, threshold=threshold, min_past=min_past)
        if alarm is None:
            break
        began, found, is_up = start + alarm.began, start + alarm.found, alarm.is_up
        shifts.append(
            Shift(
                direction="up" if is_up else "down",
                began=sessions[began],
                knowable=sessions[found],
                before=float(values[start:began].mean()),
                after=float(values[began : found + 1].mean()),
                n_sessions=found - began + 1,
            )
        )
        start = began
    return tuple(shifts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alarm:
    """Places in the watched values: where the shift began, where it was found."""

    began: int
    found: int
    is_up: bool


def _watch(values: Floats, *, drift: float, threshold: float, min_past: int) -> _Alarm | None:
    """Return the first alarm; the past is what lies before both sums left zero."""
    up = down = 0.0
    up_from = down_from = min_past
    for place in range(min_past, len(values)):
        up_from, down_from = (place if up == 0 else up_from), (place if down == 0 else down_from)
        mean, sd = _level(values[: min(up_from, down_from)])
        z = (values[place] - mean) / sd
        up, down = max(0.0, up + z - drift), max(0.0, down - z - drift)
        if max(up, down) > threshold:
            is_up = up > down
            return _Alarm(began=up_from if is_up else down_from, found=place, is_up=is_up)
    return None


def _level(past: Floats) -> tuple[float, float]:
    mean, sd = float(past.mean()), float(past.std(ddof=1))
    return mean, max(sd, _LEAST_SD * max(1.0, abs(mean)))
