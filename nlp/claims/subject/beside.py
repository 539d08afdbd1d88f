"""Words after a number that say what it is of: "2% higher", "a 2% fall in ...", "20 % of turnover"."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.sentence.record import Record
from nlp.claims.sentence.scene import DIRECTIONS, FLOWS, NOUNS, Event, Scene
from nlp.claims.subject.group import NOBODY, Group

#: How far, in signs or words, what belongs together may stand apart.
_N_AFTER: Final = 40
_N_AFTER_WORDS: Final = 2
_N_RIGHT: Final = 90
_N_OF: Final = 40


def direction_after(mark: Figure | Record, scene: Scene, index: int) -> Event | None:
    """Return the word for a direction right after a figure: "2% higher", "a 2% fall", "2%的涨幅"."""
    text = scene.text
    if scene.is_han and (limit := _LIMIT.match(text, mark.end)):
        return Event("up" if limit["up"] else "down", *limit.span())
    also = _ALSO.match(text, mark.end)
    if also is None and _SAID_AGAIN.search(text, max(0, mark.start - 8), mark.start):
        also = _AGAIN.match(text, mark.end)
    for event in scene.events[index:]:
        if event.start < mark.end or (also and event.start < also.end()):
            continue
        if also and event.kind in DIRECTIONS:
            return event if event.start == also.end() else None
        gap = text[mark.end : event.start]
        if event.kind in {"break", "strong", "clause", "subject"} or len(gap) > _N_AFTER:
            return None
        if event.kind not in DIRECTIONS:
            continue
        if scene.is_han:
            return event if gap in {"的", "之", ""} and text[event.end - 1] in "幅长涨跌" else None
        is_near = len(gap.split()) <= _N_AFTER_WORDS and not _APART.search(gap)
        return event if is_near or _LISTED.fullmatch(gap) else None
    return None


#: After a move: it is the greatest that a day allows.
_LIMIT: Final = re.compile(r"\s?(?:(?P<up>涨停)|跌停)")
#: Between a change and its direction: the same change said otherwise.
_ALSO: Final = re.compile(
    r",?\s(?:or|equal\sto)\s(?:about\s|nearly\s)?[\d.,]*\d\s?(?:%|percent|per\scent|points?|pct),?\s(?=higher|lower|up|down)",
    re.IGNORECASE,
)
_SAID_AGAIN: Final = re.compile(r",\sor\s(?:about\s)?$")
_AGAIN: Final = re.compile(r",\s(?=higher|lower|up|down)")
#: Words between a figure and a direction that part them, and further figures of a list that don't.
_APART: Final = re.compile(r"\b(?:to|at|and|or|on|from)\b|[)\d]")
_LISTED: Final = re.compile(
    r"(?:(?:,|\sand|,\sand)\s(?:nearly\s|almost\s|over\s|about\s|around\s|more\sthan\s|an?\s)*[\d.]+\s?(?:%|percent|per\scent))+\s",
    re.IGNORECASE,
)
_RIGHT: Final = re.compile(r"\s(?:in|of|for|by)\s")
_ENDS: Final = frozenset({"break", "strong", "clause"})


def subject_after(after: Event, scene: Scene, mark: Figure | Record, index: int) -> tuple[Group, str] | None:
    """Return the subject and noun that follow "a 2% fall in ..."."""
    if not _RIGHT.match(scene.text, after.end):
        return None
    limit = min(
        [figure.start for figure in scene.figures if figure.start > mark.start], default=len(scene.text)
    )
    is_other = _OTHER_INDEX.match(scene.text, after.end) or _OTHER_CODE.match(scene.text, after.end)
    if is_other and not _is_named(after.end, scene):
        return NOBODY, ""
    noun = ""
    for event in scene.events[index:]:
        if event.start < after.end:
            continue
        if event.kind in _ENDS or event.start >= min(limit, after.end + _N_RIGHT):
            break
        if event.kind == "subject":
            owned = _owned(event, scene) if event.subject == "company" else ""
            return Group(event.ids, event.subject, event.currency, event.end), noun or owned
        if event.kind in NOUNS and not noun:
            noun = event.kind
    return (NOBODY, noun) if noun and noun != "share" else None


def _owned(owner: Event, scene: Scene) -> str:
    """Return the noun of what a company has: "a 4% jump in Quux's trading revenue"; empty for its share."""
    if not scene.text.startswith(("'s ", "\u2019s "), owner.end):
        return ""
    for event in scene.events:
        if event.start > owner.end + _N_OWNED or (event.start > owner.end and event.kind in _ENDS):
            return ""
        if event.start > owner.end and event.kind in NOUNS:
            return "" if event.kind == "share" else event.kind
    return ""


_N_OWNED: Final = 40


def subject_of(mark: Figure | Record, scene: Scene, index: int, clause: int) -> tuple[Group, str] | None:
    """Return the subject and noun that follow "a gain of 7% in ..."."""
    if not _MOVE_OF.search(scene.text, max(clause, mark.start - _N_MOVE_OF), mark.start):
        return None
    told = subject_after(Event("", mark.start, mark.end), scene, mark, index)
    return told if told is not None and told[0].ids else None


_MOVE_OF: Final = re.compile(
    r"\b(?:gain|rise|jump|advance|surge|drop|fall|decline|slide|loss)s?\sof\s"
    r"(?:(?:more|than|over|about|around|nearly|almost|some|at|least)\s)*$"
)
_N_MOVE_OF: Final = 40


def _is_named(place: int, scene: Scene) -> bool:
    """Say whether an entity is named within a few words after a place."""
    return any(event.kind == "subject" and place <= event.start <= place + _N_NAMED for event in scene.events)


_N_NAMED: Final = 12
#: After a move: an index that the catalogue lacks ("gain in S&P 400 industrials").
_OTHER_INDEX: Final = re.compile(
    r"\s(?:in|for|of|by)\s(?:the\s)?(?:S&P|Nasdaq|Dow|FTSE|STOXX|MSCI|Russell)\b"
)

#: The same by a code ("loss in NIFTYENR").
_OTHER_CODE: Final = re.compile(r"\s(?:in|for)\s(?:the\s)?[A-Z]{5,}\b")


def subject_off(mark: Figure | Record, scene: Scene, index: int) -> Group | None:
    """Return the subject of "took 4 percent off the Hang Seng Index"."""
    off = _OFF.match(scene.text, mark.end)
    if off is None:
        return None
    for event in scene.events[index:]:
        if event.start >= off.end():
            is_next = event.kind == "subject" and event.start == off.end()
            return Group(event.ids, event.subject, event.currency, event.end) if is_next else None
    return None


_OFF: Final = re.compile(r"\soff\s(?:of\s)?(?:the\s)?")


def noun_after(mark: Figure | Record, scene: Scene, index: int) -> str:
    """Return the noun of "20 % of turnover", "10 percent of its total shares", "12% stake", "30%的概率"."""
    text = scene.text
    for event in scene.events[index:]:
        if event.start < mark.end:
            continue
        gap = text[mark.end : event.start]
        if event.kind not in NOUNS or len(gap) > _N_OF:
            return ""
        if gap == "的" or re.match(r"\sof\s", gap + " "):
            return event.kind
        return (
            event.kind if gap == " " and event.kind not in {"share", "turnover"} and not scene.is_han else ""
        )
    return ""


def flow_after(mark: Figure | Record, scene: Scene, index: int) -> str:
    """Return the kind of flow right after a number: "HK$5 billion in net inflows", "3万亿港元净资金流入"."""
    for event in scene.events[index:]:
        if event.start < mark.end:
            continue
        gap = scene.text[mark.end : event.start]
        if event.kind not in FLOWS:
            return ""
        return event.kind if _FLOW_GAP.fullmatch(gap) else ""
    return ""


def share_after(mark: Figure | Record, scene: Scene, index: int) -> Group | None:
    """Return the company of "HK$1.4 billion of Tencent shares", "HK$4 billion into Meituan"."""
    for event in scene.events[index:]:
        if event.start < mark.end or event.kind in {"share", "flow_buy", "flow_sell"}:
            continue
        if event.kind != "subject" or event.subject != "company":
            return None
        if not _INTO.fullmatch(scene.text, mark.end, event.start):
            return None
        return Group(event.ids, event.subject, event.currency, event.end)
    return None


_INTO: Final = re.compile(r"\s(?:worth\s)?(?:of|into|in)\s(?:the\s)?(?:(?:shares|stock)\s(?:of|in)\s)?")
_FLOW_GAP: Final = re.compile(
    r"的?(?:净?资金)?|\s(?:(?:in|of|worth\sof)\s)?(?:net\s|southbound\s|northbound\s|total\s)*"
)


def next_index(scene: Scene, index: int) -> Group | None:
    """Return the index that a sentence names only after a level of it: "若失守22000点，恒指或..."."""
    for event in scene.events[index:]:
        if event.kind == "subject":
            is_index = event.subject == "index" and len(event.ids) == 1
            return Group(event.ids, event.subject, event.currency, -1) if is_index else None
    return None
