"""`southbound explain`: why one article is tagged as it is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, choose, context_of
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.pipeline.explain import ExplainedArticle, Subject

_FORMATS = ("text", "json")


def run_explain(
    context: typer.Context,
    article_id: str = typer.Argument(
        ..., metavar="ID", help="The article's id; `southbound search` shows it."
    ),
    source: str = typer.Option(
        "", "--file", metavar="INPUT.jsonl", help="Explain a line of this file, without a database."
    ),
    revision: int = typer.Option(0, min=0, help="Which revision of a stored article; 0 is the first."),
    format: str = typer.Option("text", help="text or json."),  # noqa: A002 - the option's name
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Print an article with each tag's evidence, the score of every sentence, and where scores come from."""
    from southbound.pipeline.explain import explain_article

    shell = context_of(context)
    choose(format, valid=_FORMATS, option="--format")
    subject = _subject(shell, article_id, source, revision)
    explained = explain_article(subject, shell.settings)
    _write(explained, is_json=format == "json", target=Path(output) if output else None)


def _subject(shell: Context, article_id: str, source: str, revision: int) -> Subject:
    from zoneinfo import ZoneInfo

    from southbound.pipeline.explain import find_in_file, find_in_store

    if not source:
        with shell.store(read_only=True) as store:
            return find_in_store(store, article_id, revision=revision)
    if revision:
        raise UsageError("--revision belongs to articles of the database; leave it out with --file")
    if not Path(source).is_file():
        raise UsageError(f"there is no file {source}; check the path")
    return find_in_file(Path(source), article_id, zone=ZoneInfo(shell.settings.ingest.archive_zone))


def _write(explained: ExplainedArticle, *, is_json: bool, target: Path | None) -> None:
    from southbound.explanation import (
        WIDTH,
        json_from_explanation,
        print_explanation,
        text_from_explanation,
    )
    from southbound.export import write_text
    from southbound.settings import read_themes

    if is_json:
        write_text(json_from_explanation(explained), target=target)
        return
    names = {theme.id: theme.name for theme in read_themes().values()}
    if target is None and sys.stdout.isatty():
        from rich.console import Console

        console = Console()
        console.width = min(console.width, WIDTH)
        print_explanation(explained, names=names, console=console)
    else:
        write_text(text_from_explanation(explained, names=names), target=target)
