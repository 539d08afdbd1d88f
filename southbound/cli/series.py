"""`southbound series`: a theme's strength by session, as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import choose, context_of, split_list
from southbound.cli.themes import require_any_theme
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.export import ExportFormat
    from southbound.pipeline.series import Alignment, Frequency


def run_series(
    context: typer.Context,
    theme: str = typer.Argument(..., metavar="THEME", help="Theme id, such as ai or southbound_flows."),
    measure: str = typer.Option(
        "intensity", help="intensity, share, volume, zscore or tone: what stands in the column `value`."
    ),
    freq: str = typer.Option("session", help="session, week or month."),
    as_of: str = typer.Option("", metavar="T", help="Only what was known before this instant or day."),
    start: str = typer.Option("", metavar="D", help="First session shown."),
    end: str = typer.Option("", metavar="D", help="Last session shown."),
    beside: str = typer.Option("", "--with", metavar="flows,prices", help="What stands beside the series."),
    asset: list[str] = typer.Option(
        [], metavar="ID", help="Whose prices, such as XHKG:9988; may be given again. Default: the settings'."
    ),
    align: str = typer.Option(
        "contemporaneous",
        help="contemporaneous: the session's own flows and prices, known after its close (for study); "
        "tradeable: the latest known at the row's decision time.",
    ),
    output_format: str = typer.Option("csv", "--format", help="csv, json or parquet."),
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Print a theme's series: intensity (Baker, Bloom and Davis), share, volume, z-score, tone, counts."""
    from southbound.export import export_frame
    from southbound.instant import parse_as_of, parse_day
    from southbound.pipeline.series import MEASURES, SeriesRequest, build_series

    shell = context_of(context)
    require_any_theme(shell, theme)
    companions = split_list(beside, valid=("flows", "prices"), option="--with")
    form = choose(output_format, valid=("csv", "json", "parquet"), option="--format")
    request = SeriesRequest(
        theme=theme,
        measure=choose(measure, valid=MEASURES, option="--measure"),
        freq=cast("Frequency", choose(freq, valid=("session", "week", "month"), option="--freq")),
        start=parse_day(start) if start else None,
        end=parse_day(end) if end else None,
        as_of=parse_as_of(as_of) if as_of else None,
        with_flows="flows" in companions,
        with_prices="prices" in companions,
        assets=tuple(asset),
        align=cast("Alignment", choose(align, valid=("contemporaneous", "tradeable"), option="--align")),
    )
    if request.start and request.end and request.end < request.start:
        raise UsageError(f"--end {end} lies before --start {start}")
    with shell.store(read_only=True) as store:
        frame = build_series(store, request, settings=shell.settings)
    export_frame(frame, format=cast("ExportFormat", form), target=Path(output) if output else None)
