"""All tests of a market-wide series against one target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from signals.column import require_columns, session_dates
from signals.evaluation.bootstrap import Positions
from signals.evaluation.event import THRESHOLD, EventEffect, effect, find_spikes, windows
from signals.evaluation.granger import BACKWARD, FORWARD, GrangerTest, cause
from signals.evaluation.lead_lag import LagCorrelation, correlate
from signals.evaluation.projection import CONTROL_LAGS, Projection, project
from signals.evaluation.regression import Floats
from signals.evaluation.sample import MIN_OBSERVATIONS, on_grid

Result: TypeAlias = LagCorrelation | GrangerTest | Projection | EventEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketConfig:
    """What is tested.

    Attributes:
        lags: of the lead-lag correlation; () for none.
        horizons: of the local projections; () for none.
        granger_lags: sessions of past in Granger's test; 0 for none.
        event_horizon: sessions after a spike; 0 for none.
        threshold: z-score above which a session is a spike.
        control_lags: sessions of past held constant in a local projection.
        min_observations: sessions needed for a number.
        min_events: spikes needed for a number.
    """

    lags: tuple[int, ...] = tuple(range(-5, 6))
    horizons: tuple[int, ...] = (1, 5, 20)
    granger_lags: int = 5
    event_horizon: int = 5
    threshold: float = THRESHOLD
    control_lags: int = CONTROL_LAGS
    min_observations: int = MIN_OBSERVATIONS
    min_events: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All tests of one measure against one target.

    Attributes:
        measure: column of the series that was tested.
        n_sessions: completed sessions of the series.
        lead_lag: one entry a lag.
        granger: both directions.
        projections: one entry a horizon.
        events: one entry for each session after a spike, and last their mean.
    """

    measure: str
    n_sessions: int
    lead_lag: tuple[LagCorrelation, ...]
    granger: tuple[GrangerTest, ...]
    projections: tuple[Projection, ...]
    events: tuple[EventEffect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The values of series, z-score and target on one grid of sessions."""

    series: Floats
    zscores: Floats
    target: Floats

    def shuffled(self, positions: Positions) -> Grid:
        """Return the series in another order, under the target as it is."""
        return Grid(series=self.series[positions], zscores=self.zscores[positions], target=self.target)


def evaluate(
    series: pd.DataFrame,
    target: pd.Series,
    *,
    measure: str = "intensity",
    lags: Iterable[int] = range(-5, 6),
    config: MarketConfig | None = None,
) -> Evaluation:
    """Run all tests on the completed sessions of a series.

    Args:
        series: rows of `compute_series`, one a session without gaps; spikes are taken from its zscore.
        target: values (flow, return) under session dates; see `study_market` for what they should be.
        measure: column of the series to test.
        lags: sessions by which the target is shifted, where `config` does not say.
        config: what is tested.

    Raises:
        InputError: a column is missing, or a session stands twice.
    """
    grid = make_grid(series, target, measure)
    config = config or MarketConfig(lags=tuple(lags))
    return Evaluation(
        measure=measure,
        n_sessions=int(series["complete"].astype(bool).sum()),
        lead_lag=_lead_lag(grid, config),
        granger=_granger(grid, config),
        projections=_projections(grid, config),
        events=_events(grid, config),
    )


def make_grid(series: pd.DataFrame, target: pd.Series, measure: str, *, beyond: bool = False) -> Grid:
    """Lay the completed sessions of a series and a target on one grid.

    Args:
        series: see `evaluate`.
        target: the same.
        measure: column of the series.
        beyond: whether the target's sessions after the last of the series belong to the grid.
    """
    require_columns(series, ["session", "complete", "zscore", measure], table="series")
    done = series.loc[series["complete"].astype(bool)]
    table = done.set_index(pd.DatetimeIndex(session_dates(done["session"])))
    values, zscores = table[measure], table["zscore"]
    if beyond and len(table) and values.index.is_unique:
        sessions = target.index[target.index > table.index.max()]
        grid = table.index.union(sessions)
        values, zscores = values.reindex(grid), zscores.reindex(grid)
    one, aligned = on_grid(values, target)
    return Grid(series=one, zscores=on_grid(zscores, target)[0], target=aligned)


def run_tests(grid: Grid, config: MarketConfig) -> list[Result]:
    """Run every test that the configuration asks for."""
    return [
        *_lead_lag(grid, config),
        *_granger(grid, config),
        *_projections(grid, config),
        *_events(grid, config),
    ]


def _lead_lag(grid: Grid, config: MarketConfig) -> tuple[LagCorrelation, ...]:
    needed = config.min_observations
    return tuple(correlate(grid.series, grid.target, lag, min_observations=needed) for lag in config.lags)


def _granger(grid: Grid, config: MarketConfig) -> tuple[GrangerTest, ...]:
    if not config.granger_lags:
        return ()
    ways = ((grid.series, grid.target, FORWARD), (grid.target, grid.series, BACKWARD))
    return tuple(
        cause(*way, lags=config.granger_lags, min_observations=config.min_observations) for way in ways
    )


def _projections(grid: Grid, config: MarketConfig) -> tuple[Projection, ...]:
    return tuple(
        project(
            grid.series,
            grid.target,
            horizon,
            control_lags=config.control_lags,
            min_observations=config.min_observations,
        )
        for horizon in config.horizons
    )


def spikes_of(grid: Grid, config: MarketConfig) -> list[int]:
    """Return the positions of the spikes that the event study counts."""
    return find_spikes(grid.zscores, threshold=config.threshold, horizon=config.event_horizon)


def _events(grid: Grid, config: MarketConfig) -> tuple[EventEffect, ...]:
    if not config.event_horizon:
        return ()
    spikes = spikes_of(grid, config)
    return tuple(
        effect(grid.target, spikes, window, min_events=config.min_events)
        for window in windows(config.event_horizon)
    )
