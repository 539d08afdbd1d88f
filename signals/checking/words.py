"""Words of the sentence that decide what a number in it is compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WITHIN: Final = (
    r"\b(?:open(?:s|ed|ing)?|mid-?day|noon|lunch|break|morning|early|intra-?day|at one point"
    r"|as (?:much|many|high|low) as|earlier|first half|range|swings?|swung|pre-?market|after-hours|half-day"
    r"|briefly)\b"
    r"|半日|午[间間后後]|中午|下午|尾[市盘盤段]|早[盘盤段市]|上午|开盘|開盤|开市|開市|[高低][开開]"
    r"|盘中|盤中|午[盘盤]|一度|曾|最多|即日|盘初"
    r"|[高低][见見]|最[高低][升跌涨漲见見至曾]|失而[复復]得|再失(?=\d)|较早|較早"
    r"|现[报涨跌]|現[報升跌]|截至?发稿|截至发稿|暂|暫|[开開][报報]|波幅|振幅|盘前|盤前|竞价|競價|异动|直线|走[高低]"
)
_WHOLE: Final = (
    r"\b(?:clos(?:e|es|ed|ing)|end(?:s|ed|ing)?|finish(?:es|ed)?|settl(?:es|ed)|full[- ]day)\b"
    r"|(?<!中午)(?<!半日)(?<!上午)(?<!早段)收[市盘盤报報涨跌升高低]|[高低]收|全日|全天"
)
_SESSION: Final = {"within": re.compile(_WITHIN, re.IGNORECASE), "whole": re.compile(_WHOLE, re.IGNORECASE)}
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
    "sh_net": re.compile(r"(?<!深)[沪滬](?!深)|(?<!深)上海|\bShanghai\b"),
    "sz_net": re.compile(r"(?<![沪滬])深(?:市|圳|港通|股通|）|\))|\bShenzhen\b"),
    "net": re.compile(r"[沪滬]深|合[计計]|共|总|總|\btotal\b|\bcombined\b", re.IGNORECASE),
}
_CLAUSE_END: Final = re.compile(r"[,;，；](?!\d)|\b(?:but|while|after|having|whereas)\b")
_LIMITED: Final = re.compile(
    r"\bsince\b|\b(?:in|of) (?:(?:a|an|the|more|than|about|over|nearly|almost|\w+) ){1,4}(?:day|session|week|month|quarter|year|decade)s?\b|\b[\w-]+[- ](?:day|session|week|month|quarter|year|decade)s?\b"
    r"(?= (?:high|low|peak|trough|clos))"
    r"|(?:[\d一二三四五六七八九十兩两半多逾近約约數数]|個|个)\s*(?:年|月|季|星期|周|週|禮拜|日|天)"
    r"(?:半|[以之]?[來来]|內|内)?.{0,6}[新最][高低多大]|[以之][來来]|今年.{0,4}[新最][高低]"
)
_LOOSE: Final = re.compile(r"(?:近|約|约|nearly|almost|about|around)\s?$", re.IGNORECASE)
_AVERAGE: Final = re.compile(r"\baverag(?:e|ed|ing)\b|日均|平均", re.IGNORECASE)
_RECORD: Final = re.compile(r"\brecords?\b|\ball-time\b|纪录|紀錄|记录|新高", re.IGNORECASE)


_DEPOSITARY: Final = re.compile(r"\bAD[RS]s?\b|ADR|depositary|[預预][托託]", re.IGNORECASE)
_UP: Final = re.compile(r"[升涨漲]|高收|\b(?:higher|gain|rose|rise|up|jump|rall|advanc)", re.IGNORECASE)
_DOWN: Final = re.compile(
    r"跌|低收|[挫]|\b(?:lower|loss|lost|fell|fall|drop|down|declin|slid)", re.IGNORECASE
)
_SAME: Final = re.compile(
    r"(?:^|[，,；;。]\s*)(?:其|公司|[该該])?股[價价份]|[该該]股|\b(?:its|their) (?:shares|stock)\b|\bthe (?:stock|shares)\b",
    re.IGNORECASE,
)
_GOAL: Final = re.compile(r"目[标標]|支持|阻力|支[撑撐]|\b(?:support|resistance|target)\b", re.IGNORECASE)
_GROWTH: Final = re.compile(
    r"\byear[- ]on[- ]year\b|\byear[- ]over[- ]year\b|\byoy\b|\bquarter[- ]on[- ]quarter\b"
    r"|\bfrom a year (?:ago|earlier)\b"
    r"|按[年季月]|同比|[环環]比|[较較][上去]年同期|revenue|profits?\b|earnings|收[益入]|[业業][务務][价價]值|保[费費]|[销銷][售量]|交付|same period|\bsales\b|deliver|\boutput\b|premiums|[盈溢利][利潤润]|[净淨]利",
    re.IGNORECASE,
)
_MARKET_TURNOVER: Final = re.compile(r"主板|大市|\bmain board\b|\bmarket turnover\b", re.IGNORECASE)
_SHARED: Final = re.compile(
    r"分[别別]|\brespectively\b|(?:%|％|percent|[点點成])\s?(?:[及和与與]|and)[^，,。]{0,4}?\d", re.IGNORECASE
)
_NAMED_AFTER: Final = re.compile(r"\d(?:%|％|[点點])的")
_TURNED: Final = re.compile(
    r"收窄|[缩縮]窄|[扩擴]大|蒸[发發]"
    r"|\b(?:narrow|trim|par|eras|cut|shed its|widen)(?:s|ed|ing|e)?\b|[转轉][升跌]",
    re.IGNORECASE,
)
_CUMULATIVE: Final = re.compile(
    r"累[计計积積升跌涨漲]|[以之][来來]|反[弹彈]|[连連][升跌涨漲]|[连連][续續]|近期|近日|最近|個交易日|个交易日|今年|年初|年[内內]"
    r"|\b(?:since|recent(?:ly)?|consecutive|straight|in a row|so far|year[- ]to[- ]date|this year"
    r"|past (?:\w+ )?(?:days|weeks?|months?|years?)|in (?:\w+ )?(?:days|weeks|months))\b",
    re.IGNORECASE,
)
_FROM_EXTREME: Final = re.compile(
    r"[低高][位点點]"
    r"|\bfrom (?:its|the|a|their|an?) (?:[\w-]+ ){0,3}(?:lows?|highs?|peaks?|troughs?|bottom)\b",
    re.IGNORECASE,
)
_PAST_DAY: Final = re.compile(
    r"\b(?:yesterday|previous|last|prior|Monday|Tuesday|Wednesday|Thursday|Friday)\b"
    r"|昨|上日|上[一個个]?交易日|前[一]?[日天]|上[周週]|星期[一二三四五]|[周週][一二三四五]|\d月\d{1,2}[日号號]"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d+\b",
    re.IGNORECASE,
)
_DAY: Final = re.compile(
    r"\b(?:today|yesterday|Monday|Tuesday|Wednesday|Thursday|Friday|clos(?:e|es|ed|ing)|finish(?:ed|es)?|ended"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d+)\b"
    r"|今[日天]|昨|星期|[周週][一二三四五]|收[市盘盤报報]|全日|全天|\d[日号號]",
    re.IGNORECASE,
)


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
    return _nearest(_SESSION, sentence, position) == "within"


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


def is_average(sentence: str) -> bool:
    """Say whether a mean is spoken of."""
    return _AVERAGE.search(sentence) is not None


def tells_record(sentence: str) -> bool:
    """Say whether a record is spoken of."""
    return _RECORD.search(sentence) is not None


def is_growth(sentence: str, position: int, *, is_day: bool) -> bool:
    """Say whether a sentence speaks of growth from a year before, or of a company's results.

    Args:
        sentence: What a number stands in.
        position: Where it stands.
        is_day: It was read as a day's: then only the clauses around it tell.
    """
    return _GROWTH.search(_around(sentence, position) if is_day else sentence) is not None


def tells_both_ways(sentence: str) -> bool:
    """Say whether a sentence speaks of gains and of losses."""
    return _UP.search(sentence) is not None and _DOWN.search(sentence) is not None


def tells_the_same(sentence: str, position: int) -> bool:
    """Say whether a number's subject is only pointed to: "its shares", named somewhere before."""
    return _SAME.search(_around(sentence, position)) is not None


