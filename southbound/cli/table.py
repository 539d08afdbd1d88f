"""`southbound table`: themes, flows and prices beside each other, as data."""

from __future__ import annotations

import typer

from southbound.cli.context import context_of, split_list
from southbound.cli.data import choose_format, tell_why_empty, write_frame
from southbound.cli.option import (
    ALIGN_HELP,
    AS_OF,
    BASE,
    DICTIONARY,
    END,
    FORMAT,
    HALF_LIFE,
    OUTPUT,
    START,
    WEIGH,
    WINDOW,
    choose_alignment,
    parse_known,
    parse_span,
)
from southbound.cli.themes import require_any_theme


def run_table(
    context: typer.Context,
    theme: list[str] = typer.Option([], metavar="ID", help="A theme; may be given again. Default: all."),
    measures: str = typer.Option(
        "intensity,share,volume,zscore,tone", metavar="LIST", help="Measures of each theme."
    ),
    asset: list[str] = typer.Option(
        [], metavar="ID", help="Whose prices, such as INDEX:HSI; may be given again."
    ),
    as_of: str = AS_OF,
    start: str = START,
    end: str = END,
    align: str = typer.Option("tradeable", help=ALIGN_HELP),
    window: str = WINDOW,
    base: str = BASE,
    half_life: float = HALF_LIFE,
    weigh: str = WEIGH,
    dictionary: bool = DICTIONARY,
    output_format: str = FORMAT,
    output: str = OUTPUT,
) -> None:
    """Print one row a session: themes in all measures, southbound flows with their sums, prices, returns."""
    from southbound.pipeline.series import MEASURES
    from southbound.pipeline.table import TableRequest, build_table
    from southbound.pipeline.variant import variant_from_options

    shell = context_of(context)
    for one in theme:
        require_any_theme(shell, one)
    form, (first, last) = choose_format(output_format), parse_span(start, end)
    request = TableRequest(
        themes=tuple(theme),
        measures=split_list(measures, valid=MEASURES, option="--measures"),
        assets=tuple(asset),
        start=first,
        end=last,
        as_of=parse_known(as_of),
        align=choose_alignment(align),
        variant=variant_from_options(
            shell.settings.series, window=window, base=base, half_life=half_life, weigh=weigh
        ),
    )
    with shell.store(read_only=True) as store:
        frame = build_table(store, request, settings=shell.settings)
        tell_why_empty(frame, store, request.as_of)
    write_frame(frame, form=form, output=output, dictionary=dictionary)
