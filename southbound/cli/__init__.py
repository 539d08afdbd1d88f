"""The command `southbound`: one room a command group, and one place where errors become exit codes.

Whatever is heavy (models, data frames, charts) is imported inside the commands, so that help answers
at once.
"""

from __future__ import annotations

import sys

import typer

from southbound.cli import (
    alerts,
    claims,
    database,
    deliver,
    demo,
    digest,
    drivers,
    entities,
    evaluate,
    explain,
    feeds,
    flows,
    index,
    ingest,
    ingest_market,
    review,
    search,
    series,
    serve,
    stories,
    table,
    tag,
    themes,
    train,
)
from southbound.cli import (
    run as run_command,
)
from southbound.cli.context import Context, version_callback
from southbound.cli.outcome import INTERRUPTED, end_with_error

app = typer.Typer(
    name="southbound",
    help="News to signals for Hong Kong and China markets: tags with evidence, point-in-time theme series.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def set_globals(
    context: typer.Context,
    db: str = typer.Option(
        "",
        envvar="SOUTHBOUND_DB",
        metavar="PATH",
        help="Database file. Default: southbound.db in this folder.",
    ),
    config: str = typer.Option(
        "", envvar="SOUTHBOUND_CONFIG", metavar="FILE", help="Settings that differ from the defaults (YAML)."
    ),
    _version: bool = typer.Option(
        False, "--version", callback=version_callback, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Take the options that every command shares."""
    context.obj = Context(db=db, config=config)


app.command("demo")(demo.run_demo)
app.add_typer(ingest.app, name="ingest")
app.add_typer(feeds.app, name="feeds")
ingest.app.command("prices")(ingest_market.ingest_prices)
ingest.app.command("monetary")(ingest_market.ingest_monetary)
ingest.app.command("securities")(ingest_market.ingest_securities)
ingest.app.command("listings")(ingest_market.ingest_listings)
app.command("tag")(tag.run_tag)
app.command("train")(train.run_train)
app.command("series")(series.run_series)
app.command("alerts")(alerts.run_alerts)
app.command("regimes")(alerts.run_regimes)
app.command("drivers")(drivers.run_drivers)
app.command("flows")(flows.run_flows)
app.command("index")(index.run_index)
app.command("table")(table.run_table)
app.command("evaluate")(evaluate.run_evaluate)
app.command("digest")(digest.run_digest)
app.command("deliver")(deliver.run_deliver)
app.command("search")(search.run_search)
app.command("explain")(explain.run_explain)
app.command("run")(run_command.run_run)
app.command("serve")(serve.run_serve)
app.add_typer(serve.app, name="token")
app.add_typer(entities.app, name="entities")
app.add_typer(review.app, name="review")
app.add_typer(stories.app, name="stories")
app.add_typer(claims.app, name="claims")
app.add_typer(themes.app, name="themes")
app.add_typer(database.app, name="db")


def main() -> None:
    """Run the command and end with its exit code: 0 done, 2 usage or unreadable input, 3 partly, 1 else."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command on arguments and return the exit code."""
    try:
        result = app(args=arguments, prog_name="southbound", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last resort: all end with one line
        return end_with_error(error)
    if result == INTERRUPTED:  # what typer makes of Ctrl-C, without a word
        return end_with_error(KeyboardInterrupt())
    return result if isinstance(result, int) else 0
