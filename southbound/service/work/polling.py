"""Poll the feeds that are due, and queue the pages behind what they brought."""

from __future__ import annotations

from southbound.pipeline.page.queue import queue_pages
from southbound.pipeline.poll import poll_feeds
from southbound.service.job import Job, Outcome, Setup, Work
from southbound.settings import read_configured_feeds


def make(setup: Setup) -> Work:
    """Return the stage's work; the lists of feeds, which may have grown, are read each time."""
    settings = setup.settings

    def work(job: Job) -> Outcome:
        feeds = read_configured_feeds(settings, setup.feeds)
        found = poll_feeds(job.store, feeds, settings=settings.poll, tell=lambda _: None)
        n_queued = queue_pages(job.store, feeds, settings=settings.page)
        return Outcome(
            counts={
                **{f"polls_{outcome}": count for outcome, count in found.outcomes.items()},
                "articles_new": found.added.new,
                "articles_revised": found.added.revised,
                "pages_queued": n_queued,
            }
        )

    return work
