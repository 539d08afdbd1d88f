"""What a figure measures, of whom and which way, from what governs it."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import Direction, Metric
from nlp.claims.measure.flow import flow_of
from nlp.claims.measure.meaning import CURRENCIES, Meaning, ids_of, priced
from nlp.claims.sentence.scene import BLOCKERS
from nlp.claims.subject.context import Context
from nlp.claims.subject.group import NOBODY, Group

#: What sums and shares of a noun are claims of.
_SUMS: Final[dict[str, Metric]] = {
    "revenue": "revenue", "profit": "profit", "money_raised": "money_raised",
}  # fmt: skip
_GROWING: Final = frozenset(
    {"revenue", "profit", "economy", "dividend", "market_value", "stake", "money_raised"}
)
_INSTRUMENTS: Final = frozenset({"index", "company", "market"})
_MIN_LEVEL: Final = 10
_MIN_TURNOVER: Final = 1e5
#: No share is traded for so much a day.
_MAX_OF_SHARE: Final = 3e11
#: A bare number is money only from here on, and an index's level only up to here.
_MIN_BARE_TURNOVER: Final = 1e8
_MAX_LEVEL: Final = 1e6
#: Points beside a word for a direction are a change up to here.
_MAX_CHANGE: Final = 2_000
_INDEX_MARKET: Final = {"hsi": "hk_market", "hkex": "hk_market"}
_CHANGED_MONEY: Final = re.compile(
    r"(?:涨|升|跌|up|down|rose|fell|gained|lost|added|shed|by)\s?$", re.IGNORECASE
)
_TO_PRICE: Final = re.compile(
    r"(?:\bto|\bat|\bof|\bas\shigh\sas|\bas\slow\sas|报|造|见|至|股价|价|为|高位|低位|新高|新低|到|收|高点|低点|最低|最高|最新价|达|触及)(?:[a-z\s-]{0,24}|约|近|逾|超)?\s?$",
    re.IGNORECASE,
)


_TOLD: Final = re.compile(r"(?:报|收报|现报|报收|收于|at\sHK\$|at)\s?$")
_QUOTED: Final = re.compile(r"股价(?:报|为|收|现报|收报)?$")


def mean(figure: Figure, context: Context, text: str, *, home: str) -> Meaning | None:
    """Return what a figure means; None where it is no claim.

    Args:
        figure: it.
        context: what governs it.
        text: its folded sentence.
        home: the currency of money that isn't named, where the subject has none: "HKD", "CNY" or "USD".
    """
    match figure.kind:
        case "percent":
            return _share(figure, context, text)
        case "points":
            return _points(figure, context, text)
        case "money":
            return _money(figure, context, text, home)
        case "basis_points":
            return Meaning(
                metric="rate", unit="basis_points", direction=_way(context), subjects=ids_of(context.group)
            )
        case "shares":
            return Meaning(metric="count", unit="shares", direction="none", subjects=ids_of(context.group))
    return _bare(figure, context, text, home)


def _way(context: Context) -> Direction:
    return context.direction or "none"


def _share(figure: Figure, context: Context, text: str) -> Meaning:  # noqa: PLR0911 - one return a kind of claim
    group, noun = context.group, context.noun
    way = _way(context)
    if figure.sign < 0 or (figure.sign and (context.is_beside or not context.is_moved)):
        way = "up" if figure.sign > 0 else "down"
    ids = ids_of(group)
    if _is_no_move(figure, text):
        return Meaning(metric="percentage", unit="percent", direction="none", subjects=ids)
    is_part = noun == "turnover" and not context.is_moved and group.kind == "channel"
    if is_part or _is_part_of_turnover(figure, text):
        return Meaning(metric="share_of_turnover", unit="percent", direction="none", subjects=ids)
    if _OF_OTHERS.match(text, figure.end):
        return Meaning(metric="percentage", unit="percent", direction="none", subjects=ids)
    noun = "" if _is_of_share(noun, group) else noun
    if noun == "turnover" and way != "none" and group.ids and not context.is_other_money:
        return Meaning(
            metric="turnover",
            unit="percent",
            direction="none",
            subjects=_traded(context),
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
        or _RATE_POINTS.search(text, figure.start, figure.end)
        or _YEARLY_RATE.match(text, figure.end)
        or (figure.value in _BULL_MARKET and _DEFINED.search(text))
    )


_N_BEFORE: Final = 48
_LEADS: Final = re.compile(
    r"(?:跑赢|跑输|领先|落后|超额)[^，。；,;]{0,24}$|\b(?:out|under)perform\w*\b[^.;]{0,40}\bby\s(?:about\s|over\s)?$",
    re.IGNORECASE,
)
_RATE_POINTS: Final = re.compile(r"百分点|percentage\spoint|\dpp", re.IGNORECASE)
_YEARLY_RATE: Final = re.compile(r"\s(?:a|per)\s(?:year|month|annum)\b")
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
    r"\s(?:(?!after\b|as\b|on\b|following\b|amid\b|despite\b|while\b|and\b|but\b|to\b|at\b|since\b|for\b|with\b|by\b|when\b)[A-Za-z-]+\s){0,4}"
    r"(?:profit|profits|earnings|NPI|DPU)\b|的?(?:个股|公司|成份股|成分股|企业|散户)|\s(?:discount|premium|stake|beat|miss|margin|of\s(?:the|its|their|all)|yield|duty|tariffs?|interest|revenue|sales"
    r"|probability|chance|odds|owned|ownership)\b|的?(?:概率|股权|股份|权益|关税|折扣|份额|折让|溢价)|用[于作]",
    re.IGNORECASE,
)


#: A quantity of a company against the year before.
_YEARLY_AFTER: Final = re.compile(r"\s?\(?(?:YoY|yoy|Y/Y|y/y|year[\s-]on[\s-]year|year[\s-]over[\s-]year)\b")
_YEARLY_BEFORE: Final = re.compile(
    r"(?:同比|按年|YoY|year[\s-]on[\s-]year|year[\s-]over[\s-]year)[^，。；,;]{0,16}$"
)


#: "Rose to 5 percent" tells where something stands, not how far it moved.
_LEVEL_BEFORE: Final = re.compile(r"\b(?:to|from)\s(?:about\s|around\s|nearly\s|over\s)?$")


def _is_return(figure: Figure, context: Context, text: str, way: Direction) -> bool:
    """Say whether a share in percent is a move of a price: of an instrument, by a word for it or a sign."""
    group = context.group
    if way == "none" or _LEVEL_BEFORE.search(text, max(0, figure.start - 16), figure.start):
        return False
    if context.is_quantity and group.kind != "index" and context.noun != "share":
        return False
    is_told = context.is_moved or bool(figure.sign) or context.is_beside or context.is_gapped
    if group.kind in {"index", "market"}:
        return True
    if group.kind == "company":
        return is_told or context.noun == "share"
    return is_told and (group.is_instrument or group.is_likely or context.noun == "share")


def _points(figure: Figure, context: Context, text: str) -> Meaning:  # noqa: PLR0911 - one return a kind of claim
    if _AVERAGE.search(text, max(0, figure.start - 10), figure.start):
        return Meaning(metric="count", unit="points", direction="none", subjects=priced(context.group))
    is_known = bool(context.group.ids) or context.group.is_instrument
    is_other = context.group.kind in {"company", "channel"} and context.noun not in {"share", "support"}
    if context.noun in BLOCKERS or context.noun in {"rate", "economy"} or not is_known or is_other:
        return Meaning(metric="count", unit="points", direction=_way(context), subjects=("",))
    before = text[max(0, figure.start - 16) : figure.start]
    if _RANGE.search(before):
        return Meaning(metric="change", unit="points", direction="none", subjects=priced(context.group))
    is_bare = not (context.is_level or context.direction) and figure.value < _MIN_BARE_LEVEL
    if is_bare or _BASIS.search(before):
        return Meaning(metric="count", unit="points", direction="none", subjects=("",))
    is_change = _CHANGED.search(before) is not None
    if (
        context.direction
        and not context.is_level
        and (is_change or (context.is_moved and figure.value < _MAX_CHANGE))
    ):
        return Meaning(
            metric="change", unit="points", direction=context.direction, subjects=priced(context.group)
        )
    if is_change and context.direction:
        return Meaning(
            metric="change", unit="points", direction=context.direction, subjects=priced(context.group)
        )
    if context.direction and _OR.search(text[max(0, figure.start - 6) : figure.start]):
        return Meaning(
            metric="change", unit="points", direction=context.direction, subjects=priced(context.group)
        )
    return Meaning(metric="level", unit="points", direction="none", subjects=priced(context.group))


_CHANGED: Final = re.compile(
    r"(?:[涨升跌挫泻飙弹](?:约|近|逾|超过?|不足|最多)*|[涨升跌]幅(?:约|近|逾|超过?|不足|最多|一度|曾|再|收窄|扩[大阔]?|至|到|逐步|进一步|曾)*|up|down|rose|fell|gained|lost|added|shed|dropped"
    r"|slipped|climbed|slid|by|jumped|dipped)\s?(?:about|nearly|over|more than)?\s?$",
    re.IGNORECASE,
)
#: Points of a future over its index, and points that no word says to be a level or a change: too few for one.
_BASIS: Final = re.compile(r"(?:高水|低水|升水|贴水)(?:约)?$|\b(?:premium|discount)\sof\s$")
_MIN_BARE_LEVEL: Final = 1_000
#: A moving average's level is none of the index.
_AVERAGE: Final = re.compile(
    r"[天日]线\s?\(?(?:约|在|于|位于)?$|day (?:moving )?average[a-z\s]*\(?$", re.IGNORECASE
)
_RANGE: Final = re.compile(r"(?:波幅|波动)[^，,；;]{0,6}$")
_OR: Final = re.compile(r"\bor\s$|, or\s$|或$")


def _money(figure: Figure, context: Context, text: str, home: str) -> Meaning:
    group, noun = context.group, context.noun
    if flow := flow_of(figure, context, text):
        return flow
    unit = figure.unit or (home if home == "CNY" else _currency(group, home))
    is_traded = (bool(group.ids) and group.kind != "fund") or group.is_instrument or group.is_likely
    if noun == "turnover" and is_traded and not context.is_other_money and figure.value >= _MIN_TURNOVER:
        if not figure.unit:
            unit = CURRENCIES.get(_traded(context)[0]) or unit
        subjects = (context.channel,) if _is_of_channel(context) else _traded(context)
        subjects = ("",) if group.kind == "company" and figure.value >= _MAX_OF_SHARE else subjects
        return Meaning(metric="turnover", unit=unit, direction="none", subjects=subjects)
    if noun == "target_price" and group.kind == "company" and figure.value < _MIN_TURNOVER:
        return Meaning(metric="price", unit=unit, direction="none", subjects=ids_of(group))
    metric = _SUMS.get(noun) or _priced_metric(figure, context, text)
    way: Direction = _way(context) if metric == "change" else "none"
    ids = ("",) if metric == "price" and group.kind not in {"company", "unknown"} else ids_of(group)
    return Meaning(metric=metric, unit=unit, direction=way, subjects=ids)


def _priced_metric(figure: Figure, context: Context, text: str) -> Metric:
    """Say whether a sum is a share's price, a change of it, or any other money."""
    group, noun = context.group, context.noun
    if _QUOTED.search(text, max(0, figure.start - 8), figure.start) and noun == "share":
        return "price"
    is_company = group.kind == "company" or group.is_instrument or (group.is_likely and context.is_moved)
    is_of_share = noun in {"", "share", "support"} and is_company and figure.value < _MIN_TURNOVER
    is_dealt = _PER.match(text, figure.end) or _DEALT.search(text, max(0, figure.start - 120), figure.start)
    if not is_of_share or is_dealt:
        return "money"
    before = text[max(0, figure.start - 32) : figure.start]
    if context.direction and context.is_moved and _CHANGED_MONEY.search(before):
        return "change"
    is_told = noun == "share" or context.is_moved or _TOLD.search(before)
    return "price" if is_told and _TO_PRICE.search(before) else "money"


