"""Whom and what each number of a sentence is about: its clause's subject, noun and direction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.sentence.record import Record
from nlp.claims.sentence.scene import BLOCKERS, DIRECTIONS, FLOWS, NOUNS, Event, Scene
from nlp.claims.subject.beside import (
    direction_after,
    flow_after,
    next_index,
    noun_after,
    share_after,
    subject_after,
    subject_off,
)
from nlp.claims.subject.context import Context
from nlp.claims.subject.dealing import deal_lists
from nlp.claims.subject.group import NOBODY, Group, Memory
from nlp.claims.subject.head import is_base, is_listed, is_object, is_sector, read_head

#: Between the names of subjects that share a number.
_JOINT: Final = re.compile(
    r"(?:[、,，&/]|\band\b|\bas\swell\sas\b|\balong\swith\b|\bthe\b|和|及|与|以及|跟|同|或|\s|母公司|\([^()]{0,30}\)"
    r"|-(?:S?W|B|R)\b|\b(?:Group|Holdings?|Inc|Corp|Ltd|Co|Plc|plc|Bhd|AG|SA|both|Corporation|Limited)\b\.?"
    r"|集团|集團|控股|股份|[A-Z]股|H股)*"
)
_OF: Final = re.compile(
    r"\s?(?:of|in|at|for|by|on)\s[^,;]{0,40}$|^\s?(?:of|in|at|for|by|on)\s", re.IGNORECASE
)
#: How far, in signs or words, what belongs together may stand apart.
_N_JOINT: Final = 60
_N_NEAR_SIGNS: Final = 4
_N_NEAR_WORDS: Final = 4


@dataclass(slots=True, kw_only=True)
class _State:
    group: Group
    memory: Memory
    noun: str = ""
    noun_end: int = -1
    direction: str = ""
    direction_end: int = -1
    flow: str = ""
    channel: str = ""
    is_quantity: bool = False
    is_seat: bool = False
    level_start: int = -1
    level_end: int = -1
    last_figure: int = -1
    clause: int = 0
    other_money: int = -1
    other_end: int = -2
    has_channel: bool = False
    has_head: bool = False
    replaced: Group | None = None
    before_bracket: tuple[Group, str, int] | None = None


def read_contexts(scene: Scene, memory: Memory) -> tuple[Mapping[int, Context], Memory]:
    """Return what governs each figure and record of a sentence, by where it starts.

    Returns:
        The contexts, and whom the text has spoken of after the sentence.
    """
    known = memory.group if memory.group.ids or memory.main is None else memory.main
    memory = memory if known is memory.group else replace(memory, group=known)
    state = _State(group=known.moved_to(-1), memory=memory, channel=memory.channel)
    contexts: dict[int, Context] = {}
    index = 0
    marks: list[Figure | Record] = [*scene.figures, *scene.records]
    for mark in sorted(marks, key=attrgetter("start", "end")):
        while index < len(scene.events) and scene.events[index].start < mark.start:
            _take(scene.events[index], state, scene)
            index += 1
        contexts.setdefault(mark.start, _context(mark, state, scene, index))
        state.level_start = -1
        if isinstance(mark, Figure):
            state.last_figure = mark.end
    for event in scene.events[index:]:
        _take(event, state, scene)
    after = state.memory.with_group(state.group)
    after = after if after.channel == state.channel else replace(after, channel=state.channel)
    return deal_lists(scene, contexts), after


def _take(event: Event, state: _State, scene: Scene) -> None:
    kind = event.kind
    if kind in {"break", "strong", "clause"}:
        _begin_clause(event, state)
    elif kind in {"subject", "tech_index"}:
        _take_subject(event, state, scene)
    elif kind in {"same_index", "same_stock"}:
        _take_pronoun(event, state)
    elif kind in NOUNS:
        _take_noun(event, state, scene)
    elif kind in DIRECTIONS or kind in FLOWS:
        _take_verb(event, state, scene)
    elif kind in {"other_flow", "northbound_seat"}:
        _take_channel(event, state, scene)
    elif kind == "open":
        state.before_bracket = (state.group, state.noun, state.noun_end)
    elif kind == "close" and state.before_bracket is not None:
        group, state.noun, state.noun_end = state.before_bracket
        state.group = group if group.ids else state.group
        state.before_bracket = None
    elif kind == "level":
        state.level_start, state.level_end = event.start, event.end


def _take_pronoun(event: Event, state: _State) -> None:
    memory = state.memory
    known = memory.index if event.kind == "same_index" else memory.main or memory.company
    if known.ids and not state.has_head:
        state.group = known.moved_to(event.end)
    elif event.kind == "same_index" and state.group.kind == "company":
        state.group = Group(end=event.end, is_instrument=True)
    state.has_head = True
    state.noun, state.noun_end = ("share" if event.kind == "same_stock" else ""), event.end


def _take_verb(event: Event, state: _State, scene: Scene) -> None:
    _settle_head(event.start, state, scene)
    if event.kind in FLOWS:
        if state.has_channel or _NET.search(scene.text, event.start, event.end):
            state.flow = event.kind
            state.noun = "" if state.noun == "turnover" else state.noun
        return
    state.direction, state.direction_end = event.kind, event.end
    state.is_quantity = event.value == "quantity"


#: Words for flows that need no channel named in their sentence, and schemes for other things than shares.
_NET: Final = re.compile(r"净|流[入出]|买入|卖出|\bnet\b|flow|bought|sold|buy|sell", re.IGNORECASE)
_SCHEME: Final = re.compile(r"债券通|互换通|理财通|bond|wealth", re.IGNORECASE)


def _take_channel(event: Event, state: _State, scene: Scene) -> None:
    if event.kind == "other_flow":
        state.channel, state.other_money, state.other_end = "other", event.start, event.end
        if _SCHEME.search(scene.text, event.start, event.end):
            state.group, state.has_head = Group(end=event.end), True
        return
    state.channel, state.has_head, state.noun, state.is_seat = "northbound", True, "", True


def _begin_clause(event: Event, state: _State) -> None:
    is_told = state.direction_end >= state.clause
    if state.replaced is not None and state.last_figure < state.clause and not is_told:
        # What a clause without a number is of says nothing of the next one's.
        state.group = state.replaced
    state.replaced = None
    state.clause = event.end
    state.has_head = False
    state.level_start = -1
    if event.kind == "strong":
        state.noun, state.flow = "", ""


def _take_subject(event: Event, state: _State, scene: Scene) -> None:
    main = state.memory.index
    read = _read_subject(event, state, scene)
    if read is not None:
        _name(read, state, scene)
    if event.kind == "tech_index" and main.ids:  # "the index" is still the one named before
        state.memory = replace(state.memory, index=main)


def _read_subject(event: Event, state: _State, scene: Scene) -> Event | None:
    """Return a subject as it is meant; None for one that says nothing of whom the clause is about."""
    if event.kind == "tech_index":
        known = ("hstech",) if state.memory.tells_of_hong_kong else ()
        return replace(event, ids=known, subject="index" if known else "unknown")
    if event.subject == "company" and is_object(event, scene.text):
        _settle_head(event.start, state, scene)
        return None
    if event.subject == "channel":
        return _read_channel(event, state, scene)
    if event.subject in {"market", "index"}:
        return _read_market(event, state, scene)
    if event.subject == "subchannel":
        state.channel, state.is_seat = "southbound", False
    return event


def _read_channel(event: Event, state: _State, scene: Scene) -> Event | None:
    if is_listed(event, scene.text) or _is_of_bonds(event, state):
        return None
    if state.memory.tells_of_seats:
        _take_channel(event, state, scene)
        return None
    state.has_channel = True
    state.channel, state.is_seat = event.ids[0], False
    is_received = _RECEIVES.search(scene.text, max(0, event.start - 4), event.start) is not None
    return None if is_received and state.group.ids else event


def _read_market(event: Event, state: _State, scene: Scene) -> Event | None:
    if is_base(event, scene.text):
        return None
    if is_sector(event, scene.text):
        return replace(event, ids=(), subject="unknown", value="index")
    if _is_listing(event, state, scene):
        state.noun, state.noun_end = "share", event.end
        return None
    return event


def _name(event: Event, state: _State, scene: Scene) -> None:
    """Take a subject as the one that is spoken of, or as one more of those."""
    last = state.group
    gap = scene.text[last.end : event.start] if 0 <= last.end <= event.start else None
    new = Group(
        event.ids,
        event.subject,
        event.currency,
        event.end,
        is_instrument=event.value == "index" and not state.memory.tells_of_others,
    )
    joins = (
        gap is not None
        and len(gap) <= _N_JOINT
        and state.direction_end < last.end
        and state.last_figure < last.end
        and _JOINT.fullmatch(gap) is not None
        and bool(re.search(r"[、,，&/和及与]|\band\b|\bas\swell|\balong", gap))
        and (last.kind == new.kind or (last.kind == "fund" and new.kind == "index"))
        and last.ids != new.ids
    )
    if gap is not None and gap.strip(" (").lower() in {"", "母公司"} and last.ids == new.ids:
        joins = False
    if joins:
        ids = event.ids if last.kind == new.kind else ("",)
        new = Group((*last.ids, *ids), last.kind, event.currency or last.currency, event.end)
    of_noun = (
        state.noun and state.noun_end >= state.clause and _OF.search(scene.text[state.noun_end : event.start])
    )
    is_traded = event.subject == "channel" and state.noun == "turnover" and state.last_figure < state.noun_end
    if not of_noun and not joins and not is_traded:
        state.noun = ""
    state.replaced = None
    state.group = new
    state.memory = state.memory.with_group(new)
    state.has_head = True


def _is_of_bonds(event: Event, state: _State) -> bool:
    """Say whether a channel's direction is that of another scheme, which is named right before it."""
    return 0 <= event.start - state.other_end <= 1


