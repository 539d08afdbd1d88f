"""Closing quotations of shares named with their exchange: "某矿业 (TSX:HBM)下跌5.69%（0.78点）"."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.measure.meaning import Meaning, ids_of
from nlp.claims.subject.context import Context

#: A name's code with its exchange.
_CODE: Final = re.compile(r"\((?P<exchange>[A-Z]{2,6}):[A-Z\d][^()\s]{0,11}\)")
_CURRENCIES: Final = {
    "TSX": "CAD", "NYSE": "USD", "NASDAQ": "USD", "LON": "GBP", "ETR": "EUR", "EPA": "EUR", "AMS": "EUR",
    "BME": "EUR", "ASX": "AUD", "TYO": "JPY", "NS": "INR", "BO": "INR", "BVC": "COP", "HK": "HKD",
    "SS": "CNY", "SZ": "CNY", "KS": "KRW", "TW": "TWD", "SIX": "CHF",
}  # fmt: skip
#: Before a change of a price, which is told in "points" after its percentage; and after it.
_BESIDE_MOVE: Final = re.compile(r"%\s?\($")
_ENDS: Final = re.compile(r"\s?\)")
#: Before the price that a share came to.
_CLOSED_AT: Final = re.compile(r"点\s?\)[，,]\s?(?:收盘|尾盘)?(?:报价为|收于|收报|报于|报价)$")
_N_BEFORE: Final = 24


def quotation_of(figure: Figure, context: Context, text: str) -> Meaning | None:
    """Return what a number of such a quotation means; None for any other.

    Args:
        figure: it.
        context: what governs it.
        text: its folded sentence.
    """
    if context.group.kind not in {"company", "unknown"} or figure.kind not in {"points", "bare"}:
        return None
    codes = list(_CODE.finditer(text, 0, figure.start))
    currency = _CURRENCIES.get(codes[-1]["exchange"]) if codes else None
    if currency is None:
        return None
    before = text[max(0, figure.start - _N_BEFORE) : figure.start]
    subjects = ids_of(context.group)
    if figure.kind == "points" and _BESIDE_MOVE.search(before) and _ENDS.match(text, figure.end):
        return Meaning(metric="change", unit=currency, direction=context.way, subjects=subjects)
    if figure.kind == "bare" and _CLOSED_AT.search(before):
        return Meaning(metric="price", unit=currency, direction="none", subjects=subjects)
    return None
