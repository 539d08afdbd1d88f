"""Times that are those of no move: what one is compared with, and when something is reported or due."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from nlp.claims.when.period import Period

_REFERENCE: Final = re.compile(
    r"\b(?:highest|lowest|best|worst|biggest|largest|steepest|strongest|weakest|most|sharpest|first|lows?|highs?|records?|close"
    r"|level|loss|gain|drop|rise|rally|point)\b[a-z\s,-]{0,40}\b(?:since|of|from)\s(?:the\s)?(?:early[\s-]|mid-|late[\s-])?$"
    r"|(?:surpass|exceed|beat|topp|eclips|compar|versus|against)\w*[a-z\s,-]{0,24}$"
    r"|\b(?:than|from|above|below)\s(?:in\s|on\s|the\s)?$|(?:较|比|相当于|自从|超过|超越|对比|相比|高于|低于)\s?$"
    r"|(?:延续|抹[去除]|收复|扭转|结束|承接)了?$|继(?:[\u4e00-\u9fff]年)?$|\b(?:extending|reversing|erasing|snapping)\s$",
    re.IGNORECASE,
)
_COMPARED_BEFORE: Final = re.compile(r"[与和同跟]\s?$")
_COMPARED_HAN: Final = re.compile(r"(?:同期|初|底|末|[^，。；,\d]{0,6})?(?:相比|比较|对比)")
#: After a rolling time: it is how far back a high or a low goes.
_EXTREME: Final = re.compile(
    r"(?:以?[来后])?的?(?:收市|收盘|盘中)?(?:新?[高低][位点]?(?![开收见走])|最[高低大多强差少])"
)

_HAN_RECORD_AFTER: Final = re.compile(
    r"(?:以?[后来])?，(?:超过|逾|近|约)?[\d一二两三四五六七八九十]{1,3}个?多?(?:年|月|周|星期)[^，。；,]{0,2}[高低]位|(?:份|底|初)?以?[来后][^，。；,]{0,12}(?:新高|新低|最[高低大多强差少]|纪录|首)"
)

_COMPARED_AFTER: Final = re.compile(r"\s?(?:earlier|ago|before|同期)")

#: Around a day from whose high or low a move is counted.
EXTREME_AFTER: Final = re.compile(
    r"(?:['\u2019]s|份|的|初|上旬|中旬|下旬|底)*\s?(?:intraday\s|closing\s|record\s|all-time\s|阶段性?|盘中|收市|收盘)*"
    r"(?:低点|高点|低位|高位|低谷|峰值|highs?\b|lows?\b|peaks?\b|bottoms?\b|troughs?\b)",
    re.IGNORECASE,
)
EXTREME_BEFORE: Final = re.compile(
    r"\b(?:highs?|lows?|peaks?|bottoms?|troughs?|close|records?)(?:\sof\s\S{1,12})?(?:\s(?:hit|reached|set|seen))?\s(?:of|on|in|hit)\s(?:early\s|late\s|mid-?)?$",
    re.IGNORECASE,
)

DATELINE_AFTER: Final = re.compile(r"(?:早间|午间|晚间|早|晚)?\s?(?:消息|讯|电|报道)|\)?\s?[-\u2014(]")

#: What a time may say of a report or a delivery instead of a move.
_MODIFIED: Final = re.compile(
    r"(?:['\u2019]s)?\s?(?:fiscal\s|net\s|quarterly\s|annual\s|bourse\s|exchange\s|regulatory\s|stock\s|Hong\sKong\s|Shanghai\s|Shenzhen\s)*"
    r"(?:earnings|results?|profit|net|revenue|sales|guidance|reports?|data|inflation|figures|forecasts?|output|meeting|contract"
    r"|delivery|指引|盈利|毛利|营业|纯利|收入|filing|statement|announcement|release|disclosure|note|report|bourse\sfiling|exchange\sfiling|futures|outlook|budget|numbers|jobs|consumer|production|deliveries|业绩|财报|数据|报告|利润|净利|营收|销量|销售|首个"
    r"|第|最后|CPI|PPI|PMI|非农|合约|交付|年报|季报|策略|消费|春节|议息|通胀|零售|经济|按季|GDP|生产总值|个人消费"
    r"|\s?(?:期指|夜期|期货)|(?:[^，。；,;\d的]?(?:表现|涨停|跌停|大[涨跌升]|造好|受压|领[涨跌]|[上下][涨升跌挫]|走[高低强弱]|急[涨升跌挫]|偏软|回落|反弹|炒[上高]|被|上市|挂牌|获|推出|纳入|剔出|加入))[^，。；,;\d]{0,12}的(?=[\u4e00-\u9fff])"
    r"|[^，。；,]{0,6}(?:公布|宣布|会议|举行|表示|发表|生效|议息|出炉|披露|公告|开会))"
    r"|['\u2019]s\s(?!session|close|trading|open|gain|loss|rally|fall|drop|rise|[\d.]+\s?(?:%|per))",
    re.IGNORECASE,
)


def is_said_of(period: Period, text: str) -> bool:
    """Say whether a time is one of a report or a delivery instead of a move."""
    return _MODIFIED.match(text, period.end) is not None or _said_before(period, text)


def _said_before(period: Period, text: str) -> bool:
    before = text[max(0, period.start - _N_SAID) : period.start]
    if period.day is not None:
        return _AHEAD.search(before) is not None
    return not period.since and _OF_REPORT.search(before) is not None


_N_SAID: Final = 60
#: Before a day: something is due on it ("down 2% ahead of results on Wednesday").
_AHEAD: Final = re.compile(r"\bahead\sof\s[^.;,\d]{3,}\s(?:on|due|this|next)\s$")
#: Before a longer time: a company's figures are of it, or only a session of it is told of.
_OF_REPORT: Final = re.compile(
    r"\b(?:guidance|outlook|forecasts?|estimates?|expectations?|projections?|budget)\s(?:for|in|of)\s(?:the\s|fiscal\s|full-year\s|calendar\s)*$"
    r"|\b(?:first|last|second|final|opening)\s(?:trading\s)?(?:session|day)s?\s(?:in|of)\s(?:the\s)?$",
    re.IGNORECASE,
)


#: Before a day in a sentence: it is the one of another market's session, which this one's comes after.
OF_OTHERS: Final = re.compile(
    r"\b(?:tracking|mirroring|following|after|despite|echoing|on\sthe\sheels\sof)\b[^.;]{0,60}"
    r"(?:\bWall\sStreet|\bU\.?S\.?\s|\bNasdaq|\bNew\sYork|\bDow\b|\bovernight\b)[^.;]{0,40}$"
)


@lru_cache(maxsize=256)
def is_reference(period: Period, text: str) -> bool:
    """Say whether a time is only what a figure is compared with: "highest since March", "3月以来新高"."""
    before = text[max(0, period.start - 60) : period.start]
    return bool(
        _REFERENCE.search(before)
        or _HAN_RECORD_AFTER.match(text, period.end)
        or (_COMPARED_AFTER.match(text, period.end) and not period.since)
        or ("/" in period.text and _EXTREME.match(text, period.end))
        or (_COMPARED_BEFORE.search(before) and _COMPARED_HAN.match(text, period.end))
    )
