"""All measures and tests of a theme x entity panel, with bands and placebos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from signals.evaluation.bootstrap import block_length, percentile_band, resample
from signals.evaluation.cross_section import Panel, PanelConfig, Span, make_panel
from signals.evaluation.finding import Chance, Finding, Kind
from signals.evaluation.panel_summary import (
    Decay,
    HorizonSummary,
    QuantileReturn,
    decay,
    quantile_returns,
    summarise,
)
from signals.evaluation.placebo import placebo_quantile, shuffled_positions
from signals.evaluation.regression import Floats, fit_hac, mean_test, newey_west_lags
from signals.evaluation.sample import MIN_OBSERVATIONS

TARGET: Final = "forward return"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelStudy:
    """Everything about one panel in one sample.

    Attributes:
        n_sessions: sessions of the sample with news enough.
        n_assets: assets with a price.
        n_named: session-asset pairs that the session's news name.
        n_tied: sessions whose assets could not be cut in quantiles.
        findings: per horizon the information coefficient, the spread of the top over the bottom quantile,
            that spread after costs, and the spread of assets named in the session's news over the others.
        quantiles: mean returns by quantile.
        summaries: one a horizon.
        decay: one a horizon that could be told.
    """

    n_sessions: int
    n_assets: int
    n_named: int
    n_tied: int
    findings: tuple[Finding, ...]
    quantiles: tuple[QuantileReturn, ...]
    summaries: tuple[HorizonSummary, ...]
    decay: tuple[Decay, ...]


def study_panel(
    factor: pd.DataFrame,
    prices: pd.DataFrame,
    *,
    named: pd.DataFrame | None = None,
    span: Span | None = None,
    config: PanelConfig | None = None,
    chance: Chance | None = None,
) -> PanelStudy:
    """Measure and test a factor.

    Args:
        factor: sessions x assets, known at the decision of its session.
        prices: sessions x assets, on consecutive sessions: the first price that can be traded after the
            decision. Forward returns run from there to the same price `horizon` sessions later.
        named: sessions x assets, above 0 where the session's own news name the asset; default the factor.
        span: the sample; default all sessions.
        config: what is tested.
        chance: how bands and placebos are drawn.
    """
    config, chance = config or PanelConfig(), chance or Chance()
    panel = make_panel(factor, prices, factor if named is None else named, span or Span(), config)
    has_news = panel.factor.notna().any(axis=1)
    return PanelStudy(
        n_sessions=int(has_news.sum()),
        n_assets=int(panel.factor.notna().any(axis=0).sum()),
        n_named=panel.n_named,
        n_tied=int((has_news & panel.quantiles.isna().all(axis=1)).sum()),
        findings=_findings(panel, config, chance),
        quantiles=quantile_returns(panel, config),
        summaries=tuple(summarise(panel, horizon, config) for horizon in config.horizons),
        decay=decay(panel, config),
    )


def _series(panel: Panel, config: PanelConfig) -> list[tuple[Kind, int, str, pd.Series]]:
    """Return the session series whose means are tested: kind, horizon, label, values."""
    found: list[tuple[Kind, int, str, pd.Series]] = []
    for horizon in config.horizons:
        said = f"horizon {horizon}"
        found.append(("information_coefficient", horizon, said, panel.coefficients(horizon, config)))
        if not config.with_spreads:
            continue
        spread = panel.spread(horizon, config)
        net = spread - panel.cost(horizon, config)
        named = panel.named_spread(horizon, config)
        found += [
            ("spread", horizon, said, spread),
            ("net_spread", horizon, said, net),
            ("named_spread", horizon, said, named),
        ]
    return found


def _findings(panel: Panel, config: PanelConfig, chance: Chance) -> tuple[Finding, ...]:
    series = _series(panel, config)
    if panel.n_named < config.min_named:
        said = f"the news name an asset {panel.n_named} times (by session); {config.min_named} are needed"
        return tuple(
            Finding(kind=kind, target=TARGET, label=label, step=step, n=panel.n_named, reason=said)
            for kind, step, label, _ in series
        )
    rng = np.random.default_rng([chance.seed, 3])
    draws = _placebo_draws(panel, config, chance)
    found = []
    for place, (kind, horizon, label, values) in enumerate(series):
        known = values.dropna().to_numpy(dtype=float)
        reason = _shortage(known, kind, config)
        if reason:
            found.append(
                Finding(kind=kind, target=TARGET, label=label, step=horizon, n=len(known), reason=reason)
            )
            continue
        found.append(
            _tested(
                kind, horizon, label, known, draws[:, place] if len(draws) else draws.ravel(), (chance, rng)
            )
        )
    return tuple(found)


def _tested(
    kind: Kind,
    horizon: int,
    label: str,
    values: Floats,
    draws: Floats,
    source: tuple[Chance, np.random.Generator],
) -> Finding:
    chance, rng = source
    n = len(values)
    tested = mean_test(values, overlap=horizon - 1)
    lags = newey_west_lags(n, overlap=horizon - 1)
    fitted = fit_hac(values, np.ones((n, 1)), n_autocovariances=lags)
    taken = resample(
        n,
        block=block_length(n, overlap=horizon),
        n_draws=chance.n_bootstrap,
        rng=rng,
        kind=chance.bootstrap,
    )
    mean, half = float(values.mean()), float(tested.half_widths)
    return Finding(
        kind=kind,
        target=TARGET,
        label=label,
        step=horizon,
        n=n,
        estimate=mean,
        standard_error=float(fitted.standard_errors[0]),
        statistic=float(tested.statistics),
        p_value=float(tested.p_values),
        band=(mean - half, mean + half),
        bootstrap=percentile_band(values[taken].mean(axis=1)) if chance.n_bootstrap else None,
        placebo_quantile=placebo_quantile(float(tested.statistics), draws),
    )


def _shortage(values: Floats, kind: Kind, config: PanelConfig) -> str | None:
    if len(values) < config.min_sessions:
        what = {
            "information_coefficient": "sessions where factor and returns can be ranked",
            "named_spread": "sessions with assets in the news and others",
        }.get(kind, f"sessions that can be cut in {config.quantiles} quantiles")
        return f"{len(values)} {what}; {config.min_sessions} are needed"
    return "it is the same in each session" if np.ptp(values) == 0 else None


def _placebo_draws(panel: Panel, config: PanelConfig, chance: Chance) -> Floats:
    """Return the statistics of each placebo, (n_placebo, series)."""
    orders = shuffled_positions(
        panel.factor.notna().any(axis=1).to_numpy(),
        block=chance.placebo_block,
        n_draws=chance.n_placebo,
        rng=np.random.default_rng([chance.seed, 4]),
    )
    rows = [
        [_statistic(values, horizon) for _, horizon, _, values in _series(panel.shuffled(order), config)]
        for order in orders
    ]
    return np.array(rows, dtype=float).reshape(len(orders), -1)


def _statistic(values: pd.Series, horizon: int) -> float:
    known = values.dropna().to_numpy(dtype=float)
    if len(known) < MIN_OBSERVATIONS or np.ptp(known) == 0:
        return float("nan")
    return float(mean_test(known, overlap=horizon - 1).statistics)
