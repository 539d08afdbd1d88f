"""Tables written out as CSV, JSON, Parquet or Arrow, to a file or to standard output."""

from __future__ import annotations

import io
import json
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Final, Literal, get_args

import pandas as pd

from southbound.error import SouthboundError, UsageError
from southbound.instant import text_from_instant

ExportFormat = Literal["csv", "json", "parquet", "arrow"]
FORMATS: Final = get_args(ExportFormat)

#: Enough for any figure here, and few enough that sums of fractions read as meant.
SIGNIFICANT_DIGITS: Final = 10


def export_frame(frame: pd.DataFrame, *, format: ExportFormat, target: Path | None = None) -> None:  # noqa: A002 - the name of the command's option
    """Write a table; a file is replaced as a whole or not at all.

    CSV has a header, empty fields for what is missing and true/false for booleans; JSON is a list of records
    with null for what is missing. Sessions are "2025-02-11" and instants UTC "2025-02-11T01:15:00.000Z" in
    both; Parquet and Arrow keep them as date32 and timestamps. Numbers are rounded to 10 significant digits.

    Args:
        frame: one row a session or period; the index is left out.
        format: "csv", "json", "parquet" or "arrow" (an IPC file).
        target: file to write; None writes to standard output.

    Raises:
        UsageError: Parquet or Arrow without a file, an unknown format, or a target that is a folder or lies
            in none.
    """
    if format not in FORMATS:
        raise UsageError(f"there is no format '{format}'; use {', '.join(FORMATS)}")
    if format in {"parquet", "arrow"}:
        if target is None:
            raise UsageError(f"{format} is no text; name a file for it with -o")
        write_bytes(
            parquet_from_frame(frame) if format == "parquet" else arrow_from_frame(frame), target=target
        )
        return
    write_text(csv_from_frame(frame) if format == "csv" else json_from_frame(frame), target=target)


def csv_from_frame(frame: pd.DataFrame) -> str:
    """Write a table as CSV with a header line."""
    texts = pd.DataFrame({name: _cells(frame[name]) for name in frame.columns}, dtype=object)
    return texts.map(_csv_text).to_csv(index=False, lineterminator="\n")


def json_from_frame(frame: pd.DataFrame) -> str:
    """Write a table as a JSON list with one record a line."""
    columns = {str(name): _cells(frame[name]) for name in frame.columns}
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def parquet_from_frame(frame: pd.DataFrame) -> bytes:
    """Write a table as Parquet: sessions as dates, instants as UTC timestamps."""
    buffer = io.BytesIO()
    _typed_frame(frame).to_parquet(buffer, index=False)
    return buffer.getvalue()


def arrow_from_frame(frame: pd.DataFrame) -> bytes:
    """Write a table as an Arrow IPC file (Feather version 2), typed as the Parquet one."""
    buffer = io.BytesIO()
    _typed_frame(frame).to_feather(buffer)
    return buffer.getvalue()


def _typed_frame(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: _typed(frame[name]) for name in frame.columns})


def write_text(text: str, *, target: Path | None = None) -> None:
    """Write text as UTF-8 to a file, replaced as a whole, or to standard output.

    Raises:
        UsageError: the file can't be there.
    """
    if target is None:
        sys.stdout.write(text)
        return
    write_bytes(text.encode(), target=target)


@contextmanager
def writing(target: Path) -> Iterator[IO[str]]:
    """Open a text file for a block; it takes its name only when the block has ended well.

    Raises:
        UsageError: the file can't be there.
        SouthboundError: the disk would not take it.
    """
    place = _place(target)
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8") as stream:
            yield stream
        if place.exists() and not place.is_file():
            # A pipe or a device is written to, not replaced.
            place.write_bytes(partial.read_bytes())
        else:
            partial.replace(place)
    except OSError as error:
        raise SouthboundError(f"{target} can't be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def write_bytes(content: bytes, *, target: Path) -> None:
    """Write a file so that a reader sees the old content or the new, never a part of it.

    Raises:
        UsageError: the file can't be there.
        SouthboundError: the disk would not take it.
    """
    place = _place(target)
    try:
        _replace(place, content)
    except OSError as error:
        raise SouthboundError(f"{target} can't be written: {error.strerror or error}") from error


def _place(target: Path) -> Path:
    place = target.resolve()
    if place.is_dir():
        raise UsageError(f"{target} is a folder; name a file in it")
    if not place.parent.is_dir():
        raise UsageError(f"{target} can't be written: there is no folder {place.parent}; make it first")
    return place


def _replace(place: Path, content: bytes) -> None:
    if place.exists() and not place.is_file():
        # A pipe or a device is written to, not replaced.
        place.write_bytes(content)
        return
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def _cells(column: pd.Series) -> list[object]:
    """Return a column's values as JSON has them."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return [None if pd.isna(value) else text_from_instant(value.to_pydatetime()) for value in column]
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return [None if pd.isna(value) else value.date().isoformat() for value in column]
    return [_plain(value) for value in column.tolist()]


def _plain(value: object) -> object:
    """Return one value as JSON has it."""
    if isinstance(value, float):
        return _rounded(value) if math.isfinite(value) else None
    if isinstance(value, datetime):
        return text_from_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None or value is pd.NA or value is pd.NaT else value


def _rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def _csv_text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.{SIGNIFICANT_DIGITS}g}" if isinstance(value, float) else value


def _typed(column: pd.Series) -> pd.Series:
    """Return a column in the type that Parquet shall have."""
    if pd.api.types.is_float_dtype(column.dtype):
        return column.map(_rounded, na_action="ignore")
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return column.astype("date32[pyarrow]")
    return column
