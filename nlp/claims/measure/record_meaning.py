"""What a record without a number of its own is of."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.claim import Direction
from nlp.claims.measure.meaning import CURRENCIES, Meaning, priced
from nlp.claims.measure.money import traded
from nlp.claims.sentence.record import Record
from nlp.claims.sentence.scene import BLOCKERS, Scene
from nlp.claims.subject.context import Context

_PRICED: Final = re.compile(
    r"\b(?:highs?|lows?|level|close|peak|point)\b|新高|新低|破顶|[高低][位点]|[周年月]高|首次", re.IGNORECASE
)
#: Before a record of a company's business.
_AFTER_BUSINESS: Final = re.compile(r"(?:业绩|业务|订单)[^，。；]{0,8}$")
_OTHER_NOUNS: Final = BLOCKERS | {
    "revenue", "profit", "rate", "money_raised", "dividend", "market_value", "stake", "economy", "turnover",
}  # fmt: skip


#: After a record: what a company or an economy counts.
_OF_BUSINESS: Final = re.compile(
    r"\s(?:(?!on\b|after\b|as\b|amid\b|in\b|despite\b|with\b|for\b|since\b|following\b|ahead\b)[a-z-]+\s){0,2}(?:profits?|revenues?|sales|earnings|income|loss|losses|output|production|deliveries|orders|inflation)\b"
)


def mean_record(record: Record, context: Context, scene: Scene, *, home: str) -> Meaning | None:
    """Return what a record without a number is of; None where that is nothing of a market.

    Args:
        record: it.
        context: what governs it.
        scene: its sentence.
        home: the currency of money that isn't named.
    """
    group = context.group
    if record.is_move:
        return _mean_move(record, context, scene)
    if context.channel in {"southbound", "northbound"} and context.flow:
        subjects = group.ids if group.kind == "company" and group.end >= 0 else (context.channel,)
        way: Direction = "out" if context.flow == "flow_out" else "in"
        return Meaning(metric="net_flow", unit=CURRENCIES[context.channel], direction=way, subjects=subjects)
    if context.noun == "turnover":
        return _mean_turnover(context, home)
    is_of_price = _PRICED.search(scene.text, record.start, record.end) is not None
    if _is_of_other(record, context, scene) or (group.end < 0 and not is_of_price):
        return None
    is_told = is_of_price or context.noun == "share" or (context.is_moved and scene.is_han)
    if scene.is_han and is_of_price and _is_of_unknown(context):
        return Meaning(metric="price", unit=home, direction="none", subjects=("",))
    return _mean_price(context, home, is_told=is_told)


def _is_of_other(record: Record, context: Context, scene: Scene) -> bool:
    """Say whether a record is of something else than a price of shares."""
    inside = {event.kind for event in scene.events if context.clause <= event.start < record.end}
    is_business = _OF_BUSINESS.match(scene.text, record.end) is not None
    if is_business or inside & _OTHER_NOUNS or context.noun in _OTHER_NOUNS:
        return True
    if not scene.is_han:
        return False
    before = {event.kind for event in scene.events if event.start < record.start}
    is_of_goods = not context.group.ids and bool(before & BLOCKERS)
    return is_of_goods or _AFTER_BUSINESS.search(scene.text, context.clause, record.start) is not None


def _is_of_unknown(context: Context) -> bool:
    """Say whether a record is of a share whose name isn't known: its price is told, or it has moved."""
    group = context.group
    if context.noun == "share" and not group.ids:
        return True
    is_unknown = group.kind == "unknown" and group.end >= 0 and group.is_likely
    is_told = context.is_moved or (group.end < context.clause and context.direction != "")
    return is_unknown and not group.is_instrument and is_told and not context.is_quantity


def _mean_price(context: Context, home: str, *, is_told: bool) -> Meaning | None:
    group = context.group
    if group.kind == "company" and is_told:
        return Meaning(metric="price", unit=group.currency or home, direction="none", subjects=group.ids)
    if group.kind in {"index", "market"} or group.is_instrument or context.noun == "share":
        return Meaning(metric="level", unit="points", direction="none", subjects=priced(group))
    return None


def _mean_turnover(context: Context, home: str) -> Meaning | None:
    if context.group.kind != "market" or context.group.end < 0:
        return None
    subjects = traded(context)
    unit = CURRENCIES.get(subjects[0], "") or home
    return Meaning(metric="turnover", unit=unit, direction="none", subjects=subjects)


#: Before a greatest move: it is one in points.
_IN_POINTS: Final = re.compile(r"以点数计[^，。；]{0,4}$")


def _mean_move(record: Record, context: Context, scene: Scene) -> Meaning | None:
    group = context.group
    if context.noun in _OTHER_NOUNS:
        return None
    is_priced = group.kind in {"index", "company", "market"} or group.is_instrument or group.is_likely
    way: Direction = "down" if record.is_fall else "up"
    if not is_priced:
        return None
    if _IN_POINTS.search(scene.text, context.clause, record.start):
        return Meaning(metric="change", unit="points", direction=way, subjects=priced(group))
    return Meaning(metric="return", unit="percent", direction=way, subjects=priced(group))
