"""Rows as data: what `southbound series` and `southbound table` write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from southbound.cli.context import choose, tell

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from southbound.export import ExportFormat
    from southbound.store import Store


def choose_format(text: str) -> ExportFormat:
    """Check --format.

    Raises:
        UsageError: it is none of the data formats.
    """
    from southbound.export import FORMATS

    return cast("ExportFormat", choose(text, valid=FORMATS, option="--format"))


def tell_why_empty(frame: pd.DataFrame, store: Store, as_of: datetime | None) -> None:
    """Say why there is no row, where there is none."""
    from southbound.pipeline.beginning import why_empty

    if frame.empty:
        tell(why_empty(store, as_of))


def write_frame(frame: pd.DataFrame, *, form: ExportFormat, output: str, dictionary: bool) -> None:
    """Write rows, or what their columns hold, to a file or to standard output."""
    from southbound.export import export_frame
    from southbound.pipeline.table import describe_columns

    told = describe_columns(frame) if dictionary else frame
    export_frame(told, format=form, target=Path(output) if output else None)
