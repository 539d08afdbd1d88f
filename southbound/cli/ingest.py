"""`southbound ingest ...`: feeds, articles, flows (the market data is in `ingest_market`)."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from southbound.cli import pages
from southbound.cli.context import Context, choose, context_of, end_with_rejections, progress, tell
from southbound.error import SouthboundError, UsageError

app = typer.Typer(help="Bring news, flows and prices into the database.", no_args_is_help=True)

_SECONDS_BETWEEN_ROUNDS = 30
_FILES = typer.Argument(..., metavar="FILE...", help="Files to import.")

app.command("pages")(pages.ingest_pages)


@app.command("feeds")
def ingest_feeds(
    context: typer.Context,
    once: bool = typer.Option(False, "--once", help="Poll the feeds that are due once, then stop."),
    config: str = typer.Option(
        "",
        "--config",
        metavar="FILE",
        help="List of feeds. Default: the shipped one and your own (feeds.files).",
    ),
) -> None:
    """Poll the feeds that are due; without --once, go on, reading new articles' pages between the rounds."""
    from ingest.http import make_client
    from southbound.memory import give_back_large_blocks
    from southbound.pipeline.page.queue import queue_pages
    from southbound.pipeline.page.work import read_pages
    from southbound.pipeline.poll import poll_feeds
    from southbound.settings import read_configured_feeds

    give_back_large_blocks()
    shell = context_of(context)
    settings, limits = shell.settings.page, shell.settings.poll.limits
    feeds = read_configured_feeds(shell.settings, Path(config) if config else None)
    with shell.store() as store, make_client(limits) as client:
        while True:
            report = poll_feeds(store, feeds, settings=shell.settings.poll, tell=tell)
            n_queued = queue_pages(store, feeds, settings=settings)
            if once:
                break
            for line in report.rejected:
                tell(f"rejected: {line}")
            if report.outcomes:
                tell(f"{report.describe()}; {report.summary('articles')}")
            read_pages(
                store, client, settings=settings, allow_private=limits.allow_private_addresses, tell=tell
            )
            time.sleep(_SECONDS_BETWEEN_ROUNDS)
    tell(report.describe())
    if n_queued:
        tell(f"{n_queued:,} pages to read for their full text: `southbound ingest pages --once`")
    summary = report.summary("articles")
    tell(summary)
    end_with_rejections(report.rejected, done=summary)


@app.command("articles")
def ingest_articles(
    context: typer.Context,
    files: list[str] = _FILES,
    again: bool = typer.Option(
        False, "--again", help="Read files that are done, or half done, from the start."
    ),
) -> None:
    """Import articles from JSON Lines (also .gz), CSV, Parquet, WARC or GDELT GKG 2.1 files.

    A file that was imported is passed over; an import that was stopped goes on where it was.
    """
    from southbound.pipeline.archive import ingest_articles as work
    from southbound.pipeline.archive import size_of

    shell = context_of(context)
    paths = [Path(file) for file in files]
    with shell.store() as store, progress("articles", total=size_of(paths)) as advance:
        report = work(
            store,
            paths,
            settings=shell.settings.ingest,
            again=again,
            on_progress=advance,
            tell=tell,
        )
    summary = report.summary("articles")
    tell(summary)
    end_with_rejections(report.rejected, done=summary)


@app.command("flows")
def ingest_flows(
    context: typer.Context,
    files: list[str] = typer.Argument(None, metavar="FILE...", help="Files to import; or give --source."),
    adapter: str = typer.Option(
        "", help="Of files: hkex, eastmoney, tushare or csv. Default: told from the content."
    ),
    source: str = typer.Option("", help="Fetch instead: hkex (a file a session) or eastmoney (its history)."),
    since: str = typer.Option("", metavar="D", help="First session to fetch. Default: 30 days ago."),
    until: str = typer.Option("", metavar="D", help="Last session to fetch. Default: today."),
    again: bool = typer.Option(False, "--again", help="Fetch also what the source has told already."),
    any_size: bool = typer.Option(
        False, "--any-size", help="Store also figures whose size says that their unit is wrong."
    ),
) -> None:
    """Bring in Stock Connect flows, from files or from where they are published.

    Files: HKEX's daily file, Eastmoney's history (JSON, or akshare's table), tushare's ggt_daily and
    moneyflow_hsgt, or CSV (date, net, ... in HKD million). A fetch goes on where the last one stopped, and
    says of which sessions there is no figure.
    """
    from southbound.pipeline.flow import ingest_flows as work

    shell = context_of(context)
    if bool(files) == bool(source):
        raise UsageError("give files to import, or --source hkex or eastmoney to fetch; not both")
    if source:
        _fetch_flows(shell, source, since=since, until=until, again=again, any_size=any_size)
        return
    with shell.store() as store:
        report = work(
            store,
            map(Path, files),
            adapter=adapter or None,
            settings=shell.settings.ingest,
            any_size=any_size,
        )
    summary = report.summary("sessions of flow")
    tell(summary)
    end_with_rejections(report.rejected, done=summary)


def _fetch_flows(shell: Context, source: str, *, since: str, until: str, again: bool, any_size: bool) -> None:
    from datetime import UTC, datetime, timedelta

    from southbound.instant import HONG_KONG, parse_day
    from southbound.pipeline.flow import FlowRequest, fetch_flows, gap_lines
    from southbound.pipeline.series import calendar_from_settings

    today = datetime.now(tz=HONG_KONG).date()
    request = FlowRequest(
        source=choose(source, valid=("hkex", "eastmoney"), option="--source"),
        since=parse_day(since) if since else today - timedelta(days=30),
        until=min(parse_day(until), today) if until else today,
        again=again,
        any_size=any_size,
    )
    settings = shell.settings
    calendar = calendar_from_settings(settings)
    if request.until > calendar.southbound_known_until:
        tell(
            f"the mainland calendar ends with {calendar.southbound_known_until}: whether southbound trades "
            "later isn't known; update exchange_calendars, or list days in config/calendar.yaml"
        )
    with shell.store() as store, progress("sessions", total=None) as advance:
        report = fetch_flows(
            store,
            request,
            calendar=calendar,
            ingest=settings.ingest,
            sources=settings.flows,
            now=lambda: datetime.now(tz=UTC),
            on_progress=advance,
        )
    for line in gap_lines(report.gaps):
        tell(f"no figure: {line}")
    summary = report.summary("sessions of flow")
    tell(summary)
    if report.stopped:
        raise SouthboundError(f"{report.stopped} (stored so far: {summary})")
    end_with_rejections(report.rejected, done=summary)
