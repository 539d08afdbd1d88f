"""`southbound series`: a theme's strength by session, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import Context, choose, context_of, split_list
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
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.pipeline.series import Frequency

_THEME: str = typer.Argument(
    "", metavar="THEME", help="Theme id, such as ai or southbound_flows. May be left out with --entity."
)
_MEASURE: str = typer.Option(
    "intensity", help="intensity, share, volume, zscore or tone: what stands in the column `value`."
)
_BESIDE: str = typer.Option("", "--with", metavar="flows,prices", help="What stands beside the series.")
_ASSET: list[str] = typer.Option(
    [], metavar="ID", help="Whose prices, such as XHKG:9988; may be given again. Default: the settings'."
)


def run_series(
    context: typer.Context,
    theme: str = _THEME,
    measure: str = _MEASURE,
    freq: str = typer.Option("session", help="session, week or month."),
    as_of: str = AS_OF,
    start: str = START,
    end: str = END,
    beside: str = _BESIDE,
    asset: list[str] = _ASSET,
    align: str = typer.Option("contemporaneous", help=ALIGN_HELP),
    entity: str = typer.Option("", metavar="ID", help="Only what names this entity, such as alibaba."),
    publisher: list[str] = typer.Option([], metavar="NAME", help="Only this publisher; may be given again."),
    language: str = typer.Option("", help="en or zh: only articles in it."),
    window: str = WINDOW,
    base: str = BASE,
    half_life: float = HALF_LIFE,
    weigh: str = WEIGH,
    lag: int | None = typer.Option(None, metavar="N", help="Each value as it was known N sessions later."),
    issues: bool = typer.Option(False, "--issues", help="Every version of every value, with its issue."),
    dictionary: bool = DICTIONARY,
    output_format: str = FORMAT,
    output: str = OUTPUT,
) -> None:
    """Print a theme's series: intensity (Baker, Bloom and Davis), share, volume, z-score, tone, counts."""
    from southbound.pipeline.series import MEASURES, SeriesRequest
    from southbound.pipeline.variant import variant_from_options
    from southbound.pipeline.vintage import ask_series

    shell = context_of(context)
    _require_subject(shell, theme, entity)
    companions = split_list(beside, valid=("flows", "prices"), option="--with")
    form, (first, last) = choose_format(output_format), parse_span(start, end)
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
        start=first,
        end=last,
        as_of=parse_known(as_of),
        with_flows="flows" in companions,
        with_prices="prices" in companions,
        assets=tuple(asset),
        align=choose_alignment(align),
    )
    with shell.store(read_only=True) as store:
        frame = ask_series(store, request, lag=lag, issues=issues, settings=shell.settings)
        tell_why_empty(frame, store, request.as_of)
    write_frame(frame, form=form, output=output, dictionary=dictionary)


def _require_subject(shell: Context, theme: str, entity: str) -> None:
    if theme:
        require_any_theme(shell, theme)
    elif not entity:
        raise UsageError(
            "name a theme, such as ai, or an entity with --entity (see southbound series --help)"
        )
