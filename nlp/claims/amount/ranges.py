"""Ranges: two numbers that are the ends of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.amount.notation import scale_in

_TO: Final = re.compile(
    r"\s?(?:to|-|\u2013|\u2014|~|～|至|到|and|或)\s?(?:逾|超|近|约|over\s|nearly\s)?", re.IGNORECASE
)
_FROM: Final = re.compile(r"(?:\bfrom|从|由|自)\s?$", re.IGNORECASE)
_MOVED: Final = re.compile(
    r"\b(?:up|down|rose|fell|gained|lost|added|shed|rising|falling|climbed|jumped|dropped|slid|slipped|higher|lower|by)"
    r"\s(?:about\s|nearly\s|almost\s|over\s|more\sthan\s)?$",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\bbetween\s?$", re.IGNORECASE)
_LOOK_BACK: Final = 24
_N_RANGE_SIGNS: Final = 8
#: Two bare numbers are a range where both are levels that lie near each other.
_DASHES: Final = frozenset({"to", "-", "\u2013", "至", "到"})
_MIN_LEVEL: Final = 1000
_NEAR: Final = 1.2
_MIN_SCALE: Final = 1e4


def join_ranges(figures: Sequence[Figure], text: str) -> list[Figure]:
    """Put the two ends of each range together: "20 % to 30 %", "between 5 and 7 percent", "升逾2%至逾3%"."""
    merged: list[Figure] = []
    for figure in figures:
        if merged and _is_range(merged[-1], figure, text):
            merged[-1] = _range(merged[-1], figure, text)
        else:
            merged.append(figure)
    return merged


def _is_range(first: Figure, second: Figure, text: str) -> bool:
    between = text[first.end : second.start]
    if len(between) > _N_RANGE_SIGNS or not (joint := _TO.fullmatch(between)) or first.bound == "between":
        return False
    word = joint.group().strip().lower()
    before = text[max(0, first.start - _LOOK_BACK) : first.start]
    if (word in {"and", "或"} and not _BETWEEN.search(before)) or _is_move(word, second, before):
        return False
    if _FROM.search(before) or first.kind not in {"bare", second.kind}:
        return False
    if first.kind == "bare" and second.kind == "bare" and word != "and":
        return word in _DASHES and _MIN_LEVEL <= first.value < second.value < _NEAR * first.value
    if first.kind == "bare" and word == "to" and second.kind not in {"percent", "points", "money"}:
        return False
    return word in {"and", "或"} or _ends(first, second, text)[0] < second.value


def _is_move(word: str, second: Figure, before: str) -> bool:
    """Say whether two sums are how far a price moved, and where to: "up $0.12 to $27.35"."""
    return word == "to" and second.kind == "money" and _MOVED.search(before) is not None


def _ends(first: Figure, second: Figure, text: str) -> tuple[float, float]:
    """Return both ends of a range; the first may leave its scale to the second ("100 to 150 billion")."""
    if first.value < _MIN_SCALE <= second.value and first.kind in {"bare", "money"}:
        return first.value * scale_in(text[second.start : second.end]), second.value
    return first.value, second.value


def _range(first: Figure, second: Figure, text: str) -> Figure:
    low, high = sorted(_ends(first, second, text))
    return replace(
        second,
        start=first.start,
        value=(low + high) / 2,
        low=low,
        high=high,
        bound="between",
        unit=second.unit or first.unit,
        sign=first.sign,
    )
