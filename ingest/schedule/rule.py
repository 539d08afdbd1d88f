"""What polling keeps to."""

from __future__ import annotations

from dataclasses import dataclass

DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRules:
    """Politeness and patience. All durations in seconds.

    Attributes:
        host_spacing: Between the starts of two polls of one host.
        host_concurrency: Polls of one host at once.
        min_interval: Between two polls of a feed that yields much.
        max_interval: Between two polls of one that yields nothing.
        quiet_factor: How many times its own interval a feed's pauses may grow to, below ``max_interval``.
        max_pause: Between two polls of a feed that fails, or asks to wait.
        max_temporary_pause: The same, where the trouble is likely our own.
        dead_weight: Weight of failures at which a feed counts as dead.
        dead_pause: Between two polls of a dead feed.
        jitter: A server that has had too much of us is left alone for up to so much longer, by chance.
        recheck_after: Answers of "not modified" in a row, after which a feed is asked for its whole body.
        learn_move_after: Permanent redirects to one address in a row, after which it is asked at once.
    """

    host_spacing: float = 5.0
    host_concurrency: int = 2
    min_interval: float = 300.0
    max_interval: float = 4 * 3600.0
    quiet_factor: float = 4.0
    max_pause: float = DAY_SECONDS
    max_temporary_pause: float = 3600.0
    dead_weight: float = 10.0
    dead_pause: float = 30 * DAY_SECONDS
    jitter: float = 900.0
    recheck_after: int = 12
    learn_move_after: int = 3

    def longest_interval(self, configured: float) -> float:
        """Return the longest interval of a healthy feed whose own is ``configured``."""
        return max(configured, min(self.max_interval, self.quiet_factor * configured))

    def shortest_interval(self, configured: float) -> float:
        """Return the shortest interval of a feed whose own is ``configured``."""
        return min(configured, self.min_interval)