def is_goal(sentence: str, position: int) -> bool:
    """Say whether a number is a support, a resistance or a target."""
    return _GOAL.search(_around(sentence, position)) is not None


def is_of_market(sentence: str, position: int) -> bool:
    """Say whether a turnover is the whole market's."""
    return _MARKET_TURNOVER.search(_around(sentence, position)) is not None


def is_shared(sentence: str, position: int) -> bool:
    """Say whether a number is one of several for several subjects, or of one that is named after it."""
    near = sentence[max(0, position - 12) : position + 24]
    return _SHARED.search(_clause(sentence, position)) is not None or _NAMED_AFTER.search(near) is not None


def is_turned(sentence: str, position: int) -> bool:
    """Say whether a gain or a loss is said to narrow, widen or turn: its direction is easily misread."""
    return _TURNED.search(_around(sentence, position)) is not None


def is_cumulative(sentence: str, position: int, *, is_day: bool) -> bool:
    """Say whether a move is one over several days, or from a low or a high.

    Args:
        sentence: What it stands in.
        position: Where it stands.
        is_day: It was read as a single day's; else only a low or a high to count from is looked for.
    """
    around = _around(sentence, position)
    words = (_CUMULATIVE, _FROM_EXTREME) if is_day else (_FROM_EXTREME,)
    return any(one.search(around) for one in words)


def names_past_day(sentence: str, position: int) -> bool:
    """Say whether a number's clause names a day gone by."""
    return _PAST_DAY.search(_clause(sentence, position)) is not None


def names_day(sentence: str) -> bool:
    """Say whether a sentence names the day, or the close, that it tells of."""
    return _DAY.search(sentence) is not None


def _clause(sentence: str, position: int) -> str:
    """Return the clause that a place lies in."""
    start = max((match.end() for match in _CLAUSE_END.finditer(sentence, 0, position)), default=0)
    end = _CLAUSE_END.search(sentence, position)
    return sentence[start : end.start() if end else None]


def _around(sentence: str, position: int) -> str:
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