#: A share before these words is bought or sold by the channel that follows them.
_RECEIVES: Final = re.compile(r"(?:获得?|遭到?|被|受到?|由)$")
_LISTING_GAP: Final = re.compile(r"(?:-S?W|-[BR])?\s?(?:\([^()]*\))?(?:['\u2019]s\s|的|\s)?")
_SHARES: Final = re.compile(r"\bshares$", re.IGNORECASE)
_OWN: Final = re.compile(r"\b(?:its|whose|their)\s$")


def _is_listing(event: Event, state: _State, scene: Scene) -> bool:
    """Say whether "HK shares" are those of the company that its sentence has spoken of."""
    gap = scene.text[state.group.end : event.start] if 0 <= state.group.end <= event.start else "-"
    if _OWN.search(scene.text, max(0, event.start - 6), event.start):
        owner = state.group if state.group.kind == "company" else state.memory.company
        state.group = owner
        return True
    if state.group.kind == "company" and _LISTING_GAP.fullmatch(gap):
        return event.subject == "market" or _SHARES.search(scene.text, event.start, event.end) is not None
    is_of_company = state.group.kind == "company" and state.noun == "share" and state.group.end >= 0
    return is_of_company and _SHARES.search(scene.text, event.start, event.end) is not None


def _take_noun(event: Event, state: _State, scene: Scene) -> None:
    if event.kind in BLOCKERS:
        if event.kind == "bond" and state.noun == "turnover":
            return
        if state.group.kind == "index" and scene.text[event.start : event.end].endswith("合约"):
            return
        state.group = Group(end=event.end)
        state.has_head, state.other_money = True, event.start
    elif not state.has_head:
        _settle_head(event.start, state, scene)
        if (
            event.kind == "share"
            and (state.group == state.memory.group.moved_to(-1) or not state.group.ids)
            and state.memory.company.ids
        ):
            state.group = state.memory.main or state.memory.company
    state.noun, state.noun_end = event.kind, event.end


