"""Whom and what each number of a sentence is about: its clause's subject, noun and direction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from nlp.claims.figure import Figure
from nlp.claims.scene import BLOCKERS, NOUNS, Event, Scene, SubjectKind

_DIRECTIONS: Final = frozenset({"up", "down"})
_FLOWS: Final = frozenset({"flow_in", "flow_out", "flow_buy", "flow_sell"})

#: Between the names of subjects that share a number.
_JOINT: Final = re.compile(
    r"(?:[、,，&/]|\band\b|\bas\swell\sas\b|\balong\swith\b|和|及|与|以及|跟|同|或|\s|母公司|\([^()]{0,30}\)"
    r"|-(?:S?W|B|R)\b|\b(?:Group|Holdings?|Inc|Corp|Ltd|Co|Plc|plc|Bhd|AG|SA|both|Corporation|Limited)\b\.?"
    r"|集团|集團|控股|股份|[A-Z]股|H股)*"
)
_LIST_GAP: Final = re.compile(
    r"\s?(?:,|，|、|and|及|和|与|以及|, and|,\sand)\s?(?:约|逾|近|超)?\s?", re.IGNORECASE
)
_OF: Final = re.compile(
    r"\s?(?:of|in|at|for|by|on)\s[^,;]{0,40}$|^\s?(?:of|in|at|for|by|on)\s", re.IGNORECASE
)
#: Chinese words that may open a clause whose subject is the one before.
_LIGHT_HAN: Final = re.compile(
    r"半日|收市价?|一度|再度?|曾|今[日早天]?|早[段市盘]|午[后盘市]|最[多高低]|全日|盘中|盘后|中午|上午|下午|较早时?|收盘|开盘|开市|逆市|普遍|都"
    r"|亦|也|则|又|并|及|至|扩大|急|约|分别|尾[市盘段]|其后|之后|随后|截至|目前|按年|按月|按季|同比|环比|较|连续|累计|强势|创|逾|近|超|为|是|达"
    r"|单日|全周|全月|本周|年内|个?交易日|交易时段|时段|竞价|初段|中段|后段|现|跟随|贴|水平|点位|关口|最终|仍|已|更|均|各|共|合共|合计|总|的|了|在|于|以"
    r"|由|从|到|向|因|受|随|当中|其中|期间|期内|若|如|即|或|和|与|高低波幅|波幅|波动|全年|全天|同时|同期|前|后|间|时|内|每股|每日|日均|平均|计|一周|一年|周|月"
    r"|日|年|消息|报道|财联社|电|讯|记者|发稿|北京时间|数据显示|显示|数据|额|量|金额|幅度|幅|增|减|净|大幅|小幅|略|轻微|进一步|曾经|失而复得|高见|低见|低位|高位"
    r"|不足|接近|超过|逾越|大约|左右|[0-9.:：()（）“”\"'‘’【】\[\]/%\-—~*#>\s]"
)
_GROUP_HAN: Final = re.compile(
    r"(?:[股油]|板块|指数|概念|\b(?:ATM\w*))\s?(?:普遍|都|亦|也|则|均|全线|分别|一度|逆市|[多悉数]+)?[^\u4e00-\u9fff]*$"
)
_GROUP_LATIN: Final = re.compile(
    r"\b(?:stocks?|shares?|index|indices|futures|sector|peers?|makers?|banks|developers|insurers|miners|rivals?"
    r"|firms|companies|companion|gauge|benchmark|subindex|sub-index|retailers|carmakers|automakers|chipmakers"
    r"|lenders?|giants?|airlines?|names)\b",
    re.IGNORECASE,
)
_PROPER: Final = re.compile(r"\b[A-Z][A-Za-z0-9&.'\u2019-]*(?:\s[A-Z][A-Za-z0-9&.'\u2019-]*)*")
_NOT_PROPER: Final = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "By",
        "It",
        "Its",
        "Their",
        "Our",
        "He",
        "She",
        "They",
        "We",
        "You",
        "I",
        "This",
        "That",
        "These",
        "Those",
        "Among",
        "After",
        "Before",
        "Meanwhile",
        "However",
        "But",
        "And",
        "Or",
        "As",
        "While",
        "For",
        "From",
        "With",
        "Also",
        "Both",
        "Still",
        "Then",
        "Elsewhere",
        "Earlier",
        "Later",
        "Overall",
        "Over",
        "Total",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
        "Year",
        "Top",
        "Other",
        "Leading",
        "Losers",
        "Gainers",
        "Hong",
        "Kong",
        "China",
        "US",
        "U.S",
        "UK",
        "EU",
        "Chinese",
        "Asian",
        "European",
        "American",
        "Asia",
        "Europe",
        "Japan",
        "Down",
        "Up",
        "Q1",
        "Q2",
        "Q3",
        "Q4",
        "H1",
        "H2",
        "GMT",
        "EST",
        "Early",
        "Shares",
        "Stocks",
        "Index",
        "So",
        "If",
        "When",
        "Last",
        "Net",
        "Since",
        "Total",
    ]
)


@dataclass(frozen=True, slots=True)
class Group:
    """Subjects that share what is said; without ids, one that isn't known.

    `is_instrument` says of an unknown one that its name ends as those of shares and indices do.
    """

    ids: tuple[str, ...] = ()
    kind: SubjectKind = "unknown"
    currency: str = ""
    end: int = -1
    is_instrument: bool = False


NOBODY: Final = Group()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Whom a text has spoken of: the last index, company and channel, and the last group of all."""

    group: Group = NOBODY
    index: Group = NOBODY
    company: Group = NOBODY
    channel: str = ""

    def with_group(self, group: Group) -> Memory:
        """Remember a group."""
        changed = replace(self, group=group)
        if group.kind in {"index", "market"}:
            changed = replace(changed, index=group)
        elif group.kind == "company":
            changed = replace(changed, company=group)
        return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What governs one figure.

    Attributes:
        group: Its subject.
        noun: The kind of the noun that says what it measures; empty without one.
        direction: "up" or "down"; empty where no word says so.
        is_moved: Whether that word stands in the figure's own clause.
        flow: The last word for money in its clause: a kind of cue; empty without one.
        channel: "southbound", "northbound", "other" (money that isn't Stock Connect's) or empty.
        is_level: Whether a word for levels stands right before it.
        clause: Where its clause begins.
        is_beside: Whether it stands in brackets after the subject.
    """

    group: Group
    noun: str
    direction: Literal["up", "down", ""]
    is_moved: bool
    flow: str
    channel: str
    is_level: bool
    clause: int
    is_beside: bool


@dataclass(slots=True, kw_only=True)
class _State:
    group: Group
    memory: Memory
    noun: str = ""
    noun_end: int = -1
    direction: str = ""
    direction_end: int = -1
    flow: str = ""
    flow_end: int = -1
    channel: str = ""
    level_end: int = -1
    clause: int = 0
    has_head: bool = False
    heads: list[Event] = field(default_factory=list)


def read_contexts(scene: Scene, memory: Memory) -> tuple[list[Context], Memory]:
    """Return what governs each figure of a sentence, and whom the text has spoken of after it."""
    state = _State(group=memory.group, memory=memory, channel=memory.channel)
    contexts = []
    events = list(scene.events)
    index = 0
    for figure in scene.figures:
        while index < len(events) and events[index].start < figure.start:
            _take(events[index], state, scene)
            index += 1
        contexts.append(_context(figure, state, scene, events, index))
        _after_figure(figure, state)
    for event in events[index:]:
        _take(event, state, scene)
    group = state.group
    return _with_lists(scene.figures, contexts, scene.text), replace(
        state.memory.with_group(group),
        channel=state.channel if state.channel != "other" else state.memory.channel,
    )


def _after_figure(figure: Figure, state: _State) -> None:
    state.level_end = -1


def _take(event: Event, state: _State, scene: Scene) -> None:
    kind = event.kind
    if kind in {"break", "strong", "clause"}:
        _begin_clause(event, state)
    elif kind == "subject":
        _take_subject(event, state, scene)
    elif kind in {"same_index", "same_stock"}:
        known = state.memory.index if kind == "same_index" else state.memory.company
        if known.ids and not state.has_head:
            state.group = replace(known, end=event.end)
        state.has_head = True
        state.noun, state.noun_end = ("share" if kind == "same_stock" else ""), event.end
    elif kind in NOUNS:
        _take_noun(event, state, scene)
    elif kind in _DIRECTIONS:
        _settle_head(event.start, state, scene)
        state.direction, state.direction_end = kind, event.end
    elif kind in _FLOWS:
        _settle_head(event.start, state, scene)
        state.flow, state.flow_end = kind, event.end
    elif kind == "other_flow":
        state.channel = "other"
    elif kind == "level":
        state.level_end = event.end


def _begin_clause(event: Event, state: _State) -> None:
    state.clause = event.end
    state.has_head = False
    state.level_end = -1
    if event.kind == "strong":
        state.noun, state.flow = "", ""


def _take_subject(event: Event, state: _State, scene: Scene) -> None:
    if event.subject == "channel":
        state.channel = event.ids[0]
    last = state.group
    gap = scene.text[last.end : event.start] if 0 <= last.end <= event.start else None
    new = Group(event.ids, event.subject, event.currency, event.end, is_instrument=event.value == "index")
    joins = (
        gap is not None
        and len(gap) <= 60
        and state.direction_end < last.end
        and _JOINT.fullmatch(gap) is not None
        and bool(re.search(r"[、,，&/和及与]|\band\b|\bas\swell|\balong", gap))
        and last.kind == new.kind
        and last.ids != new.ids
    )
    if gap is not None and gap.strip(" (").lower() in {"", "母公司"} and last.ids == new.ids:
        joins = False
    if joins:
        new = Group((*last.ids, *event.ids), event.subject, event.currency or last.currency, event.end)
    of_noun = (
        state.noun and state.noun_end >= state.clause and _OF.search(scene.text[state.noun_end : event.start])
    )
    if not of_noun and not joins:
        state.noun = ""
    if event.subject in {"company", "index", "market", "channel", "unknown"}:
        state.group = new
        state.memory = state.memory.with_group(new)
    state.has_head = True


def _take_noun(event: Event, state: _State, scene: Scene) -> None:
    if event.kind in BLOCKERS:
        if event.kind == "bond" and state.noun == "turnover":
            return
        state.group = Group(end=event.end)
        state.has_head = True
    elif event.kind not in {"share", "stake", "target_price", "support"} or state.group.ids:
        _settle_head(event.start, state, scene)
        state.has_head = True
    state.noun, state.noun_end = event.kind, event.end


def _settle_head(place: int, state: _State, scene: Scene) -> None:
    """Where a clause has a head of its own that isn't known, its subject is unknown."""
    if state.has_head:
        return
    state.has_head = True
    head = scene.text[state.clause : place]
    if _is_han(scene.text):
        rest = _LIGHT_HAN.sub("", head)
        if len(rest) >= 2:
            state.group = Group(end=place, is_instrument=bool(_GROUP_HAN.search(head)))
            state.noun = ""
        return
    proper = [
        match
        for match in _PROPER.finditer(head)
        if not all(w in _NOT_PROPER for w in re.split(r"[\s.]+", match.group()) if w)
    ]
    groups = _GROUP_LATIN.search(head)
    if proper or groups:
        state.group = Group(end=place, is_instrument=bool(groups))
        state.noun = ""