#: After a price of something else than a share.
_PER: Final = re.compile(
    r"\s?(?:per|an?|/)\s?(?:barrel|tonne|ton|ounce|pound|bushel|gallon|month|year|day|unit|hour|user|bbl|oz|kg|MMBtu)\b"
    r"|/?(?:盎司|吨|桶|平方|公斤|克|月|年)"
)
#: Before the price of shares that are sold or bought in one go, not traded.
_DEALT: Final = re.compile(
    r"\b(?:sell|sold|selling|offer\w*|issu\w+|plac\w+|buy\w*|bought|repurchas\w+|subscri\w+|acquir\w+)\b(?:[^.;]|\.\d){0,60}"
    r"\b(?:shares?|stock)\b[^.;]{0,60}\s(?:at|for)\s(?:about\s|between\s)?$"
    r"|以(?:每股)?(?:约|近)?$|每股作价$",
    re.IGNORECASE,
)


def _is_of_channel(context: Context) -> bool:
    """Say whether turnover is told of beside a channel's net buying."""
    return (
        context.flow != "" and context.channel == "southbound" and context.group.kind in {"index", "channel"}
    )


def _traded(context: Context) -> tuple[str, ...]:
    if context.group.kind == "channel":
        return context.group.ids
    group = context.group
    if group.kind == "index" and group.end < 0 and group.ids[0] not in _INDEX_MARKET:
        return ("",)  # of an index that only a sentence before names: rather the market's
    return tuple(_INDEX_MARKET.get(key, key) for key in ids_of(group))


