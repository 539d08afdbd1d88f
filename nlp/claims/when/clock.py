"""The days of a text: of its publication, and of the session that it reports on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.sentence.pattern import begin_words
from nlp.claims.when.period import Period, iterate_periods
from nlp.claims.when.reference import DATELINE_AFTER, OF_OTHERS, is_reference, is_said_of
from nlp.claims.when.span import sessions_back
from nlp.claims.when.zone import HOME, NEW_YORK, latest_session, on_weekday

_SATURDAY: Final = 5
#: From this hour on a text is on its own day's session; from the other on where it tells of an open one.
_AFTERNOON: Final = time(15)
_CLOSES: Final = time(16)
_OPENING_HOUR: Final = time(9)
#: From this hour on futures are of the session to come.
_EVENING: Final = time(18)
_AHEAD: Final = re.compile(
    r"(?:\b(?:due|scheduled|later|until|next|ahead\sof|effective|before)\b|将于|拟|计划)[^.。]{0,40}$",
    re.IGNORECASE,
)

#: The days before publication in which a report's own day lies.
_N_DAYS_BACK: Final = 6

_N_CHARS_READ: Final = 600

_IS_OF_NEW_YORK: Final = re.compile(
    r"NYSE|NASDAQ|Nasdaq|Wall\sStreet|S&P\s500|Dow\sJones\sIndustrial|after-hours|美股|纽约股市|道指|纳指"
    r"|盘前(?=[涨跌升])|" + begin_words([r"US\s(?:stocks|equit|shares)", r"pre-?market\b"])
)

#: Sums in dollars that no letter calls another country's, and sums that are those of another.
_DOLLARS: Final = re.compile(r"(?<![A-Za-z(])(?:US)?\$\d")
_OTHER_MONEY: Final = re.compile(
    r"[\u20ac\u00a3\u20b9\u00a5\u20a9]|(?<!US)(?<=[A-Z])\$|\b(?:yuan|yen|won|rupees?|euros?|Rs|INR|EUR|GBP|SEK|CHF|RMB|Canad\w+|Austral\w+|Sydney|ASX|NZX|New\sZealand|London|Toronto|TSXV?)\b"
)

_IS_OF_ASIA: Final = re.compile(
    r"港股|A股|沪指|沪深|恒指|恒生|日股|亚太|\.(?:SZ|SH|HK)\b|龙虎榜|涨停|Hang\sSeng|Shanghai|Shenzhen|Hong\sKong"
    r"|Nikkei|Kospi|Sensex|Nifty|" + begin_words([r"Asian?\b", r"ASX\b"])
)

#: Words of a session that goes on: an earlier day is its background.
_LIVE_TITLE: Final = re.compile(r"[高低]开|开[盘市]|现[报涨跌升]|半日|早盘|盘中|午[评盘后]|早段|一度")
_LIVE: Final = re.compile(
    r"截[至止](?:发稿|目前)|发稿时|现报|暂报|新造|今早|\b[Oo]n\strack\sfor\b"
    r"|\A\W*(?:[A-Z]\w+-listed\s)?[Ss]hares\s(?:of|in)\s[^.;\n]{1,80}\s(?:fall|rise|jump|slide|drop|climb|surge|gain|slip|plunge|tumble|soar|slump|rally)\s"
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
        is_live: Whether it tells of a session that goes on.
    """

    published_on: date | None = None
    published_at: datetime | None = None
    named_day: date | None = None
    span: str = ""
    is_of_new_york: bool = False
    has_closed: bool = False
    is_live: bool = False

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
        if self.named_day is None or last is None or self._is_of_session(zone, last):
            return last
        if self.is_of_new_york and zone is NEW_YORK and self.named_day == self.day_before_opening(zone):
            return self.named_day
        return min(self.named_day, last)

    def before_close(self, zone: ZoneInfo) -> Clock:
        """Return the clock as it stood at a market's last close, where a text came out before the next."""
        local = self.published_at.astimezone(zone) if self.published_at is not None else None
        if local is None or local.time() >= _CLOSES or self.last_session(zone) != local.date():
            return self
        last = datetime.combine(sessions_back(local.date(), 1), _CLOSES, zone)
        return replace(self, published_at=last, published_on=last.date())

    def day_in(self, zone: ZoneInfo) -> date | None:
        """Return the day of publication where a market is; None where the instant isn't known."""
        return self.published_at.astimezone(zone).date() if self.published_at is not None else None

    def day_before_opening(self, zone: ZoneInfo) -> date | None:
        """Return a market's day where a text came out in the night before it opens; else None."""
        local = self.published_at.astimezone(zone) if self.published_at is not None else None
        is_night = local is not None and local.time() < _OPENING_HOUR and local.weekday() < _SATURDAY
        return local.date() if local is not None and is_night else None

    def day_after_close(self, zone: ZoneInfo) -> date | None:
        """Return the day of publication where a text came out in a market's evening; else None."""
        local = self.published_at.astimezone(zone) if self.published_at is not None else None
        is_next = local is not None and local.time() >= _EVENING and local.date() != self.published_on
        is_session = self.published_on is not None and self.published_on.weekday() < _SATURDAY
        return self.published_on if is_next and is_session else None

    def _is_of_session(self, zone: ZoneInfo, last: date) -> bool:
        """Say whether a text came out in or after a session, on its day: an earlier one is its background."""
        if self.published_at is None or self.published_on != last or zone is not HOME:
            return False
        hour = _OPENING_HOUR if self.is_live else _AFTERNOON
        return self.published_at.astimezone(HOME).time() >= hour and last.weekday() < _SATURDAY


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
        for period in iterate_periods(text, today)
        if period.day and _is_report_day(period, period.day, text, today)
    )
    return Clock(
        published_on=today,
        published_at=published_at,
        named_day=next(days, None),
        span=_span_of(title, today) or _span_of(body[:_N_LEAD], today),
        is_of_new_york=_is_of_new_york(title, beginning),
        has_closed=_CLOSED.search(body) is not None,
        is_live=bool(_LIVE_TITLE.search(title) or _LIVE.search(body, 0, _N_CHARS_READ)),
    )


