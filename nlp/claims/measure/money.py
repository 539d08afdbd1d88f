"""What a sum measures: a flow, turnover, a share's price or a change of it, any other money."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import Direction, Metric
from nlp.claims.measure.flow import flow_of
from nlp.claims.measure.meaning import CURRENCIES, INDEX_CURRENCIES, Meaning, ids_of
from nlp.claims.subject.context import Context
from nlp.claims.subject.group import Group

#: What sums and shares of a noun are claims of.
_SUMS: Final[dict[str, Metric]] = {
    "revenue": "revenue", "profit": "profit", "money_raised": "money_raised",
}  # fmt: skip
_MIN_TURNOVER: Final = 1e5
#: No share is traded for so much a day.
_MAX_OF_SHARE: Final = 3e11
#: Currencies in which a share costs thousands, and how many times as many.
_SMALL: Final = {"KRW": 100, "JPY": 10}
_INDEX_MARKET: Final = {"hsi": "hk_market", "hkex": "hk_market"}
#: A market has so many main indices, which stand for it together.
_N_MAIN: Final = 3
_MARKETS: Final = {"CNY": "mainland_market", "HKD": "hk_market"}
#: The market whose turnover is told after its indices, and how large one is at least.
_WHOLE: Final = dict.fromkeys(
    ("sse_composite", "szse_component", "chinext_index", "star50"), ("mainland_market", 1e12)
) | dict.fromkeys(("hscei", "hstech"), ("hk_market", 1e11))
_CHANGED_MONEY: Final = re.compile(
    r"(?:涨|升|跌|up|down|rose|fell|gained|lost|added|shed|by)\s?$", re.IGNORECASE
)
_TO_PRICE: Final = re.compile(
    r"(?:\bto\b|\bat\b|\b(?:highs?|lows?|peak|price|close|levels?|mark|record|objective|target|value)\sof\b|\b(?:hit|touched|reached)\b|\btrad(?:ing|ed)\s(?:around|near)\b|\bas\shigh\sas|\bas\slow\sas|报于?|造|见|至|收于|股价|价|为|高位|低位|新高|新低|到|收|高点|低点|最低|最高|最新价|达到?了?|触及|均价|突破|站上|跌破|失守|升穿|涨破)(?:[a-z\s-]{0,24}|约|近|逾|超)?\s?$",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(
    r"(?:报|收报|现报|报收|收于|站上|新?造|[高低]见|新[高低]至|at\sHK\$|at|[Tt]raded\sas\s(?:high|low)\sas|\bit\s(?:hit|touched)|\b(?:high|low|peak)\sof)\s?$"
)
_QUOTED: Final = re.compile(r"股价(?:报|为|收|现报|收报)?$")


def money(figure: Figure, context: Context, text: str, home: str) -> Meaning:
    """Return what a sum means; `home` is the currency of money that isn't named."""
    group, noun = context.group, context.noun
    if flow := flow_of(figure, context, text):
        return flow
    unit = figure.unit or (home if home == "CNY" else currency(group, home))
    is_traded = (bool(group.ids) and group.kind != "fund") or group.is_instrument or group.is_likely
    if noun == "turnover" and is_traded and not context.is_other_money and figure.value >= _MIN_TURNOVER:
        if not figure.unit:
            unit = CURRENCIES.get(traded(context)[0]) or unit
        told = traded(context, size=figure.value)
        subjects = (context.channel,) if _is_of_channel(context) else told
        subjects = ("",) if group.kind == "company" and figure.value >= _MAX_OF_SHARE else subjects
        return Meaning(metric="turnover", unit=unit, direction="none", subjects=subjects)
    if noun == "target_price" and group.kind == "company" and figure.value < _MIN_TURNOVER:
        return Meaning(metric="price", unit=unit, direction="none", subjects=ids_of(group))
    metric = _SUMS.get(noun) or _priced_metric(figure, context, text)
    way: Direction = context.way if metric == "change" else "none"
    ids = ("",) if metric == "price" and group.kind not in {"company", "unknown"} else ids_of(group)
    return Meaning(metric=metric, unit=unit, direction=way, subjects=ids)


