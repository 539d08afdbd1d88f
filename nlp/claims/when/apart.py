"""Numbers whose time is told apart: of an earlier day, of that same day, since a high or a low."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.when.clock import Clock
from nlp.claims.when.moment import Moment, shown
from nlp.claims.when.period import Period
from nlp.claims.when.reference import EXTREME_AFTER, EXTREME_BEFORE

#: A number of the time that a number before was about.
_OF_SPAN: Final = re.compile(
    r"此期间|同期内|其间|\b(?:over|in|during)\s(?:that|the\ssame)\s(?:time|period|span)\b", re.IGNORECASE
)


def told_apart(
    moment: Moment, periods: Sequence[Period], text: str, clock: Clock, *, zone: ZoneInfo, kind: str
) -> str | None:
    """Return the time of a number that isn't of the times beside it; None for the others."""
    if kind not in {"flow", "move"}:
        return None
    if _OF_SPAN.search(text, moment.clause, moment.place) or _OF_WHICH.match(text, moment.end):
        return moment.span
    if _THAT_DAY.match(text, moment.clause):
        days = [period.text for period in periods if period.day and period.end <= moment.clause]
        return days[-1] if days else None
    if _EARLIER.search(text, max(0, moment.place - _N_EARLIER), moment.place):
        return _named_after(moment, periods, clock, zone, kind)
    if kind == "move" and _is_from_extreme(moment, text):
        return _from_extreme(moment, periods, text, clock, zone)
    return None


#: A clause on the day that the one before names: "是2月4日后最大升幅，当日升3.96%".
_THAT_DAY: Final = re.compile(r"\s?当[日天](?!后)")
#: After a sum of a longer time: what of it is of the day.
_OF_WHICH: Final = re.compile(r",\s\S+\sof\s(?:it|which)\stoday\b")
#: Before a number of another day than the one told of: "after a HK$5.3bn outflow", "two days of 2.2% each".
_EARLIER: Final = re.compile(
    r"\b(?:after|following|from|erasing|reversing|snapping)\s(?:an?\s|its\s|the\s)?"
    r"(?:net\s|record\s|about\s|nearly\s|over\s)*[+\-]?(?:HK)?\$?$|\b(?:days|sessions|weeks|falls|gains|losses)\sof\s$",
    re.IGNORECASE,
)
_N_EARLIER: Final = 40


def _named_after(moment: Moment, periods: Sequence[Period], clock: Clock, zone: ZoneInfo, kind: str) -> str:
    """Return the time named right after a number of an earlier day; empty where none is."""
    after = [period for period in periods if moment.end <= period.start < moment.clause_end]
    return shown(after[0], clock, zone=zone, kind=kind) if after else ""


#: Around a move that is counted from a high or a low.
_FROM_AFTER: Final = re.compile(
    r"\)?\s?(?:higher\s|lower\s|up\s|down\s)?(?:off|from|above|below|since)\s[^.;,]{0,32}?\b(?:highs?|lows?|peaks?|bottoms?|troughs?|close\sof)\b",
    re.IGNORECASE,
)
_FROM_BEFORE: Final = re.compile(
    r"(?:自|从|较|比|由|距)[^，。；,;]{0,20}(?:低点|高点|低位|高位|峰值|低谷)[^。；;]{0,16}$", re.IGNORECASE
)


def _is_from_extreme(moment: Moment, text: str) -> bool:
    return (
        _FROM_AFTER.match(text, moment.end) is not None
        or _FROM_BEFORE.search(text, moment.clause, moment.place) is not None
    )


def _from_extreme(moment: Moment, periods: Sequence[Period], text: str, clock: Clock, zone: ZoneInfo) -> str:
    """Return the days since a high or a low; empty where its day isn't named."""
    near = [period for period in periods if moment.clause <= period.start < moment.clause_end]
    marked = [
        period
        for period in near
        if EXTREME_AFTER.match(text, period.end) or EXTREME_BEFORE.search(text, 0, period.start)
    ]
    if len(marked) != 1 or marked[0].day is None:
        return ""
    return shown(replace(marked[0], since=True), clock, zone=zone, kind="move")
