"""Does a market-wide series say anything about flows or returns: lead-lag, Granger, event study.

Everything is counted in sessions from the decision: lag 0 is the session whose decision follows the news.
A close-to-close return at lag 0 still holds the night before that decision, so the first lag that could be
traded in full is 1. A sample too small gives its reason instead of numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.regression.linear_model import OLS

from signals.column import require_columns, session_dates
from signals.error import InputError

Floats: TypeAlias = npt.NDArray[np.float64]

MIN_OBSERVATIONS: Final = 30
MIN_EVENTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LagCorrelation:
    """Correlation of the series in session t with the target in session t + lag.

    Attributes:
        lag: sessions; above 0 the series leads.
        n: pairs of sessions where both have a value.
        correlation: Pearson's; None where `reason` says why.
        standard_error: Newey-West (HAC), with floor(4 * (n / 100) ** (2 / 9)) autocovariances.
        p_value: two-sided, from t = correlation / standard_error.
        reason: why there is no number, else None.
    """

    lag: int
    n: int
    correlation: float | None = None
    standard_error: float | None = None
    p_value: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrangerTest:
    """F-test that the past of one adds nothing to the other's own past (both with `lags` lags).

    Attributes:
        direction: "series -> target" or "target -> series".
        lags: sessions of past on either side.
        n: sessions in the regression.
        f_statistic: None where `reason` says why.
        p_value: of F with lags and n - 2 * lags - 1 degrees of freedom.
        reason: why there is no number, else None.
    """

    direction: str
    lags: int
    n: int
    f_statistic: float | None = None
    p_value: float | None = None
    reason: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All tests of one measure against one target.

    Attributes:
        measure: column of the series that was tested.
        n_sessions: completed sessions of the series.
        lead_lag: one entry a lag.
        granger: both directions.
        events: one entry for each session after a spike, and last their mean.
    """

    measure: str
    n_sessions: int
    lead_lag: tuple[LagCorrelation, ...]
    granger: tuple[GrangerTest, GrangerTest]
    events: tuple[EventEffect, ...]


def evaluate(
    series: pd.DataFrame, target: pd.Series, *, measure: str = "intensity", lags: Iterable[int] = range(-5, 6)
) -> Evaluation:
    """Run all tests on the completed sessions of a series.

    Args:
        series: rows of `compute_series`, one a session without gaps; spikes are taken from its zscore.
        target: values (flow, return) under session dates, contemporaneous.
        measure: column of the series to test.
        lags: sessions by which the target is shifted.

    Raises:
        InputError: a column is missing, or a session stands twice.
    """
    require_columns(series, ["session", "complete", "zscore", measure], table="series")
    done = series.loc[series["complete"].astype(bool)]
    table = done.set_index(pd.DatetimeIndex(session_dates(done["session"])))
    return Evaluation(
        measure=measure,
        n_sessions=len(table),
        lead_lag=lead_lag(table[measure], target, lags=lags),
        granger=granger(table[measure], target),
        events=event_study(table["zscore"], target),
    )


def lead_lag(
    series: pd.Series,
    target: pd.Series,
    *,
    lags: Iterable[int] = range(-5, 6),
    min_observations: int = MIN_OBSERVATIONS,
) -> tuple[LagCorrelation, ...]:
    """Correlate the series in session t with the target in session t + lag, for each lag.

    Args:
        series: values under consecutive session dates; null where there is none.
        target: values under session dates; sessions the series lacks are left out.
        lags: above 0 the series leads.
        min_observations: pairs needed for a number.
    """
    values, aligned = _on_grid(series, target)
    return tuple(_correlate(values, aligned.shift(-lag), lag, min_observations) for lag in lags)


def granger(
    series: pd.Series, target: pd.Series, *, lags: int = 5, min_observations: int = MIN_OBSERVATIONS
) -> tuple[GrangerTest, GrangerTest]:
    """Test both ways whether the past of one helps to tell the other; for the input see `lead_lag`."""
    values, aligned = _on_grid(series, target)
    return (
        _granger(values, aligned, "series -> target", lags, min_observations),
        _granger(aligned, values, "target -> series", lags, min_observations),
    )


