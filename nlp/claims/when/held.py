"""Times that hold on in a Chinese text: for a sentence, for runs of days and weeks, until an opening."""

from __future__ import annotations

import re
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.when.clock import Clock
from nlp.claims.when.moment import Moment
from nlp.claims.when.period import Period
from nlp.claims.when.span import count_of, sessions_back
from nlp.claims.when.zone import HOME


def holds_on(period: Period, moment: Moment, text: str) -> bool:
    """Say whether a time holds for a whole Chinese sentence: a week, or a month that it begins with.

    Args:
        period: named before the sentence's first number.
        moment: of a later number.
        text: the sentence.
    """
    if not _HAN.search(text) or "】" in text[period.end : moment.place]:
        return False
    if _OF_SESSION.search(text, moment.clause, moment.place):
        return False
    is_first = not text[: period.start].strip() and _AT_FRONT.match(text, period.end) is not None
    return _WEEK.fullmatch(period.text) is not None or (is_first and bool(_MONTH.fullmatch(period.text)))


_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_WEEK: Final = re.compile(r"\d{4}-W\d\d")
_MONTH: Final = re.compile(r"\d{4}-\d\d")
#: After a month that a sentence begins with.
_AT_FRONT: Final = re.compile(r"[末底份]?[，,]")
#: Words of one session.
_OF_SESSION: Final = re.compile(
    r"收[报市盘跌涨升]|[高低][收开]|今[日天早]|盘中|一度|早段|半日|午间|开[盘市]|现[报涨跌升]"
)


def is_of_run(moment: Moment, text: str) -> bool:
    """Say whether a move is of a week, as those before it: "分别升2.1%及1.5%，均连升4星期"."""
    return _WEEK.fullmatch(moment.span) is not None and _RUN_OF_WEEKS.search(text, moment.end) is not None


#: After a move: it is one of several weeks'.
_RUN_OF_WEEKS: Final = re.compile(r"连[升跌涨][^，。；,]{0,3}(?:星期|周)")


def is_before_opening(moment: Moment, day: date | None, clock: Clock, zone: ZoneInfo) -> bool:
    """Say whether a text came out before shares in Hong Kong and on the mainland open on a day.

    Args:
        moment: of a number, which may be of a market that opens earlier.
        day: of the session that it would be of.
        clock: the text's days.
        zone: where the number's market is.
    """
    if moment.opens_early or moment.is_ahead or zone is not HOME or day is None:
        return False
    return day == clock.published_on and day == clock.day_before_opening(HOME)


def streak_of(moment: Moment, text: str, clock: Clock, zone: ZoneInfo, kind: str) -> str:
    """Return the days of "连续第4日流入，累计流入284亿", "连升3日，累飙924点"; empty for no such sum."""
    pattern = _STREAK if kind == "flow" else _RUN
    last = clock.report_day(zone)
    found = list(pattern.finditer(text, 0, moment.place))
    if last is None or not found or not _SUM.search(text, found[-1].end(), moment.place):
        return ""
    return f"{sessions_back(last, count_of(found[-1]['count']) - 1).isoformat()}/{last.isoformat()}"


_RUN: Final = re.compile(r"连[升跌涨扬挫]第?(?P<count>[2-9两三四五六七八九])个?(?:交易)?[日天]")
_STREAK: Final = re.compile(r"连续?第?\s?(?P<count>[2-9]|[1-4]\d)\s?个?(?:交易)?[日天]")
_SUM: Final = re.compile(r"累|合计|共")
