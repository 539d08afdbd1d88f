"""How a clause begins: with whom it is about, or with a name that only stands beside others."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.sentence.lexicon import Lexicon
from nlp.claims.sentence.scene import Event, Scene
from nlp.entities.unknown import PREFIX

_GROUP_HAN: Final = re.compile(
    r"(?:股|股指|桶油|板块|指数|概念|\b(?:ATM\w*))\s?(?:普遍|都|亦|也|则|均|全线|分别|一度|逆市|[多悉数]+)?[^\u4e00-\u9fff]*$"
)
#: A name's code, which a share has: "金田(GFL.US)".
_CODED: Final = re.compile(
    r"\((?:[A-Z]{1,5}\.US|[A-Z]{2,6}:[A-Z]{1,5}[^()]*|\d{4,6}(?:\.[A-Z]{2})?)\)[^\u4e00-\u9fff]*$"
)
#: What stands in brackets, and since when.
_BESIDE: Final = re.compile(
    r"\([^()]*\)?|自[^，。；,;]{1,14}?(?:以来|起|至今)|[自从][高低]位|[本这]轮|以[^，。；,;]{1,4}计"
    r"|在[^，。；,;]{2,20}?(?:后|带动下|影响下|推动下|拖累下|刺激下|支持下)|受[^，。；,;]{1,20}?(?:影响|拖累|带动|刺激|提振|推动)"
)
_GROUP_LATIN: Final = re.compile(
    r"\b(?:stocks?|shares?|index|indices|futures|sector|peers?|makers?|banks|developers|insurers|miners|rivals?"
    r"|firms|companies|companion|gauge|benchmark|subindex|sub-index|retailers|carmakers|automakers|chipmakers"
    r"|small-?caps?|mid-?caps?|lenders?|giants?|airlines?|names)\b",
    re.IGNORECASE,
)
_PROPER: Final = re.compile(r"\b[A-Z][A-Za-z0-9&.'\u2019-]*(?:\s[A-Z][A-Za-z0-9&.'\u2019-]*)*")


def read_head(scene: Scene, start: int, place: int) -> tuple[bool, bool]:
    """Say of a clause's words before a place whether they are a head of its own, and of an instrument.

    Args:
        scene: the sentence.
        start: where the clause begins.
        place: where what is said of its head begins.
    """
    head = scene.text[start:place]
    if scene.is_han:
        if _CODED.search(head):
            return True, True
        head = _BESIDE.sub("", head)
        return len(scene.lexicon.light.sub("", head)) >= _N_HEAD, _GROUP_HAN.search(head) is not None
    is_instrument = _GROUP_LATIN.search(head) is not None
    is_own = is_instrument or any(
        not _is_common(match.group(), scene.lexicon) and not _is_first_word(match, start, head)
        for match in _PROPER.finditer(head)
    )
    return is_own, is_instrument


def _is_first_word(match: re.Match[str], clause: int, head: str) -> bool:
    """Say whether a capital is only that of a sentence's first word."""
    is_first = clause == 0 and not head[: match.start()].strip("*•-\"'“‘ ")
    return is_first and " " not in match.group() and match.group()[1:].islower()


def _is_common(words: str, lexicon: Lexicon) -> bool:
    return all(word.lower() in lexicon.common for word in _WORDS.split(words) if word)


_WORDS: Final = re.compile(r"[\s.]+")
#: A head shorter than this names nothing.
_N_HEAD: Final = 2


def is_listed(event: Event, text: str) -> bool:
    """Say whether a channel is only one of a list's sectors."""
    return (
        event.start > 0
        and text[event.start - 1] in "，、,为"
        and text[event.end : event.end + 1] in {"，", "、", ","}
    )


def is_object(event: Event, text: str) -> bool:
    """Say whether a company is only dealt with: "获比亚迪采用"."""
    if _OBJECT.search(text, max(0, event.start - _N_OBJECT), event.start):
        return True
    if text[max(0, event.start - 1) : event.start] == "于" and text.startswith("暗盘", event.end):
        return True
    return event.ids == ("hkex",) and text[max(0, event.start - 1) : event.start] in {"在", "于"}


