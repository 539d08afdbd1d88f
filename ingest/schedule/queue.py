"""A round's polls in the order in which politeness lets them start."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque

from ingest.schedule.plan import NO_HOST, Due, Plan
from ingest.schedule.rule import PollRules


class PollQueue:
    """Hand out polls: of one host so many at once, and none sooner after another than its spacing.

    Times are seconds of any clock that never goes back. Of the hosts that may be asked, the one with the most
    feeds waiting comes first, for it takes longest; so a round takes what its fullest host needs.
    """

    def __init__(self, plan: Plan, *, rules: PollRules, now: float) -> None:
        self._rules = rules
        self._waiting: defaultdict[str, deque[Due]] = defaultdict(deque)
        for due in plan.due:
            self._waiting[due.host].append(due)
        self._n_running: defaultdict[str, int] = defaultdict(int)
        self._ready_at = {host: now + wait for host, wait in plan.host_waits.items()}
        # A host that has polls waiting and may run one more stands in one of these.
        self._resting: list[tuple[float, str]] = []
        self._ready: list[tuple[int, str]] = []
        for host in self._waiting:
            self._offer(host)

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def take(self, now: float) -> Due | None:
        """Take the next poll that may start now; None where none may."""
        while self._resting and self._resting[0][0] <= now:
            host = heapq.heappop(self._resting)[1]
            heapq.heappush(self._ready, (-len(self._waiting[host]), host))
        if not self._ready:
            return None
        host = heapq.heappop(self._ready)[1]
        due = self._waiting[host].popleft()
        self._n_running[host] += 1
        self._ready_at[host] = now + (0.0 if host == NO_HOST else self._rules.host_spacing)
        self._offer(host)
        return due

    def finish(self, host: str) -> None:
        """Say that a poll of a host has ended."""
        was_full = self._n_running[host] >= self._concurrency(host)
        self._n_running[host] -= 1
        if was_full:
            self._offer(host)

    def drop(self, host: str) -> int:
        """Forget what waits for a host, which asked not to be asked any more; return how many that were."""
        n_dropped = len(self._waiting.pop(host, ()))
        self._resting = [entry for entry in self._resting if entry[1] != host]
        self._ready = [entry for entry in self._ready if entry[1] != host]
        heapq.heapify(self._resting)
        heapq.heapify(self._ready)
        return n_dropped

    def wait(self, now: float) -> float | None:
        """Return the seconds until a poll may start; None where one must end first, or none is left."""
        if self._ready:
            return 0.0
        return max(0.0, self._resting[0][0] - now) if self._resting else None

    def _offer(self, host: str) -> None:
        if self._waiting[host] and self._n_running[host] < self._concurrency(host):
            heapq.heappush(self._resting, (self._ready_at.get(host, 0.0), host))

    def _concurrency(self, host: str) -> int:
        return 1 if host == NO_HOST else self._rules.host_concurrency
