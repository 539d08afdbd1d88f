"""Counts of theme articles by publisher and period, out of a table: what a published index was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.error import RejectedRecordError
from ingest.figure import number_from_text
from ingest.rejection import Rejection
from ingest.table import Row, iterate_rows

_COLUMNS = ("publisher", "period", "theme_count", "total_count")
_DATED = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodCount:
    """Articles of one publisher in one period.

    Attributes:
        publisher: Outlet.
        period: Text that sorts by time, such as ``2017-01``.
        theme_count: Articles on the theme.
        total_count: All articles; 0 where the publisher was not read (also where both counts are empty).
    """

    publisher: str
    period: str
    theme_count: float
    total_count: float


def read_counts(path: Path | str) -> Iterator[PeriodCount | Rejection]:
    """Read the columns publisher, period, theme_count, total_count of a CSV file.

    Yields:
        Counts in the order of the file, and rejections for rows that cannot be true: a missing or negative
        count, or more articles on the theme than there are.

    Raises:
        UnreadableInputError: The file is no such table.
    """
    path = Path(path)
    for row in iterate_rows(path, needed=_COLUMNS):
        if isinstance(row, Rejection):
            yield row
            continue
        try:
            yield _count_from_row(row)
        except RejectedRecordError as error:
            yield Rejection(where=f"{path.name} line {row.line}", reason=str(error))


def period_from_text(text: str) -> str:
    """Write a period so that it sorts: ``2017-1`` and ``2017/01`` as ``2017-01``; others stay as they are."""
    found = _DATED.fullmatch(text.strip())
    return "-".join(part.zfill(2) for part in found.groups() if part) if found else text.strip()


def _count_from_row(row: Row) -> PeriodCount:
    publisher, period = row.values["publisher"].strip(), period_from_text(row.values["period"])
    if not publisher or not period:
        raise RejectedRecordError("publisher or period is empty; fill both")
    if not row.values["theme_count"].strip() and not row.values["total_count"].strip():
        return PeriodCount(publisher=publisher, period=period, theme_count=0, total_count=0)
    theme, total = (_count(row, column) for column in ("theme_count", "total_count"))
    if theme > total:
        raise RejectedRecordError(f"theme_count {theme:g} is above total_count {total:g}; check the columns")
    return PeriodCount(publisher=publisher, period=period, theme_count=theme, total_count=total)


def _count(row: Row, column: str) -> float:
    value = number_from_text(row.values.get(column, ""), column=column)
    if value is None or value < 0:
        raise RejectedRecordError(f"{column} is {'missing' if value is None else f'{value:g}'}; give a count")
    return value
