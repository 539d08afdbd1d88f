"""Bring HKEX's lists into the store: what is listed, and who applied to be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.download import Downloader
from ingest.error import DownloadError, UnreadableInputError
from ingest.listing import BOARDS, LISTS, read_applications
from ingest.security import read_securities
from southbound.error import UsageError
from southbound.instant import HONG_KONG
from southbound.pipeline.report import Report
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.version import PublicationTime

_NOT_FOUND = 404


def ingest_securities(
    store: Store, paths: Iterable[Path], *, as_at: date | None, settings: Settings
) -> Report:
    """Import HKEX's lists of securities, one transaction a list.

    Args:
        store: where they go.
        paths: the lists, from the oldest to the newest.
        as_at: the day of a list that doesn't tell it; today where missing.
        settings: when lists are public.

    Raises:
        UnreadableInputError: a file can't be used; the lists before it are stored.
        UsageError: a list is of the future, older than a stored one, or cut off.
    """
    report = Report()
    for path in paths:
        now = datetime.now(tz=UTC)
        found = read_securities(path)
        report.rejected += map(str, found.rejected)
        today = now.astimezone(HONG_KONG).date()
        day = as_at or found.as_at or today
        if day > today:
            raise UsageError(f"{path} is a list of {day}, which lies in the future; give its day with --date")
        with store.transaction():
            report.added += store.securities.add_list(
                found.securities,
                as_at=day,
                source=f"hkex:{path.name}",
                seen_at=now,
                public=_public(settings),
            )
    return report


def ingest_applications(store: Store, paths: Iterable[Path], *, settings: Settings) -> Report:
    """Import HKEX's lists of applications for listing, one transaction a file.

    Raises:
        UnreadableInputError: a file can't be used; the files before it are stored.
    """
    report = Report()
    for path in paths:
        _add_applications(store, path, report, settings=settings, now=datetime.now(tz=UTC))
    return report


def fetch_applications(store: Store, *, settings: Settings, downloader: Downloader, now: datetime) -> Report:
    """Fetch the lists of every state and both boards; one that can't be had is told."""
    report = Report()
    base = settings.market.listings_url.rstrip("/")
    with TemporaryDirectory() as folder:
        for name in (f"{kind}_{board}_e.json" for board, kind in product(BOARDS, LISTS)):
            path = Path(folder) / name
            try:
                path.write_bytes(downloader.get(f"{base}/{name}").payload)
                _add_applications(store, path, report, settings=settings, now=now)
            except DownloadError as error:
                # Not every state has a list on the second board.
                target = report.noted if error.status == _NOT_FOUND and "_gem_" in name else report.rejected
                target.append(str(error))
            except UnreadableInputError as error:
                report.rejected.append(str(error))
    return report


def _add_applications(store: Store, path: Path, report: Report, *, settings: Settings, now: datetime) -> None:
    applications = list(report.accept(read_applications(path, now=now)))
    with store.transaction():
        report.added += store.applications.add(applications, seen_at=now, public=_public(settings))


def _public(settings: Settings) -> PublicationTime:
    return PublicationTime(at=settings.market.figures_public_at, timezone=HONG_KONG)