def _priced_metric(figure: Figure, context: Context, text: str) -> Metric:
    """Say whether a sum is a share's price, a change of it, or any other money."""
    group, noun = context.group, context.noun
    if _QUOTED.search(text, max(0, figure.start - 8), figure.start) and noun == "share":
        return "price"
    before = text[max(0, figure.start - 32) : figure.start]
    is_said = context.is_moved or noun == "share" or _TOLD.search(before) is not None
    is_company = group.kind == "company" or group.is_instrument or (group.is_likely and is_said)
    is_of_share = (
        noun in {"", "share", "support"}
        and is_company
        and figure.value < _MIN_TURNOVER * _SMALL.get(figure.unit, 1)
    )
    is_dealt = (
        _EARNED.search(text, max(0, figure.start - 40), figure.start)
        or _PER.match(text, figure.end)
        or _DEALT.search(text, max(0, figure.start - 120), figure.start)
    )
    if not is_of_share or is_dealt or (context.is_quantity and context.is_moved and noun != "share"):
        return "money"
    if _THRESHOLD.match(text, figure.end) and group.kind == "company":
        return "price"
    if context.direction and context.is_moved and _CHANGED_MONEY.search(before):
        return "change"
    return "price" if is_said and _TO_PRICE.search(before) else "money"


#: After a price: it is one that a share comes to.
_THRESHOLD: Final = re.compile(r"\s?(?:整数)?(?:关口|大关)")
#: After a price of something else than a share.
_PER: Final = re.compile(
    r"\s?(?:per|an?|/)\s?(?:barrel|tonne|ton|ounce|pound|bushel|gallon|month|year|day|unit|hour|user|bbl|oz|kg|MMBtu)\b"
    r"|/?(?:盎司|吨|桶|平方|公斤|克|月|年)"
)
#: Before what a share earned, not what it costs.
_EARNED: Final = re.compile(r"\b(?:loss|losses|profit|earnings|income|EPS)\sof\s(?:[a-z]+\s){0,2}$")
#: Before the price of shares that are sold or bought in one go, not traded.
_DEALT: Final = re.compile(
    r"\b(?:sell|sold|selling|offer\w*|issu\w+|plac\w+|buy\w*|bought|repurchas\w+|subscri\w+|acquir\w+|purchas\w+)\b(?:[^.;]|\.\d){0,60}"
    r"\b(?:shares?|stock)\b[^.;]{0,60}\s(?:at|for)\s(?:about\s|between\s)?$"
    r"|\bshares\s(?:were\s|was\s)?(?:sold|offered|bought|placed|issued)\b[^.;]{0,60}\s(?:at|for)\s$"
    r"|(?:增持|减持)[^。]*$|回购[^。；，]{0,16}(?:价|区间)[^。；，]{0,24}$|以(?:每股)?(?:约|近)?$|每股作价$",
    re.IGNORECASE,
)


def _is_of_channel(context: Context) -> bool:
    """Say whether turnover is told of beside a channel's net buying."""
    return (
        context.flow != "" and context.channel == "southbound" and context.group.kind in {"index", "channel"}
    )


def traded(context: Context, *, size: float = 0) -> tuple[str, ...]:
    """Return of whom a turnover is: of a market where an index stands for it.

    Args:
        context: what governs it.
        size: of the turnover, in whole units of money; 0 where it is told otherwise.
    """
    if context.group.kind == "channel":
        return context.group.ids
    group = context.group
    if len(group.ids) == _N_MAIN and INDEX_CURRENCIES.get(group.ids[0]):
        return (_MARKETS[INDEX_CURRENCIES[group.ids[0]]],)
    if group.kind == "index" and group.end < 0 and group.ids[0] not in _INDEX_MARKET:
        whole, least = _WHOLE.get(group.ids[0], ("", 0))
        return (whole if size >= least else "",)  # named before only: rather the market's
    return tuple(_INDEX_MARKET.get(key, key) for key in ids_of(group))


#: Currencies of texts on the shares in Sydney and Wellington of companies that others trade too.
_OCEANIA: Final = frozenset({"AUD", "NZD"})


def traded_in(group: Group, home: str) -> str:
    """Return the currency that a group's shares are traded in, in a text on shares at home; may be empty."""
    return home if home in _OCEANIA and group.kind == "company" else group.currency


def currency(group: Group, home: str) -> str:
    """Return the currency of what a group's shares are worth; `home` where it isn't known."""
    if known := traded_in(group, home):
        return known
    if group.kind in {"market", "channel"} and group.ids:
        return CURRENCIES.get(group.ids[0], home)
    if group.kind == "index" and group.ids:
        return INDEX_CURRENCIES.get(group.ids[0], home)
    return home
