"""When an article was published, if its feed says one thing and its page another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

#: Clocks of publishers may run ahead by so much before a date counts as wrong.
MAX_CLOCK_LEAD = timedelta(minutes=10)
#: A page may be older than its entry in the feed by so much: what is older is another article's date.
MAX_DAYS_BEFORE = 3
#: Two claims closer than this say the same.
_SAME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A publication time that somebody states.

    Attributes:
        instant: Aware, UTC.
        source: Where it stands: ``feed``, ``json-ld``, ``meta``, ``time`` or ``text``.
        has_time: Whether a time of day is stated; else the instant is the day's midnight.
        has_zone: Whether a zone is stated; else the feed's was taken.
        raw: As it is written.
    """

    instant: datetime
    source: Literal["feed", "json-ld", "meta", "time", "text"]
    has_time: bool = True
    has_zone: bool = True
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is taken for the publication time, from whom, and why."""

    published_at: datetime | None
    source: Literal["feed", "page", "none"]
    reason: str


def decide_published(
    feed: Claim | None,
    page: Claim | None,
    *,
    seen_at: datetime,
    zone: tzinfo,
    max_days_before: int = MAX_DAYS_BEFORE,
) -> Publication:
    """Take the earlier plausible one of two claims.

    A claim is plausible if it is an instant (a bare day is none, nor is exactly midnight in the publisher's
    zone: a day that pretends to be one), not in the future of when the feed was seen, and, for the page's,
    not more than `max_days_before` days before the feed's claim (before it was seen, where the feed makes
    none). An old article's page under a new entry, or another article's date on it, fails the last.

    Seen at 09:10 on the 11th in Hong Kong (all times there), 3 days:

    ================  ==================  =================  ==========================================
    feed              page                published          because
    ================  ==================  =================  ==========================================
    09:05             09:02               page, 09:02        both plausible, the page's is earlier
    09:02             09:05               feed, 09:02        both plausible, the feed's is earlier
    09:05:00          09:05:30            feed, 09:05        they agree
    09:05             none                feed, 09:05        the page says nothing
    none              09:02               page, 09:02        the feed says nothing
    09:05             17:02 (08:02 "Z")   feed, 09:05        the page's lies ahead of when it was seen
    17:05             09:05               page, 09:05        the feed's lies ahead of when it was seen
    09:05             the 11th            feed, 09:05        the page says only the day
    the 11th, 00:00   08:58               page, 08:58        the feed says only the day
    the 11th, 00:00   the 11th            feed, 00:00        only the day is known; the feed's stays
    09:05             the 2nd, 10:00      feed, 09:05        the page's is more than 3 days earlier
    the 2nd, 10:00    the 2nd, 09:55      page, 09:55        an old article: the page's is 5 min earlier
    17:05             17:05               none               no claim is plausible
    none              none                none               nobody says anything
    ================  ==================  =================  ==========================================
    """
    feed_fault = _fault(feed, seen_at=seen_at, zone=zone)
    page_fault = _fault(page, seen_at=seen_at, zone=zone)
    if page is not None and page_fault is None:
        anchor = seen_at if feed is None or feed_fault == _AHEAD else feed.instant
        if page.instant < anchor - timedelta(days=max_days_before):
            page_fault = f"is more than {max_days_before} days earlier"
    if page is not None and page_fault is None:
        return _prefer_page(feed, page, feed_fault)
    if feed is not None and feed_fault in {None, _DAY}:
        reason = f"the page's time {page_fault}" if feed_fault is None else f"the feed's time {feed_fault}"
        return Publication(published_at=feed.instant, source="feed", reason=reason)
    return Publication(published_at=None, source="none", reason=f"the feed's time {feed_fault}")


_AHEAD = "lies ahead of when it was seen"
_DAY = "is only a day"
_ABSENT = "is not stated"


def _fault(claim: Claim | None, *, seen_at: datetime, zone: tzinfo) -> str | None:
    if claim is None:
        return _ABSENT
    if claim.instant > seen_at + MAX_CLOCK_LEAD:
        return _AHEAD
    local = claim.instant.astimezone(zone)
    is_midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return _DAY if is_midnight or not claim.has_time else None


def _prefer_page(feed: Claim | None, page: Claim, feed_fault: str | None) -> Publication:
    if feed is None or feed_fault is not None:
        return Publication(published_at=page.instant, source="page", reason=f"the feed's time {feed_fault}")
    if abs(feed.instant - page.instant) < _SAME:
        return Publication(published_at=feed.instant, source="feed", reason="both agree")
    if page.instant < feed.instant:
        return Publication(published_at=page.instant, source="page", reason="the page's time is earlier")
    return Publication(published_at=feed.instant, source="feed", reason="the feed's time is earlier")


def first_instant(claims: Sequence[Claim]) -> Claim | None:
    """Return the page's best claim: the first that states a time of day, else the first."""
    return next((claim for claim in claims if claim.has_time), claims[0] if claims else None)
