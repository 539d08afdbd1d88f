"""The table of stages that the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from math import inf
from typing import Any

from southbound.service.schedule import AtDecision, Daily, Every, Timing
from southbound.settings import Settings

_WORK = "southbound.service.work"
#: An idle stage is run now and then all the same: what waits may have been counted wrongly.
_IDLE_SECONDS = 600.0
#: By which polls slow down under pressure. They never stop: what leaves a feed unread is lost.
_SLOWED = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the service that works by itself.

    Attributes:
        name: What it is called in logs and metrics.
        timing: When it runs.
        target: Where its work is made, as "module:function".
        stays: Whether its process stays for the next run.
        is_whole: Whether a run is never left half done, not even between two transactions.
        follows: The stage that it takes the work of: it runs as soon as that one has done something.
    """

    name: str
    timing: Timing
    target: str
    stays: bool = False
    is_whole: bool = False
    follows: str | None = None


def stages_of(settings: Settings) -> list[Stage]:
    """Return the stages, those first that bring what others need."""
    service, ingest = settings.service, settings.ingest
    poll = Every(seconds=service.poll_seconds, pressure_factor=_SLOWED)
    pages = Every(seconds=service.page_seconds, idle_seconds=_IDLE_SECONDS, pressure_factor=inf)
    tag = Every(seconds=service.tag_seconds, idle_seconds=_IDLE_SECONDS)
    flows = Daily(at=ingest.flow_public_at, only_sessions=True)
    prices = Daily(at=ingest.price_public_at, only_sessions=True)
    table = [
        (True, Stage(name="poll", timing=poll, target=f"{_WORK}.polling:make", stays=True)),
        (
            settings.page.enabled,
            Stage(name="pages", timing=pages, target=f"{_WORK}.paging:make", stays=True),
        ),
        (True, Stage(name="tag", timing=tag, target=f"{_WORK}.tagging:make", stays=True)),
        (_groups_stories(settings), _stories()),
        (bool(service.flows), Stage(name="flows", timing=flows, target=f"{_WORK}.market:make_flows")),
        (bool(service.prices), Stage(name="prices", timing=prices, target=f"{_WORK}.market:make_prices")),
        (
            service.alerts,
            Stage(name="alerts", timing=AtDecision(), target=f"{_WORK}.alerting:make", is_whole=True),
        ),
        (find_spec("southbound.delivery") is not None, _digests(service.digest_seconds)),
        (service.backup_folder is not None, _daily_care("backup", Daily(at=service.backup_at))),
        (True, _daily_care("prune", Daily(at=service.prune_at))),
    ]
    return [stage for is_wanted, stage in table if is_wanted]


def _groups_stories(settings: Any) -> bool:  # noqa: ANN401  # a section that need not be there
    return find_spec("southbound.pipeline.story") is not None and bool(settings.stories.enabled)


def _stories() -> Stage:
    return Stage(
        name="stories",
        timing=Every(seconds=_IDLE_SECONDS),
        target=f"{_WORK}.grouping:make",
        stays=True,
        follows="tag",
    )


def _digests(seconds: float) -> Stage:
    return Stage(
        name="digests", timing=Every(seconds=seconds), target=f"{_WORK}.digesting:make", is_whole=True
    )


def _daily_care(name: str, timing: Daily) -> Stage:
    made = {"backup": "make_backup", "prune": "make_pruning"}[name]
    return Stage(name=name, timing=timing, target=f"{_WORK}.care:{made}")
