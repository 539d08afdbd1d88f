"""Readings that are wrong about as often as they are right: no claim is made of them."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.measure.borrowed import is_borrowed
from nlp.claims.measure.meaning import Meaning
from nlp.claims.measure.nameless import is_nameless
from nlp.claims.measure.others import is_of_other_thing
from nlp.claims.sentence.record import Record
from nlp.claims.sentence.scene import Scene
from nlp.claims.subject.context import Context

_PRICED: Final = frozenset({"return", "level", "change", "price"})


def is_doubtful(mark: Figure | Record, context: Context, meaning: Meaning, scene: Scene) -> bool:
    """Say whether whom or when a number is of is better not guessed.

    Args:
        mark: the number, or the record.
        context: what governs it.
        meaning: what it seems to say.
        scene: its sentence.
    """
    if meaning.metric == "turnover":
        text = scene.text
        return _SINCE_THE_START.search(text, 0, mark.start) is not None or (
            scene.is_han and _OF_OTHER_TRADE.search(text, 0, mark.start) is not None
        )
    if meaning.metric not in _PRICED:
        return False
    return (
        context.group.kind == "fund"
        or is_borrowed(mark, context, meaning, scene)
        or is_of_other_thing(mark, meaning.metric, scene.text)
        or _is_no_fact(mark, meaning, scene)
        or _is_of_long(mark, meaning, scene)
        or _is_guess(mark, context, meaning, scene)
        or _is_of_rate(mark, context, meaning, scene)
        or (scene.is_han and is_nameless(mark, context, meaning, scene))
        or (not scene.is_han and _is_of_nobody(mark, context, meaning, scene))
        or (not scene.is_han and _is_of_other(mark, context, meaning, scene))
        or (not scene.is_han and _is_carried(mark, context, meaning, scene))
    )


def _is_no_fact(mark: Figure | Record, meaning: Meaning, scene: Scene) -> bool:
    """Say whether a number is only supposed, the end of a range, a level to hold, or a record left behind."""
    text, begin = scene.text, max(0, mark.start - _N_BEFORE)
    if isinstance(mark, Record):
        is_of_share = meaning.metric == "level" and _SHARE_PRICE.search(text, begin, mark.start)
        is_no_record = not scene.is_han and _UNREACHED.search(text, begin, mark.start)
        return bool(is_of_share or is_no_record or _OF_A_RUN.search(text, begin, mark.start))
    if meaning.metric == "price" and (
        _OF_A_YEAR.search(text, 0, mark.start) or _RANGING.search(text, 0, mark.start)
    ):
        return True
    if _NEEDS.search(text, 0, mark.start) or (not scene.is_han and _UNDONE.search(text, begin, mark.start)):
        return True
    if _END_OF_RANGE.search(text, begin, mark.start) or (scene.is_han and _IF.search(text, 0, mark.start)):
        return True
    return meaning.metric == "level" and _HELD.search(text, begin, mark.start) is not None


def _is_guess(mark: Figure | Record, context: Context, meaning: Meaning, scene: Scene) -> bool:
    """Say whether a company is only the one spoken of before, and no word tells that its share is meant."""
    if not context.is_guessed or context.noun not in {"", "share"} or _FRAGMENT.match(scene.text):
        return False
    begin = 0 if isinstance(mark, Record) or meaning.metric == "price" else context.clause
    return scene.is_han or not _THE_SHARE.search(scene.text, begin, mark.start)


#: Shares whose company was named before: "Its US-listed shares", "Shares of the carmaker"; not those of
#: its unit, or of somebody who is described at more length.
_THE_SHARE: Final = re.compile(
    r"(?:\b(?:shares|(?:its|the|their|company's|-listed)\sstock)|^\W*[^,;]{0,24}[,;]\sstock)\b(?!\s(?:of|in)\sthe\s(?:[a-z-]+\s)?(?:EV\s)?(?:unit|arm|subsidiary|[a-z]+\s(?:giant|maker|chain))\b)",
    re.IGNORECASE,
)


def _is_of_nobody(mark: Figure | Record, context: Context, meaning: Meaning, scene: Scene) -> bool:
    """Say whether an English sentence tells of a name that isn't known, and doesn't name its shares."""
    if context.group.kind != "unknown" or any(meaning.subjects) or context.is_beside:
        return False
    if isinstance(mark, Record):
        return True
    if mark.kind in {"percent", "points"} and any(
        figure.kind == "points" and figure.value >= _MIN_LEVEL for figure in scene.figures
    ):
        return False  # what is told in points is an index
    if _CODED_NAME.search(scene.text, context.clause, mark.start):
        return False
    if context.group.is_likely and _THE_STOCK.search(scene.text, context.clause, mark.start):
        return False
    begin = 0 if _PARTICIPLE.fullmatch(scene.text, context.clause, mark.start) else context.clause
    return not (
        any(named.search(scene.text, begin, mark.start) for named in (_NAMED_SHARES, _MANY, _NAMED_INDEX))
        or _OF_SHARES.match(scene.text, 0, mark.start)
    )


_MIN_LEVEL: Final = 100
#: Shares of a sort, of somebody who is described, or a headline's own.
_MANY: Final = re.compile(
    r"\b(?:[A-Z][\w-]*\s)?(?:[a-z-]+\s)+(?:stocks|shares)\b|\b(?!ETF|Fund|Trust)[A-Z][A-Za-z]+\s(?:[a-z]+\s)?(?:stocks|shares)\b|\b[Mm]ajor\s(?:indices|indexes)\b"
    r"|[a-z]['\u2019]s\s(?:shares|stock)\b"
)
#: A clause without a head, which goes on about that of its sentence: "..., rising about 2%".
_PARTICIPLE: Final = re.compile(
    r"\s?(?:[a-z]+ing|to|at|or)\s(?:(?:by|about|nearly|over|almost|more|than|around|some|as|much)\s)*"
)
#: Before a signed move: a name with the code of its share ("Quux (NYSE:QX) +1.6%").
_CODED_NAME: Final = re.compile(
    r"[A-Z]\w+\s\((?:NYSE|NASDAQ|Nasdaq|NYSEARCA|AMEX|NYSE\sAmerican|TSX|LSE|ASX)\s?:\s?\[?[A-Z.]{1,6}\b[^)]*\)+\*{0,2}\s[+\-\u2212]$"
)
#: Shares of whom a text on shares has spoken of.
_THE_STOCK: Final = re.compile(r"\b(?:[Tt]he|[Ii]ts)\s(?:stock|shares)\b")
#: A sentence on shares from its beginning ("Shares in Quux rose 2% and Foo was up 7%"), or a headline's end.
_OF_SHARES: Final = re.compile(
    r"(?!.*\b(?:ETF|Trust|Fund)\b)(?:\W*[Ss]hares\s(?:of|in)\s|This\s(?:[\w-]+\s){1,3}stock\b|.+;\s(?:[A-Z]\w*\s){0,2}Shares\b)"
)
#: An index by its name, or that of a market named before it: "In Abu Dhabi, the index gained".
_NAMED_INDEX: Final = re.compile(
    r"\b[A-Z][\w&.]*(?:\s[A-Z][\w&.]*)*\s[Ii]ndex\b|\b[A-Z][a-z]+['\u2019]s\s(?:[a-z]+\s){0,3}index\b|^In\s(?:[A-Z]\w+\s?)+,\sthe\sindex\b"
)


def _is_of_other(mark: Figure | Record, context: Context, meaning: Meaning, scene: Scene) -> bool:
    """Say whether a number seems a company's only because the text has spoken of it before."""
    group = context.group
    if group.kind != "company" or group.end >= context.clause or meaning.metric != "return":
        return False
    if _OF_MARKET.match(scene.text, mark.end):
        return True
    is_of_share = context.noun == "share" or _SHARE.search(scene.text, context.clause, mark.end)
    return not is_of_share and _OF_OTHER.search(scene.text, context.clause, mark.start) is not None


