"""Words of a sentence that make it likely that a number in it was misread."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from signals.checking.words import clause_of, clauses_around

_UP: Final = re.compile(r"[升涨漲]|高收|\b(?:higher|gain|rose|rise|up|jump|rall|advanc)", re.IGNORECASE)
_DOWN: Final = re.compile(
    r"跌|低收|[挫]|\b(?:lower|loss|lost|fell|fall|drop|down|declin|slid)", re.IGNORECASE
)
_SAME: Final = re.compile(
    r"^\s*收[報报]|(?:^|[，,；;。]\s*)(?:其|公司|[该該])?股[價价份]|[该該]股"
    r"|\b(?:its|their) (?:shares|stock)\b|\bthe (?:stock|shares)\b",
    re.IGNORECASE,
)
_GOAL: Final = re.compile(r"目[标標]|支持|阻力|支[撑撐]|\b(?:support|resistance|target)\b", re.IGNORECASE)
_GROWTH: Final = re.compile(
    r"\byear[- ]on[- ]year\b|\byear[- ]over[- ]year\b|\byoy\b|\bquarter[- ]on[- ]quarter\b"
    r"|\bfrom a year (?:ago|earlier)\b"
    r"|按[年季月]|同比|[环環]比|[较較][上去]年同期|revenue|profits?\b|earnings|收[益入]|[业業][务務][价價]值|保[费費]|[销銷][售量]|交付"
    r"|same period|\bsales\b|deliver|\boutput\b|premiums|[盈溢利][利潤润]|[净淨]利",
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
    r"[两兩三四五六七八九十][个個]?(?:交易)?[日天]|本[周週月季年]|全[周週月年]|累[计計积積升跌涨漲]|[以之][来來]|反[弹彈]"
    r"|[单單][周週月季年]|[连連][升跌涨漲]|[连連][续續]|近期|近日|最近|個交易日|个交易日|今年|年初|年[内內]"
    r"|\b(?:months?|quarters?|years?|weeks?|off|(?:two|three|four|five) (?:\w+ ){0,2}(?:days|sessions)"
    r"|since|recent(?:ly)?|consecutive|straight|in a row|so far|year[- ]to[- ]date|this year"
    r"|past (?:\w+ )?(?:days|weeks?|months?|years?)|in (?:\w+ )?(?:days|weeks|months))\b",
    re.IGNORECASE,
)
_OF_THE_MOMENT: Final = re.compile(
    r"最大[升跌涨漲]幅|[升跌涨漲]最多|最多[升跌涨漲]|今早|早段|[盘盤]中|一度|\bas much as\b", re.IGNORECASE
)
_SINCE: Final = re.compile(
    r"[自从從由].{0,14}[以之至][來来今]?|[自从從].{0,10}[低高][点點位]|同期|\d日[齊齐累共]|20\d\d\.\d\d\.\d\d"
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
    r"\b(?:today|yesterday|Monday|Tuesday|Wednesday|Thursday|Friday|clos(?:e|es|ed|ing)|finish(?:ed"
    r"|es)?|ended"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d+)\b"
    r"|今[日天]|昨|星期|[周週][一二三四五]|收[市盘盤报報]|全日|全天|\d[日号號]",
    re.IGNORECASE,
)


_RELATIVE: Final = re.compile(
    r"跑[赢贏输輸]|相[对對较較]|[强強弱]于|pct\b|百分[点點]|\b(?:out|under)perform|\bpercentage points?\b",
    re.IGNORECASE,
)
_FUTURES: Final = re.compile(r"夜[期市]|期指|期[权權]|基差|[黑暗]期|ADR|\bfutures?\b", re.IGNORECASE)
_FUND: Final = re.compile(r"ETF|基金|份[额額]|\bfunds\b", re.IGNORECASE)
_PART: Final = re.compile(
    r"板[块塊]|行[业業]|ETF|基金|份[额額]|\bsectors?\b|\bfunds\b|放量|[缩縮]量", re.IGNORECASE
)
_BACK_THEN: Final = re.compile(r"[当當]日[报報]$|是\d{4}年\d+月\d+日$|[低高][位點点].{0,12}$|\d+月\d+日的$")
_THEREAFTER: Final = re.compile(r"^[^，。]{0,3}[点點]?[後后][^，。]{0,2}[最新高低]")
_THRESHOLD: Final = re.compile(
    r"重[回上返]|站[上稳穩]|升穿|突破|失守|跌[穿破]|[险險]守|企[稳穩]|逼近|\b(?:above|below|past|topp|breach|cross|reclaim|mark)",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(r"code=\d|[（(]\*{0,2}[（(]?\d{4,5}")
_IN_BRACKETS: Final = re.compile(r"[（(][^（()）]{0,3}$")
_GROUP: Final = re.compile(
    r"(?<![港美ABHＡＢＨ])[\u4e00-\u9fff]{1,3}股(?![价價市东東份指通])[^，,。；;]{0,8}[涨漲升跌]"
)
_OPEN_RANGE: Final = re.compile(r"至[逾超]|to (?:over|more than)", re.IGNORECASE)
_MODEL: Final = re.compile(
    r"[若倘]|[对對][应應]|假[设設]|如果|\bif\b|\bwould\b|\bimpl(?:y|ies)\b", re.IGNORECASE
)
_OTHER_SPAN: Final = re.compile(
    r"一[周週][内內]|[以之]?[來来]|[较較]\d+月|[收][盘市][价價]|反[弹彈]|[连連][升跌涨漲]|\bin a week\b",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"\d月\d{1,2}[日号號]|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}\b"
)
_YEAR: Final = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_TECH: Final = re.compile(r"科技?指|科技指[数數]|\btech(?:nology)?\b", re.IGNORECASE)
_MANY_NUMBERS: Final = 14
_ROUND: Final = 50


def is_growth(sentence: str, position: int, *, is_day: bool) -> bool:
    """Say whether a sentence speaks of growth from a year before, or of a company's results.

    Args:
        sentence: What a number stands in.
        position: Where it stands.
        is_day: It was read as a day's: then only the clauses around it tell.
    """
    return _GROWTH.search(clauses_around(sentence, position) if is_day else sentence) is not None


def tells_both_ways(sentence: str) -> bool:
    """Say whether a sentence speaks of gains and of losses."""
    return _UP.search(sentence) is not None and _DOWN.search(sentence) is not None


def tells_the_same(sentence: str, position: int) -> bool:
    """Say whether a number's subject is only pointed to: "its shares", named somewhere before."""
    return _SAME.search(clauses_around(sentence, position)) is not None