def event_study(
    zscores: pd.Series,
    target: pd.Series,
    *,
    threshold: float = 2.0,
    horizon: int = 5,
    min_events: int = MIN_EVENTS,
) -> tuple[EventEffect, ...]:
    """Average the target over the sessions after spikes of the z-score.

    A spike is a session with zscore > threshold; those within `horizon` sessions of the last one counted are
    left out, so that no target is counted twice.

    Returns:
        One entry each for session +1..+horizon, then one for their mean.
    """
    values, aligned = _on_grid(zscores, target)
    spikes = _spikes(values.to_numpy(), threshold, horizon)
    windows = [(step, step) for step in range(1, horizon + 1)] + [(1, horizon)]
    return tuple(_effect(aligned.to_numpy(), spikes, first, last, min_events) for first, last in windows)


def _on_grid(series: pd.Series, target: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return both as floats on the sessions of the series."""
    for name, one in (("series", series), ("target", target)):
        if not one.index.is_unique:
            raise InputError(f"{name}: a session stands twice; keep one version of each")
    return series.astype(float).sort_index(), target.astype(float).reindex(series.index.sort_values())


def _shortage(n: int, needed: int, *values: Floats) -> str | None:
    """Return why nothing can be said of these values, None where it can."""
    if n < needed:
        return f"{n} sessions with both values; {needed} are needed"
    if any(np.ptp(one) == 0 for one in values):
        return "a value that never changes has no correlation"
    return None


def _correlate(series: pd.Series, target: pd.Series, lag: int, min_observations: int) -> LagCorrelation:
    both = pd.DataFrame({"x": series, "y": target}).dropna().to_numpy()
    n, reason = len(both), _shortage(len(both), max(min_observations, 3), *both.T)
    if reason:
        return LagCorrelation(lag=lag, n=n, reason=reason)
    # On standardised values the slope is the correlation, so the regression's HAC error is its error.
    x, y = ((both - both.mean(axis=0)) / both.std(axis=0)).T
    n_autocovariances = int(4 * (n / 100) ** (2 / 9))
    fitted = OLS(y, np.column_stack([np.ones(n), x])).fit(
        cov_type="HAC", cov_kwds={"maxlags": n_autocovariances, "use_correction": True}, use_t=True
    )
    return LagCorrelation(
        lag=lag,
        n=n,
        correlation=float(fitted.params[1]),
        standard_error=float(fitted.bse[1]),
        p_value=float(fitted.pvalues[1]),
    )


def _granger(cause: pd.Series, effect: pd.Series, direction: str, lags: int, needed: int) -> GrangerTest:
    past = range(1, lags + 1)
    columns = [effect, *(effect.shift(lag) for lag in past), *(cause.shift(lag) for lag in past)]
    table = pd.concat(columns, axis=1).dropna().to_numpy()
    n = len(table)
    reason = _shortage(n, max(needed, 3 * lags + 2), *table.T)
    if reason:
        return GrangerTest(direction=direction, lags=lags, n=n, reason=reason)
    y, own, full = table[:, 0], table[:, 1 : lags + 1], table[:, 1:]
    freedom = n - 2 * lags - 1
    restricted, unrestricted = _residual(y, own), _residual(y, full)
    statistic = (restricted - unrestricted) / lags / (unrestricted / freedom)
    return GrangerTest(
        direction=direction,
        lags=lags,
        n=n,
        f_statistic=float(statistic),
        p_value=float(stats.f.sf(statistic, lags, freedom)),
    )


def _residual(y: Floats, columns: Floats) -> float:
    """Return the sum of squared residuals of y on a constant and these columns."""
    return float(OLS(y, np.column_stack([np.ones(len(y)), columns])).fit().ssr)


def _spikes(zscores: Floats, threshold: float, horizon: int) -> list[int]:
    """Return the positions of spikes that lie more than `horizon` sessions apart."""
    counted: list[int] = []
    for position in np.flatnonzero(zscores > threshold):
        if not counted or position - counted[-1] > horizon:
            counted.append(int(position))
    return counted


def _effect(target: Floats, spikes: list[int], first: int, last: int, min_events: int) -> EventEffect:
    inside = [spike for spike in spikes if spike + last < len(target)]
    means = np.array([target[spike + first : spike + last + 1].mean() for spike in inside])
    means = means[~np.isnan(means)]
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
    tested = stats.ttest_1samp(means, baseline)
    return EventEffect(
        first=first,
        last=last,
        n=n,
        mean=float(means.mean()),
        baseline=baseline,
        t=float(tested.statistic),
        p_value=float(tested.pvalue),
    )
