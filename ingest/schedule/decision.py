"""How a feed stands after a poll: when it is due again, and how it is asked.

The grades of failures are Media Cloud's (rss-fetcher); pauses double with each unit of weight.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ingest.fetch.failure import Failure
from ingest.fetch.result import NOT_MODIFIED, Validators
from ingest.schedule.rule import PollRules
from ingest.schedule.state import FeedState, PollOutcome

FAILURE_WEIGHTS: dict[Failure, float] = {"hard": 1.0, "soft": 0.5, "temporary": 0.25}

_TOO_MANY_REQUESTS = 429
#: Of a feed's entries: with so many changed at one poll, some may have come and gone between two.
_CROWDED_SHARE = 0.5
_MUCH_FASTER, _FASTER, _SLOWER = 0.25, 0.5, 1.25
_MAX_DOUBLINGS = 30.0
#: A learnt address that fails so much is forgotten.
_LOST_WEIGHT = 2.0


def validators_to_send(state: FeedState, rules: PollRules) -> Validators:
    """Choose what the next request says of the last answer.

    Servers say "not modified" of feeds that have changed, so the whole body is asked for now and then, and
    always where the server was caught at it. The body's hash decides in any case.
    """
    is_conditional = not state.is_distrusted and state.n_unmodified < rules.recheck_after
    return Validators(
        etag=state.etag if is_conditional else None,
        last_modified=state.last_modified if is_conditional else None,
        body_hash=state.body_hash,
    )


def next_state(  # what was, what came, by which rules, when
    state: FeedState,
    outcome: PollOutcome,
    *,
    configured_interval: float,
    rules: PollRules,
    now: datetime,
    chance: float,
) -> FeedState:
    """Decide how a feed stands after a poll.

    Args:
        state: Before the poll.
        outcome: What came of it.
        configured_interval: The feed's own interval, in seconds.
        rules: See ``PollRules``.
        now: When the poll ended.
        chance: A random number from 0 to 1, for jitter.
    """
    if outcome.status == "failed":
        return _after_failure(state, outcome, configured_interval, rules, now, chance)
    interval = _adapted_interval(state, outcome, configured_interval, rules)
    ttl = outcome.ttl if outcome.status == "ok" else state.ttl_seconds
    is_crowded = state.body_hash is not None and _is_crowded(outcome)
    hint = 0.0 if is_crowded else max(ttl or 0.0, outcome.fresh or 0.0)
    wait = max(interval, min(hint, rules.longest_interval(configured_interval)))
    return replace(
        _after_move(state, outcome, rules),
        etag=outcome.etag,
        last_modified=outcome.last_modified,
        body_hash=outcome.body_hash,
        polled_at=now,
        n_failures=0,
        next_poll_at=now + timedelta(seconds=wait),
        interval_seconds=round(interval),
        ttl_seconds=ttl,
        failure_weight=0.0,
        dead_since=None,
        held_until=None,
        n_unmodified=state.n_unmodified + 1 if outcome.http_status == NOT_MODIFIED else 0,
        is_distrusted=state.is_distrusted or _is_lie_exposed(state, outcome),
    )


def _adapted_interval(state: FeedState, outcome: PollOutcome, configured: float, rules: PollRules) -> float:
    """Move a feed's interval towards about two polls for each item that it brings."""
    interval = float(state.interval_seconds or configured)
    is_first = state.body_hash is None
    if is_first:
        factor = 1.0
    elif outcome.n_changed == 0:
        factor = _SLOWER
    elif outcome.n_changed >= outcome.n_entries:
        factor = _MUCH_FASTER
    else:
        factor = 1.0 if outcome.n_changed == 1 else _FASTER
    return min(
        max(interval * factor, rules.shortest_interval(configured)), rules.longest_interval(configured)
    )


def _is_crowded(outcome: PollOutcome) -> bool:
    """Tell that items may have come and gone unseen; then what the feed hints is no reason to wait."""
    return outcome.n_changed > 1 and outcome.n_changed >= _CROWDED_SHARE * outcome.n_entries


def _after_failure(
    state: FeedState,
    outcome: PollOutcome,
    configured: float,
    rules: PollRules,
    now: datetime,
    chance: float,
) -> FeedState:
    failure = outcome.failure or "soft"
    weight = state.failure_weight + (0.0 if outcome.is_offline else FAILURE_WEIGHTS[failure])
    is_ours = outcome.is_offline or failure == "temporary"
    is_dead = state.dead_since is not None or (not is_ours and weight >= rules.dead_weight)
    interval = float(state.interval_seconds or configured)
    asked = _asked_wait(outcome, interval, rules)
    pause = rules.dead_pause if is_dead and not is_ours else _pause(interval, weight, rules, is_ours=is_ours)
    jitter = chance * rules.jitter if outcome.http_status == _TOO_MANY_REQUESTS else 0.0
    return replace(
        _after_lost_move(state, failure, weight),
        polled_at=now,
        n_failures=state.n_failures + 1,
        next_poll_at=now + timedelta(seconds=max(pause, asked or 0.0) + jitter),
        failure_weight=weight,
        dead_since=(state.dead_since or now) if is_dead else None,
        held_until=now + timedelta(seconds=asked) if asked is not None else None,
    )


def _pause(interval: float, weight: float, rules: PollRules, *, is_ours: bool) -> float:
    cap = rules.max_temporary_pause if is_ours else rules.max_pause
    growth: float = 2.0 ** min(weight, _MAX_DOUBLINGS)
    return min(interval * growth, max(cap, interval))


def _asked_wait(outcome: PollOutcome, interval: float, rules: PollRules) -> float | None:
    """Return how long the whole host is to be left alone; None where it didn't ask for it."""
    if outcome.retry_after is not None:
        return min(outcome.retry_after, rules.max_pause)
    return interval if outcome.http_status == _TOO_MANY_REQUESTS else None


def _after_move(state: FeedState, outcome: PollOutcome, rules: PollRules) -> FeedState:
    """Learn where a feed has moved, once its redirects have been consistent."""
    if outcome.moved_to is None:
        return replace(state, moving_to=None, n_moving=0)
    n_moving = state.n_moving + 1 if outcome.moved_to == state.moving_to else 1
    if n_moving < rules.learn_move_after:
        return replace(state, moving_to=outcome.moved_to, n_moving=n_moving)
    return replace(state, moved_to=outcome.moved_to, moving_to=None, n_moving=0)


def _after_lost_move(state: FeedState, failure: Failure, weight: float) -> FeedState:
    """Go back to the configured address where the learnt one fails; validators belong to an address."""
    state = replace(state, moving_to=None, n_moving=0)
    if state.moved_to is None or (failure != "hard" and weight < _LOST_WEIGHT):
        return state
    return replace(state, moved_to=None, etag=None, last_modified=None)


def _is_lie_exposed(state: FeedState, outcome: PollOutcome) -> bool:
    """Tell that a server said "not modified" of a changed feed: new items under the validators we have."""
    return (
        state.n_unmodified > 0
        and not outcome.was_conditional
        and outcome.n_changed > 0
        and (outcome.etag is not None or outcome.last_modified is not None)
        and (outcome.etag, outcome.last_modified) == (state.etag, state.last_modified)
    )
