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
        "",
        "--config",
        metavar="FILE",
        help="List of feeds. Default: the shipped one and your own (feeds.files).",
    ),
) -> None:
    """Read the pages behind new articles of which the feed holds a summary; without --once, go on."""
    from ingest.http import make_client
    from southbound.pipeline.page.queue import queue_pages
    from southbound.pipeline.page.work import read_pages
    from southbound.settings import read_configured_feeds

    shell = context_of(context)
    settings, limits = shell.settings.page, shell.settings.poll.limits
    feeds = read_configured_feeds(shell.settings, Path(config) if config else None)
    if not settings.enabled:
        tell("pages are not read: page.enabled is off in the settings")
        return
    with shell.store() as store, make_client(limits) as client:
        while True:
            queue_pages(store, feeds, settings=settings)
            report = read_pages(
                store, client, settings=settings, allow_private=limits.allow_private_addresses, tell=tell
            )
            if once:
                break
            time.sleep(_SECONDS_BETWEEN_ROUNDS)
    tell(report.summary())
