"""What a word of a sentence changes of what the next number is about."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.sentence.scene import BLOCKERS, BUSINESS, DIRECTIONS, FLOWS, NOUNS, Event, Scene
from nlp.claims.subject.group import NOBODY, Group
from nlp.claims.subject.head import is_other_share
from nlp.claims.subject.name import moves_index, take_several, take_subject
from nlp.claims.subject.state import State, settle_head, take_channel


def take(event: Event, state: State, scene: Scene) -> None:
    """Take the next word, name or break of a sentence."""
    kind = event.kind
    if kind in {"break", "strong", "clause"}:
        _begin_clause(event, state, scene)
    elif kind in {"subject", "tech_index"}:
        take_subject(event, state, scene)
    elif kind in {"same_index", "same_stock"}:
        _take_pronoun(event, state, scene)
    elif kind in NOUNS:
        _take_noun(event, state, scene)
    elif kind in DIRECTIONS or kind in FLOWS:
        _take_verb(event, state, scene)
    elif kind in {"other_flow", "northbound_seat"}:
        take_channel(event, state, scene)
    elif kind in {"bloc", "the_others", "the_two"}:
        take_several(event, state)
    elif kind in {"open", "close"}:
        _take_bracket(event, state)
    elif kind == "level":
        state.level_start, state.level_end = event.start, event.end


def _take_bracket(event: Event, state: State) -> None:
    if event.kind == "open":
        state.before_bracket = (state.group, state.noun, state.noun_end)
    elif state.before_bracket is not None:
        group, noun, noun_end = state.before_bracket
        state.before_bracket = None
        is_later = group.end < state.clause <= state.group.end
        if is_later and (state.group.kind == "company" or state.replaced is not None):
            return  # the name before is known by its code alone, or it isn't known
        state.noun, state.noun_end = noun, noun_end
        state.group = group if group.ids else state.group


def _take_pronoun(event: Event, state: State, scene: Scene) -> None:
    memory = state.memory
    if state.noun == "target_price" and _ON.fullmatch(scene.text, state.noun_end, event.start):
        return  # "its price target on the stock"
    if event.kind == "same_index" and state.group.kind == "index" and state.group.end == event.start:
        return  # "恒指指数": the rest of a name
    if event.kind == "same_index":
        if moves_index(scene.text, state.clause, event.start):
            settle_head(event.start, state, scene)
            return
        is_others = (
            _OF_COUNTRY.search(scene.text, max(0, event.start - _N_COUNTRY), event.start) is not None
            or _OF_WHAT.match(scene.text, event.end) is not None
        )
        known = NOBODY if is_others else memory.index
        state.has_head = state.has_head and not is_others
    else:
        is_own = _OWN.match(scene.low, event.start) is not None
        known = _owner(event, memory.own_share, scene) if is_own else memory.share
    if scene.text[event.start : event.end] in _THREE and (three := _three_of(known, scene.text, event.start)):
        known = three
    if known.ids and not state.has_head:
        state.group = known.moved_to(event.end)
    elif state.group.kind == "company" if event.kind == "same_index" else not state.has_head:
        state.group = Group(end=event.end, is_instrument=True)
    state.has_head = True
    state.noun, state.noun_end = ("share" if event.kind == "same_stock" else ""), event.end


def _three_of(known: Group, text: str, place: int) -> Group | None:
    """Return the three main indices of the market that a sentence names, or of the index that is known."""
    named = list(_MARKET.finditer(text, 0, place))
    if named:
        found: tuple[str, ...] | None = _MAIN[(named[-1].lastindex or 1) - 1]
    else:
        found = next((three for three in _MAIN if set(known.ids) & set(three)), None)
    return Group(found, "index", known.currency) if found else None


_MARKET: Final = re.compile(r"(A股|沪深|内地(?:股|[三3]大))|(美股|华尔街|纽约股)|(港股|香港股)")
_THREE: Final = frozenset({"三大指数", "3大指数", "三大股指", "3大股指"})
_MAIN: Final = (
    ("sse_composite", "szse_component", "chinext_index"), ("djia", "sp500", "nasdaq_composite"),
    ("hsi", "hscei", "hstech"),
)  # fmt: skip


def _owner(event: Event, known: Group, scene: Scene) -> Group:
    """Return whose "its shares" are: of the only company that the sentence has named, else a known one."""
    named = {
        one.ids: one
        for one in scene.events
        if one.start < event.start and one.subject == "company" and any(one.ids)
    }
    if len(named) != 1 or known.ids in named:
        return known
    ((ids, one),) = named.items()
    return Group(ids, one.subject, one.currency)


_ON: Final = re.compile(r"\s(?:on|for)\s")
#: Before "benchmark index": it is that of a country.
_OF_COUNTRY: Final = re.compile(r"\b[A-Z][A-Za-z]+['\u2019]s\s(?:[a-z-]+\s)?$")
#: After "the gauge": it is that of something else.
_OF_WHAT: Final = re.compile(
    r"\s(?:for|that\smeasures|that\stracks)\s(?!the\s(?:day|session|week|month|year)\b)"
)
_N_COUNTRY: Final = 32
_OWN: Final = re.compile(r"its|their|其")


def _take_verb(event: Event, state: State, scene: Scene) -> None:
    settle_head(event.start, state, scene)
    if event.value == "quantity" and event.start and scene.text[event.start - 1] == "幅":
        return  # a rise that narrows is still a rise
    if _OF_A_MOVE.search(scene.text, state.clause, event.start) and _TO.match(scene.text, event.end):
        return  # "涨幅已回落至5.54%"
    if state.last_figure > max(state.clause, state.group.end) and _OTHER.fullmatch(
        scene.text, state.last_figure, event.start
    ):
        state.group = Group(
            end=event.start, is_instrument=state.noun == "share", is_likely=state.memory.tells_of_shares
        )
        state.noun = ""
    if event.kind in FLOWS:
        if state.has_channel or _NET.search(scene.text, event.start, event.end):
            state.flow = event.kind
            state.noun = "" if state.noun == "turnover" else state.noun
        return
    state.direction, state.direction_end = event.kind, event.end
    state.is_quantity = event.value == "quantity"


#: Around a verb: it tells where a move has come to.
_OF_A_MOVE: Final = re.compile(r"[涨升跌]幅(?:已|曾|再|亦|也|又|随后|逐步|逐渐|进一步|一度|盘中)*$")
_TO: Final = re.compile(r"[至到]")
#: Between a number and a verb: a name that isn't known, of which the verb tells ("A rose 2% and B fell").
_OTHER: Final = re.compile(
    r"\s(?:\([^()]*\)\s)?and\s(?!It\b|The\b|That\b|This\b)[A-Z][\w.&'\u2019-]*(?:\s[A-Z][\w.&'\u2019-]*){0,4}(?:['\u2019]s)?"
    r"\s(?:(?:shares?|stock|was|were|is|are|has|have|had)\s){0,2}"
)
#: Words for flows that need no channel named in their sentence, and schemes for other things than shares.
_NET: Final = re.compile(r"净|流[入出]|买入|卖出|\bnet\b|flow|bought|sold|buy|sell", re.IGNORECASE)


#: A clause that goes on of those before: "金融股偏软，普遍跌约1%".
_GOES_ON: Final = re.compile(r"(?:普遍|大多|个别|全线|均|[都皆])")


def _begin_clause(event: Event, state: State, scene: Scene) -> None:
    is_told = state.direction_end >= state.clause
    is_of_many = scene.is_han and state.group.is_instrument and _GOES_ON.match(scene.text, event.end)
    if state.replaced is not None and state.last_figure < state.clause and not is_told and not is_of_many:
        # What a clause without a number is of says nothing of the next one's.
        state.group = state.replaced
        state.noun = "" if scene.is_han and state.noun_end > state.clause else state.noun
    state.replaced = None
    if state.passed is not None and _WHICH.fullmatch(scene.text, state.passed.end, event.end):
        state.group = state.passed  # "top gainer in the ASX 200, which is down 0.2%"
    state.clause = event.end
    state.has_head = False
    state.level_start = -1
    if event.kind == "strong":
        state.noun, state.flow, state.is_business = "", "", False
        state.named = ()


def _owner_over_index(event: Event, state: State, scene: Scene) -> Group | None:
    """Return the company of a sentence whose price is told after an index that it only mentions."""
    known = state.memory.company
    if not scene.is_han or state.group.kind != "index" or not 0 <= state.group.end <= state.clause:
        return None
    is_named = any(one.ids == known.ids and one.start < event.start for one in scene.events)
    return known.moved_to(event.start) if known.ids and is_named else None


#: A headline in which a company tells of another and its own shares stand last: "Q Says HSBC Lends; Shares".
_SAYS_OF: Final = re.compile(r"(?:[A-Z][\w&.'\u2019-]*\s){1,4}Says\s.+;\s$")
#: After a target price: it is raised ("Price Target Raised to $140", "its target was raised 5%").
_RAISED: Final = re.compile(r"s?\s(?:(?:was|is|has\sbeen)\s)?[Rr]aised")
#: Between a target price and shares: whose they are.
_TARGET_ON: Final = re.compile(r"\s(?:on|for|of)\s(?:[\w.&'\u2019-]+\s){0,4}")


#: Between an index and what is said of it.
_WHICH: Final = re.compile(r"(?:\sbenchmark)?(?:\sindex)?\s?,\swhich")


def _is_of_target(event: Event, state: State, scene: Scene) -> bool:
    """Say whether a word only tells what becomes of a target price, or whose it is."""
    between = {"money_raised": (_RAISED, event.end), "share": (_TARGET_ON, event.start)}.get(event.kind)
    if state.noun != "target_price" or between is None:
        return False
    pattern, end = between
    return pattern.fullmatch(scene.text, state.noun_end, end) is not None


def _take_noun(event: Event, state: State, scene: Scene) -> None:
    if event.kind in BLOCKERS:
        if event.kind == "bond" and state.noun == "turnover":
            return
        if state.group.kind == "index" and scene.text[event.start : event.end].endswith("合约"):
            return
        state.group = Group(end=event.end)
        state.has_head, state.other_money = True, event.start
    elif _is_of_target(event, state, scene):
        return
    elif not state.has_head:
        named_end = state.group.end
        settle_head(event.start, state, scene)
        if event.kind == "share" and (owner := _owner_over_index(event, state, scene)) is not None:
            state.group = owner
        elif event.kind == "share" and _SAYS_OF.match(scene.text, 0, event.start) and state.group.end > 0:
            first = next((x for x in scene.events if x.kind == "subject"), event)
            known = first.subject == "company" and first.start == 0
            state.group = (
                Group(first.ids, first.subject, first.currency, first.end)
                if known
                else Group(end=event.end, is_instrument=True)
            )
        elif event.kind == "share" and is_other_share(
            event, scene.text, named_end, state.memory.share.ids[0] if state.memory.share.ids else ""
        ):
            state.group = Group(end=event.end, is_instrument=True)
        elif (
            event.kind == "share"
            and (state.group == state.memory.group.moved_to(-1) or not state.group.ids)
            and state.memory.company.ids
            and not (state.group.is_instrument and scene.text.startswith(")", event.start - 1))
        ):
            state.group = state.memory.share
    state.is_business = state.is_business or event.kind in BUSINESS
    state.noun, state.noun_end = event.kind, event.end
