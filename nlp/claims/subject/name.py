"""What a name in a sentence changes: whom the next number is about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from nlp.claims.sentence.scene import Event, Scene
from nlp.claims.subject.group import Group
from nlp.claims.subject.head import is_base, is_listed, is_object, is_sector
from nlp.claims.subject.state import State, settle_head, take_channel
from nlp.entities.unknown import PREFIX

#: Between the names of subjects that share a number.
_JOINT: Final = re.compile(
    r"(?:[、,，&/]|\band\b|\bas\swell\sas\b|\balong\swith\b|\bthe\b|\b(?:[\w-]+\s){1,3}(?:owner|parent|operator|maker|producer|manufacturer|giant|firm|company|provider|developer|retailer|lender"
    r"|rival|peer|supplier|miner|insurer|platform|automaker|carmaker|chipmaker|drugmaker)\b|和|及|与|以及|跟|同|或|\s|母公司|\([^()]{0,30}\)"
    r"|-(?:S?W|B|R)\b|\b(?:Group|Holdings?|Inc|Corp|Ltd|Co|Plc|plc|Bhd|AG|SA|both|Corporation|Limited)\b\.?"
    r"|集团|集團|控股|股份|[A-Z]股|H股)*"
)
#: Before the second name of two: what its company does.
_DESCRIBED: Final = re.compile(r"\s[a-z-]+\s[a-z-]+\s$")
_OF: Final = re.compile(
    r"\s?(?:of|in|at|for|by|on)\s[^,;]{0,40}$|^\s?(?:of|in|at|for|by|on)\s", re.IGNORECASE
)
#: A word for shares that leads to whose they are: "shares of".
_ENDS_OF: Final = re.compile(r"\s(?:of|in)$")
_N_PAIR: Final = 2
#: How far, in signs or words, what belongs together may stand apart.
_N_JOINT: Final = 60


def take_subject(event: Event, state: State, scene: Scene) -> None:
    """Take a name as whom the next number is about, where it says so."""
    main = state.memory.index
    read = _read_subject(event, state, scene)
    if read is not None:
        _name(read, state, scene)
    if event.kind == "tech_index" and main.ids:  # "the index" is still the one named before
        state.memory = replace(state.memory, index=main)


def take_several(event: Event, state: State) -> None:
    """Take a bloc of companies, the others of it ("其余"), or the two that were named before ("两股")."""
    if event.kind == "bloc":
        state.bloc = Group(tuple(event.value.split("+")), "company", "HKD", event.end)
        state.group, state.noun = Group(end=event.end, is_instrument=True), ""
    elif event.kind == "the_two" and state.pair is not None:
        state.group, state.noun = state.pair.moved_to(event.end), ""
    elif event.kind == "the_others" and state.bloc is not None:
        state.group, state.noun = state.bloc.moved_to(event.end), ""
    else:
        return
    state.has_head = True


def _read_subject(event: Event, state: State, scene: Scene) -> Event | None:
    """Return a subject as it is meant; None for one that says nothing of whom the clause is about."""
    if event.kind == "tech_index":
        known = ("hstech",) if state.memory.tells_of_hong_kong else ()
        return event._replace(ids=known, subject="index" if known else "unknown")
    if event.subject == "company" and is_object(event, scene.text):
        settle_head(event.start, state, scene)
        return None
    if event.subject == "channel":
        return _read_channel(event, state, scene)
    if event.subject in {"market", "index"}:
        return _read_market(event, state, scene)
    if event.subject == "subchannel":
        state.channel, state.is_seat = "southbound", False
    return event


def _read_channel(event: Event, state: State, scene: Scene) -> Event | None:
    if is_listed(event, scene.text) or _is_of_bonds(event, state):
        return None
    if state.memory.tells_of_seats:
        take_channel(event, state, scene)
        return None
    state.has_channel = True
    state.channel, state.is_seat = event.ids[0], False
    is_received = _RECEIVES.search(scene.text, max(0, event.start - 4), event.start) is not None
    return None if is_received and state.group.ids else event


def _read_market(event: Event, state: State, scene: Scene) -> Event | None:
    if _LISTING.match(scene.text, event.end) and event.subject == "market":
        return None
    if is_base(event, scene.text) or _is_place(event, state, scene):
        return None
    if _is_moved(event, state, scene):
        state.passed = Group(event.ids, event.subject, event.currency, event.end)
        return None
    is_local = scene.text[event.start : event.end].lower() in _LOCAL
    if (
        _BEST_OF.match(scene.text, event.end)
        or is_sector(event, scene.text)
        or (is_local and not state.memory.tells_of_hong_kong)
    ):
        return event._replace(ids=(), subject="unknown", value="index")
    if _is_listing(event, state, scene):
        state.noun, state.noun_end, state.has_head = "share", event.end, True
        return None
    return event


def _is_place(event: Event, state: State, scene: Scene) -> bool:
    """Say whether a market is only where a share is traded, or a future that of the index before it."""
    is_inside = _IN_MARKET.search(scene.text, max(0, event.start - 1), event.start) is not None
    is_owned = state.group.kind == "company" and scene.text.startswith("股价", event.end)
    if is_inside and (state.noun == "share" or is_owned):
        return True
    is_beside = state.group.kind == "index" and state.group.end == event.start
    return is_beside and scene.text.startswith("期", event.start)


def _name(event: Event, state: State, scene: Scene) -> None:
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
        and bool(re.search(r"[、,，&/和及与同跟]|\band\b|\bas\swell|\balong", gap))
        and (last.kind == new.kind or (last.kind == "fund" and new.kind == "index"))
        and last.ids != new.ids
        and not (_DESCRIBED.search(gap) and last.ids[-1].startswith(PREFIX))
        and not (gap == "，" and _MOVED_BY.search(scene.text, 0, last.end))
    )
    if gap is not None and gap.strip(" (").lower() in {"", "母公司"} and last.ids == new.ids:
        joins = False
    if joins:
        ids = event.ids if last.kind == new.kind else ("",)
        new = Group((*last.ids, *ids), last.kind, event.currency or last.currency, event.end)
    of_noun = (
        state.noun and state.noun_end >= state.clause and _OF.search(scene.text[state.noun_end : event.start])
    )
    is_of_shares = state.noun == "share" and event.start == state.noun_end + 1
    of_noun = of_noun or (is_of_shares and _ENDS_OF.search(scene.text, 0, state.noun_end))
    is_traded = event.subject == "channel" and state.noun == "turnover" and state.last_figure < state.noun_end
    if not of_noun and not joins and not is_traded:
        state.noun = ""
    state.replaced = None
    state.group = new
    state.named = (*(state.named[:-1] if joins else state.named), new)
    if len(new.ids) == _N_PAIR:
        state.pair = new
    if state.bloc is not None and len(new.ids) == 1:
        others = tuple(key for key in state.bloc.ids if key not in new.ids)
        state.bloc = replace(state.bloc, ids=others)
    state.memory = state.memory.with_group(new)
    state.has_head = True


def _is_of_bonds(event: Event, state: State) -> bool:
    """Say whether a channel's direction is that of another scheme, which is named right before it."""
    return 0 <= event.start - state.other_end <= 1


