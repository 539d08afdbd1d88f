"""Two claims of when an article was published: which is taken. Times are Hong Kong's, in February 2025."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.page.publication import Claim, decide_published, first_instant

ZONE = ZoneInfo("Asia/Hong_Kong")
SEEN = datetime(2025, 2, 11, 9, 10, tzinfo=ZONE)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2025, 2, day, hour, minute, second, tzinfo=ZONE)


def feed(instant: datetime) -> Claim:
    return Claim(instant=instant.astimezone(UTC), source="feed")


def page(instant: datetime, *, has_time: bool = True) -> Claim:
    return Claim(instant=instant.astimezone(UTC), source="meta", has_time=has_time)


@pytest.mark.parametrize(
    ("feed_claim", "page_claim", "published", "source", "reason"),
    [
        (feed(at(11, 9, 5)), page(at(11, 9, 2)), at(11, 9, 2), "page", "the page's time is earlier"),
        (feed(at(11, 9, 2)), page(at(11, 9, 5)), at(11, 9, 2), "feed", "the feed's time is earlier"),
        (feed(at(11, 9, 5)), page(at(11, 9, 5, 30)), at(11, 9, 5), "feed", "both agree"),
        (feed(at(11, 9, 5)), None, at(11, 9, 5), "feed", "the page's time is not stated"),
        (None, page(at(11, 9, 2)), at(11, 9, 2), "page", "the feed's time is not stated"),
        (
            feed(at(11, 9, 5)),
            page(at(11, 17, 2)),
            at(11, 9, 5),
            "feed",
            "the page's time lies ahead of when it was seen",
        ),
        (
            feed(at(11, 17, 5)),
            page(at(11, 9, 5)),
            at(11, 9, 5),
            "page",
            "the feed's time lies ahead of when it was seen",
        ),
        (
            feed(at(11, 9, 5)),
            page(at(11, 0), has_time=False),
            at(11, 9, 5),
            "feed",
            "the page's time is only a day",
        ),
        (feed(at(11, 9, 5)), page(at(11, 0)), at(11, 9, 5), "feed", "the page's time is only a day"),
        (feed(at(11, 0)), page(at(11, 8, 58)), at(11, 8, 58), "page", "the feed's time is only a day"),
        (feed(at(11, 0)), page(at(11, 0)), at(11, 0), "feed", "the feed's time is only a day"),
        (
            feed(at(11, 9, 5)),
            page(at(2, 10)),
            at(11, 9, 5),
            "feed",
            "the page's time is more than 3 days earlier",
        ),
        (feed(at(2, 10)), page(at(2, 9, 55)), at(2, 9, 55), "page", "the page's time is earlier"),
        (
            feed(at(11, 17, 5)),
            page(at(11, 17, 5)),
            None,
            "none",
            "the feed's time lies ahead of when it was seen",
        ),
        (None, page(at(2, 10)), None, "none", "the feed's time is not stated"),
        (None, None, None, "none", "the feed's time is not stated"),
    ],
)
def test_the_earlier_plausible_claim_is_taken(
    feed_claim: Claim | None,
    page_claim: Claim | None,
    published: datetime | None,
    source: str,
    reason: str,
) -> None:
    decided = decide_published(feed_claim, page_claim, seen_at=SEEN, zone=ZONE)
    assert (decided.published_at, decided.source, decided.reason) == (published, source, reason)


_HOURS = st.integers(-24 * 30, 24 * 30).map(lambda hours: SEEN + timedelta(hours=hours, minutes=7))


@given(st.none() | _HOURS.map(feed), st.none() | _HOURS.map(page))
def test_what_is_taken_was_claimed_and_was_past(feed_claim: Claim | None, page_claim: Claim | None) -> None:
    decided = decide_published(feed_claim, page_claim, seen_at=SEEN, zone=ZONE).published_at
    claims = {claim.instant for claim in (feed_claim, page_claim) if claim is not None}
    assert decided is None or (decided in claims and decided <= SEEN + timedelta(minutes=10))


def test_an_instant_is_better_than_a_day() -> None:
    day, instant = page(at(11, 0), has_time=False), page(at(11, 9))
    assert first_instant([day, instant]) is instant
    assert first_instant([day]) is day
    assert first_instant([]) is None