_N_OBJECT: Final = 40
#: Before a company: it is only dealt with, where something is listed, or what another runs.
_OBJECT: Final = re.compile(
    r"(?:[获被向给替]|登陆|登录|挂牌|[获遭被](?:加拿大|美国|英国|日本|中国|内地|法国|德国|韩国|大行|券商))$"
    r"|\b(?:operators?|owners?|parent|franchisee|suppliers?|subsidiary|unit|competitor)\s(?:of|to)\s"
    r"(?:[A-Z][\w' ]{1,20}(?:,|\sand)\s)?$"
    r"|\b(?:operates|runs|owns)\s$|\b(?:deal|agreement|contract|partnership|partnered|partnering)\swith\s$"
    r"|\b(?:owned|backed|developed|acquired|supplied)\sby\s$"
)
#: Before a market: only its part is told; after one: a sector of it.
_PART: Final = re.compile(r"占(?:了|到)?$")
_SECTOR: Final = re.compile(
    r"(?!主要|三大|市场|各|全部|整体)[\u4e00-\u9fff]{1,6}?(?:板块|概念股?|股)(?![指市东价票民份权通])|\s(?:tech|property|bank|chip|auto)\w*\s(?:stocks|shares)\b"
)


def is_other_share(event: Event, text: str, group_end: int, known: str) -> bool:
    """Say whether shares are those of a name that isn't known ("Magnite shares"), or many ("stocks").

    Args:
        event: the word for shares.
        text: its sentence.
        group_end: where the last subject's name ends in it.
        known: the id of the company whose "the stock" is, which a code may stand for.
    """
    if text[event.start : event.end].lower() == "stocks":
        return True
    if _OF_SECTOR.search(text, max(0, event.start - 32), event.start):
        return True
    named = _OWNER.search(text, max(0, event.start - _N_OWNER), event.start)
    if named is None or group_end >= max(0, named.start("name") - 1):
        return False
    if group_end > 0 and _REST_OF_NAME.fullmatch(text, group_end, named.start("name")):
        return False
    name = named["name"].removesuffix("'s").removesuffix("\u2019s")
    if name.isupper() and known.removeprefix(PREFIX)[:1] == name[0].lower():
        return False
    return name.lower() not in _OWNERS and not name.endswith("-listed")


#: Before shares: those of a sector.
_OF_SECTOR: Final = re.compile(
    r"(?:^|(?<!['\u2019]s)\s)(?:tech(?:nology)?|services|banks?|banking|energy|mining|miners|chip|auto|property|health\s?care|financials?|retail"
    r"|utilities|durables|minerals|materials|staples|renewables?|defen[cs]e|airline|insurance|semiconductor|industrials?|software|steel|gold|oil)\s$",
    re.IGNORECASE,
)
_OWNER: Final = re.compile(
    r"(?:^|[\s(*])(?P<name>[A-Z][\w.&'\u2019-]*)(?:['\u2019]s?)?(?:\s\((?:[^()]|\([^()]*\))*\))?\s$"
)
#: Between a name and its last word, which the catalogue's form of it lacks.
_REST_OF_NAME: Final = re.compile(r"(?:\s[A-Z][\w.&-]*)*\s")
#: How far before shares their owner's name may stand: its code may be a link.
_N_OWNER: Final = 200
#: Words before shares that name nobody new.
_OWNERS: Final = frozenset({
    "its", "the", "their", "our", "his", "her", "company", "group", "firm", "that", "these", "those",
    "this", "common", "ordinary", "us", "u.s", "u.s.", "class", "hong", "kong", "shanghai", "shenzhen",
    "taipei", "tokyo", "london", "mainland", "and", "but", "as", "while", "when", "if", "after",
    "meanwhile", "on", "in", "a", "b", "h", "co", "inc", "inc.", "corp", "corp.", "ltd", "ltd.",
    "limited", "plc", "holdings", "corporation", "ag", "sa", "nv", "american", "depositary", "underlying",
})  # fmt: skip


def is_base(event: Event, text: str) -> bool:
    """Say whether a market is only what a part is told of: "占港股成交额的16.9%"."""
    return _PART.search(text, max(0, event.start - 2), event.start) is not None


def is_sector(event: Event, text: str) -> bool:
    """Say whether a market's name goes on as that of one of its sectors: "A股地产板块"."""
    return event.subject == "market" and _SECTOR.match(text, event.end) is not None
