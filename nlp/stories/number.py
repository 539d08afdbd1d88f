"""The numbers that a report asserts, brought to one form."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9,
    "bln": 1e9, "billion": 1e9, "t": 1e12, "tn": 1e12, "trn": 1e12, "trillion": 1e12,
    "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12, "lakh": 1e5, "crore": 1e7,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![a-z0-9_.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(%|percent\b|per\scent\b|pct\b|bps?\b|basis\spoints?\b|个百分点|"
    r"(?:thousand|million|billion|trillion|mln|bln|trn|lakh|crore|mn|bn|tn|k|m|b|t)\b|"
    r"万亿|千万|百万|亿|万|千))?"
)
_SHARES = {"%", "percent", "per cent", "pct", "个百分点"}
_BASIS_POINTS = re.compile(r"bps?|basis points?")
_YEARS = range(1990, 2041)
#: Smaller whole numbers stand in any text.
_TELLING = 10


def iterate_numbers(folded: str) -> Iterator[str]:
    """Yield the numbers of a folded text in one form: 2.3b, 2,300 million and 23亿 are "2.3e+09".

    Percentages end in "%". Years and whole numbers below ten without a unit are left out.
    """
    for match in _NUMBER.finditer(folded):
        unit = re.sub(r"\s", " ", match.group(2) or "")
        value = float(match.group(1).replace(",", ""))
        if unit in _SHARES:
            yield f"{value:g}%"
        elif unit and _BASIS_POINTS.fullmatch(unit):
            yield f"{value / 100:g}%"
        elif unit:
            yield f"{value * _SCALES[unit]:.4g}"
        elif not (value.is_integer() and (value < _TELLING or value in _YEARS)):
            yield f"{value:.6g}"
