"""What counts as an answer to a drawn item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nlp.review.change import ENTITY_KINDS, VERDICTS
from southbound.instant import HONG_KONG
from southbound.store.review import Correction
from southbound.store.review_draw import Draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A tag, or a theme of an article as a whole, that was judged."""

    theme: str
    month: str
    part: str
    is_hit: bool


def answers(row: Correction, draws: Mapping[int, Draw]) -> bool:
    """Say whether a row answers the item that it came from: a tag by a verdict, an article by "checked"."""
    draw = draws.get(row.draw_pk or 0)
    if draw is None:
        return False
    if draw.is_article:
        return row.change.kind == "checked"
    if draw.candidate.theme is None:
        return row.change.kind in ENTITY_KINDS and row.change.entity_id == draw.candidate.entity_id
    return row.change.kind in VERDICTS and row.change.theme == draw.candidate.theme


def month_of(instant: datetime) -> str:
    """Return the month of an instant in Hong Kong."""
    return instant.astimezone(HONG_KONG).strftime("%Y-%m")