def _is_of_rate(mark: Figure | Record, context: Context, meaning: Meaning, scene: Scene) -> bool:
    """Say whether a share in percent is a Chinese rate's, which no list names: "晋级率降至50%"."""
    if meaning.metric != "return" or not scene.is_han:
        return False
    if _OF_QUANTITY.search(scene.text, max(0, mark.start - _N_BEFORE), mark.start):
        return True
    if context.noun == "share":
        return False
    is_unknown = context.group.kind == "unknown" and not context.group.is_instrument
    if is_unknown and _LESSENED.search(scene.text, context.clause, mark.start):
        return True
    return _RATE.search(scene.text, max(0, mark.start - _N_BEFORE), mark.start) is not None


def _is_carried(mark: Figure | Record, context: Context, meaning: Meaning, scene: Scene) -> bool:
    """Say whether an index has a move only from a sentence before, while this one has a head of its own."""
    if context.group.kind != "index" or context.group.end >= 0:
        return False
    if _NAME_FIRST.match(scene.text) or _FORESEEN.search(scene.text, 0, mark.start):
        return True
    if meaning.metric != "return" or _FRAGMENT.match(scene.text):
        return False
    return _EXPECTED.match(scene.text, mark.end) is not None or (
        isinstance(mark, Figure) and _OWN_HEAD.match(scene.text) is not None
    )


