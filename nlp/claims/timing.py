"""When a claim is about: the time named nearest in its clause, else the day that its text reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.period import Period, find_periods, until

_HOME: Final = ZoneInfo("Asia/Hong_Kong")
_NEW_YORK: Final = ZoneInfo("America/New_York")
_SATURDAY: Final = 5
_REFERENCE: Final = re.compile(
    r"\b(?:highest|lowest|best|worst|biggest|largest|steepest|strongest|weakest|most|sharpest|first|lows?|highs?|records?|close"
    r"|level|loss|gain|drop|rise|rally|point)\b[a-z\s,-]{0,40}\b(?:since|of|from)\s(?:the\s)?$"
    r"|(?:surpass|exceed|beat|topp|eclips|compar|versus|against)\w*[a-z\s,-]{0,24}$"
    r"|\b(?:than|from|above|below)\s(?:in\s|on\s|the\s)?$|(?:较|比|自从|超过|超越|对比|相比|高于|低于)\s?$",
    re.IGNORECASE,
)
_HAN_RECORD_AFTER: Final = re.compile(
    r"(?:份|底|初)?以?[来后][^，。；,]{0,12}(?:新高|新低|最[高低大多强差少]|纪录|首)"
)
_COMPARED_AFTER: Final = re.compile(r"\s?(?:earlier|ago|before|同期)")
_DATELINE_AFTER: Final = re.compile(r"(?:早间|午间|晚间|早|晚)?\s?(?:消息|讯|电|报道)|\)?\s?[-\u2014(]")
#: What a time may say of a report or a delivery instead of a move.
_MODIFIED: Final = re.compile(
    r"(?:['\u2019]s)?\s?(?:fiscal\s|net\s|quarterly\s|annual\s)?"
    r"(?:earnings|results?|profit|net|revenue|sales|guidance|reports?|data|inflation|figures|forecasts?|output|meeting|contract"
    r"|delivery|futures|outlook|budget|numbers|jobs|consumer|production|deliveries|业绩|财报|数据|报告|利润|净利|营收|销量|销售|首个"
    r"|第|最后|CPI|PPI|PMI|非农|合约|交付|年报|季报|策略|消费|春节|议息|通胀|零售"
    r"|[^，。；,]{0,6}(?:公布|宣布|会议|举行|表示|发表|生效|议息|出炉|披露|公告|开会))"
    r"|['\u2019]s\s(?!session|close|trading|open|gain|loss|rally|fall|drop)",
    re.IGNORECASE,
)
_AHEAD: Final = re.compile(
    r"(?:\b(?:due|scheduled|later|until|next|ahead\sof|effective|before)\b|将于|拟|计划)[^.。]{0,40}$",
    re.IGNORECASE,
)
#: The days before publication in which a report's own day lies.
_N_DAYS_BACK: Final = 6
_N_CHARS_READ: Final = 600
_IS_OF_NEW_YORK: Final = re.compile(
    r"NYSE|NASDAQ|Nasdaq|Wall\sStreet|S&P\s500|Dow\sJones\sIndustrial|\bUS\s(?:stocks|equit)|美股|纽约股市|道指"
)
#: Words of a closed session: in Hong Kong, New York's is of the day before.
_CLOSED: Final = re.compile(r"收报|收市|收盘|收跌|收涨|收升|全日|低收|高收|尾市|隔夜")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The days of a text.

    Attributes:
        published_on: In Hong Kong; None where it isn't known, and then no time is resolved.
        report_day: The session that its market report is about.
        new_york_day: The same of New York's.
        is_of_new_york: Whether its beginning speaks of shares there.
    """

    published_on: date | None = None
    report_day: date | None = None
    new_york_day: date | None = None
    is_of_new_york: bool = False


def set_clock(title: str, body: str, published_on: date | None, published_at: datetime | None) -> Clock:
    """Find the session that a text reports on: one that its beginning names, else the last.

    Args:
        title: folded.
        body: folded.
        published_on: day of publication, where the instant isn't known.
        published_at: instant of publication, aware.
    """
    today = published_at.astimezone(_HOME).date() if published_at else published_on
    if today is None:
        return Clock()
    beginning = body[:_N_CHARS_READ]
    is_of_new_york = _IS_OF_NEW_YORK.search(f"{title}\n{beginning}") is not None
    for text in (beginning, title):
        for period in find_periods(text, today):
            if period.day and _is_report_day(period, period.day, text, today):
                day = period.day
                return Clock(
                    published_on=today, report_day=day, new_york_day=day, is_of_new_york=is_of_new_york
                )
    if published_at:
        new_york_day = _session(published_at.astimezone(_NEW_YORK).date())
    else:
        new_york_day = _session(today - timedelta(days=1) if _CLOSED.search(body) else today)
    return Clock(
        published_on=today,
        report_day=_session(today),
        new_york_day=new_york_day,
        is_of_new_york=is_of_new_york,
    )


