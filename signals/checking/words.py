"""Words of the sentence that decide what a number in it is compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WITHIN: Final = (
    r"\b(?:open(?:s|ed|ing)?|mid-?day|noon|lunch|break|morning|early|intra-?day|at one point"
    r"|as (?:much|many|high|low) as|earlier|first half|range|swings?|swung|pre-?market|after-hours|half-day"
    r"|briefly|trad(?:ed|ing) (?:lower|higher|down|up))\b"
)
_WITHIN_CHINESE: Final = (
    r"半日|午[间間后後]|中午|下午|早上|尾[市盘盤段]|早[盘盤段市]|上午|开盘|開盤|开市|開市|[高低][开開]"
    r"|盘中|盤中|午[盘盤]|一度|曾|最多|即日|盘初"
    r"|[高低][见見]|最[高低][升跌涨漲见見至曾]|[失得]而[复復][得失]|再失(?=\d)|较早|較早"
    r"|现[报涨跌]|現[報升跌]|截至?发稿|截至发稿|暂|暫|[开開][报報]|波幅|振幅|盘前|盤前|竞价|競價|异动|直线|走[高低]"
)
_WHOLE: Final = r"\b(?:clos(?:e|es|ed|ing)|end(?:s|ed|ing)?|finish(?:es|ed)?|settl(?:es|ed)|full[- ]day)\b"
_WHOLE_CHINESE: Final = r"(?<!中午)(?<!半日)(?<!上午)(?<!早段)收[市盘盤报報涨跌升高低]|[高低]收|全日|全天"
_SESSION: Final = {
    "within": re.compile(f"{_WITHIN}|{_WITHIN_CHINESE}", re.IGNORECASE),
    "whole": re.compile(f"{_WHOLE}|{_WHOLE_CHINESE}", re.IGNORECASE),
}
#: Those that a text without Chinese can hold: to look for the others takes most of the time.
_ASCII_SESSION: Final = {
    "within": re.compile(_WITHIN, re.IGNORECASE),
    "whole": re.compile(_WHOLE, re.IGNORECASE),
}
_PLACES: Final = {
    "elsewhere": re.compile(
        r"\b(?:U\.?S\.?[- ](?:listed|traded|trading|shares)|American deposit[ao]ry|AD[RS]s?|New York|Nasdaq"
        r"|NYSE|Wall Street|A[- ]shares?|(?:Shanghai|Shenzhen|London|Tokyo)[- ](?:listed|traded))\b"
        r"|美股|[預预][托託]|ADR|纽约|紐約|美[国國]上市|中概|Ａ股|A股|沪市|滬市|深市|盘前|盘后|夜盘",
    ),
    "here": re.compile(
        r"\b(?:Hong Kong|HK|H[- ]shares?|Hang Seng(?! Bank)|southbound)\b|港股(?!ADR)|(?:在|于|於)港交所"
        r"|香港(?!交易所)|本港收[報报]|Ｈ股|H股|恒指|恆指|\.HK\b"
    ),
}
_LEGS: Final = {
    "sh_net": re.compile(r"(?<!深)[沪滬](?!深|港通)|(?<!深)上海|\bShanghai\b"),
    "sz_net": re.compile(r"(?<![沪滬])深(?:市|圳|港通|股通|）|\))|\bShenzhen\b"),
    "net": re.compile(r"[沪滬]深|合[计計]|共|总|總|\btotal\b|\bcombined\b", re.IGNORECASE),
}
_CLAUSE_END: Final = re.compile(r"[,;，；](?!\d)|\b(?:but|while|after|having|whereas)\b")
_LIMITED: Final = re.compile(
    r"\bsince\b|\bin (?:(?:more than|over|about|nearly|almost) )?(?:an?|one|two|three|four|five|six|\d+)"
    r" (?:day|session|week|month|quarter|year|decade)s?\b"
    r"|\b[\w-]+[- ](?:day|session|week|month|quarter|year|decade)s?\b"
    r"(?= (?:high|low|peak|trough|clos))"
    r"|(?:[\d一二三四五六七八九十兩两半多逾近約约數数]|個|个)\s*(?:年|月|季|星期|周|週|禮拜|日|天)"
    r"(?:半|[以之]?[來来]|內|内)?.{0,6}[新最][高低多大]|[以之][來来]|今年.{0,4}[新最][高低]"
)
_LOOSE: Final = re.compile(r"(?:近|約|约|nearly|almost|about|around)\s?$", re.IGNORECASE)
_AVERAGE: Final = re.compile(r"\baverag(?:e|ed|ing)\b|日均|平均", re.IGNORECASE)
_RECORD: Final = re.compile(r"\brecords?\b|\ball-time\b|纪录|紀錄|记录|新高", re.IGNORECASE)


_DEPOSITARY: Final = re.compile(r"\bAD[RS]s?\b|ADR|depositary|[預预][托託]", re.IGNORECASE)


def is_within_session(sentence: str, position: int, *, is_past: bool = False) -> bool:
    """Say whether a number is a figure from within a session: at the open, at midday, at its highest.

    Args:
        sentence: What it stands in.
        position: Where it stands.
        is_past: It is of a day gone by: what the rest of the sentence says of the open is today's.
    """
    if is_past:
        start = max((match.end() for match in _CLAUSE_END.finditer(sentence, 0, position)), default=0)
        end = _CLAUSE_END.search(sentence, position)
        sentence, position = sentence[start : end.start() if end else None], position - start
    words = _ASCII_SESSION if sentence.isascii() else _SESSION
    return _nearest(words, sentence, position) == "within"


def place_of(sentence: str, position: int, *, headline: str = "") -> str:
    """Return where a share's price is said to be from: `here` (Hong Kong), `elsewhere`, or nothing.

    The sentence decides; where it is silent, the headline. A text about depositary receipts is about them.
    """
    if _DEPOSITARY.search(headline):
        return "elsewhere"
    found = _nearest(_PLACES, sentence, position)
    return found or next((place for place, words in _PLACES.items() if words.search(headline)), "")


def leg_of(sentence: str, position: int) -> str:
    """Return the column of net buying that a number is about: `net` in all, `sh_net` or `sz_net`."""
    return _last_before(_LEGS, sentence, position) or "net"


def limits_record(sentence: str) -> bool:
    """Say whether a record is one of some time only: a three-week high, the most since March."""
    return _LIMITED.search(sentence) is not None


def is_loose(sentence: str, position: int) -> bool:
    """Say whether a word like "nearly" stands before a number: "nearly 2 percent or more"."""
    return _LOOSE.search(sentence, max(0, position - 8), position) is not None


def is_average(sentence: str, position: int = 0) -> bool:
    """Say whether the clause of a number speaks of a mean."""
    return speaks_of_average(clause_of(sentence, position))


def speaks_of_average(text: str) -> bool:
    """Say whether words speak of a mean."""
    return _AVERAGE.search(text) is not None


def tells_record(sentence: str) -> bool:
    """Say whether a record is spoken of."""
    return _RECORD.search(sentence) is not None


def clause_of(sentence: str, position: int) -> str:
    """Return the clause that a place lies in."""
    start = max((match.end() for match in _CLAUSE_END.finditer(sentence, 0, position)), default=0)
    end = _CLAUSE_END.search(sentence, position)
    return sentence[start : end.start() if end else None]


def clauses_around(sentence: str, position: int) -> str:
    """Return the clause that a place lies in, with the one before it."""
    ends = [match.end() for match in _CLAUSE_END.finditer(sentence, 0, position)]
    end = _CLAUSE_END.search(sentence, position)
    return sentence[ends[-2] if len(ends) > 1 else 0 : end.start() if end else None]


def _nearest(kinds: Mapping[str, re.Pattern[str]], sentence: str, position: int) -> str:
    """Return the kind of word that stands last before a place, else first after it."""
    before = _last_before(kinds, sentence, position)
    if before:
        return before
    found = {kind: match for kind, words in kinds.items() if (match := words.search(sentence, position))}
    return min(found, key=lambda kind: found[kind].start(), default="")


def _last_before(kinds: Mapping[str, re.Pattern[str]], sentence: str, position: int) -> str:
    places = {
        kind: max((match.start() for match in words.finditer(sentence, 0, position)), default=-1)
        for kind, words in kinds.items()
    }
    best = max(places, key=lambda kind: places[kind])
    return best if places[best] >= 0 else ""
