"""An index on a fixed base, from counts by publisher and period."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from ingest.count import PeriodCount, period_from_text, read_counts
from ingest.rejection import Rejection
from signals.scaling import compute_fixed_base
from southbound.error import UsageError

_COLUMNS = ("publisher", "period", "theme_count", "total_count")


def build_index(path: Path, base: str) -> tuple[pd.DataFrame, list[str]]:
    """Compute an index from a table of counts.

    Args:
        path: CSV with publisher, period, theme_count, total_count.
        base: first and last period of the base, such as "2017-01:2020-12".

    Returns:
        Columns period and index (100 = mean of the base); and the rows that were rejected, a line each.

    Raises:
        UnreadableInputError: the file is no such table.
        UsageError: the base is not two periods in order, or the table has none in it.
        SignalError: a publisher has two rows for a period, or no publisher varies over the base.
    """
    first, last = _base_from_text(base)
    rows = list(read_counts(path))
    counts = pd.DataFrame(
        [asdict(row) for row in rows if isinstance(row, PeriodCount)], columns=list(_COLUMNS)
    )
    if not counts["period"].between(first, last).any():
        span = f"{counts['period'].min()} to {counts['period'].max()}" if len(counts) else "no periods"
        raise UsageError(f"{path} has nothing in the base {first} to {last} (it has {span})")
    index = compute_fixed_base(counts, first, last)
    table = pd.DataFrame({"period": index["period"], "index": index["intensity"]})
    return table, [str(row) for row in rows if isinstance(row, Rejection)]


def _base_from_text(base: str) -> tuple[str, str]:
    first, colon, last = (part if part == ":" else period_from_text(part) for part in base.partition(":"))
    if not (colon and first and last) or last < first:
        raise UsageError(f"--base takes its first and last period, such as 2017-01:2020-12; not '{base}'")
    return first, last
