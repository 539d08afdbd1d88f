"""`southbound feeds ...`: how the feeds are doing, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import choose, context_of, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from ingest.discovery.probe import FoundFeed

app = typer.Typer()

_CONFIG = typer.Option(
    "", "--config", metavar="FILE", help="List of feeds. Default: the shipped one and your own (feeds.files)."
)
_OWN = typer.Option(
    "", "--config", metavar="FILE", help="List of feeds to write to. Default: the first of feeds.files."
)


@app.callback(invoke_without_command=True)
def show_feeds(
    context: typer.Context,
    form: str = typer.Option("text", "--format", help="text or json."),
    config: str = _CONFIG,
) -> None:
    """Show how each feed is doing; find, import and export feeds.

    24 h is what came in the last 24 hours; norm is the median of the same hours in the four weeks before.
    repeats is the share of its articles of 28 days whose text was stored before, failed counts its polls of
    28 days, and clock is by how much the server's clock runs ahead of ours.
    """
    if context.invoked_subcommand is not None:
        return
    from southbound.feeds.listing import summary, write_health
    from southbound.pipeline.feeds import health_of_feeds
    from southbound.settings import read_configured_feeds

    choose(form, valid=("text", "json"), option="--format")
    shell = context_of(context)
    feeds = read_configured_feeds(shell.settings, Path(config) if config else None)
    now = datetime.now(tz=UTC)
    with shell.store(read_only=True) as store:
        found = health_of_feeds(store, feeds, now=now)
    typer.echo(write_health(found, form=form, now=now), nl=False)
    tell(summary(found))


@app.command("add")
def add_feed(
    context: typer.Context,
    url: str = typer.Argument(..., metavar="URL", help="A feed, a page that names one, or a site."),
    config: str = _OWN,
    pick: int = typer.Option(0, "--pick", min=0, metavar="N", help="Which one, where several are found."),
) -> None:
    """Find the feed behind a page, see that it can be read, and add it to your own list."""
    from ingest.discovery.probe import find_feeds
    from ingest.http import make_client
    from southbound.pipeline.feeds import add_found

    settings = context_of(context).settings
    with make_client(settings.poll.limits) as client:
        found = find_feeds(client, url, seen_at=datetime.now(tz=UTC))
    chosen = _chosen(found, pick)
    path = add_found(settings, Path(config) if config else None, chosen)
    feed = chosen.feed
    tell(f"added {feed.url} to {path}; `southbound ingest feeds` polls it from now on")
    tell(
        f"guessed: publisher {feed.publisher}, language {feed.language or 'told from each article'}, "
        f"timezone {feed.timezone}; change them there where they are wrong"
    )


@app.command("import")
def import_feeds(
    context: typer.Context,
    file: str = typer.Argument(..., metavar="FILE", help="OPML file, as feed readers export it."),
    config: str = _OWN,
) -> None:
    """Add the feeds of an OPML file to your own list, but those that are in it already."""
    from southbound.pipeline.feeds import import_list

    settings = context_of(context).settings
    imported, path = import_list(settings, Path(config) if config else None, Path(file))
    tell(f"{len(imported.added):,} feeds added to {path}, {imported.n_known:,} known already")


@app.command("export")
def export_feeds(
    context: typer.Context,
    config: str = _CONFIG,
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """Write the list of feeds as OPML 2.0, for other readers."""
    from ingest.discovery.opml import write_opml
    from southbound.pipeline.feeds import list_feeds

    feeds = list_feeds(context_of(context).settings, Path(config) if config else None)
    text = write_opml(feeds, title="Southbound", created_at=datetime.now(tz=UTC))
    if output:
        Path(output).write_text(text, encoding="utf-8")
        tell(f"{len(feeds):,} feeds written to {output}")
    else:
        typer.echo(text, nl=False)


def _chosen(found: Sequence[FoundFeed], pick: int) -> FoundFeed:
    if pick > len(found):
        raise UsageError(f"--pick takes 1 to {len(found)} here; not {pick}")
    if pick:
        return found[pick - 1]
    if len(found) == 1:
        return found[0]
    for number, one in enumerate(found, start=1):
        newest = f", latest {one.newest_at:%Y-%m-%d %H:%M}Z" if one.newest_at else ""
        typer.echo(f"{number}  {one.feed.url}  {one.title or 'untitled'} ({one.n_articles} articles{newest})")
    raise UsageError(f"{len(found)} feeds are there; choose one with --pick N")