def _currency(group: Group, home: str) -> str:
    if group.currency:
        return group.currency
    if group.kind in {"market", "channel"} and group.ids:
        return CURRENCIES.get(group.ids[0], home)
    return home


def _bare(figure: Figure, context: Context, text: str, home: str) -> Meaning | None:
    group = context.group
    if change := _bare_change(figure, context, text):
        return change
    if context.noun == "turnover" and group.ids and figure.value >= _MIN_BARE_TURNOVER:
        ids = _traded(context)
        return Meaning(
            metric="turnover",
            unit=CURRENCIES.get(ids[0], "") or _currency(group, home),
            direction="none",
            subjects=ids,
        )
    if figure.value >= _MAX_LEVEL and (flow := flow_of(figure, context, text)):
        return flow
    is_told = context.is_level and context.noun in {"", "share", "support"}
    is_ratio = _RATIO.search(text, max(0, figure.start - 12), figure.start) is not None
    if group.kind == "index" and is_told and not is_ratio and _MIN_LEVEL <= figure.value < _MAX_LEVEL:
        return Meaning(metric="level", unit="points", direction="none", subjects=priced(group))
    if _COUNTED.match(text, figure.end):
        return Meaning(
            metric="count",
            unit="count",
            direction="none",
            subjects=ids_of(group if group.kind != "index" else NOBODY),
        )
    return None


