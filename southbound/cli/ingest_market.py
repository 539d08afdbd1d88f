"""`southbound ingest prices, monetary, securities, listings`: market data from files or from its sources."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, choose, context_of, end_with_rejections, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from ingest.download import Downloader
    from southbound.pipeline.report import Report

#: More remarks than this are counted, not listed.
_SHOWN_NOTES = 20
_FILES = typer.Argument(None, metavar="[FILE...]", help="Files to import.", show_default=False)
_SINCE = typer.Option("", metavar="DATE", help="First day to fetch, such as 2025-01-01.")


def ingest_prices(
    context: typer.Context,
    files: list[str] = _FILES,
    asset: list[str] = typer.Option(
        [], metavar="ID", help="Whose prices, such as INDEX:HSI or XHKG:9988; several with --source."
    ),
    adapter: str = typer.Option(
        "", help="yahoo, stooq, hkex, akshare or csv. Default: told from the content."
    ),
    adjusted: bool | None = typer.Option(
        None, "--adjusted/--raw", help="Whether a CSV is adjusted for dividends, where it doesn't tell."
    ),
    source: str = typer.Option("", help="Fetch instead: from yahoo, stooq or hkex (daily quotations)."),
    since: str = _SINCE,
) -> None:
    """Import or fetch daily prices: Yahoo's charts, Stooq, HKEX's daily quotations, akshare, CSV."""
    from southbound.pipeline.price import PriceQuery, Reading, fetch_prices
    from southbound.pipeline.price import ingest_prices as work

    shell = context_of(context)
    _require_one(files, source)
    if not source:
        if len(asset) > 1:
            raise UsageError("--asset is given once with files; the files say the rest, or go in one by one")
        reading = Reading(asset=asset[0] if asset else None, adapter=adapter or None, adjusted=adjusted)
        with shell.store() as store:
            report = work(store, map(Path, files), reading=reading, settings=shell.settings)
        _end(report, "closing prices")
        return
    query = PriceQuery(
        source=choose(source, valid=("yahoo", "stooq", "hkex"), option="--source"),
        assets=_assets_of(asset),
        since=_day(since, option="--since"),
    )
    with shell.store() as store, _downloader(shell) as downloader:
        report = fetch_prices(
            store, query, settings=shell.settings, downloader=downloader, now=datetime.now(tz=UTC)
        )
    _end(report, "closing prices")


def ingest_monetary(
    context: typer.Context,
    files: list[str] = _FILES,
    source: str = typer.Option("", help="Fetch instead: from hkma, the API of the HKMA."),
    since: str = _SINCE,
) -> None:
    """Import or fetch the HKMA's figures (HIBOR, aggregate balance, exchange rates) and press releases."""
    from southbound.pipeline.monetary import fetch_monetary
    from southbound.pipeline.monetary import ingest_monetary as work

    shell = context_of(context)
    _require_one(files, source)
    with shell.store() as store:
        if not source:
            report = work(store, map(Path, files), settings=shell.settings)
        else:
            choose(source, valid=("hkma",), option="--source")
            first = _day(since, option="--since")
            with _downloader(shell) as downloader:
                report = fetch_monetary(
                    store,
                    since=first,
                    settings=shell.settings,
                    downloader=downloader,
                    now=datetime.now(tz=UTC),
                )
    _end(report, "observations")


def ingest_securities(
    context: typer.Context,
    files: list[str] = typer.Argument(..., metavar="FILE...", help="HKEX's lists, from the oldest on."),
    day: str = typer.Option(
        "", "--date", metavar="DATE", help="Day of a list that doesn't tell it. Default: today."
    ),
) -> None:
    """Import HKEX's list of securities (.xlsx or CSV): names, types, board lots, and what was delisted."""
    from southbound.pipeline.listing import ingest_securities as work

    shell = context_of(context)
    as_at = _day(day, option="--date") if day else None
    with shell.store() as store:
        report = work(store, map(Path, files), as_at=as_at, settings=shell.settings)
    _end(report, "securities")


def ingest_listings(
    context: typer.Context,
    files: list[str] = _FILES,
    source: str = typer.Option("", help="Fetch instead: from hkex."),
) -> None:
    """Import or fetch HKEX's progress of new listings: who applied, passed the hearing, listed or lapsed."""
    from southbound.pipeline.listing import fetch_applications, ingest_applications

    shell = context_of(context)
    _require_one(files, source)
    with shell.store() as store:
        if not source:
            report = ingest_applications(store, map(Path, files), settings=shell.settings)
        else:
            choose(source, valid=("hkex",), option="--source")
            with _downloader(shell) as downloader:
                report = fetch_applications(
                    store, settings=shell.settings, downloader=downloader, now=datetime.now(tz=UTC)
                )
    _end(report, "applications")


def _require_one(files: list[str] | None, source: str) -> None:
    if bool(files) == bool(source):
        raise UsageError("give either FILE... to import, or --source to fetch from")


def _assets_of(assets: list[str]) -> tuple[str, ...]:
    if not assets:
        raise UsageError("--source needs --asset ID, once for each asset, such as --asset XHKG:9988")
    return tuple(assets)


def _day(text: str, *, option: str) -> date:
    from southbound.instant import parse_day

    if not text:
        raise UsageError(f"--source needs {option} DATE, such as {option} 2025-01-01")
    return parse_day(text)


def _downloader(shell: Context) -> Downloader:
    from ingest.download import Downloader, Manners

    return Downloader(Manners(spacing_seconds=shell.settings.market.spacing_seconds))


def _end(report: Report, noun: str) -> None:
    for line in report.noted[:_SHOWN_NOTES]:
        tell(f"note: {line}")
    more = len(report.noted) - _SHOWN_NOTES
    if more > 0:
        tell(f"note: and {more:,} more")
    summary = report.summary(noun)
    tell(summary)
    end_with_rejections(report.rejected, done=summary)
