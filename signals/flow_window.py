"""Sums of net flow that end with each session: the last few sessions, the quarter and the year to date.

Two alignments, as in `signals.join`: with the session's own figure and all corrections (for study), or from
the figures and versions known strictly before its decision (tradeable).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from signals.column import aware_instants, require_columns, session_dates
from signals.flow import clean_flows
from signals.join import Alignment
from signals.vintage import latest_versions

Floats = npt.NDArray[np.float64]

TRAILING: Final = (5, 20)
COLUMNS: Final = (*(f"flow_sum_{count}" for count in TRAILING), "flow_qtd", "flow_ytd")


def flow_sums(
    series: pd.DataFrame,
    flows: pd.DataFrame,
    *,
    align: Alignment = "contemporaneous",
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Sum southbound net flow up to each session.

    Args:
        series: session and known_at (the decision) of each row.
        flows: session, net, known_at, optionally state; rows may come in versions. HKD million.
        align: "contemporaneous" sums up to and with the session itself; "tradeable" what was known before
            the decision, in the version of then.
        as_of: figures with known_at >= as_of are left out.

    Returns:
        flow_sum_5, flow_sum_20 (over the last sessions that have a figure; null where there are fewer),
        flow_qtd and flow_ytd (quarter and year of the session; null without a figure in it), by row.
    """
    require_columns(series, ["session", "known_at"], table="series")
    versions = clean_flows(flows, as_of=as_of)
    versions = versions.loc[versions["net"].notna() | (versions["state"] != "open")]
    days = pd.DatetimeIndex(sorted(versions["session"].unique()))
    sessions = pd.DatetimeIndex(session_dates(series["session"]))
    if align == "contemporaneous":
        nets = latest_versions(versions).set_index("session")["net"].reindex(days).to_numpy(dtype=float)
        ends = days.searchsorted(sessions, side="right")
        return _frame([_sums(nets, days, int(end), day) for end, day in zip(ends, sessions, strict=True)])
    decisions = pd.DatetimeIndex(aware_instants(series["known_at"], table="series"))
    return _frame(_tradeable(versions, days, sessions, decisions))


def _tradeable(
    versions: pd.DataFrame, days: pd.DatetimeIndex, sessions: pd.DatetimeIndex, decisions: pd.DatetimeIndex
) -> list[list[float]]:
    """Return the sums of each row by the versions known strictly before its decision."""
    ordered = versions.sort_values("known_at", kind="stable")
    places = days.get_indexer(pd.DatetimeIndex(ordered["session"]))
    values = ordered["net"].to_numpy(dtype=float)
    n_known = pd.DatetimeIndex(ordered["known_at"]).searchsorted(decisions, side="left")
    nets = np.full(len(days), np.nan)
    rows: list[list[float]] = [[np.nan] * len(COLUMNS)] * len(sessions)
    told = 0
    for row in np.argsort(n_known, kind="stable"):
        nets[places[told : n_known[row]]] = values[told : n_known[row]]
        told = int(n_known[row])
        rows[row] = _sums(nets, days, len(days), sessions[row])
    return rows


def _sums(nets: Floats, days: pd.DatetimeIndex, end: int, session: pd.Timestamp) -> list[float]:
    told = nets[:end][~np.isnan(nets[:end])]
    trailing = [float(told[-count:].sum()) if len(told) >= count else np.nan for count in TRAILING]
    quarter = pd.Timestamp(year=session.year, month=3 * session.quarter - 2, day=1)
    year = pd.Timestamp(year=session.year, month=1, day=1)
    return [*trailing, *(_sum_from(nets, days, first, end) for first in (quarter, year))]


def _sum_from(nets: Floats, days: pd.DatetimeIndex, first: pd.Timestamp, end: int) -> float:
    part = nets[int(days.searchsorted(first)) : end]
    told = part[~np.isnan(part)]  # without the gaps, as zeros between them could change the last digit
    return float(told.sum()) if len(told) else np.nan


def _frame(rows: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=float)


def turnover_share(joined: pd.DataFrame, market: pd.DataFrame, *, align: Alignment) -> pd.Series:
    """Return southbound's share of Hong Kong's turnover, as HKEX tells it: of buying and selling both.

    Args:
        joined: rows of `signals.join.join_market`: known_at, flow_session and flow_turnover (HKD million).
        market: date, value (HKD million, each trade once) and known_at (aware UTC), one row a session.
        align: with "tradeable", a market figure not known before the row's decision is none.

    Returns:
        Fractions under the index of `joined`, null where either figure is not known.
    """
    by_day = market.set_index("date")
    days = pd.DatetimeIndex(joined["flow_session"])
    value = by_day["value"].astype(float).reindex(days).to_numpy()
    if align == "tradeable":
        known = by_day["known_at"].reindex(days)
        in_time = np.asarray(known.to_numpy() < joined["known_at"].to_numpy())
        value = np.where(in_time, value, np.nan)
    value = np.where(value > 0, value, np.nan)
    return joined["flow_turnover"].astype(float) / (2 * value)
