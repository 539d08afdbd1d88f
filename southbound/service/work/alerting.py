"""Hold the alert rules against the session that has been decided, and send what holds."""

from __future__ import annotations

from southbound.alert import read_alerts
from southbound.pipeline.alert import judge_rules
from southbound.pipeline.alert_sending import send_alerts
from southbound.service.job import Job, Outcome, Setup, Work


def make(setup: Setup) -> Work:
    """Return the stage's work; the rules are read anew each time."""
    settings = setup.settings

    def work(job: Job) -> Outcome:
        day, rules = job.require_day(), read_alerts(settings.alerts.rules)
        states = judge_rules(job.store, rules.rules, session=day, as_of=None, settings=settings)
        failed = send_alerts(job.store, rules, states, session=day, tell=lambda _: None)
        counts = {"rules": len(states), "rules_that_hold": sum(state.holds is True for state in states)}
        if failed:
            return Outcome(outcome="waiting", counts=counts, detail=failed[0])
        return Outcome(counts=counts)

    return work
