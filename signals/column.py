"""Checks on the tables that come in, so that a wrong column is named at the door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pandas as pd

from signals.error import InputError


def require_columns(frame: pd.DataFrame, columns: Iterable[str], *, table: str) -> None:
    """Raise InputError where `frame` lacks one of `columns`, naming it and those found."""
    lacking = [column for column in columns if column not in frame.columns]
    if lacking:
        found = ", ".join(map(str, frame.columns)) or "no columns"
        raise InputError(f"{table}: column {', '.join(lacking)} is missing; found {found}")


def require_values(frame: pd.DataFrame, column: str, *, table: str) -> None:
    """Raise InputError where `column` has a null, naming the first row."""
    empty = frame[column].isna().to_numpy()
    if empty.any():
        raise InputError(
            f"{table}: {column} is missing in {int(empty.sum())} rows, first in row {int(empty.argmax())}"
        )


def aware_instants(values: pd.Series, *, table: str) -> pd.Series:
    """Return instants in UTC with microsecond resolution.

    Raises:
        InputError: the column is not of aware datetimes (an empty column may have any type).
    """
    if values.empty:
        return pd.Series(
            pd.DatetimeIndex([], dtype="datetime64[us, UTC]"), index=values.index, name=values.name
        )
    if not isinstance(values.dtype, pd.DatetimeTZDtype):
        raise InputError(f"{table}: {values.name} must hold aware UTC datetimes, found {values.dtype}")
    return pd.Series(values.dt.tz_convert("UTC").dt.as_unit("us"))


def aware_instant(value: datetime, *, name: str) -> pd.Timestamp:
    """Return one instant in UTC; raise InputError where it has no time zone."""
    instant = pd.Timestamp(value)
    if instant.tzinfo is None:
        raise InputError(f"{name} must be an aware datetime, found {value}; add its time zone, such as Z")
    return instant.tz_convert("UTC").as_unit("us")


def session_dates(values: pd.Series) -> pd.Series:
    """Return session dates as naive midnights with microsecond resolution."""
    return pd.to_datetime(values).dt.as_unit("us")