def _settle_head(place: int, state: _State, scene: Scene) -> None:
    """Where a clause has a head of its own that isn't known, its subject is unknown."""
    if state.has_head:
        return
    state.has_head = True
    is_own, is_instrument = read_head(scene, state.clause, place)
    if is_own:
        state.replaced = state.group
        has_share = state.noun == "share" and state.noun_end > state.clause
        state.group = Group(
            end=place, is_instrument=is_instrument or has_share, is_likely=state.memory.tells_of_shares
        )
        state.noun = "share" if has_share else ""


_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_BESIDE: Final = re.compile(r"\([-+\u2212\u2013]?$")


def _context(mark: Figure | Record, state: _State, scene: Scene, index: int) -> Context:
    text = scene.text
    is_beside = (
        _BESIDE.search(text, max(0, mark.start - 3), mark.start) is not None
        and text[mark.end : mark.end + 1] == ")"
    )
    if not state.has_head:
        starts = [x for x in (state.level_start, mark.start) if x >= state.clause]
        _settle_head(min(starts), state, scene)
    group, noun = state.group, state.noun
    group = group if group.ids else _unnamed(mark, state, scene, index)
    direction, moved, is_quantity = state.direction, state.direction_end >= state.clause, state.is_quantity
    after = direction_after(mark, scene, index)
    if after is not None and (
        not moved or len(text[state.direction_end : mark.start].split()) > _N_NEAR_WORDS
    ):
        direction, moved, is_quantity = after.kind, True, after.value == "quantity"
        if (right := subject_after(after, scene, mark, index)) is not None:
            group, noun = right
    if (off := subject_off(mark, scene, index)) is not None:
        group, direction, moved = off, "down", True
    group = _beside(mark, group, state, text) if is_beside else group
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
    )


def _beside(mark: Figure | Record, group: Group, state: _State, text: str) -> Group:
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


def _unnamed(mark: Figure | Record, state: _State, scene: Scene, index: int) -> Group:
    """Return whom a number is of whose clause names nobody: the title's company, an index named after it."""
    if state.noun == "target_price" and state.memory.main is not None:
        return state.memory.main
    if isinstance(mark, Figure) and mark.kind == "points" and not state.noun:
        return next_index(scene, index) or state.group
    is_exchange = state.memory.company.ids == ("hkex",) and state.channel != "other"
    return Group(("hk_market",), "market") if state.noun == "turnover" and is_exchange else state.group


#: Before a move: it is of anything that moved so.
_OF_SOME: Final = re.compile(
    r"\b(?:an?|any|every)\s(?:market|stock|company|share|sector|index)\sthat\s[^,;]{0,40}$", re.IGNORECASE
)


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
