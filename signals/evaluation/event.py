"""The target after spikes of the series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first asked for: to load `stats` takes half a second

from signals.evaluation.regression import Floats
from signals.evaluation.sample import on_grid

MIN_EVENTS: Final = 5
THRESHOLD: Final = 2.0
HORIZON: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEffect:
    """The target after spikes of the series.

    Attributes:
        first: first session after the spike.
        last: last session after the spike; the target is averaged over first..last.
        n: spikes followed by a value in each of these sessions.
        mean: mean target, in the target's unit; None where `reason` says why.
        baseline: mean target over all sessions.
        t: t statistic of mean - baseline.
        p_value: two-sided.
        reason: why there is no number, else None.
    """

    first: int
    last: int
    n: int
    mean: float | None = None
    baseline: float | None = None
    t: float | None = None
    p_value: float | None = None
    reason: str | None = None


def event_study(
    zscores: pd.Series,
    target: pd.Series,
    *,
    threshold: float = THRESHOLD,
    horizon: int = HORIZON,
    min_events: int = MIN_EVENTS,
) -> tuple[EventEffect, ...]:
    """Average the target over the sessions after spikes of the z-score.

    A spike is a session with zscore > threshold; those within `horizon` sessions of the last one counted are
    left out, so that no target is counted twice.

    Returns:
        One entry each for session +1..+horizon, then one for their mean.
    """
    values, aligned = on_grid(zscores, target)
    spikes = find_spikes(values, threshold=threshold, horizon=horizon)
    return tuple(effect(aligned, spikes, window, min_events=min_events) for window in windows(horizon))


def windows(horizon: int) -> list[tuple[int, int]]:
    """Return the spans of sessions after a spike: each of 1..horizon, then all of them."""
    return [*((step, step) for step in range(1, horizon + 1)), (1, horizon)]


def find_spikes(zscores: Floats, *, threshold: float = THRESHOLD, horizon: int = HORIZON) -> list[int]:
    """Return the positions of spikes that lie more than `horizon` sessions apart."""
    counted: list[int] = []
    for position in np.flatnonzero(zscores > threshold):
        if not counted or position - counted[-1] > horizon:
            counted.append(int(position))
    return counted


def means_after(target: Floats, spikes: list[int], window: tuple[int, int]) -> Floats:
    """Return the mean target in the window after each spike that has all its values."""
    first, last = window
    inside = [spike for spike in spikes if spike + last < len(target)]
    means = np.array([target[spike + first : spike + last + 1].mean() for spike in inside], dtype=float)
    return np.asarray(means[np.isfinite(means)])


def effect(target: Floats, spikes: list[int], window: tuple[int, int], *, min_events: int) -> EventEffect:
    """Compare the target after spikes with its mean; the array lies on the sessions of the spikes."""
    first, last = window
    means = means_after(target, spikes, window)
    n = len(means)
    if n < max(min_events, 2):
        return EventEffect(
            first=first,
            last=last,
            n=n,
            reason=f"{n} spikes with the target after them; {min_events} are needed",
        )
    if np.ptp(means) == 0:
        return EventEffect(first=first, last=last, n=n, reason="the target is the same after each spike")
    baseline = float(np.nanmean(target))
    tested = scipy.stats.ttest_1samp(means, baseline)
    return EventEffect(
        first=first,
        last=last,
        n=n,
        mean=float(means.mean()),
        baseline=baseline,
        t=float(tested.statistic),
        p_value=float(tested.pvalue),
    )
