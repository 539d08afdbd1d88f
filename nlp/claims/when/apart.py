"""Numbers whose time is told apart: of an earlier day, of that same day, since a high, a low or a launch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.when.clock import Clock
from nlp.claims.when.moment import Moment, end_of_span, shown
from nlp.claims.when.period import Period
from nlp.claims.when.reference import EXTREME_AFTER, EXTREME_BEFORE
from nlp.claims.when.settled import settled
from nlp.claims.when.span import count_of, sessions_back

#: A number of the time that a number before was about.
_OF_SPAN: Final = re.compile(
    r"此期间|同期内|其间|\b(?:over|in|during)\s(?:that|this|the\ssame)\s(?:time|period|span|stretch)\b",
    re.IGNORECASE,
)


#: The same in front of a sentence.
_IN_FRONT: Final = re.compile(
    r"\W*(?:Over|In|During)\s(?:that|this|the\ssame)\s(?:time|period|span|stretch),"
)


def told_apart(
    moment: Moment, periods: Sequence[Period], text: str, clock: Clock, *, zone: ZoneInfo, kind: str
) -> str | None:
    """Return the time of a number that isn't of the times beside it; None for the others."""
    if (told := settled(moment, periods, text, clock, zone=zone, kind=kind)) or kind not in {"flow", "move"}:
        return told
    if (
        _OF_SPAN.search(text, moment.clause, moment.place)
        or _IN_FRONT.match(text, 0, moment.clause)
        or _OF_WHICH.match(text, moment.end)
        or _THEN.match(text, moment.end)
    ):
        near = [period for period in periods if period.is_rolling and period.end <= moment.place]
        spans = [shown(near[-1], clock, zone=zone, kind=kind)] if near else []
        return next(iter(spans), "") or _streak_before(moment, text, clock, zone) or moment.span
    if _THAT_DAY.match(text, moment.clause):
        days = [period.text for period in periods if period.day and period.end <= moment.clause]
        return days[-1] if days else None
    if _EARLIER.search(text, max(0, moment.place - _N_EARLIER), moment.place):
        return _named_after(moment, periods, clock, zone, kind)
    if _TO_NOW.search(text, moment.clause, moment.place):
        return _between_days(moment, periods) or moment.span or None
    return _told_since(moment, periods, text, clock, zone, kind)


def _told_since(
    moment: Moment, periods: Sequence[Period], text: str, clock: Clock, zone: ZoneInfo, kind: str
) -> str | None:
    """Return the time of a number that is counted since something that happened; None for the others."""
    if kind == "flow" and _is_since_launch(moment, periods, text):
        return f"{_LAUNCH}/{end_of_span(clock, clock.last_session(zone))}"
    if kind == "move" and is_counted_from_extreme(text, moment.clause, moment.place, moment.end):
        return _from_extreme(moment, periods, text, clock, zone)
    if kind == "move" and _is_from_unknown(moment, periods, text):
        return ""
    return None


def _is_since_launch(moment: Moment, periods: Sequence[Period], text: str) -> bool:
    """Say whether money has come through a channel since it was opened: "开通以来累计净流入3.4万亿元"."""
    if not _CUMULATIVE.search(text, moment.clause, moment.clause_end) or not _LAUNCHED.search(text):
        return False
    inside = [period for period in periods if moment.clause <= period.start < moment.clause_end]
    return all(period.text.startswith(_LAUNCH[:4]) for period in inside)


#: The day on which Stock Connect opened.
_LAUNCH: Final = "2014-11-17"
_LAUNCHED: Final = re.compile(
    r"开通|推出|启动|实施|开启|\b(?:launch\w*|inception|inaugurat\w+)\b", re.IGNORECASE
)
_CUMULATIVE: Final = re.compile(r"累计|\b(?:cumulative\w*|accumulat\w+|total\w*)\b", re.IGNORECASE)


#: Before a move of all the time that a text has told of.
_TO_NOW: Final = re.compile(r"区间(?:累计|最大)")


def _between_days(moment: Moment, periods: Sequence[Period]) -> str:
    """Return the time from the first day that a sentence has named to the last; empty without two."""
    days = [period.day for period in periods if period.day is not None and period.end <= moment.place]
    if len(days) > 1 and days[0] < days[-1]:
        return f"{days[0].isoformat()}/{days[-1].isoformat()}"
    return ""


