"""`southbound demo`: the main job on the bundled sample."""

from __future__ import annotations

from pathlib import Path

import typer

from southbound.cli.context import context_of, tell


def run_demo(
    context: typer.Context,
    folder: str = typer.Option("demo", metavar="DIR", help="Where the fresh database and the digest go."),
) -> None:
    """Run the main job on the bundled sample in a fresh database, and show what comes out."""
    from southbound.pipeline.demo import make_demo

    outcome = make_demo(Path(folder), settings=context_of(context).settings, tell=tell)
    typer.echo(outcome.table)
    typer.echo(f"\ndigest of {outcome.session}: {outcome.digest}")
    typer.echo(f"database: {outcome.database}")
