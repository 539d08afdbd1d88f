"""Rows of tables that list shares: "| Tencent(00700) | 436.8(2%) |"."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import Direction
from nlp.claims.measure.meaning import Meaning, ids_of
from nlp.claims.subject.context import Context

_CELL: Final = re.compile(r"\|\s*$")
#: After a price: its move in brackets, to the end of the cell; before that move, and after it.
_MOVE_AFTER: Final = re.compile(r"\s?\([-+]?\d[\d.]*%\)\s*\|")
_PRICE_BEFORE: Final = re.compile(r"\|\s*\d[\d.]*\s?\([-+]?$")
_CELL_ENDS: Final = re.compile(r"\)\s*\|")
#: After a sector's move: a share of it, with its code.
_SHARE_AFTER: Final = re.compile(r"\s*\|[^|]{2,24}\(\d{5,6}\)\s*\|")


def cell_of(figure: Figure, context: Context, text: str, currency: str) -> Meaning | None:
    """Return what a number in a row of a table means; None for any other.

    Args:
        figure: it.
        context: what governs it, whose subject is the share named before it.
        text: its folded sentence.
        currency: of the share's price.
    """
    if "|" not in text:
        return None
    way: Direction = "down" if figure.sign < 0 else "up"
    before = text[max(0, figure.start - 16) : figure.start]
    if figure.kind == "percent" and _PRICE_BEFORE.search(before) and _CELL_ENDS.match(text, figure.end):
        return Meaning(metric="return", unit="percent", direction=way, subjects=ids_of(context.group))
    if figure.kind != "bare" or not _CELL.search(before.rstrip("-+")):
        return None
    if context.group.kind == "company" and _MOVE_AFTER.match(text, figure.end):
        return Meaning(metric="price", unit=currency, direction="none", subjects=ids_of(context.group))
    if _SHARE_AFTER.match(text, figure.end):
        return Meaning(metric="return", unit="percent", direction=way, subjects=("",))
    return None
