"""Money through Stock Connect: what a sum says of whom, net or gross, in or out."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import Direction, Metric
from nlp.claims.measure.meaning import CURRENCIES, Meaning
from nlp.claims.subject.context import Context

_MIN_FLOW: Final = 1e4
_OPPOSITE: Final[dict[Direction, Direction]] = {"in": "out", "out": "in"}
_FLOW_METRICS: Final[dict[str, tuple[Metric, Direction]]] = {
    "flow_in": ("net_flow", "in"), "flow_out": ("net_flow", "out"), "flow_buy": ("buy", "in"),
    "flow_sell": ("sell", "out"),
}  # fmt: skip
_OTHERS: Final = frozenset({"stake", "market_value", "revenue", "profit", "money_raised", "turnover"})
#: Before a sum: a share whose name isn't known, which a channel buys or sells.
_BOUGHT: Final = re.compile(
    r"净(?:买入|卖出|买|卖)(?!(?:金?额|港股|总额|规模|达|约|近|逾|超|合计|共|为|了|接近|的|创|高达|不足|不到|少于|多于|至少|大|至|到|入|出|[A-Z]股|恢复))"
    r"[\u4e00-\u9fff()]{2,10}?(?:约|近|逾|超过?|达)?$"
)
#: A broker's branch that trades for itself.
_BRANCH: Final = re.compile(r"证券[\u4e00-\u9fff]{2,16}(?:路|营业部|分公司|大道|总部|街)净?[买卖]")
_RECEIVED: Final = re.compile(r"[获遭][^，。；,;]{0,12}$")
#: Between a channel and a sum of its own: what it buys net is told without the word.
_BARE: Final = re.compile(r":?\s(?:net\s|was\s)?[-+\u2212\u2013]?")
#: After a sum: it is of what came before.
_LED_TO: Final = re.compile(r"\s(?:in\s)?(?:turnover|trades|trading)\b")


def flow_direction(flow: str) -> Direction:
    """Return which way money goes by a word for it."""
    return _FLOW_METRICS[flow][1]


def part_of_turnover(figure: Figure, context: Context, text: str) -> Meaning | None:
    """Return the part that a channel has in a market's turnover; None where a share in percent is no such."""
    if context.channel not in {"southbound", "northbound"}:
        return None
    before = _PART.search(text, max(0, figure.start - _N_PART), figure.start)
    if before is None and not _PART_AFTER.match(text, figure.end):
        return None
    if before is not None and context.group.kind != "channel" and not _CHANNEL.search(text):
        return None  # a channel of a sentence before, and here the part of somebody else
    subjects = (context.channel,)
    return Meaning(metric="share_of_turnover", unit="percent", direction="none", subjects=subjects)


_N_PART: Final = 32
_PART: Final = re.compile(
    r"占[^，。；,;]{0,14}(?:成交|交易)(?:总?[额量]|金额|总额|总量)?的?(?:比[例重率])?[^，。；,;\d]{0,6}$"
)
_PART_AFTER: Final = re.compile(
    r"\sof\s(?:[a-z'\u2019-]+\s){0,4}(?:turnover|trading\svolume)\b", re.IGNORECASE
)


def flow_of(figure: Figure, context: Context, text: str) -> Meaning | None:
    """Return what a sum says of money through a channel; None where it is of something else."""
    if context.channel not in {"southbound", "northbound"} or figure.value < _MIN_FLOW:
        return None
    if context.noun in _OTHERS or _is_of_fund(figure, text):
        return None
    if _is_turnover_again(figure, context, text):
        unit = figure.unit or CURRENCIES[context.channel]
        return Meaning(metric="turnover", unit=unit, direction="none", subjects=context.group.ids)
    kind = context.flow or ("flow_in" if _is_bare(figure, context, text) else "")
    if not kind or _BRANCH.search(text, context.clause, figure.start):
        return None
    metric, direction = _FLOW_METRICS[kind]
    if figure.sign < 0:
        direction = _OPPOSITE.get(direction, direction) if direction == "in" else direction
    if context.group.kind == "subchannel":  # what it buys is told net without the word
        metric = "net_flow"
    unit = figure.unit or CURRENCIES[context.channel]
    return Meaning(
        metric=metric, unit=unit, direction=direction, subjects=_subjects_of(figure, context, text)
    )


def _is_of_fund(figure: Figure, text: str) -> bool:
    """Say whether money goes into a fund, where only a sentence before has spoken of a channel."""
    return _FUND.search(text, 0, figure.start) is not None and not _CHANNEL.search(text)


_FUND: Final = re.compile(r"(?:ETF|基金)[^。；]*流[入出]")
_CHANNEL: Final = re.compile(
    r"[南北]向|[南北]上|南下|[北南]水|港股通|[沪深陆]股通|内资|\b(?:[Ss]outh|[Nn]orth)bound\b|Stock\sConnect"
)


def _is_bare(figure: Figure, context: Context, text: str) -> bool:
    """Say whether a sum stands right after its channel: "southbound HK$14.0bn net"."""
    if context.group.kind != "channel" or figure.kind != "money" or context.noun:
        return False
    end = context.group.end
    is_beside = 0 <= end < figure.start and _BARE.fullmatch(text, end, figure.start) is not None
    return is_beside and _LED_TO.match(text, figure.end) is None


def _is_turnover_again(figure: Figure, context: Context, text: str) -> bool:
    """Say whether a channel's sum is its turnover, as told of the other before: "北向1363亿，南向439亿"."""
    if context.group.kind != "channel" or context.noun or context.flow or figure.kind != "money":
        return False
    between = text[max(0, context.group.end) : figure.start]
    return _AGAIN.fullmatch(between) is not None and is_of_turnover(text[: context.group.end])


def is_of_turnover(before: str) -> bool:
    """Say whether what stands before a number speaks of turnover."""
    return _TRADED.search(before) is not None


_AGAIN: Final = re.compile(r"(?:交易|资金)?(?:方面)?(?:则|亦|也|达|为|有|约|逾|近|超过?|由初期|初期){0,4}")
_TRADED: Final = re.compile(r"(?:成交|交易)[额量][^。]*$|\bturnover\b[^.]*$", re.IGNORECASE)


def _subjects_of(figure: Figure, context: Context, text: str) -> tuple[str, ...]:
    group = context.group
    is_received = _RECEIVED.search(text, context.clause, figure.start) is not None
    if context.is_seat or context.noun == "fund" or (group.kind == "index" and is_received):
        return group.ids or ("",)
    if (group.kind == "unknown" and is_received) or (
        group.kind == "channel" and _BOUGHT.search(text, context.clause, figure.start)
    ):
        return ("",)
    is_of_share = group.kind in {"company", "fund", "subchannel"}
    if group.kind == "company" and group.end < 0 and not is_received:
        return (context.channel,)  # a share of a sentence before, and here the channel's own sum
    return group.ids if is_of_share else (context.channel,)