def _streak_before(moment: Moment, text: str, clock: Clock, zone: ZoneInfo) -> str:
    """Return the sessions of "down four consecutive days; down 26% over this period"; empty without them."""
    found = list(_STREAK.finditer(text, 0, moment.place))
    last = clock.report_day(zone)
    count = count_of(found[-1]["count"]) if found else 0
    return f"{sessions_back(last, count - 1).isoformat()}/{last.isoformat()}" if last and count > 1 else ""


_STREAK: Final = re.compile(
    r"\b(?P<count>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\s(?:consecutive|straight)\s(?:trading\s)?(?:days|sessions)\b",
    re.IGNORECASE,
)


def _is_from_unknown(moment: Moment, periods: Sequence[Period], text: str) -> bool:
    """Say whether a move began at an event whose day isn't told: "本轮上涨22%", "较发行价涨15倍"."""
    before = text[moment.clause : moment.place]
    if _SINCE_THEN.search(text, 0, moment.place) and not any(x.end <= moment.place for x in periods):
        return True
    if any(moment.clause <= period.start < moment.clause_end for period in periods if not period.day):
        return False
    if _OF_WAVE.search(before):
        return True
    return _FROM_ISSUE.search(before) is not None and _DEBUT.search(text) is None


#: Before a move of a time whose begin isn't told.
_OF_WAVE: Final = re.compile(
    r"[本此这]轮|(?:随后|此后|其后|未来|接下来)的?[\d一二两三四五六七八九十]{1,2}个?(?:交易日|月|周|年|日|天)内?"
    r"|自[^，。；,;\d]{2,20}(?:以来|至今)|上市(?:以来|至今)"
)
#: The same in front of a sentence: "自高点调整以来，股价跌40%".
_SINCE_THEN: Final = re.compile(r"自[^，。；,;]{2,20}以来[，,][^。；;]*$")
_FROM_ISSUE: Final = re.compile(r"[较比](?:[^，。；,;]{0,4})(?:发行价|招股价|发售价|上市价)[^，。；,;]{0,8}$")
#: Words of a share's first day, on which a move from its issue price is the day's.
_DEBUT: Final = re.compile(r"首[日挂]|挂牌|新股|新上市|开始买卖")


#: After a number of the time that is told before it.
_THEN: Final = re.compile(
    r"\s(?:over|in|during)\s(?:that|this|the(?:\ssame)?)\s(?:time|period|span|stretch)\b", re.IGNORECASE
)
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
    r"\)?\s?(?:higher\s|lower\s|up\s|down\s|drop\s|fall\s|decline\s|gain\s|rise\s|rally\s|slide\s)?(?:off|from|above|below|since)\s[^.;,]{0,32}?\b(?:highs?|lows?|peaks?|bottoms?|troughs?|close\sof)\b",
    re.IGNORECASE,
)
_FROM_BEFORE: Final = re.compile(
    r"(?:自|从|较|比|由|距)[^，。；,;]{0,20}(?:低点|高点|低位|高位|峰值|低谷)[^。；;]{0,16}$", re.IGNORECASE
)


#: The same in a clause of its own: "由7月高位，已经下跌近26%".
_FROM_IN_FRONT: Final = re.compile(
    r"(?:自|从|较|由|距|相较于)[^，。；,;]{0,16}(?:低点|高点|低位|高位|峰值|低谷)(?:起|算起|计算?|以来)?[，,]\s?[^，。；,;\d]{0,20}$"
)


def is_counted_from_extreme(text: str, clause: int, place: int, end: int) -> bool:
    """Say whether a number at a place of a sentence is counted from a high or a low."""
    return (
        _FROM_AFTER.match(text, end) is not None
        or _FROM_BEFORE.search(text, clause, place) is not None
        or _FROM_IN_FRONT.search(text, 0, place) is not None
    )


def _from_extreme(moment: Moment, periods: Sequence[Period], text: str, clock: Clock, zone: ZoneInfo) -> str:
    """Return the days since a high or a low; empty where its day isn't named."""
    front = _FROM_IN_FRONT.search(text, 0, moment.place)
    begin = front.start() if front else moment.clause
    near = [period for period in periods if begin <= period.start < moment.clause_end]
    marked = [
        period
        for period in near
        if EXTREME_AFTER.match(text, period.end) or EXTREME_BEFORE.search(text, 0, period.start)
    ]
    if len(marked) != 1 or marked[0].day is None:
        return ""
    return shown(replace(marked[0], since=True), clock, zone=zone, kind="move")
