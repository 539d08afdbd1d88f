"""When a claim is about: the time named nearest in its clause, else the day that its text reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.period import Period, find_periods, sessions_back, until
from nlp.claims.zone import HOME, NEW_YORK, latest_session, on_weekday

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
    r"(?:['\u2019]s)?\s?(?:fiscal\s|net\s|quarterly\s|annual\s|bourse\s|exchange\s|regulatory\s|stock\s|Hong\sKong\s|Shanghai\s|Shenzhen\s)*"
    r"(?:earnings|results?|profit|net|revenue|sales|guidance|reports?|data|inflation|figures|forecasts?|output|meeting|contract"
    r"|delivery|filing|statement|announcement|release|disclosure|note|report|bourse\sfiling|exchange\sfiling|futures|outlook|budget|numbers|jobs|consumer|production|deliveries|业绩|财报|数据|报告|利润|净利|营收|销量|销售|首个"
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
    r"NYSE|NASDAQ|Nasdaq|Wall\sStreet|S&P\s500|Dow\sJones\sIndustrial|\bUS\s(?:stocks|equit|shares)|\bpre-?market\b"
    r"|after-hours|美股|纽约股市|道指|纳指|盘前(?=[涨跌升])"
)
_IS_OF_ASIA: Final = re.compile(
    r"港股|A股|沪指|沪深|恒指|恒生|日股|亚太|\.(?:SZ|SH|HK)\b|龙虎榜|涨停|Hang\sSeng|Shanghai|Shenzhen|Hong\sKong"
    r"|Nikkei|\bAsian?\b|Kospi|Sensex|Nifty|\bASX\b"
)
#: Words of a closed session: in Hong Kong, New York's is of the day before.
_CLOSED: Final = re.compile(r"收报|收市|收盘|收跌|收涨|收升|全日|低收|高收|尾市|隔夜")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The days of a text.

    Attributes:
        published_on: In Hong Kong; None where it isn't known, and then no time is resolved.
        published_at: The instant; None where it isn't known.
        named_day: The session that its beginning says it reports on; None where it names none.
        span: The week, month or quarter that its title says it reports on; empty where it names none.
        is_of_new_york: Whether its beginning speaks of shares there.
        has_closed: Whether it tells of a closed session.
    """

    published_on: date | None = None
    published_at: datetime | None = None
    named_day: date | None = None
    span: str = ""
    is_of_new_york: bool = False
    has_closed: bool = False

    def last_session(self, zone: ZoneInfo) -> date | None:
        """Return the last session of a market that a text can tell of."""
        if self.published_at is not None:
            return latest_session(zone, self.published_at)
        if self.published_on is None:
            return None
        is_before = zone is NEW_YORK and self.has_closed
        return on_weekday(self.published_on - timedelta(days=is_before))

    def report_day(self, zone: ZoneInfo) -> date | None:
        """Return the session of a market that a text reports on: the one that it names, else the last."""
        last = self.last_session(zone)
        return last if self.named_day is None or last is None else min(self.named_day, last)


def set_clock(title: str, body: str, published_on: date | None, published_at: datetime | None) -> Clock:
    """Find the session that a text reports on, where its beginning names one, and a title's week or month.

    Args:
        title: folded.
        body: folded.
        published_on: day of publication, where the instant isn't known.
        published_at: instant of publication, aware.
    """
    today = published_at.astimezone(HOME).date() if published_at else published_on
    if today is None:
        return Clock()
    beginning = body[:_N_CHARS_READ]
    days = (
        period.day
        for text in (beginning, title)
        for period in find_periods(text, today)
        if period.day and _is_report_day(period, period.day, text, today)
    )
    return Clock(
        published_on=today,
        published_at=published_at,
        named_day=next(days, None),
        span=_span_of(title, today) or _span_of(body[:_N_LEAD], today),
        is_of_new_york=_is_of_new_york(title, beginning),
        has_closed=_CLOSED.search(body) is not None,
    )


def _is_of_new_york(title: str, beginning: str) -> bool:
    if _IS_OF_NEW_YORK.search(title):
        return True
    return _IS_OF_NEW_YORK.search(beginning) is not None and not _IS_OF_ASIA.search(f"{title}\n{beginning}")


def _span_of(title: str, today: date) -> str:
    """Return the week or month that a title on flows names first as the one it reports on."""
    if not _OF_FLOWS.search(title):
        return ""
    for period in find_periods(title, today)[:1]:
        if _WEEK_OR_MONTH.fullmatch(period.text) and not (period.since or _is_said_of(period, title)):
            is_opening = _OPENING.search(title, 0, period.start) is not None
            return "" if is_opening or is_reference(period, title) else period.text
    return ""


_N_LEAD: Final = 60
_OF_FLOWS: Final = re.compile(r"southbound|northbound|Stock\sConnect|南向|北向|北水|港股通", re.IGNORECASE)
_WEEK_OR_MONTH: Final = re.compile(r"\d{4}-(?:W\d\d|\d\d)")
#: Before a week in a title: only a day of it is told of, or what comes.
_OPENING: Final = re.compile(r"\b(?:start|starts|begin|begins|open|opens|kick\w*|of|ahead|enter|next)\b[a-z\s]*$|开局|下$", re.IGNORECASE)


