"""What is remembered of a feed between polls, and what a poll brought."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ingest.fetch.failure import Failure  # loads an HTTP client, which whoever reads states does not need


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """How a feed stands after its last poll; all empty before the first.

    Attributes:
        etag: Of the last answer.
        last_modified: Of the last answer.
        body_hash: Of the last body.
        polled_at: When the last poll ended.
        n_failures: Failures in a row.
        next_poll_at: When the feed is due.
        interval_seconds: Its interval, as adapted to what it yields.
        ttl_seconds: How long the feed itself says that a poll is no use.
        failure_weight: Weight of the failures in a row: hard 1, soft 0.5, temporary 0.25.
        dead_since: Since when it counts as dead.
        held_until: Until when its server asked not to be asked; the whole host keeps to it.
        moved_to: Where permanent redirects have led consistently.
        moving_to: Where the last ones led, not yet often enough.
        n_moving: How often in a row.
        n_unmodified: Answers of "not modified" (304) in a row.
        is_distrusted: Whether the server was caught saying "not modified" of a changed feed.
    """

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    polled_at: datetime | None = None
    n_failures: int = 0
    next_poll_at: datetime | None = None
    interval_seconds: int | None = None
    ttl_seconds: int | None = None
    failure_weight: float = 0.0
    dead_since: datetime | None = None
    held_until: datetime | None = None
    moved_to: str | None = None
    moving_to: str | None = None
    n_moving: int = 0
    n_unmodified: int = 0
    is_distrusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOutcome:
    """What came of a poll.

    Attributes:
        status: ``ok`` (a body that was not known), ``not_modified`` or ``failed``.
        failure: How bad, where ``failed``.
        is_offline: Whether nobody answers us at all, so that the failure is no fault of the feed.
        http_status: Of the last answer; None where none came.
        retry_after: Seconds that the server asks to wait.
        ttl: Seconds for which the feed itself says that a poll is no use; None where it wasn't read.
        fresh: Seconds for which the answer's headers say so.
        n_entries: Entries of the feed.
        n_changed: New and revised ones among them.
        etag: Of the answer.
        last_modified: Of the answer.
        body_hash: Of the answer.
        moved_to: Where the configured or learnt address leads by permanent redirects.
        was_conditional: Whether the server could say "not modified".
    """

    status: Literal["ok", "not_modified", "failed"]
    failure: Failure | None = None
    is_offline: bool = False
    http_status: int | None = None
    retry_after: float | None = None
    ttl: int | None = None
    fresh: float | None = None
    n_entries: int = 0
    n_changed: int = 0
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    moved_to: str | None = None
    was_conditional: bool = False


def rebase(state: FeedState, now: datetime) -> FeedState:
    """Carry a state over to a clock that was set back: every wait goes on from now, none is lost or repeated.

    A last poll that lies in the future tells that the clock was set back since.
    """
    if state.polled_at is None or state.polled_at <= now:
        return state
    shift = now - state.polled_at
    return replace(
        state,
        polled_at=now,
        next_poll_at=_shifted(state.next_poll_at, shift),
        held_until=_shifted(state.held_until, shift),
        dead_since=_shifted(state.dead_since, shift),
    )


def _shifted(instant: datetime | None, shift: timedelta) -> datetime | None:
    return instant + shift if instant is not None else None