def _session(day: date) -> date:
    """Return a day, or the Friday before it where it is of a weekend."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def _is_report_day(period: Period, day: date, text: str, today: date) -> bool:
    """Say whether a day may be the one reported on: no weekend, nothing ahead, nothing compared with."""
    if period.since or day.weekday() >= _SATURDAY or not 0 <= (today - day).days <= _N_DAYS_BACK:
        return False
    if day == today and _DATELINE_AFTER.match(text, period.end):
        return False
    sentence = text[_begin_of(text, period.start) : _end_of(text, period.end)]
    if not _OF_MARKET.search(sentence) or _MODIFIED.match(text, period.end):
        return False
    is_ahead = _AHEAD.search(text, max(0, period.start - 50), period.start) is not None
    return not is_ahead and not is_reference(period, text)


#: What a sentence on a market speaks of.
_OF_MARKET: Final = re.compile(
    r"\b(?:stocks?|shares|index|indices|benchmark|Nasdaq|Dow|S&P|Wall\sStreet|equit(?:y|ies)|bourses?|markets?|Hang\sSeng|Nikkei"
    r"|session|southbound|northbound)\b|[股指]|收市|收盘|南向|北水|净买|净流|成交|大盘",
    re.IGNORECASE,
)
_END: Final = re.compile(r"[。；;\n]|\.\s")
_N_SENTENCE: Final = 300


def _begin_of(text: str, place: int) -> int:
    """Return where the sentence of a place begins, or so far before it."""
    begin = max(0, place - _N_SENTENCE)
    ends = [match.end() for match in _END.finditer(text, begin, place)]
    return ends[-1] if ends else begin


def _end_of(text: str, place: int) -> int:
    """Return where the sentence of a place ends, or so far after it."""
    match = _END.search(text, place, place + _N_SENTENCE)
    return match.start() if match else min(len(text), place + _N_SENTENCE)


def is_reference(period: Period, text: str) -> bool:
    """Say whether a time is only what a figure is compared with: "highest since March", "3月以来新高"."""
    before = text[max(0, period.start - 60) : period.start]
    return bool(
        _REFERENCE.search(before)
        or _HAN_RECORD_AFTER.match(text, period.end)
        or (_COMPARED_AFTER.match(text, period.end) and not period.since)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where a number stands in its sentence.

    Attributes:
        place: Where it begins.
        end: Where it ends.
        clause: Where its clause begins.
        clause_end: Where that ends.
        segment: Where its part of the sentence begins, which a semicolon or the like may end.
        first_of_segment: Where the first number of that part begins.
        first: Where the sentence's first number begins.
        fresh: Where the first clause after the number before it begins.
    """

    place: int
    end: int
    clause: int
    clause_end: int
    segment: int
    first_of_segment: int
    first: int
    fresh: int


def time_of(moment: Moment, periods: Sequence[Period], text: str, clock: Clock, *, kind: str) -> str:
    """Return the period that a number is about; empty where the text doesn't tell.

    Args:
        moment: where it stands.
        periods: the times of its sentence.
        text: the sentence.
        clock: the text's days; its `report_day` is the one of the number's market.
        kind: "level" for a market's number at an instant, "move" for one over a time, "aim" for one that is
            expected or aimed at, or "other".
    """
    own = [period for period in periods if _is_usable(period, text, clock, kind=kind)]
    chosen = _nearest(moment, own)
    if chosen is not None:
        return _shown(chosen, clock, kind=kind)
    if kind in {"level", "move"} and clock.report_day is not None:
        return clock.report_day.isoformat()
    return ""


def _is_usable(period: Period, text: str, clock: Clock, *, kind: str) -> bool:
    if is_reference(period, text):
        return False
    if kind == "other":
        return True
    if _DATELINE_AFTER.match(text, period.end) and period.day:
        return False
    if kind == "aim":
        return period.day is None
    if period.day is not None:
        is_past = clock.published_on is None or period.day <= clock.published_on
        is_session = period.since or (
            period.day.weekday() < _SATURDAY and not _MODIFIED.match(text, period.end)
        )
        return is_past and is_session
    return (kind == "move" or period.since) and not _MODIFIED.match(text, period.end)


def _nearest(moment: Moment, periods: Sequence[Period]) -> Period | None:
    """Return the time before a number in its clause, else the one after it there, else one that leads to it.

    That is one named since the number before, or before all numbers of its part of the sentence; a day also
    where it is named before all numbers of the sentence.
    """
    inside = [period for period in periods if moment.clause <= period.start < moment.place]
    if inside:
        return inside[-1]
    after = [period for period in periods if moment.end <= period.start < moment.clause_end]
    if after:
        return after[0]
    leading = [
        period
        for period in periods
        if moment.fresh <= period.start < moment.place
        or moment.segment <= period.start < moment.first_of_segment
        or (period.day is not None and period.start < moment.first)
    ]
    return leading[-1] if leading else None


def _shown(period: Period, clock: Clock, *, kind: str) -> str:
    if kind == "aim" and period.to_date:
        return period.text[:4]
    if period.since and kind != "level":
        return until(period, clock.published_on) or period.text
    return period.text
