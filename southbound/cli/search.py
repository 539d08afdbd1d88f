"""`southbound search`: articles by their words."""

from __future__ import annotations

import typer

from southbound.cli.context import context_of, tell


def run_search(
    context: typer.Context,
    words: list[str] = typer.Argument(
        ..., metavar="WORD...", help='Words that all must stand; "a phrase" stays together.'
    ),
    limit: int = typer.Option(20, min=1, max=1000, help="Hits to show."),
) -> None:
    """Find articles by words in title and body; Chinese is found in either script."""
    with context_of(context).store(read_only=True) as store:
        hits = store.search.find(" ".join(words), limit=limit)
    for hit in hits:
        typer.echo(
            f"{hit.known_at[:16].replace('T', ' ')}Z  {hit.publisher}  {hit.title}  [{hit.article_id}]"
        )
    if not hits:
        tell("nothing found")
