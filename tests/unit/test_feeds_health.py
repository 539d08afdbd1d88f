"""What a feed's polls and articles say of how it is doing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from southbound.feeds.health import (
    Arrival,
    FeedFacts,
    assess,
    is_silent,
    longest_pause,
    norm_of_day,
)

NOW = datetime(2025, 3, 12, 4, 0, tzinfo=UTC)  # a Wednesday, noon in Hong Kong
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def facts(*arrivals: Arrival, **changes: Any) -> FeedFacts:  # noqa: ANN401 - any field of the record
    base = FeedFacts(
        url="https://ledger.example/feed",
        publisher="Harbour Ledger",
        polled_at=NOW,
        succeeded_at=NOW,
        last_article_at=arrivals[-1].at if arrivals else None,
        arrivals=arrivals,
    )
    return replace(base, **changes)


def working_days(*, until: datetime, days: int, per_hour: int = 1) -> list[Arrival]:
    """Bring articles each hour from 09:00 to 18:00 in Hong Kong, Monday to Friday."""
    hours = (until - n * HOUR for n in reversed(range(days * 24)))
    return [Arrival(at=at, n_articles=per_hour) for at in hours if 1 <= at.hour <= 10 and at.weekday() < 5]


def test_a_feed_that_works_is_ok() -> None:
    found = assess(facts(*working_days(until=NOW, days=40)), now=NOW)
    assert (found.state, found.n_day, found.norm) == ("ok", 10, 10.0)
    assert found.silent_for == timedelta(0)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"enabled": False, "n_failures": 3}, "off"),
        ({"dead_since": NOW - DAY, "n_failures": 3}, "dead"),
        ({"n_failures": 1}, "failing"),
        ({"polled_at": None, "succeeded_at": None}, "new"),
        ({}, "ok"),
    ],
)
def test_the_gravest_state_is_told(changes: dict[str, object], state: str) -> None:
    assert assess(facts(**changes), now=NOW).state == state


def test_nights_weekends_and_holidays_are_no_silence() -> None:
    arrivals = working_days(until=NOW, days=40)
    monday = datetime(2025, 3, 10, 0, 30, tzinfo=UTC)
    until_friday = [arrival for arrival in arrivals if arrival.at < monday]
    weekend = facts(*until_friday, succeeded_at=monday, polled_at=monday)
    assert assess(weekend, now=monday).state == "ok"
    holiday = monday + DAY  # Monday off
    assert assess(replace(weekend, succeeded_at=holiday, polled_at=holiday), now=holiday).state == "ok"


def test_a_feed_that_stops_falls_silent_and_its_norm_stays() -> None:
    arrivals = working_days(until=NOW, days=40)
    later = NOW + timedelta(days=5)
    found = assess(facts(*arrivals, succeeded_at=later, polled_at=later), now=later)
    assert found.state == "silent"
    assert found.silent_for == timedelta(days=5)
    assert found.missed == pytest.approx(10 * 5 * 5 / 7, rel=0.1)


def test_what_was_not_asked_for_is_no_silence() -> None:
    arrivals = working_days(until=NOW, days=40)
    later = NOW + timedelta(days=30)  # the computer was off: the last good poll is that of the last article
    assert assess(facts(*arrivals, succeeded_at=NOW, polled_at=NOW), now=later).state == "ok"


def test_a_feed_of_one_article_a_week_may_take_its_time() -> None:
    arrivals = [Arrival(at=NOW - timedelta(weeks=n), n_articles=1) for n in reversed(range(4))]
    for days, state in ((20, "ok"), (40, "ok"), (60, "silent")):
        later = NOW + timedelta(days=days)
        assert assess(facts(*arrivals, succeeded_at=later, polled_at=later), now=later).state == state


def test_a_first_poll_is_no_rate() -> None:
    start = NOW - timedelta(days=3)
    found = assess(facts(Arrival(at=start, n_articles=500)), now=NOW)
    assert (found.state, found.missed) == ("ok", None)


def test_a_feed_whose_articles_all_lie_far_back_is_silent() -> None:
    assert assess(facts(last_article_at=NOW - timedelta(days=90)), now=NOW).state == "silent"
    assert assess(facts(), now=NOW).state == "ok"  # it never had an article: an empty list is no fault


def test_the_norm_is_the_median_of_the_same_hours_of_four_weeks() -> None:
    counts = {1: 4, 2: 40, 3: 6, 4: 5}
    arrivals = [Arrival(at=NOW - timedelta(weeks=week, hours=2), n_articles=n) for week, n in counts.items()]
    assert norm_of_day(arrivals, since=NOW - timedelta(days=60), now=NOW) == 5.5
    assert norm_of_day(arrivals, since=NOW - timedelta(days=15), now=NOW) == 22.0
    assert norm_of_day(arrivals, since=NOW - timedelta(days=7), now=NOW) is None
    assert norm_of_day([], since=None, now=NOW) is None


def test_shares_and_clocks() -> None:
    found = assess(facts(n_articles=8, n_repeats=2, clock_skews=(100.0, 102.0, -5000.0)), now=NOW)
    assert (found.repeat_share, found.clock_skew_seconds) == (0.25, 100.0)
    bare = assess(facts(), now=NOW)
    assert (bare.repeat_share, bare.clock_skew_seconds) == (None, None)


def test_a_poisson_stream_hardly_ever_falls_silent() -> None:
    source = random.Random(20250312)  # noqa: S311 - no secret
    at, arrivals = NOW - timedelta(days=400), []
    while at < NOW:
        at += timedelta(hours=source.expovariate(1 / 3))
        arrivals.append(Arrival(at=at, n_articles=1))
    alarms = 0
    for n, later in enumerate(arrivals[501:], start=501):
        moment = later.at - timedelta(seconds=1)
        known = arrivals[n - 450 : n]  # of 56 days
        alarms += assess(facts(*known, succeeded_at=moment, polled_at=moment), now=moment).state == "silent"
    assert alarms <= 3  # of 2,700 pauses


@given(
    st.lists(st.floats(0.01, 200), min_size=2, max_size=30),
    st.floats(0, 100_000),
    st.floats(0, 100),
    st.floats(1, 100_000),
)
def test_a_longer_pause_is_never_less_silent(
    gaps: list[float], hours: float, missed: float, more: float
) -> None:
    at, arrivals = NOW, []
    for gap in gaps:
        at += timedelta(hours=gap)
        arrivals.append(Arrival(at=at, n_articles=1))
    pause = longest_pause(arrivals)
    if is_silent(timedelta(hours=hours), missed=missed, longest_pause=pause):
        assert is_silent(timedelta(hours=hours + more), missed=missed + more, longest_pause=pause)