#: After a move: somebody had expected it, of something that is reported.
_EXPECTED: Final = re.compile(
    r"\s(?:[a-z]+\s){0,2}(?:forecast|predicted|expected|estimated|projected|estimate|expectation)\b"
)
#: A line that goes on of whom the text is about, without a head.
_FRAGMENT: Final = re.compile(
    r"\W*(?:Up|Down|On\s(?:pace|track)|Would|Currently|Worst|Best|Traded|Snaps|Longest|It|They|Co's|(?:[A-Z][a-z]+(?:-listed)?\s)?[Ss]tock"
    r"|The\s(?:drop|fall|decline|gain|rise|jump|slide|surge|move)\s(?:was|is|would|marks?|puts?)|As\sof\slast\sclose|(?:In|Over)\sthe\slast|Last\syear|YTD)\b"
)
#: A sentence that begins with what is likely a name: "Quux is trading at ...".
_NAME_FIRST: Final = re.compile(
    r"\W*(?!It\b|Which\b|That\b|This\b|There\b|Index\b|Market\b|Trading\b|Turnover\b|Volume\b)[A-Z][a-z]+\s(?:is|was|has|had)\s(?:trading|traded|hit|erased)\b"
)
#: Before a number that somebody had foreseen, of something that is reported.
_FORESEEN: Final = re.compile(
    r"\b(?:[Ee]conomists|[Aa]nalysts|[Ff]orecasters)\s(?:[a-z]+\s){0,3}(?:had\s)?(?:seen|expected|forecast|predicted|projected|estimated)\b[^.;]*$"
)
#: A sentence that begins with a head of its own: "This figure", "Distribution services drove".
_OWN_HEAD: Final = re.compile(
    r"\W*(?:This|That|These|Those)\s[a-z]+\b|\W*[A-Z][a-z]+\s(?:services|goods|staples|materials|products)\b"
)


def _is_of_long(mark: Figure | Record, meaning: Meaning, scene: Scene) -> bool:
    """Say whether a move is over a time whose days aren't told: "in 10 months", "三个月股价上涨38%"."""
    if meaning.metric != "return" or isinstance(mark, Record):
        return False
    if scene.is_han:
        return _HAN_LONG.search(scene.text, 0, mark.start) is not None
    if _DAY_AFTER.search(scene.text, 0, mark.start):
        return True
    return _LONG.match(scene.text, mark.end) is not None


