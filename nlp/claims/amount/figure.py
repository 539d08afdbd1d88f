"""Numbers in text with their scale and unit, and what their words and digits allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from nlp.claims.amount.bound import bound_of, interval_of
from nlp.claims.amount.no_claim import is_no_claim
from nlp.claims.amount.notation import (
    ANCHOR,
    FIGURE,
    LEAD,
    LEAD_ENDS,
    N_LEAD,
    WORD_ANCHOR,
    Kind,
    scale_of,
    step_of,
    unit_of,
    value_of,
)
from nlp.claims.claim import Bound

_LOOK_BACK = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as it stands in a text: half open, sign words left out, scale and unit included.

    `unit` is a currency's code, empty for money whose currency isn't named. `sign` is -1 or 1 where a sign
    stands before it, else 0. `value` is positive.
    """

    start: int
    end: int
    value: float
    low: float | None
    high: float | None
    kind: Kind
    unit: str
    bound: Bound
    sign: int


def find_figures(text: str, low: str, names: Iterable[tuple[int, int]]) -> list[Figure]:
    """Return the numbers of a folded sentence that may be claims, each end of a range on its own.

    Args:
        text: Chinese in simplified characters, full-width signs as ASCII.
        low: the same in small letters.
        names: where entities are named, half open: a number inside a name is none.
    """
    masks = list(names)
    found = []
    for match in _matches(text, low):
        inside = masks and match["digits"] and _is_inside(match.start("digits"), masks)
        if not inside and (figure := _figure(match, text)):
            found.append(figure)
    return found


def _is_inside(place: int, masks: Iterable[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in masks)


def _matches(text: str, low: str) -> Iterator[re.Match[str]]:
    """Yield the numbers with what belongs to them, each looked for only where its digits or words begin."""
    taken = 0
    for place in _anchors(text, low):
        if place < taken:
            continue
        start = _start_of_lead(text, max(taken, place - N_LEAD), place)
        match = FIGURE.match(text, start)
        if match is None and start < place:
            match = FIGURE.match(text, place)
        if match is not None:
            taken = match.end()
            yield match


def _anchors(text: str, low: str) -> list[int]:
    """Return where numbers may begin, in order."""
    places = [match.start() for match in ANCHOR.finditer(text)]
    if "cent" in low or "illion" in low or "point" in low:
        places += [match.start() for match in WORD_ANCHOR.finditer(low)]
        places.sort()
    return places


def _start_of_lead(text: str, least: int, place: int) -> int:
    """Return where the sign and the currency before a number begin; its own place where there are none."""
    if place == least or text[place - 1] not in LEAD_ENDS:
        return place
    lead = LEAD.search(text, least, place)
    return lead.start() if lead else place


def _figure(match: re.Match[str], text: str) -> Figure | None:
    kind, unit = unit_of(match)
    start = _start_of(match)
    end = match.end()
    before = text[max(0, start - _LOOK_BACK) : match.start()]
    if is_no_claim(match, kind, before, text):
        return None
    scale = scale_of(match)
    value = float(value_of(match) * Decimal(scale))
    if match["tenth"]:
        value = value * 10 + (5 if "半" in match["tenth"] else 0)
    bound = "at_least" if match["many"] or match["more"] else bound_of(before, text, end)
    step = step_of(match) * scale * (10 if match["tenth"] else 1)
    low, high = interval_of(value, step, bound, before)
    sign = _SIGNS.get(match["sign"] or "", 0)
    return Figure(
        start=start, end=end, value=value, low=low, high=high, kind=kind, unit=unit, bound=bound, sign=sign
    )


_SIGNS: Final = {"+": 1, "-": -1, "\u2212": -1, "\u2013": -1}


def _start_of(match: re.Match[str]) -> int:
    """Return where a number begins, its sign left out."""
    named = ("before", "digits", "han", "word")
    return next(match.start(name) for name in named if match[name])
