"""Set a theme's series against flows and returns, as lines to read."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from signals.evaluation import Evaluation, EventEffect, GrangerTest, LagCorrelation, evaluate
from southbound.pipeline.series import SeriesRequest, build_series
from southbound.settings import Settings
from southbound.store import Store


def evaluate_theme(store: Store, request: SeriesRequest, *, settings: Settings) -> Iterator[str]:
    """Yield the report's lines: against southbound net flow, then against the asset's return.

    The series stands at the decision time of its session; lag k is the figure k sessions later, lag 0
    that of the session that follows the decision.
    """
    frame = build_series(store, request, settings=settings)
    asset = request.assets[0]
    targets = {"southbound net flow": "net_flow", f"return of {asset}": f"{asset}_return"}
    for name, column in targets.items():
        target = pd.Series(frame[column].to_numpy(dtype=float), index=pd.DatetimeIndex(frame["session"]))
        yield from _report(name, request, evaluate(frame, target, measure=request.measure))


def _report(name: str, request: SeriesRequest, result: Evaluation) -> Iterator[str]:
    yield f"{request.theme} ({request.measure}) and {name}, {result.n_sessions} sessions"
    yield "  lag   correlation   std. error       p      n"
    yield from (_lag_line(row) for row in result.lead_lag)
    yield from (_granger_line(row) for row in result.granger)
    yield from (_event_line(row) for row in result.events)
    yield ""


def _lag_line(row: LagCorrelation) -> str:
    if row.reason:
        return f"  {row.lag:+3d}   {row.reason}"
    figures = f"{row.correlation:11.3f}   {row.standard_error:10.3f}   {row.p_value:5.3f}"
    return f"  {row.lag:+3d}   {figures}  {row.n:5d}"


def _granger_line(row: GrangerTest) -> str:
    label = f"  Granger, {row.direction}, {row.lags} lags"
    if row.reason:
        return f"{label}: {row.reason}"
    return f"{label}: F = {row.f_statistic:.2f}, p = {row.p_value:.3f}, n = {row.n}"


def _event_line(row: EventEffect) -> str:
    label = f"  after a spike (z > 2), sessions +{row.first} to +{row.last}"
    if row.reason:
        return f"{label}: {row.reason}"
    figures = f"mean {row.mean:.4g} against {row.baseline:.4g}, t = {row.t:.2f}, p = {row.p_value:.3f}"
    return f"{label}: {figures}, n = {row.n}"
