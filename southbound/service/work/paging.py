"""Read the pages that are due."""

from __future__ import annotations

from ingest.http import make_client
from southbound.pipeline.page.work import read_pages
from southbound.service.job import Job, Outcome, Setup, Work


def make(setup: Setup) -> Work:
    """Return the stage's work."""
    settings, limits = setup.settings.page, setup.settings.poll.limits

    def work(job: Job) -> Outcome:
        with make_client(limits) as client:
            report = read_pages(
                job.store, client, settings=settings, allow_private=limits.allow_private_addresses
            )
        return Outcome(counts={f"pages_{state}": count for state, count in report.states.items()})

    return work
