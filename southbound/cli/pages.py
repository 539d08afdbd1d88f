"""`southbound ingest pages`: the full text behind what feeds only summarise."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from southbound.cli.context import context_of, tell

_SECONDS_BETWEEN_ROUNDS = 30


def ingest_pages(
    context: typer.Context,
    once: bool = typer.Option(False, "--once", help="Read the pages that are due, then stop."),
    config: str = typer.Option(
        "", "--config", metavar="FILE", help="List of feeds. Default: the bundled one."
    ),
) -> None:
    """Read the pages behind new articles of which the feed holds a summary; without --once, go on."""
    from ingest.http import make_client
    from southbound.pipeline.page.queue import queue_pages
    from southbound.pipeline.page.work import read_pages
    from southbound.settings import read_feeds

    shell = context_of(context)
    settings = shell.settings.page
    feeds = read_feeds(Path(config) if config else None)
    if not settings.enabled:
        tell("pages are not read: page.enabled is off in the settings")
        return
    with shell.store() as store, make_client() as client:
        while True:
            queue_pages(store, feeds, settings=settings)
            report = read_pages(store, client, settings=settings, tell=tell)
            if once:
                break
            time.sleep(_SECONDS_BETWEEN_ROUNDS)
    tell(report.summary())