def _is_of_new_york(title: str, beginning: str) -> bool:
    if _IS_OF_NEW_YORK.search(title):
        return True
    is_of_dollars = _DOLLARS.search(beginning) is not None and not _OTHER_MONEY.search(beginning)
    return (is_of_dollars or _IS_OF_NEW_YORK.search(beginning) is not None) and not _IS_OF_ASIA.search(
        f"{title}\n{beginning}"
    )


def _span_of(title: str, today: date) -> str:
    """Return the week or month that a title on flows names first as the one it reports on."""
    if not _OF_FLOWS.search(title):
        return ""
    for period in islice(iterate_periods(title, today), 1):
        if _WEEK_OR_MONTH.fullmatch(period.text) and not (period.since or is_said_of(period, title)):
            is_opening = _OPENING.search(title, 0, period.start) is not None
            return "" if is_opening or is_reference(period, title) else period.text
    return ""


_N_LEAD: Final = 60

_OF_FLOWS: Final = re.compile(r"southbound|northbound|Stock\sConnect|南向|北向|北水|港股通", re.IGNORECASE)

_WEEK_OR_MONTH: Final = re.compile(r"\d{4}-(?:W\d\d|\d\d)")

#: Before a week in a title: only a day of it is told of, or what comes.
_OPENING: Final = re.compile(
    r"\b(?:start|starts|begin|begins|open|opens|kick\w*|of|ahead|enter|next)\b[a-z\s]*$|开局|下$",
    re.IGNORECASE,
)


def _is_report_day(period: Period, day: date, text: str, today: date) -> bool:
    """Say whether a day may be the one reported on: no weekend, nothing ahead, nothing compared with."""
    if (
        period.since
        or period.relative
        or day.weekday() >= _SATURDAY
        or not 0 <= (today - day).days <= _N_DAYS_BACK
    ):
        return False
    if day == today and DATELINE_AFTER.match(text, period.end):
        return False
    begin = _begin_of(text, period.start)
    if not _OF_MARKET.search(text[begin : _end_of(text, period.end)]) or is_said_of(period, text):
        return False
    before = text[begin : period.start]
    if OF_OTHERS.search(before) or (day != today and _SUBORDINATE.search(before)):
        return False
    is_ahead = _AHEAD.search(text, max(0, period.start - 50), period.start) is not None
    return not is_ahead and not is_reference(period, text)


#: What a sentence on a market speaks of.
_OF_MARKET: Final = re.compile(
    r"\b(?:stocks?|shares|index|indices|benchmark|Nasdaq|Dow|S&P|Wall\sStreet|equit(?:y|ies)|bourses?|markets?|Hang\sSeng|Nikkei"
    r"|session|southbound|northbound)\b|[股指]|收市|收盘|南向|北水|净买|净流|成交|大盘",
    re.IGNORECASE,
)

#: Before a day in a sentence: it is the one of a reason or of a report, not of the trading.
_SUBORDINATE: Final = re.compile(
    r"\b(?:after|following|because|amid|despite|when|which|who|according\sto|said\sin)\b(?:[^,;]|,(?=\d)){0,160}$",
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