def _is_han(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def _context(figure: Figure, state: _State, scene: Scene, events: Sequence[Event], index: int) -> Context:
    text = scene.text
    is_beside = text[max(0, figure.start - 2) : figure.start].strip(" -+\u2212\u2013")[-1:] == "("
    if not state.has_head and (
        state.level_end >= state.clause or is_beside or _is_bare_head(state, text, figure)
    ):
        _settle_head(figure.start if is_beside else max(state.clause, state.level_end), state, scene)
    direction, moved = state.direction, state.direction_end >= state.clause
    after = _after(figure, events, index, text)
    group, noun = state.group, state.noun
    if after is not None and (not moved or _far(state.direction_end, figure.start, text)):
        direction, moved = after.kind, True
        if (right := _right(after, events, index, text)) is not None:
            group, noun = right
    of = _noun_of(figure, events, index, text)
    return Context(
        group=group,
        noun=of or noun,
        direction=direction if direction in {"up", "down"} else "",  # type: ignore[arg-type]
        is_moved=moved,
        flow=state.flow,
        channel=state.channel,
        is_level=_is_close(state.level_end, figure.start, text),
        clause=state.clause,
        is_beside=is_beside,
    )


def _is_bare_head(state: _State, text: str, figure: Figure) -> bool:
    return state.direction_end < state.clause and state.flow_end < state.clause


def _far(end: int, start: int, text: str) -> bool:
    return len(text[end:start].split()) > 4


def _is_close(end: int, start: int, text: str) -> bool:
    """Say whether a figure follows a word for levels, with nothing but a few describing words between."""
    if end < 0:
        return False
    gap = text[end:start]
    if any(sign in gap for sign in ",，;；"):
        return False
    return len(gap) <= 4 if _is_han(gap) else len(gap.split()) <= 5


def _after(figure: Figure, events: Sequence[Event], index: int, text: str) -> Event | None:
    """Return the word for a direction that stands right after a figure: "2% higher", "a 2% fall", "2%的涨幅"."""
    for event in events[index:]:
        gap = text[figure.end : event.start]
        if event.start < figure.end:
            continue
        if event.kind in {"break", "strong", "clause", "subject"} or len(gap) > 24:
            return None
        if event.kind in _DIRECTIONS:
            if _is_han(text):
                return (
                    event
                    if gap in {"的", "之", "按年", ""} and text[event.start : event.end][-1:] in "幅长涨跌"
                    else None
                )
            return (
                event
                if len(gap.split()) <= 2 and not re.search(r"\bto\b|\bat\b|\band\b|\bor\b|\)", gap)
                else None
            )
    return None


def _right(after: Event, events: Sequence[Event], index: int, text: str) -> tuple[Group, str] | None:
    """Return the subject and noun that follow "a 2% fall in ..."."""
    joint = re.match(r"\s(?:in|of|for|by|at)\s", text[after.end : after.end + 6])
    if not joint:
        return None
    noun, group = "", None
    for event in events[index:]:
        if event.start < after.end:
            continue
        if event.kind in {"break", "strong", "clause"} or event.start - after.end > 90:
            break
        if event.kind == "subject" and group is None:
            group = Group(event.ids, event.subject, event.currency, event.end)
        elif event.kind in NOUNS and not noun and group is None:
            noun = event.kind
    if group is not None:
        return group, noun
    return (NOBODY, noun) if noun and noun != "share" else None


def _noun_of(figure: Figure, events: Sequence[Event], index: int, text: str) -> str:
    """Return the noun of "20 % of turnover", "10 percent of its total shares", "12% stake"."""
    for event in events[index:]:
        gap = text[figure.end : event.start]
        if event.start < figure.end:
            continue
        if event.kind not in NOUNS or len(gap) > 40:
            return ""
        if re.match(r"\sof\s", gap + " ") or (
            len(gap.split()) <= 1 and event.kind in {"stake", "rate"} and not _is_han(text)
        ):
            return event.kind
        return ""
    return ""


def _with_lists(figures: Sequence[Figure], contexts: list[Context], text: str) -> list[Context]:
    """Deal the numbers of "A and B rose 2 % and 3 %" out to their subjects."""
    for start, end in _runs(figures, text):
        group = contexts[start].group
        if len(group.ids) != end - start or len(group.ids) < 2:
            continue
        for offset in range(end - start):
            one = replace(group, ids=(group.ids[offset],))
            first = contexts[start]
            contexts[start + offset] = replace(first, group=one)
    return contexts


def _runs(figures: Sequence[Figure], text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for index in range(1, len(figures) + 1):
        joined = index < len(figures) and (
            figures[index].kind == figures[index - 1].kind
            and figures[index].start - figures[index - 1].end <= 10
            and _LIST_GAP.fullmatch(text[figures[index - 1].end : figures[index].start]) is not None
        )
        if not joined:
            if index - start >= 2:
                yield start, index
            start = index
