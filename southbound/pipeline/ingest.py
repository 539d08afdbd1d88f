"""Bring files of articles, flows and prices into the store. The same input twice adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ingest.archive import read_articles
from ingest.flow import read_flows
from ingest.price import read_prices
from southbound.instant import HONG_KONG
from southbound.pipeline.report import Report
from southbound.settings import IngestSettings
from southbound.store import Store
from southbound.store.market import PublicationTime

_BATCH_ARTICLES = 1000
_Item = TypeVar("_Item")


def ingest_articles(
    store: Store,
    paths: Iterable[Path],
    *,
    settings: IngestSettings,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Import archives of articles, in transactions of a thousand.

    An archived article counts as known when it was published.

    Raises:
        UnreadableInputError: a file can't be used; what came before it is stored.
    """
    report = Report()
    seen_at = datetime.now(tz=UTC)
    for path in paths:
        records = report.accept(read_articles(path, timezone=settings.archive_zone, now=seen_at))
        for batch in _batches(records, _BATCH_ARTICLES):
            with store.transaction():
                report.added += store.articles.add(batch, seen_at=seen_at, basis="published")
            on_progress(len(batch))
    return report


def ingest_flows(
    store: Store, paths: Iterable[Path], *, adapter: str | None, settings: IngestSettings
) -> Report:
    """Import southbound flows, one transaction a file.

    Raises:
        UnreadableInputError: a file can't be used; the files before it are stored.
    """
    report = Report()
    public = PublicationTime(at=settings.flow_public_at, timezone=HONG_KONG)
    for path in paths:
        with store.transaction():
            flows = report.accept(read_flows(path, adapter=adapter))
            report.added += store.market.add_flows(flows, seen_at=datetime.now(tz=UTC), public=public)
    return report


def ingest_prices(
    store: Store, paths: Iterable[Path], *, asset: str | None, adapter: str | None, settings: IngestSettings
) -> Report:
    """Import daily prices, one transaction a file.

    Raises:
        UnreadableInputError: a file can't be used; the files before it are stored.
    """
    report = Report()
    public = PublicationTime(at=settings.price_public_at, timezone=HONG_KONG)
    for path in paths:
        with store.transaction():
            prices = report.accept(read_prices(path, asset=asset, adapter=adapter))
            report.added += store.market.add_prices(prices, seen_at=datetime.now(tz=UTC), public=public)
    return report


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
