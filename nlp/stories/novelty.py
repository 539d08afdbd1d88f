"""How new a report is: earlier reports of its story, and of its entities, in windows that end with it.

Counts by window after Thomson Reuters News Analytics: `novelty_counts` are the earlier items of the same
story on the same asset, `volume_counts` the earlier items on it; the score falls by a quarter with each
follow-up within 24 hours, as RavenPack's event novelty does, here from 1 instead of 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

#: By the names that the counts are stored and shown under.
WINDOWS: Mapping[str, timedelta] = MappingProxyType(
    {
        "12h": timedelta(hours=12),
        "24h": timedelta(hours=24),
        "3d": timedelta(days=3),
        "5d": timedelta(days=5),
        "7d": timedelta(days=7),
    }
)
_SCORED = "24h"
_FALL = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """Of a report in its story.

    Attributes:
        counts: earlier reports of the story, by the names in `WINDOWS`.
        score: 1 for the first in 24 hours, three quarters of that with each further one.
    """

    counts: Mapping[str, int]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityNovelty:
    """Of a report for one of its entities.

    Attributes:
        novelty_counts: earlier reports on the entity that tell the same story, by the names in `WINDOWS`.
        volume_counts: all earlier reports on the entity, by the same names.
        score: from `novelty_counts`, as in :class:`Novelty`.
    """

    novelty_counts: Mapping[str, int]
    volume_counts: Mapping[str, int]
    score: float


def measure_novelty(known_at: datetime, earlier: Iterable[datetime]) -> Novelty:
    """Say how new a report is in its story.

    Args:
        known_at: when the report was known.
        earlier: when the story's earlier reports were known; what was known later is left out.
    """
    counts = count_windows(known_at, earlier)
    return Novelty(counts=counts, score=score_novelty(counts[_SCORED]))


def measure_entity_novelty(
    known_at: datetime, story_id: str, earlier: Sequence[tuple[datetime, str]]
) -> EntityNovelty:
    """Say how new a report is for one of its entities.

    Args:
        known_at: when the report was known.
        story_id: its story.
        earlier: when the entity's earlier reports were known, and their stories.
    """
    linked = count_windows(known_at, (at for at, story in earlier if story == story_id))
    volume = count_windows(known_at, (at for at, _ in earlier))
    return EntityNovelty(novelty_counts=linked, volume_counts=volume, score=score_novelty(linked[_SCORED]))


def count_windows(known_at: datetime, earlier: Iterable[datetime]) -> dict[str, int]:
    """Count what was known within each window up to `known_at`; what is as old as the window counts."""
    ages = [known_at - at for at in earlier if at <= known_at]
    return {name: sum(age <= window for age in ages) for name, window in WINDOWS.items()}


def score_novelty(n_followed: int) -> float:
    """Return 0.75 ** k, the novelty of the k-th follow-up; 1 for a first report."""
    return float(_FALL**n_followed)
