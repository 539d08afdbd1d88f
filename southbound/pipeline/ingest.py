"""Bring articles, flows and prices into the store. The same input twice adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ingest.archive import read_articles
from ingest.connect.reader import read_flows
from ingest.feed import FeedConfig, ParsedFeed, parse_feed
from ingest.http import Client, FetchResult, Validators, make_client, retrieve
from ingest.price import read_prices
from southbound.instant import HONG_KONG
from southbound.pipeline.flow import FlowIntake
from southbound.pipeline.report import Report
from southbound.settings import IngestSettings
from southbound.store import Store
from southbound.store.feed import FeedState
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
    store: Store,
    paths: Iterable[Path],
    *,
    adapter: str | None,
    settings: IngestSettings,
    any_size: bool = False,
) -> Report:
    """Import Stock Connect flows, one transaction a file.

    Flows that seem to be in a wrong unit are rejected, unless `any_size`.

    Raises:
        UnreadableInputError: a file can't be used; the files before it are stored.
    """
    report = Report()
    intake = FlowIntake(store, settings, any_size=any_size)
    for path in paths:
        with store.transaction():
            flows = read_flows(path, adapter=adapter)
            intake.take(flows, report, where=path.name, seen_at=datetime.now(tz=UTC))
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


def poll_feeds(
    store: Store, feeds: Sequence[FeedConfig], *, only_due: bool = True, tell: Callable[[str], None]
) -> Report:
    """Poll feeds one after the other, each in its own transaction; a failing one never stops the others.

    Args:
        store: where articles and the feeds' validators are kept.
        feeds: what to poll.
        only_due: leave out a feed whose interval has not passed since its last poll.
        tell: receives one line a feed.
    """
    report = Report()
    with make_client() as client:
        for feed in feeds:
            state = store.feeds.state(feed.url)
            now = datetime.now(tz=UTC)
            if feed.enabled and (not only_due or is_due(feed, state, now)):
                _poll(store, feed, state, client, report, tell)
    return report


def is_due(feed: FeedConfig, state: FeedState, now: datetime) -> bool:
    """Say whether a feed's interval has passed since its last poll (or the clock was set back)."""
    if state.polled_at is None or state.polled_at > now:
        return True
    return now - state.polled_at >= timedelta(minutes=feed.interval_minutes)


def _poll(
    store: Store,
    feed: FeedConfig,
    state: FeedState,
    client: Client,
    report: Report,
    tell: Callable[[str], None],
) -> None:
    validators = Validators(etag=state.etag, last_modified=state.last_modified, body_hash=state.body_hash)
    result = retrieve(feed, validators, client)
    polled_at = datetime.now(tz=UTC)
    if result.status == "ok":
        parsed = parse_feed(result.payload, feed=feed, headers=result.headers, seen_at=polled_at)
        if parsed.is_feed:
            tell(f"{feed.publisher}: {_keep(store, feed, result, parsed, polled_at, report)}")
            return
        reason = parsed.reason or f"feed {feed.url} can't be read"
    elif result.status == "not_modified":
        with store.transaction():
            store.feeds.record_success(
                feed.url, publisher=feed.publisher, polled_at=polled_at, status="not_modified", state=state
            )
        tell(f"{feed.publisher}: nothing new ({feed.url})")
        return
    else:
        reason = result.reason or f"feed {feed.url} failed"
    with store.transaction():
        store.feeds.record_failure(feed.url, publisher=feed.publisher, polled_at=polled_at, reason=reason)
    report.rejected.append(reason)


def _keep(
    store: Store,
    feed: FeedConfig,
    result: FetchResult,
    parsed: ParsedFeed,
    polled_at: datetime,
    report: Report,
) -> str:
    """Store a feed's articles together with its validators, and say what was new."""
    own = Report(rejected=[str(rejection) for rejection in parsed.rejected])
    state = FeedState(
        etag=result.etag, last_modified=result.last_modified, body_hash=result.body_hash, polled_at=polled_at
    )
    with store.transaction():
        own.added = store.articles.add(
            parsed.articles, seen_at=polled_at, basis="published" if feed.archive else "seen"
        )
        store.feeds.record_success(
            feed.url, publisher=feed.publisher, polled_at=polled_at, status="ok", state=state
        )
    report.added += own.added
    report.rejected += own.rejected
    return own.summary("articles")


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
