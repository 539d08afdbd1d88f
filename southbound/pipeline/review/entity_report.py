"""How good entity tags are, by type, as reviewers found them in the random control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.review.measure import Share
from southbound.pipeline.review.judged import Judged, answers, month_of
from southbound.store import Store
from southbound.store.review import Correction
from southbound.store.review_draw import Draw

_NONE = Share(hits=0, n=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityQuality:
    """What was found of the entities of a type, from the random control.

    Attributes:
        precision: of the control's entity tags, those that name whom the text means.
        recall: of whom the control's articles name, those that were found.
    """

    precision: Share = _NONE
    recall: Share = _NONE


def measure_entities(
    store: Store, kept: Sequence[Correction], draws: Mapping[int, Draw]
) -> dict[str, EntityQuality]:
    """Measure entity tags by type: of the control's tags, and of its articles whose names were checked."""
    judged = [*_judged_names(store, kept, draws), *_found_names(store, kept, draws)]
    types = ["", *sorted({one.theme for one in judged})] if judged else []

    def share(kind: str, part: str) -> Share:
        hits = [one.is_hit for one in judged if one.part == part and kind in {"", one.theme}]
        return Share(hits=sum(hits), n=len(hits))

    return {
        kind: EntityQuality(precision=share(kind, "precision"), recall=share(kind, "recall"))
        for kind in types
    }


def _judged_names(store: Store, kept: Iterable[Correction], draws: Mapping[int, Draw]) -> Iterable[Judged]:
    """Return the control's entity tags that were judged; of two judgements the later counts."""
    found: dict[int, Judged] = {}
    for row in kept:
        draw = draws.get(row.draw_pk or 0)
        if draw is None or draw.stratum != "control" or draw.candidate.entity_id is None:
            continue
        if answers(row, draws):
            kind = store.draws.entity_types(draw.candidate.tagging_pk).get(draw.candidate.entity_id, "")
            is_right = row.change.kind == "accept_entity"
            found[draw.pk] = Judged(
                theme=kind, month=month_of(draw.known_at), part="precision", is_hit=is_right
            )
    return found.values()


def _found_names(store: Store, kept: Sequence[Correction], draws: Mapping[int, Draw]) -> Iterator[Judged]:
    """Yield whom each article names whose names were checked, and whether the model found them."""
    for row in kept:
        draw = draws.get(row.draw_pk or 0)
        if draw is None or row.change.kind != "checked" or not row.change.label or not answers(row, draws):
            continue
        given = store.draws.entity_types(draw.candidate.tagging_pk)
        named = dict(given)
        for one in kept:
            if one.article_pk == row.article_pk and one.reviewer == row.reviewer and one.pk < row.pk:
                named = _named_after(named, one)
        for entity, kind in sorted(named.items()):
            yield Judged(theme=kind, month=month_of(draw.known_at), part="recall", is_hit=entity in given)


def _named_after(named: Mapping[str, str], row: Correction) -> dict[str, str]:
    """Return whom a text names after a correction, with their types."""
    change, left = row.change, dict(named)
    if change.kind in {"reject_entity", "relink_entity"}:
        left.pop(change.entity_id, None)
    if change.target is not None:
        left[change.target.entity_id] = change.target.type
    return left
