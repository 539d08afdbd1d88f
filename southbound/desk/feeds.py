"""The feeds: how each is doing, what needs a look first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from southbound.feeds.health import FeedHealth
from southbound.pipeline.feeds import health_of_feeds
from southbound.settings import Settings, read_configured_feeds
from southbound.store import Store

#: The worst first.
STATES = ("dead", "failing", "silent", "new", "ok", "off")


def build_feeds(store: Store, *, settings: Settings, now: datetime) -> tuple[FeedHealth, ...]:
    """Return the health of the configured feeds, the worst first.

    Raises:
        UsageError: a list of feeds can't be read.
    """
    feeds = health_of_feeds(store, read_configured_feeds(settings, None), now=now)
    return tuple(sorted(feeds, key=lambda feed: (STATES.index(feed.state), feed.facts.publisher)))


def frame_of_feeds(feeds: Sequence[FeedHealth]) -> pd.DataFrame:
    """Return the feeds' health as a table for download."""
    rows = [
        {
            "url": feed.facts.url,
            "publisher": feed.facts.publisher,
            "state": feed.state,
            "last_good_at": feed.facts.succeeded_at,
            "next_poll_at": feed.facts.next_poll_at,
            "failures_in_a_row": feed.facts.n_failures,
            "reason": feed.facts.reason,
            "articles_24h": feed.n_day,
            "norm_24h": feed.norm,
            "repeat_share_28d": feed.repeat_share,
            "polls_28d": feed.facts.n_polls,
            "failed_polls_28d": feed.facts.n_failed_polls,
        }
        for feed in feeds
    ]
    frame = pd.DataFrame(rows)
    for name in ("last_good_at", "next_poll_at"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame
