"""Put what has been tagged into stories; the index of the last days stays in memory."""

from __future__ import annotations

from southbound.pipeline.story import StoryKeeper
from southbound.service.job import Job, Outcome, Setup, Work, told_of


def make(setup: Setup) -> Work:
    """Return the stage's work."""
    kept: list[StoryKeeper] = []

    def work(job: Job) -> Outcome:
        failed: list[str] = []
        if not kept:
            kept.append(StoryKeeper(job.store, setup.settings))
        done = kept[0].update(on_failed=failed.append)
        return Outcome(
            counts={"reports_grouped": done.n_articles, "stories_new": done.n_new},
            detail=told_of(failed),
        )

    return work
