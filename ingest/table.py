"""CSV tables: found by their column names, read row by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingest.error import UnreadableInputError
from ingest.rejection import Rejection
from ingest.stream import MAX_LINE_BYTES, Gauge, iterate_lines, read_head

_DELIMITERS = ",\t;"
_UNDECODED = re.compile(r"[\udc80-\udcff]")
#: Stands for a line that is too long to be held; as no decoded text can hold it, the row is rejected.
_TOO_LONG = "\udc80"
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record of a table: its first line in the file, and its values by column name."""

    line: int
    values: Mapping[str, str]


class _Reader(Protocol):
    """What is used of ``csv.reader``."""

    line_num: int

    def __next__(self) -> list[str]: ...


def iterate_rows(
    path: Path,
    *,
    needed: tuple[str, ...],
    renamed: Mapping[str, str] | None = None,
    gauge: Gauge | None = None,
) -> Iterator[Row | Rejection]:
    """Read the rows of a CSV file (comma, tab or semicolon; also compressed).

    Args:
        path: The file; its first line names the columns, in any order and in upper or lower case.
        needed: Columns that must be there.
        renamed: Other spellings of a column (in lower case) to the name used here.
        gauge: Told how far the file is read.

    Yields:
        The rows with lower-case column names, and rejections for those that cannot be read.

    Raises:
        UnreadableInputError: The file is no such table.
    """
    head = read_head(path)
    if _HTML.match(head):
        raise UnreadableInputError(f"{path} holds an HTML page, not a table; download the file again")
    problems: list[Rejection] = []
    reader = _open_reader(_text_lines(path, problems, gauge), head)
    columns = _read_columns(reader, path, needed, renamed or {})
    yield from _iterate_records(reader, columns, path.name)
    yield from problems


def read_header(head: bytes) -> tuple[str, ...]:
    """Return the column names, in lower case, of a table that starts so."""
    first_line = head.split(b"\n", 1)[0].decode(errors="replace").strip()
    delimiter = max(_DELIMITERS, key=first_line.count)
    return tuple(name.strip().strip('"').lower() for name in first_line.split(delimiter))


def _open_reader(lines: Iterator[str], head: bytes) -> _Reader:
    first_line = head.split(b"\n", 1)[0].decode(errors="replace")
    delimiter = max(_DELIMITERS, key=first_line.count)
    # The module's own bound, 128 kB a field, is below an article's; it can only be raised for the process.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    return csv.reader(lines, delimiter=delimiter)


def _text_lines(path: Path, problems: list[Rejection], gauge: Gauge | None) -> Iterator[str]:
    for line in iterate_lines(path, gauge):
        if isinstance(line.data, bytes):
            yield line.data.decode(errors="surrogateescape")
        elif line.is_end:
            problems.append(line.data)
        else:
            yield f"{_TOO_LONG}\n"


def _read_columns(
    reader: _Reader, path: Path, needed: tuple[str, ...], renamed: Mapping[str, str]
) -> list[str]:
    try:
        names = [name.strip().strip("\ufeff").lower() for name in next(reader)]
    except (StopIteration, csv.Error):
        names = []
    columns = [renamed.get(name, name) for name in names]
    missing = [name for name in needed if name not in columns]
    if missing:
        found = ", ".join(name for name in names[:20] if name and not _UNDECODED.search(name)) or "none"
        raise UnreadableInputError(
            f"{path} has no column {' nor '.join(map(repr, missing))}; its columns: {found}"
        )
    return columns


def _iterate_records(reader: _Reader, columns: list[str], name: str) -> Iterator[Row | Rejection]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Rejection(where=f"{name} line {line}", reason=f"no CSV record ({error})")
            continue
        if cells:
            yield _row_from_cells(cells, columns, line, name)


def _row_from_cells(cells: list[str], columns: list[str], line: int, name: str) -> Row | Rejection:
    where = f"{name} line {line}"
    if any(_UNDECODED.search(cell) for cell in cells):
        return Rejection(where=where, reason="not UTF-8 text, or a line above 64 MB; save the file as UTF-8")
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        reason = f"has {len(cells)} fields for {len(columns)} columns; put texts with commas in quotes"
        return Rejection(where=where, reason=reason)
    return Row(line=line, values=dict(zip(columns, cells, strict=False)))
