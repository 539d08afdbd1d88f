"""A theme's series beside flows and prices, without a figure that was not known.

Two alignments. "contemporaneous" puts a session's own figures beside it: for study, since they are known
only at flow_known_at, hours after the decision. "tradeable" puts the latest figures known strictly before
the decision: what a trader had in hand. Closed, missing and zero stay three things.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

import pandas as pd

from signals.column import aware_instants, require_columns, session_dates
from signals.error import InputError
from signals.flow import clean_flows
from signals.price import NO_SPLITS, price_returns
from signals.session import SessionCalendar
from signals.vintage import dated_rows, latest_before, latest_versions

Alignment: TypeAlias = Literal["contemporaneous", "tradeable"]

_FLOW_NAMES: Final = {
    "net": "net_flow",
    "sh_net": "net_flow_sh",
    "sz_net": "net_flow_sz",
    "buy": "flow_buy",
    "sell": "flow_sell",
    "turnover": "flow_turnover",
    "state": "flow_state",
    "known_at": "flow_known_at",
    "session": "flow_session",
}


def join_market(
    series: pd.DataFrame,
    *,
    calendar: SessionCalendar,
    flows: pd.DataFrame | None = None,
    prices: Mapping[str, pd.DataFrame] | None = None,
    splits: Mapping[str, pd.DataFrame] | None = None,
    align: Alignment = "contemporaneous",
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Put flow and price columns beside a series by session.

    Args:
        series: rows of `compute_series`: session and known_at (the decision) are used.
        calendar: decides which sessions follow each other and whether southbound was open.
        flows: session, net, known_at, and optionally sh_net, sz_net, buy, sell, turnover (all HKD million)
            and state.
        prices: asset_id -> session, close, known_at. Rows may come in versions, as those of flows.
        splits: asset_id -> session, ratio (new shares for an old one), known_at, in versions as well; an
            asset whose prices are adjusted has none.
        align: whose figures a row gets, see the module.
        as_of: figures with known_at >= as_of are left out.

    Returns:
        The rows of `series` with, where flows are given, net_flow, net_flow_sh, net_flow_sz, flow_buy,
        flow_sell, flow_turnover, flow_state ("open", "closed", "missing"), flow_known_at and flow_session
        (whose figures they are); and per asset `<ASSET>_close` (as given), `<ASSET>_return` (close to close
        with the splits between them, see `signals.price`; null unless the session before has a close too)
        and `<ASSET>_session`.
        Tradeable figures are the latest there are: over a closed day flow_session shows their age.

    Raises:
        InputError: a column is missing or of the wrong type, or `align` is unknown.
    """
    if align not in {"contemporaneous", "tradeable"}:
        raise InputError(f'align must be "contemporaneous" or "tradeable", found {align!r}')
    require_columns(series, ["session", "known_at"], table="series")
    parts = [series.reset_index(drop=True)]
    if flows is not None:
        parts.append(_flow_columns(series, clean_flows(flows, as_of=as_of), calendar, align))
    for asset_id, rows in (prices or {}).items():
        closes = dated_rows(rows, ["close"], table=f"prices of {asset_id}", as_of=as_of)
        told = (splits or {}).get(asset_id, NO_SPLITS)
        told = dated_rows(told, ["ratio"], table=f"splits of {asset_id}", as_of=as_of)
        returns = _returns(closes, told, calendar)
        parts.append(
            _aligned(series, returns, align)[["close", "return", "session"]].add_prefix(f"{asset_id}_")
        )
    return pd.concat(parts, axis=1)


def _aligned(series: pd.DataFrame, rows: pd.DataFrame, align: Alignment) -> pd.DataFrame:
    """Return for each row of the series the row it may have, nulls where there is none."""
    if align == "tradeable":
        return latest_before(rows, pd.DatetimeIndex(aware_instants(series["known_at"], table="series")))
    own = latest_versions(rows)
    positions = pd.DatetimeIndex(own["session"]).get_indexer(
        pd.DatetimeIndex(session_dates(series["session"]))
    )
    return own.reindex(positions).reset_index(drop=True)


def _flow_columns(
    series: pd.DataFrame, rows: pd.DataFrame, calendar: SessionCalendar, align: Alignment
) -> pd.DataFrame:
    if align == "tradeable":
        found = _aligned(series, rows.loc[rows["state"] == "open"], align)
        found["state"] = found["state"].where(found["state"].notna(), "missing")
    else:
        found = _aligned(series, rows, align)
        scheduled = calendar.southbound_states(pd.DatetimeIndex(session_dates(series["session"])))
        found["state"] = _flow_state(found["state"], pd.Series(scheduled, dtype=object))
    return found[list(_FLOW_NAMES)].rename(columns=_FLOW_NAMES)


def _flow_state(reported: pd.Series, scheduled: pd.Series) -> pd.Series:
    """Return what the source says; where it says nothing, closed if the calendar says so, else missing."""
    silent = reported.isna() | (reported == "missing")
    return reported.mask(silent, scheduled.where(scheduled == "closed", "missing"))


def _returns(rows: pd.DataFrame, splits: pd.DataFrame, calendar: SessionCalendar) -> pd.DataFrame:
    """Return each close with the return since the session before, in all versions that were ever known.

    A version begins when the close, the one before it or a split between the two became known.
    """
    rows = rows.assign(close=rows["close"].astype(float)).dropna(subset="close").sort_values("known_at")
    steps = rows[["session"]].drop_duplicates().sort_values("session")
    steps["previous"] = calendar.previous_sessions(pd.DatetimeIndex(steps["session"]))
    steps = steps.dropna(subset="previous")
    splits = _placed(splits, steps)
    before = rows.rename(columns={"session": "previous", "close": "previous_close"})
    told = ((rows, "session"), (before, "previous"), (splits, "session"))
    versions = pd.concat([steps.merge(one[[key, "known_at"]], on=key) for one, key in told])
    versions = versions.drop_duplicates().sort_values("known_at")
    versions = pd.merge_asof(versions, rows, on="known_at", by="session").dropna(subset="close")
    versions = pd.merge_asof(versions, before, on="known_at", by="previous")
    versions["return"] = price_returns(
        versions["previous_close"], versions["close"], _ratios(versions, splits)
    )
    return versions


def _placed(splits: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return the splits that lie between two sessions that follow each other, under the later one."""
    rows = splits.rename(columns={"session": "told_for"}).sort_values("told_for")
    placed = pd.merge_asof(
        rows, steps, left_on="told_for", right_on="session", direction="forward"
    ).sort_values("known_at")
    return placed.loc[placed["told_for"] > placed["previous"]]


def _ratios(versions: pd.DataFrame, splits: pd.DataFrame) -> pd.Series:
    """Return for each version the product of the ratios of its session's splits, as known by then."""
    ratios = pd.Series(1.0, index=versions.index)
    for _, split in splits.groupby("told_for"):
        known = pd.merge_asof(versions, split[["session", "known_at", "ratio"]], on="known_at", by="session")
        ratios *= known["ratio"].fillna(1.0)
    return ratios
