"""Which feeds are due, in which order, and when each host may be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from ingest.feed import FeedConfig
from ingest.schedule.rule import PollRules
from ingest.schedule.state import FeedState

#: The host of feeds in local files: they need no politeness, and are read one after the other.
NO_HOST = ""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A feed to poll.

    Attributes:
        feed: Which.
        state: How it stands.
        host: Whom it is asked of.
        address: Where.
    """

    feed: FeedConfig
    state: FeedState
    host: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A round of polls.

    Attributes:
        due: The feeds to poll, those that have waited longest first.
        host_waits: Seconds from now that a host must still be left alone because it was just asked.
    """

    due: tuple[Due, ...]
    host_waits: Mapping[str, float]

    def only(self, hosts: AbstractSet[str]) -> Plan:
        """Return the part of the plan that concerns some hosts."""
        return replace(self, due=tuple(due for due in self.due if due.host in hosts))


def make_plan(
    feeds: Sequence[FeedConfig],
    states: Mapping[str, FeedState],
    *,
    rules: PollRules,
    now: datetime,
    only_due: bool = True,
) -> Plan:
    """Choose the feeds to poll now.

    Args:
        feeds: All that are configured; a disabled one is left out, one that is named twice polled once.
        states: By the feed's URL, in terms of the present clock (see ``rebase``).
        rules: See ``PollRules``.
        now: The time.
        only_due: Leave out what is not due, or whose host asked not to be asked yet.
    """
    once = {feed.url: feed for feed in reversed(feeds) if feed.enabled}
    candidates = [_due(feed, states.get(feed.url, FeedState())) for feed in reversed(once.values())]
    held = _holds(candidates, now)
    chosen = [
        due
        for due in candidates
        if not only_due or (is_due(due.feed, due.state, rules=rules, now=now) and due.host not in held)
    ]
    chosen.sort(key=lambda due: due.state.next_poll_at or _LONG_AGO)
    return Plan(due=tuple(chosen), host_waits=_host_waits(candidates, rules, now))


def is_due(feed: FeedConfig, state: FeedState, *, rules: PollRules, now: datetime) -> bool:
    """Say whether a feed is due: never polled, or its wait is over, by its present interval."""
    if state.polled_at is None:
        return True
    configured = 60.0 * feed.interval_minutes
    next_poll_at = state.next_poll_at or state.polled_at + timedelta(seconds=configured)
    if state.n_failures == 0:  # the interval may have been configured anew since
        longest = timedelta(seconds=rules.longest_interval(configured))
        next_poll_at = min(next_poll_at, state.polled_at + longest)
    return next_poll_at <= now


def host_of(address: str) -> str:
    """Return the host of an address, whatever its port; ``NO_HOST`` for a file."""
    try:
        parts = urlsplit(address) if "://" in address else None
        host = parts.hostname if parts is not None and parts.scheme.lower() != "file" else None
    except ValueError:  # such as a broken IPv6 host
        return address
    return (host or NO_HOST).rstrip(".")


def _due(feed: FeedConfig, state: FeedState) -> Due:
    address = state.moved_to or feed.url
    return Due(feed=feed, state=state, host=host_of(address), address=address)


def _holds(candidates: Sequence[Due], now: datetime) -> set[str]:
    """Return the hosts that asked not to be asked yet; one feed's answer holds for the whole host."""
    held = {due.host for due in candidates if due.state.held_until and due.state.held_until > now}
    return held - {NO_HOST}


def _host_waits(candidates: Sequence[Due], rules: PollRules, now: datetime) -> dict[str, float]:
    waits: dict[str, float] = {}
    for due in candidates:
        if due.state.polled_at is not None and due.host != NO_HOST:
            # The end of the last poll: its start was no later.
            wait = rules.host_spacing - (now - due.state.polled_at).total_seconds()
            waits[due.host] = max(waits.get(due.host, 0.0), wait)
    return {host: wait for host, wait in waits.items() if wait > 0}
