"""`southbound table`: themes, flows and prices beside each other, as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import choose, context_of, split_list, tell
from southbound.cli.themes import require_any_theme
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.export import ExportFormat
    from southbound.pipeline.series import Alignment


def run_table(
    context: typer.Context,
    theme: list[str] = typer.Option([], metavar="ID", help="A theme; may be given again. Default: all."),
    measures: str = typer.Option(
        "intensity,share,volume,zscore,tone", metavar="LIST", help="Measures of each theme."
    ),
    asset: list[str] = typer.Option(
        [], metavar="ID", help="Whose prices, such as INDEX:HSI; may be given again."
    ),
    as_of: str = typer.Option("", metavar="T", help="Only what was known before this instant or day."),
    start: str = typer.Option("", metavar="D", help="First session."),
    end: str = typer.Option("", metavar="D", help="Last session."),
    align: str = typer.Option(
        "tradeable", help="tradeable: figures known at the decision time; contemporaneous: the session's own."
    ),
    dictionary: bool = typer.Option(False, "--dictionary", help="Say what each column holds instead."),
    output_format: str = typer.Option("csv", "--format", help="csv, json, parquet or arrow."),
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Print one row a session: themes in all measures, southbound flows with their sums, prices, returns."""
    from southbound.export import FORMATS, export_frame
    from southbound.instant import parse_as_of, parse_day
    from southbound.pipeline.beginning import why_empty
    from southbound.pipeline.series import MEASURES
    from southbound.pipeline.table import TableRequest, build_table, describe_columns

    shell = context_of(context)
    for one in theme:
        require_any_theme(shell, one)
    form = choose(output_format, valid=FORMATS, option="--format")
    request = TableRequest(
        themes=tuple(theme),
        measures=split_list(measures, valid=MEASURES, option="--measures"),
        assets=tuple(asset),
        start=parse_day(start) if start else None,
        end=parse_day(end) if end else None,
        as_of=parse_as_of(as_of) if as_of else None,
        align=cast("Alignment", choose(align, valid=("contemporaneous", "tradeable"), option="--align")),
    )
    if request.start and request.end and request.end < request.start:
        raise UsageError(f"--end {end} lies before --start {start}")
    with shell.store(read_only=True) as store:
        frame = build_table(store, request, settings=shell.settings)
        if frame.empty:
            tell(why_empty(store, request.as_of))
    if dictionary:
        frame = describe_columns(frame)
    export_frame(frame, format=cast("ExportFormat", form), target=Path(output) if output else None)
