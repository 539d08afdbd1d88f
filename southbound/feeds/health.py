"""How a feed is doing, decided from what its polls and its articles left. Pure: no clock, no SQL.

The norm of a feed is the median of what it brought in the same 24 hours of the four weeks before: weekday and
time of day are then the same on both sides. Silence is judged by two rules that must both hold:

- With the feed's own mean rate, more than `SILENT_EXPECTED` items should have come since its last one. Were
  they a Poisson process, none would come with a probability of exp(-6.9), one in a thousand.
- News comes in bursts and rests at night and on holidays, which Poisson does not know: the pause must
  also be half as long again as the longest one of the four weeks before it, and six hours at least.

Time is counted to the last good poll, not to the present: what we did not ask for is no silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal

#: Span that a feed's norm is taken from.
NORM_SPAN = timedelta(days=28)
#: How far back arrivals are looked at: the norm of a feed that fell silent lies before its silence.
HISTORY = 2 * NORM_SPAN
SILENT_EXPECTED = 6.9
_PAUSE_FACTOR = 1.5
_LEAST_PAUSE = timedelta(hours=6)
_DAY = timedelta(days=1)
_WEEKS = 4
_N_SKEWS = 20

State = Literal["ok", "silent", "failing", "dead", "new", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """New articles of a feed that were seen at one instant."""

    at: datetime
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What the store knows of a feed.

    Attributes:
        url: As configured.
        publisher: Outlet.
        enabled: Whether it is polled.
        polled_at: Last poll, good or not; None before the first.
        succeeded_at: Last good poll.
        next_poll_at: When it is due.
        n_failures: Failed polls in a row.
        reason: Of the last failure, where the last poll failed.
        dead_since: Since when it counts as dead.
        moved_to: Where permanent redirects lead.
        last_article_at: When its last new article was seen, however long ago.
        arrivals: New articles within `HISTORY`, in the order of time.
        n_articles: New articles within `NORM_SPAN`.
        n_repeats: How many of them say word for word what another stored article had said before.
        n_polls: Polls within `NORM_SPAN`.
        n_failed_polls: How many of them failed.
        clock_skews: Seconds by which the server's clock ran ahead of ours at its last polls, latest first.
    """

    url: str
    publisher: str
    enabled: bool = True
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    next_poll_at: datetime | None = None
    n_failures: int = 0
    reason: str | None = None
    dead_since: datetime | None = None
    moved_to: str | None = None
    last_article_at: datetime | None = None
    arrivals: tuple[Arrival, ...] = ()
    n_articles: int = 0
    n_repeats: int = 0
    n_polls: int = 0
    n_failed_polls: int = 0
    clock_skews: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How a feed is doing.

    Attributes:
        facts: What it was decided from.
        state: `off` (not polled), `new` (never was), `dead`, `failing` (its last poll did), `silent`, `ok`.
        n_day: New articles of the last 24 hours.
        norm: What these hours usually bring (see the module); None before a week has passed.
        repeat_share: Share of its articles that repeat another word for word; None without articles.
        clock_skew_seconds: Median of its last polls; None where the server tells no time.
        silent_for: Time from its last new article to its last good poll; None without either.
        missed: Articles that its mean rate would have brought in that time; None where there is no rate.
    """

    facts: FeedFacts
    state: State
    n_day: int
    norm: float | None
    repeat_share: float | None
    clock_skew_seconds: float | None
    silent_for: timedelta | None
    missed: float | None


def assess(facts: FeedFacts, *, now: datetime) -> FeedHealth:
    """Decide how a feed is doing."""
    silent_for = _silent_for(facts)
    missed = _missed(facts, silent_for)
    return FeedHealth(
        facts=facts,
        state=_state(facts, silent_for, missed),
        n_day=_count(facts.arrivals, now - _DAY, now),
        norm=norm_of_day(facts.arrivals, since=_first_known(facts), now=now),
        repeat_share=facts.n_repeats / facts.n_articles if facts.n_articles else None,
        clock_skew_seconds=median(facts.clock_skews[:_N_SKEWS]) if facts.clock_skews else None,
        silent_for=silent_for,
        missed=missed,
    )


def norm_of_day(arrivals: Sequence[Arrival], *, since: datetime | None, now: datetime) -> float | None:
    """Give the median of what the same 24 hours brought one, two, three and four weeks ago.

    Args:
        arrivals: New articles.
        since: Since when the feed is watched: earlier weeks say nothing; None where it never was.
        now: End of the 24 hours.
    """
    ends = [now - timedelta(weeks=week) for week in range(1, _WEEKS + 1)]
    counts = [_count(arrivals, end - _DAY, end) for end in ends if since is not None and end - _DAY >= since]
    return float(median(counts)) if counts else None


def is_silent(silent_for: timedelta, *, missed: float, longest_pause: timedelta) -> bool:
    """Say whether a pause is too long to be one of the feed's own (see the module for the rules)."""
    return missed > SILENT_EXPECTED and silent_for > max(_LEAST_PAUSE, _PAUSE_FACTOR * longest_pause)


def longest_pause(arrivals: Sequence[Arrival]) -> timedelta:
    """Give the longest time between two arrivals within the norm's span before the last one."""
    recent = _before_silence(arrivals)
    return max((later.at - earlier.at for earlier, later in pairwise(recent)), default=timedelta(0))


def _state(facts: FeedFacts, silent_for: timedelta | None, missed: float | None) -> State:
    if not facts.enabled:
        return "off"
    if facts.dead_since is not None:
        return "dead"
    if facts.n_failures:
        return "failing"
    if facts.polled_at is None:
        return "new"
    return "silent" if silent_for is not None and _is_silent(facts, silent_for, missed) else "ok"


def _is_silent(facts: FeedFacts, silent_for: timedelta, missed: float | None) -> bool:
    if missed is None:  # its last article lies beyond what is looked at, or it never had a second
        return silent_for >= NORM_SPAN
    return is_silent(silent_for, missed=missed, longest_pause=longest_pause(facts.arrivals))


def _silent_for(facts: FeedFacts) -> timedelta | None:
    if facts.last_article_at is None or facts.succeeded_at is None:
        return None
    return max(timedelta(0), facts.succeeded_at - facts.last_article_at)


def _missed(facts: FeedFacts, silent_for: timedelta | None) -> float | None:
    """Multiply the pause by the mean rate over the norm's span before it (or what is known of it)."""
    recent = _before_silence(facts.arrivals)
    if silent_for is None or not recent:
        return None
    span = recent[-1].at - recent[0].at
    if span < _DAY:  # a first poll brings a feed's whole length at once, which is no rate
        return None
    return (
        sum(arrival.n_articles for arrival in recent[1:]) / span.total_seconds() * silent_for.total_seconds()
    )


def _before_silence(arrivals: Sequence[Arrival]) -> list[Arrival]:
    return [arrival for arrival in arrivals if arrivals[-1].at - arrival.at <= NORM_SPAN]


def _first_known(facts: FeedFacts) -> datetime | None:
    return facts.arrivals[0].at if facts.arrivals else None


def _count(arrivals: Sequence[Arrival], start: datetime, end: datetime) -> int:
    return sum(arrival.n_articles for arrival in arrivals if start < arrival.at <= end)
