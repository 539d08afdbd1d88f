"""`southbound series`: a theme's strength by session, as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import Context, choose, context_of, split_list, tell
from southbound.cli.themes import require_any_theme
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.export import ExportFormat
    from southbound.pipeline.series import Alignment, Frequency


def run_series(
    context: typer.Context,
    theme: str = typer.Argument(
        "", metavar="THEME", help="Theme id, such as ai or southbound_flows. May be left out with --entity."
    ),
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
    entity: str = typer.Option("", metavar="ID", help="Only what names this entity, such as alibaba."),
    publisher: list[str] = typer.Option([], metavar="NAME", help="Only this publisher; may be given again."),
    language: str = typer.Option("", help="en or zh: only articles in it."),
    window: str = typer.Option(
        "", help="expanding, trailing or fixed: the past that scales the intensity. Default: the settings'."
    ),
    base: str = typer.Option("", metavar="FIRST:LAST", help="Sessions of a fixed base, both included."),
    half_life: float = typer.Option(0.0, metavar="N", help="Decay: sessions after which news counts half."),
    weigh: str = typer.Option(
        "score,novelty",
        metavar="LIST",
        help="What an article counts by in the share: score, novelty, relevance, tone; 'none' for one each.",
    ),
    lag: int = typer.Option(-1, metavar="N", help="Each value as it was known N sessions later."),
    issues: bool = typer.Option(False, "--issues", help="Every version of every value, with its issue."),
    dictionary: bool = typer.Option(False, "--dictionary", help="Say what each column holds instead."),
    output_format: str = typer.Option("csv", "--format", help="csv, json, parquet or arrow."),
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Print a theme's series: intensity (Baker, Bloom and Davis), share, volume, z-score, tone, counts."""
    from southbound.export import FORMATS, export_frame
    from southbound.instant import parse_as_of, parse_day
    from southbound.pipeline.beginning import why_empty
    from southbound.pipeline.series import MEASURES, SeriesRequest, build_series
    from southbound.pipeline.table import describe_columns
    from southbound.pipeline.variant import variant_from_options
    from southbound.pipeline.vintage import issues_of_series, lagged_series

    shell = context_of(context)
    _require_subject(shell, theme, entity)
    companions = split_list(beside, valid=("flows", "prices"), option="--with")
    form = choose(output_format, valid=FORMATS, option="--format")
    request = SeriesRequest(
        theme=theme or None,
        entity=entity or None,
        publishers=tuple(publisher),
        language=choose(language, valid=("", "en", "zh"), option="--language"),
        measure=choose(measure, valid=MEASURES, option="--measure"),
        variant=variant_from_options(
            shell.settings.series, window=window, base=base, half_life=half_life, weigh=weigh
        ),
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
    if issues and lag >= 0:
        raise UsageError("--issues shows every lag; leave --lag out")
    with shell.store(read_only=True) as store:
        if issues:
            frame = issues_of_series(store, request, settings=shell.settings)
        elif lag >= 0:
            frame = lagged_series(store, request, lag, settings=shell.settings)
        else:
            frame = build_series(store, request, settings=shell.settings)
        if frame.empty:
            tell(why_empty(store, request.as_of))
    if dictionary:
        frame = describe_columns(frame)
    export_frame(frame, format=cast("ExportFormat", form), target=Path(output) if output else None)


def _require_subject(shell: Context, theme: str, entity: str) -> None:
    if theme:
        require_any_theme(shell, theme)
    elif not entity:
        raise UsageError(
            "name a theme, such as ai, or an entity with --entity (see southbound series --help)"
        )
