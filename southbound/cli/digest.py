"""`southbound digest`: the strategist's page of one session or one week."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import choose, context_of, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.digest import DigestFormat
    from southbound.language.words import Language


def run_digest(
    context: typer.Context,
    session: str = typer.Option("", "--session", metavar="D", help="HKEX session, such as 2025-02-11."),
    week: str = typer.Option("", "--week", metavar="W", help="A whole week instead, such as 2025-W07."),
    desk: str = typer.Option("", "--desk", metavar="NAME", help="A desk's choice of it; see desks.yaml."),
    language: str = typer.Option(
        "", "--language", help="en, zh-Hant or zh-Hans; default the desk's, else English."
    ),
    output_format: str = typer.Option("html", "--format", help="html, md, json or text."),
    as_of: str = typer.Option("", metavar="T", help="Only what was known before this instant or day."),
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Write a session's digest: the news known between the decision time before and its own; or a week's."""
    from southbound.digest import FORMS, write_digest
    from southbound.digest.desk import read_desks
    from southbound.export import write_text
    from southbound.instant import parse_as_of, parse_day
    from southbound.language.words import LANGUAGES
    from southbound.pipeline.digest import digest_of, week_of

    if bool(session) == bool(week):
        raise UsageError("give either --session D, such as 2025-02-11, or --week W, such as 2025-W07")
    shell = context_of(context)
    form = cast("DigestFormat", choose(output_format, valid=FORMS, option="--format"))
    to = cast("Language", choose(language, valid=LANGUAGES, option="--language")) if language else None
    settings = shell.settings
    own = read_desks(settings.desks.file).named(desk) if desk else None
    at = parse_as_of(as_of) if as_of else None
    day = parse_day(session) if session else None
    with shell.store(read_only=True) as store:
        content = (
            digest_of(store, session=day, as_of=at, settings=settings, desk=own, language=to)
            if day
            else week_of(store, week=week, as_of=at, settings=settings, desk=own, language=to)
        )
    page = write_digest(content, form=form)
    write_text(page, target=Path(output) if output else None)
    if output:
        tell(f"digest of {session or week}: {output}")
