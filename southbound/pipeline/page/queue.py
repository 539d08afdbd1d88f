"""Which pages are to be read: told from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ingest.address import host_of_url
from ingest.feed import FeedConfig
from ingest.page.choice import address_of_page, wants_page
from southbound.settings import PageSettings
from southbound.store import Store


def queue_pages(
    store: Store, feeds: Sequence[FeedConfig], *, settings: PageSettings, now: datetime | None = None
) -> int:
    """Queue the pages of articles that feeds brought lately and of which they hold a summary only.

    It looks at what is stored, so it may be called after any poll or none, by anybody, as often as wanted:
    an article's page is queued once. Its later revisions in the feed aren't looked up again.

    Returns:
        How many were queued.
    """
    if not settings.enabled:
        return 0
    now = now or datetime.now(tz=UTC)
    known = {feed.url: feed for feed in feeds}
    chosen = []
    for candidate in store.pages.candidates(since=now - timedelta(hours=settings.queue_hours)):
        feed = known.get(candidate.feed_url)
        if feed is not None and wants_page(
            candidate.body, full_text=feed.full_text, summary_chars=settings.summary_chars
        ):
            url = address_of_page(candidate.url)
            chosen.append((candidate.article_pk, url, host_of_url(url), feed.timezone))
    if not chosen:
        return 0
    with store.transaction():
        return store.pages.queue(chosen, at=now)
