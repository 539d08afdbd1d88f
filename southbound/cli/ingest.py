"""`southbound ingest ...`: feeds, articles, flows, prices."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from southbound.cli.context import context_of, end_with_rejections, progress, tell

app = typer.Typer(help="Bring news, flows and prices into the database.", no_args_is_help=True)

_SECONDS_BETWEEN_ROUNDS = 30
_FILES = typer.Argument(..., metavar="FILE...", help="Files to import.")


@app.command("feeds")
def ingest_feeds(
    context: typer.Context,
    once: bool = typer.Option(False, "--once", help="Poll the feeds that are due once, then stop."),
    config: str = typer.Option(
        "", "--config", metavar="FILE", help="List of feeds. Default: the bundled one."
    ),
) -> None:
    """Poll the feeds that are due; without --once, go on until stopped."""
    from southbound.pipeline.poll import poll_feeds
    from southbound.settings import read_feeds

    shell = context_of(context)
    feeds = read_feeds(Path(config) if config else None)
    with shell.store() as store:
        while True:
            report = poll_feeds(store, feeds, settings=shell.settings.poll, tell=tell)
            if once:
                break
            for line in report.rejected:
                tell(f"rejected: {line}")
            if report.outcomes:
                tell(f"{report.describe()}; {report.summary('articles')}")
            time.sleep(_SECONDS_BETWEEN_ROUNDS)
    tell(report.describe())
    summary = report.summary("articles")
    tell(summary)
    end_with_rejections(report.rejected, done=summary)


@app.command("articles")
def ingest_articles(context: typer.Context, files: list[str] = _FILES) -> None:
    """Import articles from JSON Lines (also .gz), CSV or Parquet."""
    from southbound.pipeline.ingest import ingest_articles as work

    shell = context_of(context)
    with shell.store() as store, progress("articles", total=None) as advance:
        report = work(store, map(Path, files), settings=shell.settings.ingest, on_progress=advance)
    summary = report.summary("articles")
    tell(summary)
    end_with_rejections(report.rejected, done=summary)


@app.command("flows")
def ingest_flows(
    context: typer.Context,
    files: list[str] = _FILES,
    adapter: str = typer.Option("", help="hkex or csv. Default: told from the content."),
) -> None:
    """Import southbound Stock Connect flows: HKEX's daily file, or CSV (date, net, ... in HKD million)."""
    from southbound.pipeline.ingest import ingest_flows as work

    shell = context_of(context)
    with shell.store() as store:
        report = work(store, map(Path, files), adapter=adapter or None, settings=shell.settings.ingest)
    summary = report.summary("sessions of flow")
    tell(summary)
    end_with_rejections(report.rejected, done=summary)


@app.command("prices")
def ingest_prices(
    context: typer.Context,
    files: list[str] = _FILES,
    asset: str = typer.Option("", metavar="ID", help="Whose prices, such as INDEX:HSI or XHKG:9988."),
    adapter: str = typer.Option("", help="csv, the only one so far."),
) -> None:
    """Import daily prices from CSV (date, close, ...); names like HSI.csv or 0700.HK.csv tell the asset."""
    from southbound.pipeline.ingest import ingest_prices as work

    shell = context_of(context)
    with shell.store() as store:
        report = work(
            store,
            map(Path, files),
            asset=asset or None,
            adapter=adapter or None,
            settings=shell.settings.ingest,
        )
    summary = report.summary("closing prices")
    tell(summary)
    end_with_rejections(report.rejected, done=summary)