def _bare_change(figure: Figure, context: Context, text: str) -> Meaning | None:
    """Read "rose 14.15 to 38,801.17": a number between an index's verb and its level."""
    is_first = context.group.kind == "index" and context.direction and figure.value < _MAX_CHANGE
    if not is_first or not _THEN_LEVEL.match(text, figure.end) or not _MOVED.search(text, 0, figure.start):
        return None
    ids = priced(context.group)
    return Meaning(metric="change", unit="points", direction=_way(context), subjects=ids)


_RATIO: Final = re.compile(r"[A-Za-z]\s\d{1,4}\s(?:to|by)\s$")
_THEN_LEVEL: Final = re.compile(r"(?:\sto(?:\s(?:close|end|finish)\sat)?|,?\s(?:at|or))\s\d")
_MOVED: Final = re.compile(
    r"(?:rose|fell|gained|lost|added|shed|up|down|dropped|climbed|slid|slipped|jumped|by)\s$"
)
#: After a bare number: what is counted.
_COUNTED: Final = re.compile(
    r"\s(?!(?:and|or|to|in|on|at|of|for|from|by|per|the|a|an|is|was|were|as|after|with|but|while|in|than|vs)\b)[a-z]{3,}"
    r"|\s?(?:人|家|只|名|宗|间|个|套|张|辆|项|款|支|户|次|台|部|份|条|笔|吨|亿|万|座|架|所|艘|例|员|起|批|位|头|处|公里|平方)"
)