def is_goal(sentence: str, position: int) -> bool:
    """Say whether a number is a support, a resistance or a target."""
    return _GOAL.search(clauses_around(sentence, position)) is not None


def is_of_market(sentence: str, position: int) -> bool:
    """Say whether a turnover is the whole market's."""
    return _MARKET_TURNOVER.search(clauses_around(sentence, position)) is not None


def is_shared(sentence: str, position: int) -> bool:
    """Say whether a number is one of several for several subjects, or of one that is named after it."""
    near = sentence[max(0, position - 12) : position + 24]
    return _SHARED.search(clause_of(sentence, position)) is not None or _NAMED_AFTER.search(near) is not None


def is_turned(sentence: str, position: int) -> bool:
    """Say whether a gain or a loss is said to narrow, widen or turn: its direction is easily misread."""
    return _TURNED.search(clauses_around(sentence, position)) is not None


def is_cumulative(sentence: str, position: int, *, is_day: bool) -> bool:
    """Say whether a move is one over several days, or from a low or a high.

    Args:
        sentence: What it stands in.
        position: Where it stands.
        is_day: It was read as a single day's; else only a low or a high to count from is looked for.
    """
    around = clauses_around(sentence, position)
    if is_day and _SINCE.search(sentence):
        return True
    words = (_CUMULATIVE, _FROM_EXTREME) if is_day else (_FROM_EXTREME,)
    return any(one.search(around) for one in words)


def is_of_the_moment(sentence: str) -> bool:
    """Say whether a sentence tells of the greatest move, or the level, within a session."""
    return _OF_THE_MOMENT.search(sentence) is not None


def names_past_day(sentence: str, position: int) -> bool:
    """Say whether a number's clause names a day gone by."""
    return _PAST_DAY.search(clause_of(sentence, position)) is not None


def names_day(sentence: str) -> bool:
    """Say whether a sentence names the day, or the close, that it tells of."""
    return _DAY.search(sentence) is not None


def is_relative(sentence: str, position: int) -> bool:
    """Say whether a number is the distance to another move: "beat the index by 1.2 points"."""
    near = clause_of(sentence, position)
    return _RELATIVE.search(near) is not None


def is_future(sentence: str, position: int) -> bool:
    """Say whether a number is that of a futures contract, or of a night session."""
    return _FUTURES.search(clauses_around(sentence, position)) is not None


def is_of_part(sentence: str, position: int) -> bool:
    """Say whether a flow is that of an industry or a fund."""
    return _FUND.search(sentence) is not None or _PART.search(clauses_around(sentence, position)) is not None


def is_back_then(sentence: str, position: int) -> bool:
    """Say whether a level is one of another day, named to compare with: "the highest since 5,451"."""
    before, after = sentence[max(0, position - 24) : position], sentence[position : position + 24]
    number = _NUMBER.match(after)
    return _BACK_THEN.search(before) is not None or bool(number and _THEREAFTER.search(after[number.end() :]))


def is_threshold(sentence: str, position: int, value: float) -> bool:
    """Say whether a level is a round one that is crossed or held."""
    return value % _ROUND == 0 and _THRESHOLD.search(clauses_around(sentence, position)) is not None


def is_of_list(sentence: str, position: int) -> bool:
    """Say whether a number stands in a long list, in brackets, or as the open end of a range."""
    if len(_NUMBER.findall(sentence)) > _MANY_NUMBERS or len(_LISTED.findall(sentence)) > 1:
        return True
    return (
        _IN_BRACKETS.search(sentence, max(0, position - 4), position) is not None
        or _OPEN_RANGE.search(sentence, position, position + 16) is not None
    )


def is_of_group(sentence: str, position: int) -> bool:
    """Say whether a number is the move of some shares, as "内房股涨约6%" is of developers."""
    return _GROUP.search(clause_of(sentence, position)) is not None


def is_modelled(sentence: str) -> bool:
    """Say whether a sentence reckons with what might be."""
    return _MODEL.search(sentence) is not None


def tells_other_span(sentence: str, position: int) -> bool:
    """Say whether a move is one since some day, or within a week: none of a calendar month or quarter."""
    return _OTHER_SPAN.search(clauses_around(sentence, position)) is not None


def names_other_year(sentence: str, first: date, last: date) -> bool:
    """Say whether a sentence names years, but none of a period's."""
    named = {int(year) for year in _YEAR.findall(sentence)}
    return bool(named) and not named & set(range(first.year, last.year + 1))


def names_dates(sentence: str) -> bool:
    """Say whether a sentence names a day of a month."""
    return _DATE.search(sentence) is not None


def is_of_technology(sentence: str, position: int) -> bool:
    """Say whether the clause of a number is about an index of technology shares."""
    return _TECH.search(clause_of(sentence, position)) is not None