_RATE: Final = re.compile(
    r"[\u4e00-\u9fff]率[^\u4e00-\u9fff]{0,4}[\u4e00-\u9fff]{0,6}$|业务(?:收入)?[升跌增降][^，。；\d]{0,3}$"
)
#: Before a move: it is that of the price of a quantity.
_OF_QUANTITY: Final = re.compile(r"\d元/(?:公斤|千克|克|吨|斤|桶)[，,][^，。；\d]{0,8}$")
#: Before a move of what is made or sold rather than of a price of shares.
_LESSENED: Final = re.compile(r"下降[^，。；]{0,3}$")
#: Before a turnover: it is that of all years of a channel.
_SINCE_THE_START: Final = re.compile(r"截[至止][^，。；]{0,12}[，,]?[^，。；,]{0,12}累计成交[^，。；,]*$")
#: Before a turnover: it is that of shares that are bought back, or of a fund.
_OF_OTHER_TRADE: Final = re.compile(
    r"回购[^。；]{0,60}成交(?:总?[金额]{1,2}|价)[^，。；,]{0,6}$|(?:ETF|基金)\)?(?:市场)?的?(?:平均)?(?:每日|日均|全[日天])?(?:平均)?成交[^，。；,]{0,6}(?:，由[^，。；,]{0,8})?$"
)
#: Shares of a name.
_NAMED_SHARES: Final = re.compile(
    r"\b[Ss]hares\s(?:of|in)\s[A-Z][a-z]|[A-Z][a-z]{3,}\sshares\b"
    r"|\b(?!ETF|Fund|Trust|The\b|Its\b)[A-Z][\w&.-]+(?:['\u2019]s)?\s(?:Shares|Stock)\s(?:Are|Is|Rise|Fall|Jump|Surge|Drop|Slide|Soar|Plunge|Sink|Rocket|Dive|Climb|Tumble|Slump|Gain|Rally|Crash)s?\b"
    r"|(?!ETF|Fund|Trust|The\b|Its\b)\b[A-Z][\w&.-]+(?:['\u2019]s)?(?:\s\((?:[^()]|\([^()]*\))*\))?\s(?:shares|stock\s(?:was|is|has|had|up|down|rose|fell|jumped|dropped|gained|lost|added|soared|surged|climbed))\b"
)
_N_BEFORE: Final = 40
#: Before a move that has yet to come about for something else to.
_NEEDS: Final = re.compile(
    r"\b(?:needs?|would\shave|has\syet)\sto\s(?:go\sup|rise|gain|climb|rally|fall)\s[^,;%]*$"
)
#: Before the end of a range whose begin isn't read: "12-20%".
_END_OF_RANGE: Final = re.compile(r"\d[-\u2013~]$")
#: Before the highest price of a year, on a day that isn't told.
_OF_A_YEAR: Final = re.compile(
    r"\b52[\s-]week\s(?:high|low)\s(?:of\sthe\s\w+\s)?(?:is|was|stands|stood)\s(?:at\s)?$"
)
#: Before a record of a count of shares, or one that isn't reached.
_UNREACHED: Final = re.compile(
    r"\b\d+\s(?:[a-z]+\s){0,2}(?:stocks|shares|companies)\s(?:[a-z]+\s){0,2}(?:at|hit|hits|hitting|touch\w*)\s(?:an?\s|their\s)?$"
    r"|\b(?:struggl\w+|fail\w*|unable|yet)\sto\s[a-z]+\s(?:an?\s|its\s)?$"
)
#: Before a move that is only possible ("you can lose 100%"), or that a later one has undone.
_UNDONE: Final = re.compile(
    r"\b(?:you|we|one|investors)\s(?:can|could)\s(?:lose|gain|make)\s[^,;.%]*$|\byou\scan\slose\b[^,;.%]*$"
    r"|\b(?:erased|erasing|wiped\sout|gave\sup)\s(?:its|their|all|the)\s(?:entire|whole|of\sits|of\sthe)?\s?$"
)
#: Before the ends of a range of targets.
_RANGING: Final = re.compile(r"\btargets\sranging\s(?:from|between)\b")
#: Before a level that an index is only to hold, or has left.
_HELD: Final = re.compile(
    r"\b(?:holds?|holding|sustain\w*|stays?|staying|quotes?)\s(?:above|below)\s(?:the\s)?$|\bsince\shitting\s$",
    re.IGNORECASE,
)
#: Before a record: it is one of many, or one that is left behind.
_OF_A_RUN: Final = re.compile(
    r"\b(?:run|streak|string|series)\sof\s$|\bafter\s(?:two|three|four|five|several)\s(?:straight|consecutive)\s$|\b(?:back|down|up|retreat\w*)\sfrom\s(?:recent\s)?$|\boff\s$|自$",
    re.IGNORECASE,
)
#: Before a record: it is that of a share whose company isn't known, not an index's.
_SHARE_PRICE: Final = re.compile(r"股价[^，。；]{0,4}$")
#: Before a move: it is only supposed.
_IF: Final = re.compile(
    r"(?:^|[，。；,“])(?:如果|假如|倘若|若果|假设)[^。]*$|可以(?:上涨|下跌|升|跌)[^，。；]*$"
)
_SHARE: Final = re.compile(r"\b(?:shares?|stocks?|ADRs?)\b", re.IGNORECASE)
#: What a company's number is of where no word says that it is its share's.
_OF_OTHER: Final = re.compile(
    r"\b(?!(?:drop|fall|decline|gain|rise|jump|move)\s(?:was|is)\b|it\b|they\b|which\b|that\b|stock\b|shares\b|have\b|has\b|had\b)[a-z-]{3,}\s"
    r"(?:will\sbe|would\sbe|is|are|was|were)\s(?:[a-z]+\s){0,3}$"
    r"|\b(?:an?|the)\s(?:decline|drop|fall|decrease|rise|gain|increase|jump)\sof\s(?:[a-z]+\s){0,2}$"
)
#: After a move: it is that of the others, which a company's is compared with.
_OF_MARKET: Final = re.compile(
    r"\s(?:gain|rise|drop|fall|decline|advance|loss|increase|jump)s?\s(?:for|in|of|by)\s(?:the|its|their)\s"
    r"(?:(?:broader|wider|benchmark|overall|main|tech-heavy)\b|(?:index|market|sector|industry|gauge)\b|S&P\b)"
)
_COUNT: Final = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_LONG: Final = re.compile(
    rf"\s(?:in|over|within|across)\s(?:just\s|only\s|about\s)?{_COUNT}\s(?:months|years|quarters)\b"
    r"|\s(?:the\s)?(?:next|following)\s(?:trading\s)?(?:day|session)\b"
    r"|\s(?:[a-z]+\s)?in\sthe\s(?:previous|prior)\ssession\b"
    r"|\s(?:[a-z]+\s){0,3}since\s(?:(?:its|their|the)\s)?(?:peak|listing|debut|IPO|launch|inception)\b",
    re.IGNORECASE,
)
#: Before a move of the day before: "a day after surging".
_DAY_AFTER: Final = re.compile(
    r"\ba\sday\safter\s(?:\w+ing\s(?:\w+\s){0,3}|(?:\S+\s){1,3}(?:shares|stock)\s[^.;]*)$"
)
_HAN_LONG: Final = re.compile(
    r"(?<![近去过往前首个\d])(?:\d{1,2}|[两二三四五六七八九十])(?:个月|年|个季度|个交易日[内里])(?:股价|累计|累|市值)[^，。；,\d]{0,4}[涨跌升][^，。；,]{0,6}$"
    r"|(?:个季度[涨跌升]幅|20\d\d年?[到至]20\d\d年[^。；]{0,24})分别[^。；]{0,40}$|历史(?:上|时期)[^。]*$|[次翌]日[，,]?[^，。；,]{0,12}[涨跌升][^，。；,]{0,6}$"
    r"|在此期间[^。；]*$|季度以来[，,]截[至止][^。；]*$"
    r"|20\d\d年\d{1,2}月\d{1,2}日[^。；]*20\d\d年\d{1,2}月\d{1,2}日[^。；]*累计[涨跌升]幅[^，。；]{0,3}$"
)
