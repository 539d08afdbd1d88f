"""Sums and records of southbound flows, as a strategist quotes them. HKD million throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from signals.column import require_columns
from signals.error import InputError
from signals.override import day_from_value
from signals.session import DateLike
from signals.vintage import dated_rows, latest_versions

Period: TypeAlias = Literal["quarter", "year"]
VALUES: Final = ("net", "sh_net", "sz_net", "buy", "sell", "turnover")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSum:
    """Net flow over some sessions.

    Attributes:
        label: the period, such as "2025-Q1" or "2025", or "20 sessions", or "2025-01-02..2025-03-28".
        first: first session summed.
        last: last session summed.
        net: sum of net, HKD million.
        n_sessions: sessions summed: open, and with a figure.
    """

    label: str
    first: pd.Timestamp
    last: pd.Timestamp
    net: float
    n_sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowDay:
    """Net flow of one session, HKD million."""

    session: pd.Timestamp
    net: float


def clean_flows(flows: pd.DataFrame, *, as_of: datetime | None = None) -> pd.DataFrame:
    """Return the flows known before `as_of`, with a state that agrees with their values.

    Args:
        flows: session, net, known_at, and optionally sh_net, sz_net, buy, sell, turnover and state.
        as_of: rows with known_at >= as_of are dropped.

    Returns:
        All versions. state is "open" where there is a net figure, else "closed" or "missing"; values are null
        where the state is not "open": a closed day has no flow, not a flow of zero.
    """
    require_columns(flows, ["net"], table="flows")
    rows = dated_rows(flows, [*VALUES, "state"], table="flows", as_of=as_of)
    rows[list(VALUES)] = rows[list(VALUES)].astype(float)
    state = rows["state"].astype(object).where(rows["state"].notna(), "open")
    state = state.mask((state == "open") & rows["net"].isna(), "missing")
    rows[list(VALUES)] = rows[list(VALUES)].where(state == "open")
    return rows.assign(state=state)


def sum_between(
    flows: pd.DataFrame, first: DateLike, last: DateLike, *, as_of: datetime | None = None
) -> FlowSum | None:
    """Sum the sessions from `first` to `last`, both included; None without a figure."""
    start, end = day_from_value(first, where="first"), day_from_value(last, where="last")
    nets = _nets(flows, as_of)
    return _sum(nets[(nets.index >= start) & (nets.index <= end)], f"{start.date()}..{end.date()}")


def period_to_date(
    flows: pd.DataFrame, session: DateLike, period: Period = "quarter", *, as_of: datetime | None = None
) -> FlowSum | None:
    """Sum the period of `session` up to and with it; None without a figure."""
    day = day_from_value(session, where="session")
    nets = _nets(flows, as_of)
    return _sum(nets[(nets.index >= _start(day, period)) & (nets.index <= day)], _label(day, period))


def record_period_before(
    flows: pd.DataFrame, session: DateLike, period: Period = "quarter", *, as_of: datetime | None = None
) -> FlowSum | None:
    """Return the period with the highest net before that of `session`; None where there is none."""
    nets = _nets(flows, as_of)
    earlier = nets[nets.index < _start(day_from_value(session, where="session"), period)]
    if earlier.empty:
        return None
    labels = earlier.index.map(lambda day: _label(day, period))
    label = str(earlier.groupby(labels).sum().idxmax())
    return _sum(earlier[labels == label], label)


def record_day_before(
    flows: pd.DataFrame, session: DateLike, *, as_of: datetime | None = None
) -> FlowDay | None:
    """Return the session with the highest net before `session`; None where there is none."""
    nets = _nets(flows, as_of)
    earlier = nets[nets.index < day_from_value(session, where="session")]
    if earlier.empty:
        return None
    highest = int(earlier.to_numpy().argmax())
    return FlowDay(session=earlier.index[highest], net=float(earlier.iloc[highest]))


def trailing_sum(
    flows: pd.DataFrame, session: DateLike, *, n_sessions: int = 20, as_of: datetime | None = None
) -> FlowSum | None:
    """Sum the last `n_sessions` sessions with a figure, up to and with `session`.

    The count in the answer is smaller where the history is shorter; None without a figure.
    """
    if n_sessions < 1:
        raise InputError(f"n_sessions must be at least 1, found {n_sessions}")
    nets = _nets(flows, as_of)
    past = nets[nets.index <= day_from_value(session, where="session")]
    return _sum(past.iloc[-n_sessions:], f"{n_sessions} sessions")


def _nets(flows: pd.DataFrame, as_of: datetime | None) -> pd.Series:
    """Return the net of each open session, in its last version, by session."""
    require_columns(flows, ["net"], table="flows")
    rows = dated_rows(flows, ["net", "state"], table="flows", as_of=as_of)
    is_open = (rows["state"].isna() | (rows["state"] == "open")).to_numpy(dtype=bool)
    rows["net"] = np.where(is_open, rows["net"].to_numpy(dtype=float, na_value=np.nan), np.nan)
    latest = latest_versions(rows)
    sessions = pd.DatetimeIndex(latest["session"])
    return pd.Series(latest["net"].to_numpy(), index=sessions, name="net").dropna()


def _sum(nets: pd.Series, label: str) -> FlowSum | None:
    if nets.empty:
        return None
    return FlowSum(
        label=label, first=nets.index[0], last=nets.index[-1], net=float(nets.sum()), n_sessions=len(nets)
    )


def _label(day: pd.Timestamp, period: Period) -> str:
    return f"{day.year}-Q{day.quarter}" if period == "quarter" else f"{day.year}"


def _start(day: pd.Timestamp, period: Period) -> pd.Timestamp:
    return pd.Timestamp(year=day.year, month=3 * day.quarter - 2 if period == "quarter" else 1, day=1)
