"""Rows that come in versions: which of them could be known at an instant.

A row has session (naive date) and known_at (aware UTC). A figure that was corrected has one row more, with
the same session and a later known_at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from signals.column import aware_instant, aware_instants, require_columns, require_values, session_dates


def dated_rows(
    rows: pd.DataFrame, columns: Sequence[str], *, table: str, as_of: datetime | None = None
) -> pd.DataFrame:
    """Return session, known_at and `columns` (null where absent) of the rows known before `as_of`.

    Raises:
        InputError: session or known_at is missing, null, or not of the type it should be.
    """
    require_columns(rows, ["session", "known_at"], table=table)
    for column in ("session", "known_at"):
        require_values(rows, column, table=table)
    values = {
        "session": session_dates(rows["session"]),
        "known_at": aware_instants(rows["known_at"], table=table),
        **{column: rows.get(column, np.nan) for column in columns},
    }
    dated = pd.DataFrame(values, index=rows.index)
    return dated if as_of is None else dated.loc[dated["known_at"] < aware_instant(as_of, name="as_of")]


def latest_versions(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a session, the one known last, sorted by session."""
    sessions = pd.Index(rows["session"])
    if sessions.is_monotonic_increasing and sessions.is_unique:
        return rows.reset_index(drop=True)  # as they stand already
    ordered = rows.sort_values(["session", "known_at"], kind="stable")
    return ordered.drop_duplicates("session", keep="last").reset_index(drop=True)


def latest_before(rows: pd.DataFrame, instants: pd.DatetimeIndex) -> pd.DataFrame:
    """Return for each instant the row of the latest session known strictly before it, in its last version.

    Instants before the first row get nulls. The correction of an older session is no newer figure.
    """
    ordered = rows.sort_values(["known_at", "session"], kind="stable")
    newest = ordered.loc[ordered["session"] >= ordered["session"].cummax()].reset_index(drop=True)
    positions = pd.DatetimeIndex(newest["known_at"]).searchsorted(instants, side="left") - 1
    # Position -1 is in no index, so reindexing leaves its row null.
    return newest.reindex(positions).reset_index(drop=True)
