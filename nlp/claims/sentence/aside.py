"""Commas that part no clauses: those of names and codes, and those around what a name stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final


def is_in_name(comma: int, text: str) -> bool:
    """Say whether a comma is of a company's name or of its code: "Quux, Inc.", "Quux (QUX, Financial)"."""
    if _LEGAL_FORM.match(text, comma):
        return True
    is_in_code = _IN_CODE.search(text, max(0, comma - 12), comma) is not None
    return is_in_code and _CODE_ENDS.match(text, comma) is not None


_LEGAL_FORM: Final = re.compile(
    r",\s(?:Inc|Ltd|LLC|Corp|Co|L\.P|N\.V|S\.A|Limited)\b(?!\s(?:rose|fell|said)\b)"
)
_IN_CODE: Final = re.compile(r"\([A-Z]{1,5}$")
_CODE_ENDS: Final = re.compile(r",\s[A-Z][A-Za-z:\s]{1,20}\)")


def appositions(ends: Iterable[int], text: str) -> list[tuple[int, int]]:
    """Return the appositions to English names, half open: what stands in one says nothing of the next number.

    Args:
        ends: where names end.
        text: the folded sentence.
    """
    return [(end, found.end()) for end in ends if (found := _APPOSITION.match(text, end))]


#: After a name: what it is, set between commas ("the KLCI, the main gauge of Malaysian stocks, shed").
_APPOSITION: Final = re.compile(
    r"(?:\s\([^()]*\))?,\s(?:the|an?|one\sof|its|Asia's|Europe's)\s[^,;.\d]{3,80},\s"
    r"(?!and\b|or\b|but\b|which\b|while\b|with\b|as\b)(?=[a-z])"
)


def is_trading(start: int, end: int, text: str) -> bool:
    """Say whether the word at a place is "trade" in shares, not an economy's: "in early trade"."""
    if text[start:end] != "trade":
        return False
    if _IN_TRADE.search(text, max(0, start - _N_TRADE), start):
        return True
    return _TO.search(text, max(0, start - 4), start) is not None and _AT.match(text, end) is not None


_N_TRADE: Final = 40
_IN_TRADE: Final = re.compile(
    r"\bin\s(?:(?:early|late|opening|morning|midday|afternoon|recent|premarket|pre-market|after-hours|extended)\s)+(?:[A-Z][a-z]+day\s)?(?:(?:morning|afternoon)\s)?$"
)
_TO: Final = re.compile(r"\bto\s$")
_AT: Final = re.compile(r"\s(?:at|around|near|above|below|over|up|down|higher|lower|nearly|flat|\d)")
