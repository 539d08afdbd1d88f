"""Records and comparisons, with a number of their own or without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nlp.claims.claim import Comparison
from nlp.claims.period import Period
from nlp.claims.scene import Scene

_RECORD: Final = re.compile(
    r"(?:an?\s|another\s|its\s|their\s)?(?:fresh\s|new\s|all-time\s)?records?(?:\s(?:closing\s)?(?:high|low)s?)?\b"
    r"(?!-|\s(?:date|of\s(?:the\s)?(?:meeting|share)|holders?|keeping|label))"
    r"|(?:an?\s|new\s|fresh\s)*all-time\s(?:high|low)s?"
    r"|(?:its\s|their\s|the\s)?(?:highest|lowest)(?:\s(?:level|close|closing\slevel|point))?"
    r"(?:\s(?:since|in)\s[\w\s]{3,24})?"
    r"|(?:逾|近|超)?[\d一二两三四五六七八九十]{0,3}个?(?:多)?(?:交易日|周|星期|月|年)?(?:份)?(?:以来)?(?:的)?[^，。；,\s\d]{0,8}?(?:新高|新低)"
    r"|(?:历史|最高|最低|破)?纪录(?:高位|新高|低位)?",
    re.IGNORECASE,
)
_LOW: Final = re.compile(r"low|新低|低位|最低", re.IGNORECASE)
_BEFORE_NUMBER: Final = re.compile(
    r"(?:\brecord|创纪录的?|纪录的?|破纪录的?|创新高的?)\s?(?:net\s)?(?:约|近|逾|超)?$", re.IGNORECASE
)
_ABOVE: Final = re.compile(
    r"(?:surpass|exceed|beat|topp?|eclips)(?:ing|ed|es|s|ting)?\b[^.;。；]{0,60}\bby\s(?:over\s|more\sthan\s|nearly\s|about\s|some\s|around\s)?$"
    r"|(?:较|比)[^，。；,]{0,20}(?:多|高|增加|增)(?:出)?(?:约|近|逾|超)?$|(?:超过|超越)[^，。；,]{0,20}(?:逾|超|约|近)$",
    re.IGNORECASE,
)
_BELOW: Final = re.compile(
    r"(?:below|short\sof|less\sthan)\b[^.;。；]{0,60}\bby\s(?:over\s|more\sthan\s|nearly\s|about\s)?$"
    r"|(?:较|比)[^，。；,]{0,20}(?:少|低|减少|缩量|减|萎缩)(?:约|近|逾|超)?$",
    re.IGNORECASE,
)
_MAX_BACK: Final = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Words for a record in a sentence; half open."""

    start: int
    end: int
    comparison: Comparison


def find_records(scene: Scene) -> Iterator[Record]:
    """Yield a sentence's records that have no number of their own."""
    for match in _RECORD.finditer(scene.text):
        holds = any(
            figure.start - 12 <= match.end() <= figure.start
            or _overlaps(match.span(), (figure.start, figure.end))
            for figure in scene.figures
        )
        if holds and _BEFORE_NUMBER.search(
            scene.text, max(0, match.start() - 12), min(len(scene.text), match.end() + 5)
        ):
            continue
        yield Record(
            start=match.start(),
            end=match.end(),
            comparison="record_low" if _LOW.search(match.group()) else "record_high",
        )


def _overlaps(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]


def comparison_of(place: int, scene: Scene) -> Comparison | None:
    """Return what the number at a place is compared with by the words right before it."""
    before = scene.text[max(0, place - _MAX_BACK) : place]
    if _BEFORE_NUMBER.search(before):
        return "record_high"
    if _ABOVE.search(before):
        return "above"
    return "below" if _BELOW.search(before) else None


def reference_of(start: int, end: int, periods: tuple[Period, ...] | list[Period], *, reach: int = 48) -> str:
    """Return the time nearest to some words, which they compare with; empty without one."""
    near = [period for period in periods if start - reach <= period.start <= end + reach]
    return min(near, key=lambda period: abs(period.start - end)).text if near else ""