def moves_index(text: str, clause: int, place: int) -> bool:
    """Say whether what a clause begins with moves the index that is named after it."""
    return _MOVES.search(text, clause, place) is not None


def _is_moved(event: Event, state: State, scene: Scene) -> bool:
    """Say whether a company that its clause is about moves an index: "BP topped the FTSE 100, gaining 7%"."""
    is_told = state.group.kind == "company" and state.group.end >= state.clause
    if state.group.kind == "company" and _MEMBER.match(scene.text, event.end):
        return True
    return is_told and _MOVES.search(scene.text, max(state.group.end, 0), event.start) is not None


#: Before the end of a name: it is of whom others move ("科技股拖累纳指，...").
_MOVED_BY: Final = re.compile(r"(?:拖累|带动|推动|提振|支撑|打压|拉动)[^，。；,、]{1,8}$")
#: After a market: a share comes to be traded there.
_LISTING: Final = re.compile(r"(?:主板)?(?:上市|挂牌|IPO|招股|目标价)")
_MOVES: Final = re.compile(
    r"\b(?:topp(?:ed|ing)|tops?|led|leads?|leading|lift(?:s|ed|ing)|boost(?:s|ed|ing)|dragg?(?:s|ed|ing)(?:\sdown)?"
    r"|weigh(?:s|ed|ing)\son|propp(?:ed|ing)\sup|outpac(?:es|ed|ing)|outperform(?:s|ed|ing)?|underperform(?:s|ed|ing)?"
    r"|beat(?:s|ing)?|(?:gainers?|losers?|performers?)\s(?:on|in|of))\s(?:the\s)?(?:[a-z-]+\s){0,2}$"
)
#: After an index: one of its shares.
_MEMBER: Final = re.compile(
    r"\s(?:stock|gainer|loser|heavyweight|constituent|member|performer)s?\b|(?:成[份分]股|[蓝篮]筹股?)"
)
#: After an index: the share of it that did best, which is named next.
_BEST_OF: Final = re.compile(r"[中的]{0,2}(?:成[份分]股)?中?表现最[好差强弱佳]的")
#: Before a market: a share is traded in it.
_IN_MARKET: Final = re.compile(r"[在于]$")
#: Whose market these are depends on where the text is from.
_LOCAL: Final = frozenset({"local stocks", "local shares", "local market", "local bourse"})
#: A share before these words is bought or sold by the channel that follows them.
_RECEIVES: Final = re.compile(r"(?:获得?|遭到?|被|受到?|由)$")
_LISTING_GAP: Final = re.compile(r"(?:-S?W|-[BR])?\s?(?:\([^()]*\))?(?:['\u2019]s\s|的|\s)?")
_SHARES: Final = re.compile(r"\bshares$", re.IGNORECASE)
#: After "Hong Kong shares": whose they are.
_OF_THE_COMPANY: Final = re.compile(
    r"(?<=[Ss]hares)\s(?:of|in)\sthe\s(?:company|firm|group|bank|developer|carmaker|automaker)\b"
)
#: Before "Hong Kong Shares Rise": a headline has told of the company whose they are.
_HEADLINE: Final = re.compile(r"^.+;\s$")
_OWN: Final = re.compile(r"\b(?:its|whose|their)\s$")


def _is_listing(event: Event, state: State, scene: Scene) -> bool:
    """Say whether "HK shares" are those of the company that its sentence has spoken of."""
    gap = scene.text[state.group.end : event.start] if 0 <= state.group.end <= event.start else "-"
    if _OF_THE_COMPANY.match(scene.text, event.end) and state.memory.share.ids:
        state.group = state.memory.share
        return True
    if _SHARES.search(scene.text, event.start, event.end) and _HEADLINE.search(scene.text, 0, event.start):
        return state.group.kind == "company" and state.group.end >= 0
    is_shares = event.subject == "market" or _SHARES.search(scene.text, event.start, event.end) is not None
    if is_shares and _OWN.search(scene.text, max(0, event.start - 6), event.start):
        owner = state.group if state.group.kind == "company" else state.memory.company
        state.group = owner
        return True
    if state.group.kind == "company" and _LISTING_GAP.fullmatch(gap):
        return is_shares
    is_of_company = state.group.kind == "company" and state.noun == "share" and state.group.end >= 0
    return is_of_company and _SHARES.search(scene.text, event.start, event.end) is not None
