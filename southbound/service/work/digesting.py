"""Send the digests that are due, each to each of its channels once."""

from __future__ import annotations

from datetime import UTC, datetime

from southbound.delivery import deliver_due
from southbound.service.job import Job, Outcome, Setup, Work


def make(setup: Setup) -> Work:
    """Return the stage's work; desks and their channels are read anew each time."""

    def work(job: Job) -> Outcome:
        sent: list[str] = []
        problems = deliver_due(job.store, setup.settings, datetime.now(tz=UTC), sent.append)
        counts = {"digests_sent": len(sent), "digests_failed": len(problems)}
        if problems:
            return Outcome(outcome="waiting", counts=counts, detail=problems[0])
        return Outcome(counts=counts)

    return work
