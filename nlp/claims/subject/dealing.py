"""Numbers and names of lists: who of "A, B and C rose 2, 3 and 4 %" did what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.sentence.scene import DIRECTIONS, Scene
from nlp.claims.subject.context import Context
from nlp.claims.subject.group import Group
from nlp.entities.unknown import PREFIX

#: A name shorter than this is none.
_N_HEAD: Final = 2
_LIST_GAP: Final = re.compile(
    r"\s?(?:,|，|、|and|及|和|与|以及|, and|,\sand)\s?"
    r"(?:约|逾|近|超|~|nearly|almost|over|about|around|more\sthan)?\s?",
    re.IGNORECASE,
)

_N_LIST_GAP: Final = 16


def deal_lists(scene: Scene, contexts: dict[int, Context], *, is_of_shares: bool) -> dict[int, Context]:
    """Deal the numbers of "A and B rose 2 % and 3 %" out to their subjects, unknown names among them.

    Args:
        scene: the sentence.
        contexts: what governs its numbers, by where they start.
        is_of_shares: whether unknown names may be those of shares, whose text tells of no other prices.
    """
    figures = scene.figures
    for figure in figures if scene.is_han else ():
        contexts[figure.start] = _joined_by_unknown(figure, contexts[figure.start], scene)
    for start, end in _runs(figures, scene.text):
        run = [contexts[figure.start] for figure in figures[start:end]]
        first = run[0].group
        names = _names_before(figures[start].start, run[0], scene)
        if len(names) != len(run):
            names = [(key,) for key in first.ids]
        if len(names) != len(run):
            if _is_of_several(first, scene, figures[start].start, figures[end - 1].end):
                contexts |= {figure.start: _undealt(contexts[figure.start]) for figure in figures[start:end]}
            continue
        said = next((context for context in run if context.is_moved), run[0])
        for figure, ids in zip(figures[start:end], names, strict=True):
            contexts[figure.start] = replace(said, group=_dealt(first, ids, is_of_shares=is_of_shares))
    return contexts


def _is_of_several(group: Group, scene: Scene, start: int, end: int) -> bool:
    """Say whether numbers are those of several names, of which not all are known: who knows whose each is."""
    if scene.is_han or _RESPECTIVELY.match(scene.text, end) is None:
        return False
    return any(key and not key.startswith(PREFIX) for key in group.ids) and not _LISTINGS.search(
        scene.text, 0, start
    )


#: Before numbers of one company's shares in two places.
_LISTINGS: Final = re.compile(
    r"\b(?:Hong\sKong|Shanghai|Shenzhen|[AH])[\s-](?:listed\s)?(?:shares\s)?and\s\S+[\s-](?:listed\s)?(?:stocks?|shares)\b"
)
_RESPECTIVELY: Final = re.compile(r"(?:\s[a-z]+)?(?:\seach)?,?\srespectively\b")


def _undealt(context: Context) -> Context:
    return replace(context, group=Group(kind="fund", end=context.group.end))


def _joined_by_unknown(figure: Figure, context: Context, scene: Scene) -> Context:
    """Say of one that isn't known too what is said of a list that holds such a name: "甲、乙涨超2%"."""
    if figure.kind != "percent" or not context.is_moved:
        return context
    names = _names_before(figure.start, context, scene)
    ids = tuple(dict.fromkeys(key for name in names for key in (name or ("",))))
    if "" not in ids or ids == ("",) or set(context.group.ids) - set(ids):
        return context
    return replace(context, group=replace(context.group, ids=ids))


def _dealt(group: Group, ids: tuple[str, ...], *, is_of_shares: bool) -> Group:
    is_instrument = group.is_instrument or (is_of_shares and not ids)
    return Group(ids or ("",), group.kind, group.currency, group.end, is_instrument=is_instrument)


def _names_before(place: int, context: Context, scene: Scene) -> list[tuple[str, ...]]:
    """Return whom each name of the list before a number stands for; nobody for one that isn't known."""
    lists = list(_NAMES.finditer(scene.text, max(0, place - _N_NAMES), place))
    is_near = bool(lists) and lists[-1].end() >= place - _N_GLUE
    if not is_near or context.group.end < lists[-1].start():
        return []
    found = []
    at = lists[-1].start()
    for name in _PARTING.split(lists[-1].group()):
        start = scene.text.index(name, at)
        at = start + len(name)
        inside = [event for event in scene.events if start <= event.start < at]
        subjects = [event for event in inside if event.kind == "subject"]
        if subjects and subjects[0].subject == "index" and subjects[0].start - start >= _N_HEAD:
            subjects, inside = [], []  # a fund that bears an index's name
        verb = next((event.start for event in inside if event.kind in DIRECTIONS), at)
        known = _OF_COUNT.sub("", scene.text[start:verb])
        if subjects or (len(known) >= _N_HEAD and not _OF_MANY.search(known)):
            found.append(tuple(key for event in subjects[:1] for key in event.ids))
    return found


#: Chinese names with stops between them.
_NAMES: Final = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9()·-]{2,24}(?:\s[A-Z][A-Za-z]*){0,3}"
    r"(?:[、和及与][\u4e00-\u9fffA-Za-z0-9()·-]{2,24}(?:\s[A-Z][A-Za-z]*){0,3}){1,15}"
)

_PARTING: Final = re.compile(r"[、和及与]")

_OF_MANY: Final = re.compile(r"(?:股|板块|概念|行业|指数|平台|晶片)$")

_OF_COUNT: Final = re.compile(r"等\d*[多余]?[只家]?(?:个?股|公司)?$")

_N_GLUE: Final = 2

_N_NAMES: Final = 160


def _runs(figures: Sequence[Figure], text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for index in range(1, len(figures) + 1):
        joined = index < len(figures) and (
            figures[index].kind == figures[index - 1].kind
            and figures[index].start - figures[index - 1].end <= _N_LIST_GAP
            and _LIST_GAP.fullmatch(text[figures[index - 1].end : figures[index].start]) is not None
        )
        if not joined:
            if index - start > 1:
                yield start, index
            start = index
