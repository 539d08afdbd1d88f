"""What a share in percent measures: a move of a price, growth, a part of turnover, a rate."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import Direction, Metric
from nlp.claims.measure.meaning import Meaning, ids_of, priced
from nlp.claims.measure.money import traded
from nlp.claims.subject.context import Context
from nlp.claims.subject.group import Group


def share(figure: Figure, context: Context, text: str) -> Meaning:  # noqa: PLR0911 - one return a kind of claim
    """Return what a share in percent means."""
    group, noun = context.group, context.noun
    way = context.way
    if figure.sign < 0 or (figure.sign and (context.is_beside or not context.is_moved)):
        way = "up" if figure.sign > 0 else "down"
    ids = ids_of(group)
    if _is_no_move(figure, text):
        return Meaning(metric="percentage", unit="percent", direction="none", subjects=ids)
    is_part = noun == "turnover" and not context.is_moved and group.kind == "channel"
    if is_part or _is_part_of_turnover(figure, text):
        return Meaning(metric="share_of_turnover", unit="percent", direction="none", subjects=ids)
    if _OF_OTHERS.match(text, figure.end) or _OF_AIM.search(
        text, max(0, figure.start - _N_BEFORE), figure.start
    ):
        return Meaning(metric="percentage", unit="percent", direction="none", subjects=ids)
    is_from_issue = noun == "money_raised" and _FROM_ISSUE.search(text, context.clause, figure.start)
    noun = "" if is_from_issue or _is_of_share(noun, group) else noun
    if noun == "turnover" and way != "none" and group.ids and not context.is_other_money:
        return Meaning(
            metric="turnover",
            unit="percent",
            direction="none",
            subjects=traded(context),
            comparison="above" if way == "up" else "below",
        )
    if noun == "rate":
        return Meaning(metric="rate", unit="percent", direction=way, subjects=ids)
    if noun not in _SHARE_NOUNS:
        metric: Metric = "growth" if way != "none" and noun != "stake" else "percentage"
        return Meaning(metric=metric, unit="percent", direction=way, subjects=ids)
    is_yearly = group.kind != "index" and bool(
        _YEARLY_AFTER.match(text, figure.end) or _YEARLY_BEFORE.search(text, context.clause, figure.start)
    )
    if not is_yearly and _is_return(figure, context, text, way):
        return Meaning(metric="return", unit="percent", direction=way, subjects=priced(group))
    metric = "growth" if way != "none" and context.is_moved else "percentage"
    return Meaning(metric=metric, unit="percent", direction=way, subjects=ids)


#: Before a move from the price that a share was sold at first.
_FROM_ISSUE: Final = re.compile(r"[较比][^，。；,;]{0,4}(?:发行价|招股价|发售价|上市价)")


def _is_part_of_turnover(figure: Figure, text: str) -> bool:
    return (
        _IN_TURNOVER.search(text, max(0, figure.start - 16), figure.start) is not None
        or _OF_TURNOVER.match(text, figure.end) is not None
    )


def _is_of_share(noun: str, group: Group) -> bool:
    """Say whether a share in percent after a company's turnover is a move of its price again."""
    return noun == "turnover" and group.kind == "company" and group.ids != ("hkex",)


def _is_no_move(figure: Figure, text: str) -> bool:
    """Say whether a share in percent is a lead over an index, a part of a rate, or of a definition."""
    before = text[max(0, figure.start - _N_BEFORE) : figure.start]
    return bool(
        _LEADS.search(before)
        or _NONE.search(before)
        or _COUNTED.search(before)
        or _RATE_POINTS.search(text, figure.start, figure.end)
        or (text[figure.end - 3 : figure.end] == "pct" and _HAN.search(text))
        or _YEARLY_RATE.match(text, figure.end)
        or _GROWTH.match(text, figure.end)
        or _CUT.match(text, figure.end)
        or (figure.value in _BULL_MARKET and _DEFINED.search(text))
    )


