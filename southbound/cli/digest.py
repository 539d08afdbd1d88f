"""`southbound digest`: the strategist's page of one session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import choose, context_of, tell

if TYPE_CHECKING:
    from southbound.digest import DigestFormat


def run_digest(
    context: typer.Context,
    session: str = typer.Option(..., "--session", metavar="D", help="HKEX session, such as 2025-02-11."),
    output_format: str = typer.Option("html", "--format", help="html, md or json."),
    as_of: str = typer.Option("", metavar="T", help="Only what was known before this instant or day."),
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Write a session's digest: the news known between the decision time before and its own."""
    from southbound.digest import write_digest
    from southbound.export import write_text
    from southbound.instant import parse_as_of, parse_day
    from southbound.pipeline.digest import digest_of

    shell = context_of(context)
    form = choose(output_format, valid=("html", "md", "json"), option="--format")
    day = parse_day(session)
    with shell.store(read_only=True) as store:
        content = digest_of(
            store, session=day, as_of=parse_as_of(as_of) if as_of else None, settings=shell.settings
        )
    page = write_digest(content, form=cast("DigestFormat", form))
    write_text(page, target=Path(output) if output else None)
    if output:
        tell(f"digest of {session}: {output}")
