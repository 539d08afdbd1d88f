"""What a panel shows beside its tests: returns by quantile, turnover, decay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signals.evaluation.cross_section import Panel, PanelConfig, ladder
from signals.evaluation.panel import rank_autocorrelation, returns_by_quantile, turnover
from signals.evaluation.regression import Floats, fit_hac, mean_test, newey_west_lags


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileReturn:
    """Mean return of one quantile over a horizon, in excess of the mean of all assets, over sessions.

    The standard error is Newey-West over the overlap of the returns; alphalens prints that of independent
    sessions, which is too small beyond a horizon of 1.
    """

    horizon: int
    quantile: int
    n_sessions: int
    mean: float
    standard_error: float
    turnover: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonSummary:
    """What a horizon shows beside its tests.

    Attributes:
        horizon: sessions.
        ic_std: standard deviation of the sessions' information coefficients.
        ic_ratio: mean / standard deviation.
        rank_autocorrelation: mean correlation of the factor's ranks with those `horizon` sessions before.
        turnover: mean of the top and the bottom quantile's turnover over the horizon.
        cost: of turning both over, as a return.
    """

    horizon: int
    ic_std: float | None
    ic_ratio: float | None
    rank_autocorrelation: float | None
    turnover: float | None
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """Mean information coefficient over one horizon, with its 95 % band; not a test."""

    horizon: int
    n: int
    mean: float
    low: float
    high: float


def quantile_returns(panel: Panel, config: PanelConfig) -> tuple[QuantileReturn, ...]:
    """Return the mean return of each quantile over each horizon; those with too few sessions left out."""
    found = []
    for horizon in config.horizons:
        means = returns_by_quantile(panel.returns[horizon], panel.quantiles)
        for quantile in means.columns:
            values = means[quantile].dropna()
            if len(values) < config.min_sessions:
                continue
            turned = turnover(panel.quantiles, int(quantile), period=horizon)
            found.append(
                QuantileReturn(
                    horizon=horizon,
                    quantile=int(quantile),
                    n_sessions=len(values),
                    mean=float(values.mean()),
                    standard_error=_newey_west_error(values.to_numpy(dtype=float), horizon),
                    turnover=float(turned.mean()) if turned.notna().any() else None,
                )
            )
    return tuple(found)


def _newey_west_error(values: Floats, horizon: int) -> float:
    lags = newey_west_lags(len(values), overlap=horizon - 1)
    return float(fit_hac(values, np.ones((len(values), 1)), n_autocovariances=lags).standard_errors[0])


def summarise(panel: Panel, horizon: int, config: PanelConfig) -> HorizonSummary:
    """Summarise one horizon."""
    values = panel.coefficients(horizon, config).dropna()
    enough = len(values) >= config.min_sessions and float(values.std()) > 0
    persistence = rank_autocorrelation(panel.factor, period=horizon)
    turned = panel.turnovers(horizon, config)
    return HorizonSummary(
        horizon=horizon,
        ic_std=float(values.std()) if enough else None,
        ic_ratio=float(values.mean() / values.std()) if enough else None,
        rank_autocorrelation=float(persistence.mean()) if persistence.notna().any() else None,
        turnover=sum(turned) / len(turned) if turned else None,
        cost=panel.cost(horizon, config) if turned else None,
    )


def decay(panel: Panel, config: PanelConfig) -> tuple[Decay, ...]:
    """Return the mean information coefficient over longer and longer horizons."""
    found = []
    for horizon in ladder(config):
        values = panel.coefficients(horizon, config).dropna().to_numpy(dtype=float)
        if len(values) < config.min_sessions or np.ptp(values) == 0:
            continue
        mean = float(values.mean())
        half = float(mean_test(values, overlap=horizon - 1).half_widths)
        found.append(Decay(horizon=horizon, n=len(values), mean=mean, low=mean - half, high=mean + half))
    return tuple(found)
