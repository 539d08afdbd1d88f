"""An export by columns: Parquet files of what was known, which pandas, DuckDB and others read as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from signals.rebuild import compute_counted
from signals.session import SessionCalendar
from signals.variant import IntensityConfig
from southbound.error import SouthboundError, UsageError
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.columnar import TABLES, ColumnTable
from southbound.store.duck import count_by_session

_TYPES: Final = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "instant": pa.timestamp("ms", tz="UTC"),
    "day": pa.date32(),
    "number": pa.float64(),
    "count": pa.int64(),
}
_FLOWS: Final = {
    "session": ("day", "trading day"),
    "net": ("number", "southbound net buying, HKD million"),
    "buy": ("number", "southbound buying, HKD million"),
    "sell": ("number", "southbound selling, HKD million"),
    "turnover": ("number", "southbound turnover, HKD million"),
    "sh_net": ("number", "net buying of the Shanghai leg, HKD million"),
    "sz_net": ("number", "net buying of the Shenzhen leg, HKD million"),
    "state": ("text", "open, closed (no southbound trading) or missing"),
    "known_at": ("instant", "when this version could be used, UTC; the latest version counts"),
}
_SESSIONS: Final = {
    "session": ("day", "Hong Kong trading day"),
    "decision_at": ("instant", "when its value is fixed, UTC: news known before it counts for it"),
    "southbound": ("text", "open, closed or unknown: whether southbound trading is scheduled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """A file that was written."""

    path: Path
    n_rows: int


def export_columns(
    store: Store, folder: Path, *, settings: Settings, as_of: datetime | None = None
) -> list[ExportedFile]:
    """Write articles without their text, tags, entities, prices, flows and sessions as Parquet files.

    Each file is replaced as a whole or not at all; other files in the folder are left as they are. The
    columns stand in `dictionary.parquet`, with their units.

    Args:
        store: what is exported.
        folder: made where it is not there.
        settings: decision time.
        as_of: only what was known before.

    Raises:
        UsageError: the folder can't be there.
        SouthboundError: the disk would not take it.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = [_write_table(store, table, folder, as_of) for table in TABLES]
        flows = store.market.flow_versions(as_of=as_of)
        files.append(_write_frame(folder / "flows.parquet", flows, _FLOWS))
        sessions = _sessions(store, calendar_from_settings(settings), as_of)
        files.append(_write_frame(folder / "sessions.parquet", sessions, _SESSIONS))
        files.append(_write_frame(folder / "dictionary.parquet", describe_export(), _DICTIONARY))
    except OSError as error:
        raise SouthboundError(f"{folder} can't be written: {error.strerror or error}") from error
    return files


def series_from_export(
    folder: Path,
    *,
    themes: Sequence[str],
    configs: Sequence[IntensityConfig],
    settings: Settings,
) -> pd.DataFrame:
    """Compute themes' series from an export, counted in DuckDB; for more tags than pandas would hold.

    The figures are those of `signals.rebuild.compute_all` to the last digit. The variants can't weigh
    articles, and tone is null.

    Raises:
        UsageError: a file is missing.
    """
    counts = count_by_session(folder)
    return compute_counted(
        counts.news,
        counts.themes,
        themes=themes,
        configs=configs,
        calendar=calendar_from_settings(settings),
    )


def describe_export() -> pd.DataFrame:
    """Return the data dictionary of an export: table, column, type, meaning."""
    rows = [
        (table.name, column, kind, table.meanings[column])
        for table in TABLES
        for column, kind in table.columns.items()
    ]
    for name, columns in (("flows", _FLOWS), ("sessions", _SESSIONS)):
        rows += [(name, column, kind, meaning) for column, (kind, meaning) in columns.items()]
    return pd.DataFrame(rows, columns=list(_DICTIONARY))


_DICTIONARY: Final = dict.fromkeys(("table", "column", "type", "meaning"), ("text", ""))


def _sessions(store: Store, calendar: SessionCalendar, as_of: datetime | None) -> pd.DataFrame:
    """Return the sessions from the first known article to the session that the last one counts for."""
    span = store.columns.known_span(as_of=as_of)
    if span is None:
        found = pd.DatetimeIndex([])
    else:
        first, last = calendar.session_of(pd.Series(pd.DatetimeIndex(span)))
        found = calendar.sessions(first, last)
    return pd.DataFrame(
        {
            "session": found,
            "decision_at": calendar.decisions_at(found),
            "southbound": pd.Series(calendar.southbound_states(found), dtype=str),
        }
    )


def _write_table(store: Store, table: ColumnTable, folder: Path, as_of: datetime | None) -> ExportedFile:
    path = folder / f"{table.name}.parquet"
    return _write(path, table.columns, store.columns.batches(table, as_of=as_of))


def _write_frame(path: Path, frame: pd.DataFrame, columns: Mapping[str, tuple[str, str]]) -> ExportedFile:
    kinds = {name: kind for name, (kind, _) in columns.items()}
    schema = _schema(kinds)
    table = pa.Table.from_pandas(frame[list(columns)], schema=schema, preserve_index=False)
    return _write_parts(path, schema, [table.replace_schema_metadata(None)])


def _write(path: Path, kinds: Mapping[str, str], batches: Iterable[list[tuple[Any, ...]]]) -> ExportedFile:
    schema = _schema(kinds)
    tables = (
        pa.Table.from_arrays(
            [
                _array(values, kind)
                for values, kind in zip(zip(*rows, strict=True), kinds.values(), strict=True)
            ],
            schema=schema,
        )
        for rows in batches
    )
    return _write_parts(path, schema, tables)


def _write_parts(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> ExportedFile:
    partial, n_rows = path.with_name(f".{path.name}.partial"), 0
    try:
        with parquet.ParquetWriter(partial, schema) as writer:
            for table in tables:
                writer.write_table(table)
                n_rows += table.num_rows
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return ExportedFile(path=path, n_rows=n_rows)


def _array(values: Sequence[Any], kind: str) -> pa.Array:
    if kind in {"instant", "day"}:
        return pa.array(values, pa.string()).cast(_TYPES[kind])
    if kind == "texts":
        return pa.array([json.loads(value) for value in values], _TYPES[kind])
    return pa.array(values, _TYPES[kind])


def _schema(kinds: Mapping[str, str]) -> pa.Schema:
    return pa.schema([(name, _TYPES[kind]) for name, kind in kinds.items()])
