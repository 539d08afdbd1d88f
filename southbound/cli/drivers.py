"""`southbound drivers`: what moved a theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import choose, context_of
from southbound.cli.option import AS_OF, OUTPUT, parse_known
from southbound.cli.themes import require_any_theme

if TYPE_CHECKING:
    import pandas as pd

    from southbound.export import ExportFormat

_TITLES = {"story": "stories", "publisher": "publishers", "entity": "entities"}
_NAME_WIDTH = 76


def run_drivers(
    context: typer.Context,
    theme: str = typer.Argument(..., metavar="THEME", help="Theme id, such as ai."),
    session: str = typer.Option(..., "--session", metavar="D", help="HKEX session, such as 2025-02-11."),
    against: str = typer.Option("", metavar="D", help="Earlier session. Default: the one before."),
    as_of: str = AS_OF,
    limit: int = typer.Option(10, min=1, help="Rows shown of each split in the text."),
    output_format: str = typer.Option("text", "--format", help="text, csv, json, parquet or arrow."),
    output: str = OUTPUT,
) -> None:
    """Split the change of a theme's intensity over stories, publishers and entities; each split adds up."""
    from southbound.export import FORMATS, export_frame, write_text
    from southbound.instant import parse_day
    from southbound.pipeline.driver import DriverRequest, explain_change

    shell = context_of(context)
    require_any_theme(shell, theme)
    form = choose(output_format, valid=("text", *FORMATS), option="--format")
    request = DriverRequest(
        theme=theme,
        session=parse_day(session),
        against=parse_day(against) if against else None,
        as_of=parse_known(as_of),
    )
    with shell.store(read_only=True) as store:
        table = explain_change(store, request, settings=shell.settings)
    target = Path(output) if output else None
    if form == "text":
        write_text("\n".join(_lines(theme, session, table, limit)) + "\n", target=target)
    else:
        export_frame(table, format=cast("ExportFormat", form), target=target)


def _lines(theme: str, session: str, table: pd.DataFrame, limit: int) -> Iterator[str]:
    whole = table.loc[table["split"] == "publisher", ["before", "after", "change"]].sum()
    yield (
        f"{theme} in session {session}: intensity {whole['after']:.1f}, "
        f"{whole['change']:+.1f} from {whole['before']:.1f}"
    )
    for split, title in _TITLES.items():
        rows = table.loc[table["split"] == split]
        yield f"  {title}"
        for row in rows.head(limit).to_dict("records"):
            link = f"  {row['url']}" if row["url"] else ""
            yield f"  {row['change']:+9.2f}  {row['n_articles']:4d}  {row['name'][:_NAME_WIDTH]}{link}"
        rest = rows.iloc[limit:]
        if len(rest):
            yield f"  {rest['change'].sum():+9.2f}        and {len(rest):,} more"
