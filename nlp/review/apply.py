"""Apply reviewers' changes to an article's tags, in the order in which they were made.

What a reviewer says is certain: an added theme scores 1, a tone has the probability 1. An accepted tag stays
as the model gave it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from nlp.annotation import EntityTag, Span, ThemeTag, Tone
from nlp.review.change import ENTITY_KINDS, VERDICTS, Change, Tags, Target

_CERTAIN: Final = {
    -1: Tone(label=-1, negative=1.0, neutral=0.0, positive=0.0),
    0: Tone(label=0, negative=0.0, neutral=1.0, positive=0.0),
    1: Tone(label=1, negative=0.0, neutral=0.0, positive=1.0),
}

#: Of an entity that a reviewer adds: no model has weighed it.
_TITLE_RELEVANCE: Final = 1.0
_BODY_RELEVANCE: Final = 0.5


def apply_changes(tags: Tags, changes: Iterable[Change]) -> Tags:
    """Return the tags after some changes; one that speaks of what isn't there changes nothing.

    Of several verdicts on a theme only the last counts, and an entity that is accepted is what it was before
    it was corrected: what is accepted in the end stays as the model gave it.
    """
    made = _without_overruled(list(changes))
    last = {change.theme: number for number, change in enumerate(made) if change.kind in VERDICTS}
    for number, change in enumerate(made):
        if change.kind not in VERDICTS or last[change.theme] == number:
            tags = _APPLY.get(change.kind, _leave)(tags, change)
    return tags


def _without_overruled(changes: list[Change]) -> list[Change]:
    """Leave out what was done to an entity before it was accepted."""
    accepted = {one.entity_id: number for number, one in enumerate(changes) if one.kind == "accept_entity"}
    return [
        one
        for number, one in enumerate(changes)
        if one.kind not in ENTITY_KINDS or number >= accepted.get(one.entity_id, 0)
    ]


def _leave(tags: Tags, _: Change) -> Tags:
    return tags


def _with_theme(tags: Tags, change: Change) -> Tags:
    if any(tag.theme == change.theme for tag in tags.themes):
        return tags
    added = ThemeTag(theme=change.theme, score=1.0, evidence=change.evidence)
    return replace(tags, themes=tuple(sorted([*tags.themes, added], key=lambda tag: -tag.score)))


def _without_theme(tags: Tags, change: Change) -> Tags:
    return replace(tags, themes=tuple(tag for tag in tags.themes if tag.theme != change.theme))


def _without_entity(tags: Tags, change: Change) -> Tags:
    return replace(tags, entities=tuple(tag for tag in tags.entities if tag.entity_id != change.entity_id))


def _moved(tags: Tags, change: Change) -> Tags:
    source = next((tag for tag in tags.entities if tag.entity_id == change.entity_id), None)
    if source is None or change.target is None or change.target.entity_id == change.entity_id:
        return tags
    chosen = _chosen(source, change.mentions)
    if not chosen:
        return tags
    left = tuple(span for span in source.mentions if span not in chosen)
    rest = [tag for tag in tags.entities if tag is not source]
    if left:
        rest.append(replace(source, mentions=left))
    entities = _given(rest, source, change.target, chosen)
    return replace(tags, entities=tuple(sorted(entities, key=lambda tag: -tag.relevance)))


def _with_entity(tags: Tags, change: Change) -> Tags:
    if change.target is None or not change.mentions:
        return tags
    in_title = any(span.field == "title" for span in change.mentions)
    made = EntityTag(
        entity_id=change.target.entity_id,
        name=change.target.name,
        type=change.target.type,
        tickers=change.target.tickers,
        relevance=_TITLE_RELEVANCE if in_title else _BODY_RELEVANCE,
        linked=change.target.linked,
        mentions=(),
    )
    entities = _given(list(tags.entities), made, change.target, change.mentions)
    return replace(tags, entities=tuple(sorted(entities, key=lambda tag: -tag.relevance)))


def _chosen(source: EntityTag, mentions: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the mentions that a change takes: those it names by their place, all where it names none."""
    if not mentions:
        return source.mentions
    places = {(span.field, span.start, span.end) for span in mentions}
    return tuple(span for span in source.mentions if (span.field, span.start, span.end) in places)


def _given(
    tags: list[EntityTag], source: EntityTag, target: Target, mentions: tuple[Span, ...]
) -> list[EntityTag]:
    """Give mentions to the target, which may be named in the text already."""
    held = next((tag for tag in tags if tag.entity_id == target.entity_id), None)
    if held is None:
        return [*tags, _made(source, target, mentions)]
    joined = sorted({*held.mentions, *mentions}, key=lambda span: (span.field != "title", span.start))
    grown = replace(held, mentions=tuple(joined), relevance=max(held.relevance, source.relevance))
    return [*(tag for tag in tags if tag is not held), grown]


def _made(source: EntityTag, target: Target, mentions: tuple[Span, ...]) -> EntityTag:
    return EntityTag(
        entity_id=target.entity_id,
        name=target.name,
        type=target.type,
        tickers=target.tickers,
        relevance=source.relevance,
        linked=target.linked,
        mentions=mentions,
        tone=source.tone,
    )


def _toned(tags: Tags, change: Change) -> Tags:
    tone = _CERTAIN.get(change.label if change.label is not None else 2)
    if tone is None:
        return tags
    if not change.entity_id:
        return replace(tags, tone=tone)
    entities = (
        replace(tag, tone=tone) if tag.entity_id == change.entity_id else tag for tag in tags.entities
    )
    return replace(tags, entities=tuple(entities))


def _scoped(tags: Tags, change: Change) -> Tags:
    return replace(tags, hk_china=float(change.label or 0))


_APPLY: Final[Mapping[str, Callable[[Tags, Change], Tags]]] = {
    "accept_theme": _with_theme,
    "add_theme": _with_theme,
    "reject_theme": _without_theme,
    "reject_entity": _without_entity,
    "relink_entity": _moved,
    "split_entity": _moved,
    "add_entity": _with_entity,
    "tone": _toned,
    "scope": _scoped,
}
