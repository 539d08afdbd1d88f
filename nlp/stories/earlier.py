"""The reports of the last seven days by story and by entity: what a report's novelty is measured against."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from nlp.stories.novelty import WINDOWS, EntityNovelty, Novelty, measure_entity_novelty, measure_novelty
from nlp.stories.report import Report

_LONGEST = max(WINDOWS.values())
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNovelty:
    """How new a report is: in its story, and for each of its entities by their ids."""

    story: Novelty
    entities: Mapping[str, EntityNovelty]


class EarlierReports:
    """Keeps when reports were known; they are to come in the order of `known_at`."""

    def __init__(self) -> None:
        self._kept: deque[tuple[datetime, str, frozenset[str]]] = deque()
        self._of_story: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._of_entity: defaultdict[str, deque[tuple[datetime, str]]] = defaultdict(deque)

    def add(self, report: Report, story_id: str) -> ReportNovelty:
        """Measure a report against those kept, and keep it."""
        self._forget_before(report.known_at)
        found = ReportNovelty(
            story=measure_novelty(report.known_at, self._of_story[story_id]),
            entities={
                entity: measure_entity_novelty(report.known_at, story_id, self._of_entity[entity])
                for entity in sorted(report.entities)
            },
        )
        self._keep(report, story_id)
        return found

    def restore(self, report: Report, story_id: str) -> None:
        """Keep a report that was measured before."""
        self._forget_before(report.known_at)
        self._keep(report, story_id)

    def _keep(self, report: Report, story_id: str) -> None:
        self._kept.append((report.known_at, story_id, report.entities))
        self._of_story[story_id].append(report.known_at)
        for entity in report.entities:
            self._of_entity[entity].append((report.known_at, story_id))

    def _forget_before(self, known_at: datetime) -> None:
        while self._kept and known_at - self._kept[0][0] > _LONGEST:
            _, story_id, entities = self._kept.popleft()
            _drop_first(self._of_story, story_id)
            for entity in entities:
                _drop_first(self._of_entity, entity)


def _drop_first(kept: defaultdict[str, deque[_Kept]], key: str) -> None:
    kept[key].popleft()
    if not kept[key]:
        del kept[key]
