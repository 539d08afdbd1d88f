"""`southbound db ...`: the care of the database."""

from __future__ import annotations

from pathlib import Path

import typer

from southbound.cli.context import choose, context_of, tell
from southbound.error import DamagedDatabaseError, StoreError, UsageError

app = typer.Typer(help="Check, back up and upgrade the database.", no_args_is_help=True)


@app.command("check")
def check(context: typer.Context) -> None:
    """Look the database over: pages, references, search index."""
    shell = context_of(context)
    try:
        with shell.store(read_only=True) as store:
            findings = store.check()
            # A damaged file may not even be counted.
            count = 0 if findings else store.articles.count()
    except DamagedDatabaseError as error:
        raise StoreError(
            f"{shell.database} has faults that keep it from being read; restore a backup"
        ) from error
    for finding in findings:
        tell(finding)
    if findings:
        raise StoreError(f"{shell.database} has {len(findings)} faults; restore a backup")
    typer.echo(f"{shell.database} is sound: {count:,} articles")


@app.command("backup")
def backup(
    context: typer.Context, file: str = typer.Argument(..., metavar="FILE", help="A new file.")
) -> None:
    """Copy the database to a new file, while it is in use."""
    shell = context_of(context)
    with shell.store(read_only=True) as store:
        store.backup(Path(file))
    typer.echo(f"{shell.database} is backed up to {file}")


@app.command("upgrade")
def upgrade(context: typer.Context) -> None:
    """Bring the database to this version's schema; commands that write do so by themselves."""
    from southbound.store.schema import USER_VERSION

    shell = context_of(context)
    if not shell.database.is_file():
        raise UsageError(f"there is no database {shell.database}; give --db")
    with shell.store():
        typer.echo(f"{shell.database} is of schema {USER_VERSION}, this version's")


@app.command("export")
def export(
    context: typer.Context,
    folder: str = typer.Argument(..., metavar="FOLDER", help="Where the files go; made if need be."),
    output_format: str = typer.Option("parquet", "--format", help="parquet, the only one so far."),
    as_of: str = typer.Option("", metavar="T", help="Only what was known before this instant or day."),
) -> None:
    """Write articles without text, tags, entities, prices, flows and sessions as files for DuckDB, pandas."""
    from southbound.instant import parse_as_of
    from southbound.pipeline.columns import export_columns

    shell = context_of(context)
    choose(output_format, valid=("parquet",), option="--format")
    instant = parse_as_of(as_of) if as_of else None
    with shell.store(read_only=True) as store:
        files = export_columns(store, Path(folder), settings=shell.settings, as_of=instant)
    for file in files:
        typer.echo(f"{file.path}: {file.n_rows:,} rows")


@app.command("datasette")
def datasette(
    context: typer.Context,
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Print metadata for Datasette: what tables and columns hold, and queries to start from."""
    from southbound.datasette import metadata_text
    from southbound.export import write_text

    text = metadata_text(context_of(context).database)
    write_text(text, target=Path(output) if output else None)
    if output:
        tell(f"now: datasette {context_of(context).database} -m {output}")