def _is_said_of(period: Period, text: str) -> bool:
    """Say whether a time is one of a report or a delivery instead of a move."""
    return _MODIFIED.match(text, period.end) is not None


def _is_report_day(period: Period, day: date, text: str, today: date) -> bool:
    """Say whether a day may be the one reported on: no weekend, nothing ahead, nothing compared with."""
    if period.since or period.relative or day.weekday() >= _SATURDAY or not 0 <= (today - day).days <= _N_DAYS_BACK:
        return False
    if day == today and _DATELINE_AFTER.match(text, period.end):
        return False
    begin = _begin_of(text, period.start)
    if not _OF_MARKET.search(text[begin : _end_of(text, period.end)]) or _is_said_of(period, text):
        return False
    before = text[begin : period.start]
    if _OF_OTHERS.search(before) or (day != today and _SUBORDINATE.search(before)):
        return False
    is_ahead = _AHEAD.search(text, max(0, period.start - 50), period.start) is not None
    return not is_ahead and not is_reference(period, text)


#: What a sentence on a market speaks of.
_OF_MARKET: Final = re.compile(
    r"\b(?:stocks?|shares|index|indices|benchmark|Nasdaq|Dow|S&P|Wall\sStreet|equit(?:y|ies)|bourses?|markets?|Hang\sSeng|Nikkei"
    r"|session|southbound|northbound)\b|[股指]|收市|收盘|南向|北水|净买|净流|成交|大盘",
    re.IGNORECASE,
)
#: Before a day in a sentence: it is the one of another market's session, which this one's comes after.
_OF_OTHERS: Final = re.compile(
    r"\b(?:tracking|mirroring|following|after|despite|echoing|on\sthe\sheels\sof)\b[^.;]{0,60}"
    r"(?:\bWall\sStreet|\bU\.?S\.?\s|\bNasdaq|\bNew\sYork|\bDow\b|\bovernight\b)[^.;]{0,40}$"
)
#: Before a day in a sentence: it is the one of a reason or of a report, not of the trading.
_SUBORDINATE: Final = re.compile(
    r"\b(?:after|following|because|amid|despite|when|which|who|according\sto|said\sin)\b[^,;]{0,160}$", re.IGNORECASE
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
        span: The last longer time that a number of the text was about.
    """

    place: int
    end: int
    clause: int
    clause_end: int
    segment: int
    first_of_segment: int
    first: int
    fresh: int
    span: str = ""


def time_of(
    moment: Moment, periods: Sequence[Period], text: str, clock: Clock, *, zone: ZoneInfo, kind: str
) -> str:
    """Return the period that a number is about; empty where the text doesn't tell.

    Args:
        moment: where it stands.
        periods: the times of its sentence.
        text: the sentence.
        clock: the text's days.
        zone: where the number's market is.
        kind: "level" for a market's number at an instant, "move" for one over a time, "flow" for money over
            one, "aim" for one that is expected or aimed at, or "other".
    """
    own = [
        period
        for period in periods
        if _is_usable(period, moment, text, clock, kind=kind)
        and (kind == "other" or _is_of(moment, period, text, zone))
    ]
    chosen = _nearest(moment, own, text)
    if chosen is not None and kind == "move" and chosen.start >= moment.end:
        is_start = chosen.day is not None and _FROM.search(text, moment.end, chosen.start)
        chosen = replace(chosen, since=True) if is_start else chosen
    if chosen is not None:
        return _shown(chosen, clock, zone=zone, kind=kind)
    if kind in {"flow", "move"} and _OF_SPAN.search(text, moment.clause, moment.place):
        return moment.span
    if kind == "flow" and (streak := _streak(moment, text, clock, zone)):
        return streak
    if kind == "flow" and clock.span:
        return clock.span
    day = clock.report_day(zone)
    if day is not None and _tells_of_before(text, day, clock, zone):
        day = sessions_back(day, 1)
    return day.isoformat() if kind in {"level", "move", "flow"} and day is not None else ""


def _is_usable(period: Period, moment: Moment, text: str, clock: Clock, *, kind: str) -> bool:
    if is_reference(period, text) and not _is_own(period, moment, text):
        return False
    if kind == "other":
        return True
    if _DATELINE_AFTER.match(text, period.end) and period.day:
        return False
    if kind == "aim":
        return period.day is None
    if _is_said_of(period, text):
        return False
    if period.day is not None:
        is_past = clock.published_on is None or period.day <= clock.published_on
        return is_past and (period.since or period.day.weekday() < _SATURDAY)
    return kind in {"move", "flow"} or period.since


def _streak(moment: Moment, text: str, clock: Clock, zone: ZoneInfo) -> str:
    """Return the days of "连续第4日流入，累计流入284亿"; empty where a number isn't the sum of such a streak."""
    last = clock.report_day(zone)
    found = list(_STREAK.finditer(text, 0, moment.place))
    if last is None or not found or not _SUM.search(text, found[-1].end(), moment.place):
        return ""
    return f"{sessions_back(last, int(found[-1]['count']) - 1).isoformat()}/{last.isoformat()}"


_STREAK: Final = re.compile(r"连续?第?\s?(?P<count>[2-9]|[1-4]\d)\s?个?(?:交易)?[日天]")
_SUM: Final = re.compile(r"累计|合计|共")
def _tells_of_before(text: str, day: date, clock: Clock, zone: ZoneInfo) -> bool:
    """Say whether a sentence read before a market opens tells of its last close."""
    if clock.published_at is None or clock.named_day is not None:
        return False
    local = clock.published_at.astimezone(zone)
    is_before = local.date() == day and local.time() < _OPENS
    return is_before and _HAS_CLOSED.search(text) is not None and _BEFORE_OPENING.search(text) is None


_OPENS: Final = time(9)
_HAS_CLOSED: Final = re.compile(r"\b(?:closed|ended|finished|settled|closing)\b|收[报市盘跌涨升于]|[高低]收")
_BEFORE_OPENING: Final = re.compile(r"pre-?(?:market|bell)|\bopen\w*|盘前|竞价|开[盘市]|[高低]开", re.IGNORECASE)
#: A number of more than a day.
_OF_SPAN: Final = re.compile(r"日均|每日平均|平均每日|期内|\baverage\sdaily\b|\bdaily\saverage\b|\bthe\speriod\b", re.IGNORECASE)


def _is_own(period: Period, moment: Moment, text: str) -> bool:
    """Say whether a time that is compared with is a number's: "较上周90.8亿", "since May 3, when it closed at"."""
    if period.end > moment.place:
        return False
    between = text[period.end : moment.place]
    return _WHEN.match(between) is not None or (len(between) <= _N_BESIDE and text[moment.place].isdigit())


#: Between a move and a day: the move began on it.
_FROM: Final = re.compile(r"^\s(?:above|below\s)?from\b[^;]{0,60}$")
_N_BESIDE: Final = 2
_WHEN: Final = re.compile(r"\)?,?\swhen\b[^,;.]*$")


def _is_of(moment: Moment, period: Period, text: str, zone: ZoneInfo) -> bool:
    """Say whether a time may be of a market's number: of its own market, and not of what a company reported."""
    if zone is not NEW_YORK and _OF_OTHERS.search(text, max(0, period.start - 100), period.start):
        return False
    if re.search(r"-[QH]", period.text) and period.end <= moment.place:
        return _SHARES_THEN.search(text, period.end, moment.place) is None
    return True


#: Between a company's quarter and a number: here it speaks of its shares.
_SHARES_THEN: Final = re.compile(r"(?:,|;|\band|\bbut)\s[^.]{0,40}\b(?:shares|stock)\b|[，；][^。]{0,12}股价")


def _nearest(moment: Moment, periods: Sequence[Period], text: str) -> Period | None:
    """Return the time before a number in its clause, else the one after it there, else one that leads to it.

    That is one named since the number before, or before all numbers of its part of the sentence; a day also
    where it is named before all numbers of the sentence.
    """
    whens = [period for period in periods if period.end < moment.clause and _WHEN.match(text, period.end, moment.place)]
    if whens:
        return replace(whens[-1], since=False)
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


#: A month, quarter or year; while it runs, what has happened in it has so up to now.
_RUNNING: Final = re.compile(r"\d{4}(?:-\d\d|-Q\d)?")


def _around(day: date | None) -> frozenset[str]:
    """Return the month, the quarter and the year that a day is in."""
    if day is None:
        return frozenset()
    return frozenset({f"{day.year:04d}", f"{day:%Y-%m}", f"{day.year:04d}-Q{(day.month + 2) // 3}"})


def _end_of_span(clock: Clock, last: date | None) -> date | None:
    """Return the day up to which a time to date runs: of publication, or the market's last where that was before."""
    if clock.published_on is None or last is None:
        return clock.published_on
    return last if last < on_weekday(clock.published_on) else clock.published_on


def _shown(period: Period, clock: Clock, *, zone: ZoneInfo, kind: str) -> str:
    if kind == "aim" and period.to_date:
        return period.text[:4]
    last = clock.last_session(zone)
    if period.since and kind != "level":
        return until(period, _end_of_span(clock, last)) or period.text
    is_running = kind in {"move", "flow"} and _RUNNING.fullmatch(period.text) is not None
    if is_running and period.text in _around(clock.published_on):
        return until(period, _end_of_span(clock, last)) or period.text
    if period.to_date:
        return period.text.partition("/")[0] + "/" + str(_end_of_span(clock, last))
    if kind != "other" and period.day is not None and last is not None and period.day > last:
        return last.isoformat()
    return period.text
