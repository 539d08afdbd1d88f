"""A theme x entity panel: factor, returns, and what a session's portfolios earn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from signals.error import InputError
from signals.evaluation.bootstrap import Positions
from signals.evaluation.panel import (
    MIN_ASSETS,
    forward_returns,
    information_coefficients,
    quantiles_of,
    returns_by_quantile,
    turnover,
)
from signals.evaluation.sample import MIN_OBSERVATIONS

#: Horizons at which the decay of the information coefficient is drawn.
DECAY: Final = (1, 2, 3, 5, 8, 10, 15, 20)
_BPS: Final = 1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelConfig:
    """What is tested.

    Attributes:
        horizons: sessions a position is held.
        quantiles: groups of assets by factor.
        cost_bps: what exchanging one position for another costs, both trades together, in basis points.
        min_assets: assets a session needs.
        min_sessions: sessions needed for a number.
        min_named: pairs of session and asset that the news must name: from a handful, a decaying factor is a
            standing list of assets, and its coefficients say nothing about the theme.
        with_spreads: whether the spreads of portfolios are tested beside the information coefficients.
    """

    horizons: tuple[int, ...] = (1, 5, 20)
    quantiles: int = 5
    cost_bps: float = 25.0
    min_assets: int = MIN_ASSETS
    min_sessions: int = MIN_OBSERVATIONS
    min_named: int = 30
    with_spreads: bool = True

    def __post_init__(self) -> None:
        if self.quantiles < 2:  # noqa: PLR2004 - a top and a bottom
            raise InputError(f"at least 2 quantiles are needed, not {self.quantiles}")
        if not self.horizons or min(self.horizons) < 1:
            raise InputError("horizons are numbers of sessions, 1 and up")
        if self.cost_bps < 0:
            raise InputError(f"costs are basis points, 0 and up; not {self.cost_bps:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The sessions of a sample; None is open.

    Attributes:
        first: first session.
        last: last session.
        end: forward returns that end after this session are left out, so that a sample stays apart from the
            one after it.
    """

    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    end: pd.Timestamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Tables of one sample, all sessions x assets.

    Attributes:
        factor: known at the decision; null where the asset has no price or the session too little news.
        named: above 0 where the session's own news name the asset.
        quantiles: of the factor; null in a session that could not be cut.
        returns: horizon -> forward returns.
    """

    factor: pd.DataFrame
    named: pd.DataFrame
    quantiles: pd.DataFrame
    returns: dict[int, pd.DataFrame]

    @property
    def n_named(self) -> int:
        """Return the pairs of session and asset that the news name."""
        return int((self.named > 0).to_numpy().sum())

    def shuffled(self, order: Positions) -> Panel:
        """Return the panel with the factor's sessions in another order, under the returns as they are."""
        factor, named, quantiles = (
            table.iloc[order].set_axis(table.index) for table in (self.factor, self.named, self.quantiles)
        )
        return Panel(factor=factor, named=named, quantiles=quantiles, returns=self.returns)

    def coefficients(self, horizon: int, config: PanelConfig) -> pd.Series:
        """Return each session's information coefficient."""
        return information_coefficients(self.factor, self.returns[horizon], min_assets=config.min_assets)

    def spread(self, horizon: int, config: PanelConfig) -> pd.Series:
        """Return the mean return of the top quantile less that of the bottom one, by session."""
        means = returns_by_quantile(self.returns[horizon], self.quantiles)
        if config.quantiles not in means:
            return pd.Series(np.nan, index=self.factor.index)
        return means[config.quantiles] - means[1]

    def named_spread(self, horizon: int, config: PanelConfig) -> pd.Series:
        """Return the mean return of assets in the session's news less that of the others, by session."""
        returns = self.returns[horizon]
        groups = (self.named > 0).astype(float).where(self.named.notna()) + 1
        means = returns_by_quantile(returns, groups).reindex(columns=[1, 2])
        enough = returns.where(groups.notna()).count(axis=1) >= config.min_assets
        return (means[2] - means[1]).where(enough)

    def turnovers(self, horizon: int, config: PanelConfig) -> list[float]:
        """Return the mean turnover over a horizon of the top and the bottom quantile; none where unknown."""
        both = [turnover(self.quantiles, group, period=horizon) for group in (config.quantiles, 1)]
        return [float(one.mean()) for one in both if one.notna().any()]

    def cost(self, horizon: int, config: PanelConfig) -> float:
        """Return what a holding period costs: top's and bottom's turnover, times the cost of one exchange."""
        return sum(self.turnovers(horizon, config)) * config.cost_bps / _BPS


def make_panel(
    factor: pd.DataFrame, prices: pd.DataFrame, named: pd.DataFrame, span: Span, config: PanelConfig
) -> Panel:
    """Cut a sample out of a factor and lay forward returns beside it; see `study_panel` for the tables."""
    shown = prices if span.end is None else prices.loc[: span.end]
    rows = factor.loc[span.first : span.last]
    tradeable = shown.reindex(index=rows.index, columns=rows.columns).notna()
    returns = {
        horizon: forward_returns(shown, horizon).reindex(index=rows.index, columns=rows.columns)
        for horizon in sorted({*config.horizons, *ladder(config)})
    }
    known = rows.where(tradeable)
    return Panel(
        factor=known,
        named=named.reindex(index=rows.index, columns=rows.columns).where(known.notna()),
        quantiles=quantiles_of(known, config.quantiles),
        returns=returns,
    )


def ladder(config: PanelConfig) -> list[int]:
    """Return the horizons of the decay: up to the longest that is tested."""
    return [horizon for horizon in DECAY if horizon <= max(config.horizons)]