_N_BEFORE: Final = 48
_LEADS: Final = re.compile(
    r"(?:跑赢|跑输|领先|落后|超额)[^，。；,;]{0,24}$|\b(?:out|under)perform\w*\b[^.;]{0,40}\bby\s(?:about\s|over\s)?$",
    re.IGNORECASE,
)
_NONE: Final = re.compile(
    r"[涨升跌]幅(?:限制|偏离)[^。；;]*$|限制为?$|[由从]\d[\d.]*%[降升跌增]至?$|看[涨跌升]率[^，。；,;]{0,6}$|贡献[^，。；,;]{0,4}$|(?:^|[，。；,;])(?:(?![，。；,;幅]).)*降至[约近逾]?$|没有(?:个股|股票)[涨升跌]幅[^，。；,;]{0,6}$|\bwithout\san?\s(?:[a-z]+\s){0,2}(?:decline|fall|drop|gain|rise)\sof\s[a-z\s]*$"
)
#: Shares that are only counted: "其中6家涨超10%".
_COUNTED: Final = re.compile(
    r"(?<![\d等])(?:\d+|[两三四五六七八九十百]+)[多余]?(?:[只家](?:成[份分]股|个股|股票|公司|企业|股)?|股)(?:[当单昨今]日|[本上]周)?"
    r"(?:股价)?(?:累计)?(?:涨停或|跌停或)?[涨升跌][^，。；,;、]{0,6}$"
)
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_RATE_POINTS: Final = re.compile(r"百分点|percentage\spoint|\dpp", re.IGNORECASE)
_YEARLY_RATE: Final = re.compile(r"\s(?:a|per)\s(?:year|month|annum)\b")
#: After a share in percent: an economy's or a company's quantity grew by it.
_GROWTH: Final = re.compile(r"\s(?:[a-z]+\s)?growth\b", re.IGNORECASE)
#: After a share in percent: what is cut or raised by it.
_CUT: Final = re.compile(
    r"\s(?:workforce|headcount|staff|jobs?|price|tariff|dividend|rate|stake|costs?|wage|pay)\s(?:cuts?|reduction|hike|increase|rise)\b",
    re.IGNORECASE,
)
_DEFINED: Final = re.compile(
    r"(?:牛市|熊市)[^。]{0,12}(?:定义|是指|通常|一般)|(?:定义|通常|一般|是指)[^。]{0,24}(?:牛市|熊市)"
    r"|\b(?:defined\sas|definition|typically|commonly)\b[^.]{0,80}\b(?:bull|bear|correction)|\b(?:bull|bear)\smarket\b[^.]{0,40}\b(?:defined|commonly|typically)\b",
    re.IGNORECASE,
)
_BULL_MARKET: Final = frozenset({10.0, 20.0})
_SHARE_NOUNS: Final = frozenset({"", "share", "support", "target_price"})
_IN_TURNOVER: Final = re.compile(r"占[^，,；;]{0,8}成交(?:额|金额|总额)?(?:的|约|近|逾|比例?|比重)*$")
_OF_TURNOVER: Final = re.compile(r"\sof\s(?:[a-z'\u2019]+\s){0,4}turnover\b", re.IGNORECASE)
_OF_OTHERS: Final = re.compile(
    r"\s(?:(?!heading\b|going\b|into\b|post\b|after\b|as\b|on\b|following\b|amid\b|despite\b|while\b|and\b|but\b|to\b|at\b|since\b|for\b|with\b|by\b|when\b|ahead\b|before\b|during\b|because\b|despite\b|against\b|through\b)[A-Za-z-]+\s){0,4}"
    r"(?:profit|profits|earnings|NPI|DPU)\b|的有\d+[家只]|的?(?:个股|公司|成份股|成分股|企业|散户)|\s(?:discount|premium|stake|beat|miss|margin|of\s(?:the|its|their|all)|yield|duty|tariffs?|interest|revenue|sales"
    r"|probability|chance|odds|owned|ownership)\b|的?(?:概率|股权|股份|权益|关税|折扣|份额|折让|溢价)|用[于作]",
    re.IGNORECASE,
)
_OF_AIM: Final = re.compile(
    r"\b(?:price\s(?:target|objective)|target\sprice)s?\s(?:[a-z]+\s){0,3}$|目标价[上下]?[调升]?(?:高|低)?(?:约|近|逾|达)?$",
    re.IGNORECASE,
)
#: A quantity of a company against the year before.
_YEARLY_AFTER: Final = re.compile(r"\s?\(?(?:YoY|yoy|Y/Y|y/y|year[\s-]on[\s-]year|year[\s-]over[\s-]year)\b")
_YEARLY_BEFORE: Final = re.compile(
    r"(?:同比|按年|[较比](?:去年|上年)同期|环比|按月|按季|YoY|year[\s-]on[\s-]year|year[\s-]over[\s-]year)[^，。；,;]{0,16}$"
)
#: "Rose to 5 percent" tells where something stands, not how far it moved.
_LEVEL_BEFORE: Final = re.compile(
    r"(?<!\bclose\s)(?<!\bup\s)(?<!\bcompared\s)\b(?:to|from)\s(?:about\s|around\s|nearly\s|over\s)?$"
)
#: "Pared its gains to 5 percent" tells of the move as it now is.
_MOVE_BEFORE: Final = re.compile(
    r"\b(?<!\bto\s)(?:gains?|losses|advances?|declines?|rise|drop|rally|fall)\s(?:[a-z-]+\s){0,4}to\s(?:about\s|around\s|nearly\s|over\s)?$"
)


def _is_return(figure: Figure, context: Context, text: str, way: Direction) -> bool:
    """Say whether a share in percent is a move of a price: of an instrument, by a word for it or a sign."""
    group = context.group
    is_level = _LEVEL_BEFORE.search(text, max(0, figure.start - 16), figure.start) is not None
    if way == "none" or (is_level and not _MOVE_BEFORE.search(text, context.clause, figure.start)):
        return False
    if context.is_quantity and group.kind != "index" and context.noun != "share":
        return False
    if context.is_quantity and group.kind == "index" and group.end < 0:
        return False
    is_told = context.is_moved or bool(figure.sign) or context.is_beside or context.is_gapped
    if group.kind in {"index", "market"}:
        return True
    if group.kind == "company":
        return is_told or context.noun == "share"
    is_listed = group.is_instrument and group.ids == ("",)  # one of a list of names
    is_unsure = context.is_business and (is_listed or not group.is_instrument)
    is_traded = (group.is_instrument or group.is_likely) and not is_unsure
    return is_told and (is_traded or context.noun == "share")
