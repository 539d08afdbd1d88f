"""Whom and what each number of a sentence is about: its clause's subject, noun and direction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.sentence.record import Record
from nlp.claims.sentence.scene import Scene
from nlp.claims.subject.beside import (
    direction_after,
    flow_after,
    next_index,
    noun_after,
    share_after,
    subject_after,
    subject_of,
    subject_off,
)
from nlp.claims.subject.context import Context
from nlp.claims.subject.dealing import deal_lists
from nlp.claims.subject.group import NOBODY, Group, Memory
from nlp.claims.subject.state import State, settle_head
from nlp.claims.subject.word import take

_N_NEAR_SIGNS: Final = 4
_N_NEAR_WORDS: Final = 4


def read_contexts(scene: Scene, memory: Memory) -> tuple[Mapping[int, Context], Memory]:
    """Return what governs each figure and record of a sentence, by where it starts.

    Returns:
        The contexts, and whom the text has spoken of after the sentence.
    """
    known = memory.group if memory.group.ids or memory.main is None else memory.main
    memory = memory if known is memory.group else replace(memory, group=known)
    state = State(group=known.moved_to(-1), memory=memory, channel=memory.channel)
    contexts: dict[int, Context] = {}
    index = 0
    marks: list[Figure | Record] = [*scene.figures, *scene.records]
    for mark in sorted(marks, key=attrgetter("start", "end")):
        while index < len(scene.events) and scene.events[index].start < mark.start:
            take(scene.events[index], state, scene)
            index += 1
        contexts.setdefault(mark.start, _context(mark, state, scene, index))
        state.level_start = -1
        if isinstance(mark, Figure):
            state.last_figure = mark.end
    for event in scene.events[index:]:
        take(event, state, scene)
    after = state.memory.with_group(state.group)
    after = after if after.channel == state.channel else replace(after, channel=state.channel)
    traded = _traded(state, contexts, scene)
    if traded is not None:
        after = replace(after, traded=traded.moved_to(-1))
    just = traded.moved_to(-1) if traded is not None and not scene.is_han else None
    if after.just_traded != just:
        after = replace(after, just_traded=just)
    return deal_lists(scene, contexts, is_of_shares=not memory.tells_of_others), after


def _traded(state: State, contexts: Mapping[int, Context], scene: Scene) -> Group | None:
    """Return the company whose share a sentence has told of last; None where it has told of none's."""
    told = [(state.noun, state.group)]
    if not scene.is_han:
        told += [(one.noun, one.group) for _, one in sorted(contexts.items(), reverse=True)]
    shares = (group for noun, group in told if noun == "share" and group.kind == "company")
    return next((group for group in shares if group.end >= 0 and len(group.ids) == 1), None)


#: Before a move whose direction stands after it: "adding to its over 37% decline".
_OWN_MOVE: Final = re.compile(r"\b(?:its|their|an?)\s(?:(?:over|more\sthan|about|nearly|almost|near)\s)?$")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_BESIDE: Final = re.compile(r"\([-+\u2212\u2013]?$")


def _context(mark: Figure | Record, state: State, scene: Scene, index: int) -> Context:
    text = scene.text
    is_beside = (
        _BESIDE.search(text, max(0, mark.start - 3), mark.start) is not None
        and text[mark.end : mark.end + 1] == ")"
    )
    if not state.has_head:
        settle_head(_head_end(mark, state, text), state, scene)
    group, noun = state.group, state.noun
    group = group if group.ids else _unnamed(mark, state, scene, index)
    group = _all_of(mark, state, text) or group
    group = _aimed_at(mark, group, state, scene) if noun == "target_price" else group
    direction, moved, is_quantity = state.direction, state.direction_end >= state.clause, state.is_quantity
    after = direction_after(mark, scene, index)
    if after is not None and (
        not moved
        or len(text[state.direction_end : mark.start].split()) > _N_NEAR_WORDS
        or (after.start == mark.end + 1 and state.direction_end <= state.last_figure)
        or (after.start == mark.end + 1 and _OWN_MOVE.search(text, state.direction_end, mark.start))
    ):
        direction, moved, is_quantity = after.kind, True, after.value == "quantity"
        if (right := subject_after(after, scene, mark, index)) is not None:
            group, noun = right
    if (whose := subject_of(mark, scene, index, state.clause)) is not None:
        group, noun = whose
    if (off := subject_off(mark, scene, index)) is not None:
        group, direction, moved = off, "down", True
    group = _beside(mark, group, state, text) if is_beside else group
    if noun == "share" and group.end <= state.noun_end and _SHARES_OF.match(text, state.noun_end):
        group = Group(end=mark.start, is_instrument=True)
    if "that" in scene.low and _OF_SOME.search(text, state.clause, mark.start):
        group = NOBODY
    flow = flow_after(mark, scene, index) or state.flow
    if flow and group.kind == "channel":
        group = share_after(mark, scene, index) or group
    return Context(
        group=group,
        noun=noun_after(mark, scene, index) or noun,
        direction=direction if direction in {"up", "down"} else "",  # type: ignore[arg-type]  # a cue's kind
        is_moved=moved,
        is_quantity=is_quantity,
        flow=flow,
        channel=state.channel,
        is_other_money=state.other_money >= state.clause,
        is_gapped=state.last_figure >= 0 and _GAP.fullmatch(text, max(group.end, 0), mark.start) is not None,
        is_level=state.level_start >= 0 and _is_close(state.level_end, mark.start, text),
        clause=state.clause,
        is_beside=is_beside,
        is_seat=state.is_seat,
        is_business=state.is_business,
        is_guessed=_is_guessed(group, state),
    )


