"""`southbound index`: a published index from its counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import choose, end_with_rejections

if TYPE_CHECKING:
    from southbound.export import ExportFormat


def run_index(
    counts: str = typer.Argument(
        ..., metavar="COUNTS.csv", help="Table with publisher, period, theme_count, total_count."
    ),
    base: str = typer.Option(
        ..., metavar="FIRST:LAST", help="Base periods, both included, such as 2017-01:2020-12."
    ),
    output_format: str = typer.Option("csv", "--format", help="csv, json, parquet or arrow."),
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Compute an index on a fixed base (Baker, Bloom and Davis) from counts: period, index."""
    from southbound.export import FORMATS, export_frame
    from southbound.pipeline.index import build_index

    form = choose(output_format, valid=FORMATS, option="--format")
    table, rejected = build_index(Path(counts), base)
    export_frame(table, format=cast("ExportFormat", form), target=Path(output) if output else None)
    end_with_rejections(rejected, done=f"{len(table):,} periods")
