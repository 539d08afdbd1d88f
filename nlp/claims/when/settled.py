"""Numbers whose own words settle their time, whatever longer time is named beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.when.clock import Clock
from nlp.claims.when.moment import Moment
from nlp.claims.when.period import Period
from nlp.claims.when.span import begin_of, count_of, end_of, sessions_after


def settled(
    moment: Moment, periods: Sequence[Period], text: str, clock: Clock, *, zone: ZoneInfo, kind: str
) -> str | None:
    """Return the time that a number's own words settle; None for the others."""
    if not periods:
        return None
    if kind == "level":
        days = [_day_of_interval(period, moment, text) for period in periods]
        return next((day for day in reversed(days) if day), None)
    if kind != "move":
        return None
    return (
        _day_before(moment, periods, text)
        or _days_since(moment, periods, text)
        or _session(moment, periods, text, clock, zone)
    )


def _day_before(moment: Moment, periods: Sequence[Period], text: str) -> str:
    """Return the day right before a record of its move: "fell on Tuesday, its biggest loss since 2008"."""
    if _ITS.match(text, moment.place) is None:
        return ""
    days = [x for x in periods if x.day and not x.since and text[x.end : moment.place] == ", "]
    return days[-1].text if days else ""


_ITS: Final = re.compile(r"(?:its|their|the|an?)\s(?:[\w-]+\s)*")


def _session(
    moment: Moment, periods: Sequence[Period], text: str, clock: Clock, zone: ZoneInfo
) -> str | None:
    """Return the session of a move beside which only a longer time is named: "down 1.5% for the day"."""
    if moment.is_ahead or _SESSION_AFTER.match(text, moment.end) is None:
        return None
    near = [x for x in periods if moment.clause <= x.start < moment.clause_end]
    day = clock.report_day(zone)
    return None if day is None or not near or any(x.day for x in near) else day.isoformat()


_SESSION_AFTER: Final = re.compile(
    r"\s(?:(?:for|on)\sthe\sday\b"
    r"|in\s(?:pre-?market|after-?hours|extended|intraday|morning|midday|afternoon)\s(?:trade|trading)\b)",
    re.IGNORECASE,
)


def _day_of_interval(period: Period, moment: Moment, text: str) -> str:
    """Return the day of a price that went from one to another over an interval; empty for no such."""
    if "/" not in period.text or period.since or period.to_date or period.end > moment.place:
        return ""
    before = text[period.end : moment.place]
    if _FROM_PRICE.search(before):
        day = begin_of(period.text)
    elif _TO_PRICE.search(before):
        day = end_of(period.text)
    else:
        return ""
    return day.isoformat() if day else ""


_FROM_PRICE: Final = re.compile(r"[从由自]\s?$")
_TO_PRICE: Final = re.compile(r"[从由自]\s?\d[^，。；]{0,16}[至到]\s?$")


def _days_since(moment: Moment, periods: Sequence[Period], text: str) -> str:
    """Return the days of a run that began on a day: "自2月5日起，已连续四天涨停"; empty for no such run."""
    begins = [x for x in periods if x.day and x.end <= moment.place and _SINCE_DAY.search(text, 0, x.start)]
    runs = list(_DAYS.finditer(text, begins[-1].end, moment.place)) if begins else []
    if not runs or begins[-1].day is None or not _BEGINS.match(text, begins[-1].end):
        return ""
    last = sessions_after(begins[-1].day, count_of(runs[-1]["count"]) - 1)
    return f"{begins[-1].day.isoformat()}/{last.isoformat()}"


_SINCE_DAY: Final = re.compile(r"[自从]$")
_BEGINS: Final = re.compile(r"起|开始")
_DAYS: Final = re.compile(
    r"(?:连续|之后的?|其后的?)(?P<count>[2-9]|[两二三四五六七八九十])个?(?:交易)?[日天][内里]?(?=[^，。；\d]{0,8}$|[^，。；\d]{0,8}\d*$)"
)