def _aimed_at(mark: Figure | Record, group: Group, state: State, scene: Scene) -> Group:
    """Return whose price a target is: not that of a market or of a broker, who only holds it."""
    aim = state.memory.main or state.memory.first
    if scene.is_han and group.kind == "market":
        return aim or state.memory.company
    judges = scene.lexicon.judges
    if scene.is_han and judges.intersection(group.ids):
        judged = [one for one in (*reversed(state.named), aim) if one and not judges.intersection(one.ids)]
        return next((one for one in judged if one.kind == "company"), group)
    if aim and _ITS_TARGET.search(scene.text, state.clause, mark.start):
        return aim
    is_sum = isinstance(mark, Figure) and mark.kind == "money"
    if is_sum and not scene.is_han:
        judges = judges.union(
            *(one.ids for one in scene.events if scene.text.startswith("by ", max(0, one.start - 3)))
        )
    if is_sum and not scene.is_han and (not any(group.ids) or judges.intersection(group.ids)):
        memory = state.memory
        before = (memory.traded, memory.company) if _ON_THE_STOCK.match(scene.text, state.noun_end) else ()
        told = (one for one in (*reversed(state.named), *before) if one is not None and any(one.ids))
        known = (one for one in told if one.kind == "company" and not judges.intersection(one.ids))
        return next(known, _SOMEBODY)
    return group


#: A company that isn't known.
_SOMEBODY: Final = Group(("",), "company")
#: After a target: it is that of whom the text has spoken of.
_ON_THE_STOCK: Final = re.compile(r"\s(?:on|for)\s(?:the|its)\s(?:stock|shares|company|firm)\b")


def _head_end(mark: Figure | Record, state: State, text: str) -> int:
    """Return where what may be a clause's head ends: at a word for levels, which a name may hold too."""
    start = state.level_start
    if start < state.clause:
        return mark.start
    is_word = state.level_end - start > 1 or not text[state.clause : start].strip()
    return start if is_word or _is_close(state.level_end, mark.start, text) else mark.start


def _all_of(mark: Figure | Record, state: State, text: str) -> Group | None:
    """Return all that a sentence has named, of whom a clause then tells: "甲升2%，乙升3%，均创新高"."""
    named = list(state.named)
    while named and named[0].kind != named[-1].kind:
        named.pop(0)
    is_of_each = len(named) > 1 and named[-1].kind in {"company", "index"}
    if not is_of_each or state.group.end >= state.clause or not _EACH.match(text, state.clause, mark.start):
        return None
    ids = tuple(dict.fromkeys(key for group in named for key in group.ids))
    return replace(state.group, ids=ids) if ids else None


_EACH: Final = re.compile(r"\s?(?:均|双双|[都皆]|齐齐|全部)")


def _is_guessed(group: Group, state: State) -> bool:
    """Say whether a company is only carried over in a text that names others too.

    Where another was named last and the title is about this one, that is no guess.
    """
    memory = state.memory
    if group.kind != "company" or group.end >= 0 or not memory.has_several:
        return False
    return memory.main is None or memory.main.ids != group.ids or memory.company.ids == group.ids


def _beside(mark: Figure | Record, group: Group, state: State, text: str) -> Group:
    """Return whom a figure in brackets is of: the name right before them, which may not be known."""
    opening = text.rfind("(", 0, mark.start)
    if state.last_figure >= 0 and not text[state.last_figure : opening].strip("点 "):
        return group
    between = _BRACKETS.sub("", text[max(group.end, state.last_figure, state.clause, 0) : opening])
    if _NAME.search(between) or (group.end < state.clause and between.strip()):
        return Group(end=opening, is_instrument=True)
    return replace(group, ids=group.ids[-1:])


_BRACKETS: Final = re.compile(r"\([^()]*\)?")
_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,}$")


def _unnamed(mark: Figure | Record, state: State, scene: Scene, index: int) -> Group:
    """Return whom a number is of whose clause names nobody: the title's company, an index named after it."""
    if state.noun == "target_price" and (aim := state.memory.main or state.memory.first) is not None:
        return aim
    if isinstance(mark, Figure) and mark.kind == "points" and not state.noun:
        return next_index(scene, index) or state.group
    is_exchange = state.memory.company.ids == ("hkex",) and state.channel != "other"
    return Group(("hk_market",), "market") if state.noun == "turnover" and is_exchange else state.group


#: What a broker holds is its target for another.
_ITS_TARGET: Final = re.compile(
    r"\b(?:its|their)\s(?:\d+-month\s)?(?:price\s(?:target|objective)|target|PT)\b"
)
#: Before a move: it is of anything that moved so.
_OF_SOME: Final = re.compile(
    r"\b(?:an?|any|every)\s(?:market|stock|company|share|sector|index)\sthat\s[^,;]{0,40}$", re.IGNORECASE
)
#: After a word for shares: a name, which isn't known where nobody is named after the word.
_SHARES_OF: Final = re.compile(r"(?:\s(?:of|in)|(?<=\sof)|(?<=\sin))\s(?!Hong\b|New\b|The\b|US\b|U\.S)[A-Z]")
_GAP: Final = re.compile(
    r"(?:\([^()]*\)|股价|亦|也|则|\s|by|nearly|almost|about|around|over|more\sthan|some|逾|近|约|超|[:+-])*",
    re.IGNORECASE,
)


def _is_close(end: int, start: int, text: str) -> bool:
    """Say whether a figure follows a word for levels, with nothing but a few describing words between."""
    gap = text[end:start]
    if any(sign in gap for sign in ",，;；"):
        return False
    return len(gap) <= _N_NEAR_SIGNS if _HAN.search(gap) else len(gap.split()) <= _N_NEAR_WORDS + 1
