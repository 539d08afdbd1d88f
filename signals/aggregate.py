"""Series by week and by month, from series by session."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import pandas as pd

from signals.column import require_columns, session_dates
from signals.error import InputError
from signals.session import SessionCalendar

Frequency: TypeAlias = Literal["week", "month"]

_MEANS: Final = ("intensity", "share", "zscore", "tone")
_SUMS: Final = ("volume", "n_articles", "n_theme_articles")
_FLOWS: Final = ("net_flow", "net_flow_sh", "net_flow_sz", "flow_buy", "flow_sell", "flow_turnover")
#: From the least to the most that can be said; a period has the best state of its sessions.
_STATES: Final = ("missing", "thin", "warming", "ok")
_FLOW_STATES: Final = ("closed", "missing", "open")


def aggregate(series: pd.DataFrame, freq: Frequency, calendar: SessionCalendar) -> pd.DataFrame:
    """Aggregate a series, also one with market columns joined contemporaneously.

    Args:
        series: rows of `compute_series` or `join_market`, one a session.
        freq: "week" (ISO, from Monday) or "month".
        calendar: says which sessions a period has.

    Returns:
        One row a period: period ("2025-W07", "2025-02"), session (its last one in the series), intensity,
        share, zscore, tone (means over the sessions that have one), volume, n_articles, n_theme_articles
        (sums), n_publishers (the most in a session), n_sessions (those with measures), state (the best),
        complete (False for a running period and for one the series covers in part), known_at, variant.
        Flows are summed over the sessions that have them (flow_sessions counts these; a figure that stands
        in several rows counts once), closes are the last, returns compounded (null where a session that
        has a close has no return).
    """
    if freq not in {"week", "month"}:
        raise InputError(f'freq must be "week" or "month", found {freq!r}')
    require_columns(series, ["session", "complete", "state", *_MEANS, *_SUMS], table="series")
    rows = series.assign(session=session_dates(series["session"])).sort_values("session")
    period = rows["session"].dt.to_period("W-SUN" if freq == "week" else "M")
    groups = rows.groupby(period)
    table = pd.DataFrame({"session": groups["session"].max()})
    table.insert(0, "period", [_label(one, freq) for one in table.index])
    for column in _MEANS:
        table[column] = groups[column].mean()
    for column in _SUMS:
        table[column] = groups[column].sum(min_count=1)
    table["n_publishers"] = groups["n_publishers"].max()
    table["n_sessions"] = groups["share"].count()
    table["state"] = _best(rows["state"], period, _STATES)
    table["complete"] = groups["complete"].sum() == _lengths(table.index, calendar)
    table[["known_at", "variant"]] = groups[["known_at", "variant"]].last()
    return pd.concat([table, *_market_columns(rows, period)], axis=1).reset_index(drop=True)


def _label(period: pd.Period, freq: Frequency) -> str:
    if freq == "month":
        return f"{period.year}-{period.month:02d}"
    year, week, _ = period.start_time.isocalendar()
    return f"{year}-W{week:02d}"


def _lengths(periods: pd.Index, calendar: SessionCalendar) -> list[int]:
    """Return how many sessions each period has."""
    return [
        len(
            calendar.sessions(
                max(one.start_time, calendar.first), min(one.end_time.normalize(), calendar.last)
            )
        )
        for one in periods
    ]


def _best(states: pd.Series, period: pd.Series, ranking: tuple[str, ...]) -> pd.Series:
    ranks = states.map({state: rank for rank, state in enumerate(ranking)})
    return ranks.groupby(period).max().map(dict(enumerate(ranking)))


def _market_columns(rows: pd.DataFrame, period: pd.Series) -> list[pd.DataFrame]:
    """Return the aggregated market columns that the rows have."""
    parts = [_flows(rows, period)] if "net_flow" in rows.columns else []
    closes = [str(column) for column in rows.columns if str(column).endswith("_close")]
    assets = [column.removesuffix("_close") for column in closes]
    returns = {f"{asset}_return": _compounded(rows, asset, period) for asset in assets}
    return [*parts, rows[closes].groupby(period).last(), pd.DataFrame(returns)]


def _compounded(rows: pd.DataFrame, asset: str, period: pd.Series) -> pd.Series:
    """Return an asset's return over each period; null where one of its closes has no return."""
    is_close = rows[f"{asset}_close"].notna()
    if f"{asset}_session" in rows.columns:
        is_close &= ~rows[f"{asset}_session"].duplicated()
    returns = rows[f"{asset}_return"].astype(float).where(is_close)
    growth = (1 + returns).groupby(period).prod(min_count=1)
    is_whole = returns.groupby(period).count() == is_close.groupby(period).sum()
    return growth.where(is_whole) - 1


def _flows(rows: pd.DataFrame, period: pd.Series) -> pd.DataFrame:
    once = rows[list(_FLOWS)].mask(rows["flow_session"].duplicated())
    table = once.groupby(period).sum(min_count=1)
    table["flow_sessions"] = once["net_flow"].groupby(period).count()
    table["flow_state"] = _best(rows["flow_state"], period, _FLOW_STATES)
    table["flow_known_at"] = rows["flow_known_at"].groupby(period).max()
    return table
