"""`southbound evaluate`: does a theme's series say anything about flows and returns?"""

from __future__ import annotations

import typer

from southbound.cli.context import choose, context_of
from southbound.cli.themes import require_any_theme


def run_evaluate(
    context: typer.Context,
    theme: str = typer.Argument(..., metavar="THEME", help="Theme id, such as ai."),
    asset: str = typer.Option("INDEX:HSI", metavar="ID", help="Whose returns are set against the series."),
    measure: str = typer.Option("share", help="intensity, share, volume, zscore or tone."),
    start: str = typer.Option("", metavar="D", help="First session."),
    end: str = typer.Option("", metavar="D", help="Last session."),
    as_of: str = typer.Option("", metavar="T", help="Only what was known before this instant or day."),
) -> None:
    """Print lead-lag correlations, Granger tests and the days after spikes, for flows and returns."""
    from southbound.instant import parse_as_of, parse_day
    from southbound.pipeline.evaluate import evaluate_theme
    from southbound.pipeline.series import MEASURES, SeriesRequest

    shell = context_of(context)
    require_any_theme(shell, theme)
    request = SeriesRequest(
        theme=theme,
        measure=choose(measure, valid=MEASURES, option="--measure"),
        start=parse_day(start) if start else None,
        end=parse_day(end) if end else None,
        as_of=parse_as_of(as_of) if as_of else None,
        with_flows=True,
        with_prices=True,
        assets=(asset,),
    )
    with shell.store(read_only=True) as store:
        for line in evaluate_theme(store, request, settings=shell.settings):
            typer.echo(line)
