"""What a multiple ("23倍", "46 times") measures: of an earlier turnover, flow or price."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.measure.flow import flow_direction, is_of_turnover
from nlp.claims.measure.meaning import Meaning, priced
from nlp.claims.measure.money import traded
from nlp.claims.subject.context import Context

#: Before a multiple that is no growth: of a valuation, of an offer, of what something has come to.
_RATIO: Final = re.compile(
    r"(?:市盈|市净|市销|本益|杠杆|认购|超购|超额|倍数|估值|\bP/?E\b|\bratio\b|\bvaluation\b)[^，。；,;]{0,24}$|[至到为达报]约?$",
    re.IGNORECASE,
)
#: After one: what it is of shows that it is none of a market.
_OF_VALUE: Final = re.compile(r"\s?(?:的?(?:市盈|市净|市销|PE\b|P/E)|\stimes\s(?:earnings|book|sales))")
_N_BEFORE: Final = 40


def multiple(figure: Figure, context: Context, text: str) -> Meaning | None:
    """Return what a multiple means; None where it is no claim on a market."""
    is_ratio = _RATIO.search(text, max(0, figure.start - _N_BEFORE), figure.start) is not None
    if is_ratio or _OF_VALUE.match(text, figure.end):
        return None
    group, noun = context.group, context.noun
    is_of_channel = context.channel in {"southbound", "northbound"} and group.kind in {"channel", "unknown"}
    if is_of_channel and noun == "":
        return _of_channel(context, text[: figure.start])
    if noun == "turnover" and group.ids and not context.is_other_money:
        return Meaning(
            metric="turnover", unit="times", direction="none", subjects=traded(context), comparison="above"
        )
    if context.is_moved and _FROM_ISSUE.search(text, context.clause, figure.start):
        return Meaning(metric="return", unit="times", direction=context.way, subjects=priced(group))
    is_priced = group.kind in {"company", "index", "market"} or group.is_instrument
    is_priced = is_priced or (group.is_likely and group.end >= context.clause and not context.is_business)
    is_priced = is_priced and not _OF_VOLUME.search(text, context.clause, figure.start)
    if is_priced and context.is_moved and not context.is_quantity and noun in {"", "share"}:
        return Meaning(metric="return", unit="times", direction=context.way, subjects=priced(group))
    return None


#: Before a multiple of how much is traded.
_OF_VOLUME: Final = re.compile(r"\bvolumes?\b[^.;]*$", re.IGNORECASE)
#: Before a multiple of the price that a share was sold at first.
_FROM_ISSUE: Final = re.compile(r"[较比][^，。；,;]{0,4}(?:发行价|招股价|发售价)")


def _of_channel(context: Context, before: str) -> Meaning | None:
    """Return a multiple of what went through a channel: of its net flow, or of the turnover told before."""
    subjects = (context.channel,)
    if context.flow:
        way = flow_direction(context.flow)
        return Meaning(metric="net_flow", unit="times", direction=way, subjects=subjects, comparison="above")
    if is_of_turnover(before):
        return Meaning(
            metric="turnover", unit="times", direction="none", subjects=subjects, comparison="above"
        )
    return None
