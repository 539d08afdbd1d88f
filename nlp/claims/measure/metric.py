"""What a figure measures, of whom and which way, from what governs it."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.measure.flow import flow_of, part_of_turnover
from nlp.claims.measure.meaning import CURRENCIES, Meaning, ids_of, priced
from nlp.claims.measure.money import currency, money, traded
from nlp.claims.measure.multiple import multiple
from nlp.claims.measure.percent import share
from nlp.claims.measure.points import MAX_CHANGE, points
from nlp.claims.measure.quoted import quotation_of
from nlp.claims.measure.table import cell_of
from nlp.claims.subject.context import Context
from nlp.claims.subject.group import NOBODY

_MIN_LEVEL: Final = 10
#: A bare number is money only from here on, and an index's level only up to here.
_MIN_BARE_TURNOVER: Final = 1e8
_MAX_LEVEL: Final = 1e6


def mean(figure: Figure, context: Context, text: str, *, home: str) -> Meaning | None:
    """Return what a figure means; None where it is no claim.

    Args:
        figure: it.
        context: what governs it.
        text: its folded sentence.
        home: the currency of money that isn't named, where the subject has none: "HKD", "CNY" or "USD".
    """
    cell = cell_of(figure, context, text, currency(context.group, home))
    return cell or quotation_of(figure, context, text) or _mean(figure, context, text, home)


def _mean(figure: Figure, context: Context, text: str, home: str) -> Meaning | None:
    match figure.kind:
        case "percent":
            return part_of_turnover(figure, context, text) or share(figure, context, text)
        case "times":
            return multiple(figure, context, text)
        case "points":
            return points(figure, context, text)
        case "money":
            return money(figure, context, text, home)
        case "basis_points" | "shares":
            return _by_name(figure, context)
    return _bare(figure, context, text, home)


def _by_name(figure: Figure, context: Context) -> Meaning:
    """Return the meaning of what its unit tells: basis points are of a rate, shares are counted."""
    ids = ids_of(context.group)
    if figure.kind == "shares":
        return Meaning(metric="count", unit="shares", direction="none", subjects=ids)
    return Meaning(metric="rate", unit="basis_points", direction=context.way, subjects=ids)


def _bare(figure: Figure, context: Context, text: str, home: str) -> Meaning | None:
    group = context.group
    if change := _bare_change(figure, context, text):
        return change
    if context.noun == "turnover" and group.ids and figure.value >= _MIN_BARE_TURNOVER:
        ids = traded(context)
        return Meaning(
            metric="turnover",
            unit=CURRENCIES.get(ids[0], "") or currency(group, home),
            direction="none",
            subjects=ids,
        )
    if figure.value >= _MAX_LEVEL and (flow := flow_of(figure, context, text)):
        return flow
    is_told = context.is_level and context.noun in {"", "share", "support"}
    is_ratio = _RATIO.search(text, max(0, figure.start - 12), figure.start) is not None
    is_ratio = is_ratio or _OF_AVERAGE.search(text, max(0, figure.start - 32), figure.start) is not None
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
    is_first = context.group.kind == "index" and context.direction and figure.value < MAX_CHANGE
    is_told = _HAN_MOVED.search(text, max(0, figure.start - 4), figure.start) and _ENDS.match(
        text, figure.end
    )
    if is_first and is_told:
        return Meaning(metric="change", unit="points", direction=context.way, subjects=priced(context.group))
    if not is_first or not _THEN_LEVEL.match(text, figure.end) or not _MOVED.search(text, 0, figure.start):
        return None
    ids = priced(context.group)
    return Meaning(metric="change", unit="points", direction=context.way, subjects=ids)


#: Before a change of an index in points, which aren't named: "跌123，跌幅0.28%".
_HAN_MOVED: Final = re.compile(r"(?<!连)[涨升跌挫](?:约|近|逾|[-+])?$")
_ENDS: Final = re.compile(r"\s?(?:[，,。；、)]|$)")
_RATIO: Final = re.compile(r"[A-Za-z]\s\d{1,4}\s(?:to|by)\s$")
#: Before a moving average, which is no level of an index.
_OF_AVERAGE: Final = re.compile(r"\baverage\s\(?(?:[A-Z]+\)\s)?(?:of|at|around)?\s?$")
_THEN_LEVEL: Final = re.compile(r"(?:\sto(?:\s(?:close|end|finish)\sat)?|,?\s(?:at|or))\s\d")
_MOVED: Final = re.compile(
    r"(?:rose|fell|gained|lost|added|shed|up|down|dropped|climbed|slid|slipped|jumped|by)\s$"
)
#: After a bare number: what is counted.
_COUNTED: Final = re.compile(
    r"\s(?!(?:and|or|to|in|on|at|of|for|from|by|per|the|a|an|is|was|were|as|after|with|but|while|in|than|vs)\b)[a-z]{3,}"
    r"|\s?(?:人|家|只|名|宗|间|个|套|张|辆|项|款|支|户|次|台|部|份|条|笔|吨|亿|万|座|架|所|艘|例|员|起|批|位|头|处|公里|平方)"
)
