"""How times are written, and what each way to write one means on the day of publication."""

# ruff: noqa: E501, ISC004 - a pattern reads better on one line
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from nlp.claims.when.span import (
    COUNTS,
    count_of,
    days_back,
    last_quarter,
    month_before,
    quarter_of,
    sessions_back,
    week_of,
    year_of,
)

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HAN_WEEKDAYS: Final = "一二三四五六日天"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "首": 1, "上": 0, "末": 4, "次": 2,
    "final": 4, "last": 0,
}  # fmt: skip

_Resolver = Callable[[re.Match[str], date], "str | date | None"]
_SUNDAY: Final = 6
_MONTHS_A_YEAR: Final = 12
_QUARTERS_A_YEAR: Final = 4


def _named_day(match: re.Match[str], today: date) -> date:
    month, day = _month_number(match["month"]), int(match["day"])
    return _placed(match["year"] if "year" in match.re.groupindex else None, month, day, today)


def _month_number(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS.index(name[:3].lower()) + 1


def _placed(year: str | None, month: int, day: int, today: date) -> date:
    """Return a day of a month in the year named, or the latest that isn't far ahead of publication."""
    if named := year_of(year, today):
        return date(named, month, day)
    found = date(today.year, month, day)
    return found if found <= today + timedelta(days=120) else date(today.year - 1, month, day)


def _month(match: re.Match[str], today: date) -> str | None:
    return None if match["month"][0].islower() else _han_month(match, today)


def _han_month(match: re.Match[str], today: date) -> str | None:
    month = _month_number(match["month"])
    if not 1 <= month <= _MONTHS_A_YEAR:
        return None
    year = year_of(match["year"], today)
    if year is None:
        year = today.year if month <= today.month + 1 else today.year - 1
    return f"{year:04d}-{month:02d}"


def _weekday(match: re.Match[str], today: date) -> date:
    number = _WEEKDAYS.index(match["weekday"].lower())
    back = (today.weekday() - number) % 7
    prefix = (match["which"] or "").lower()
    if prefix == "next":
        return today + timedelta(days=(number - today.weekday()) % 7 or 7)
    return today - timedelta(days=back or (7 if prefix == "last" else 0))


def _han_weekday(match: re.Match[str], today: date) -> date:
    number = min(_HAN_WEEKDAYS.index(match["weekday"]), 6)
    monday = today - timedelta(days=today.weekday())
    if (match["which"] or "") in {"上", "上个"}:
        return monday + timedelta(days=number - 7)
    if (match["which"] or "") in {"下", "下个"}:
        return monday + timedelta(days=number + 7)
    return today - timedelta(days=(today.weekday() - number) % 7)


def _quarter_named(match: re.Match[str], today: date) -> str | None:
    number = _ORDINALS[match["which"].lower()]
    if number == 0:
        return last_quarter(today)
    if not 1 <= number <= _QUARTERS_A_YEAR:
        return None
    year = year_of(match["year"], today) or year_of(match["later"], today)
    if year is None:
        year = today.year if 3 * number - 2 <= today.month else today.year - 1
    return quarter_of(year, number)


def _half_named(match: re.Match[str], today: date) -> str:
    number = 1 if match["which"].lower() in {"first", "上", "1", "1st"} else 2
    year = year_of(match["year"], today) or year_of(match["later"], today)
    if year is None:
        year = today.year if 6 * number - 5 <= today.month + _N_AHEAD else today.year - 1
    return f"{year:04d}-H{number}"


#: A half without its year is the coming one from so many months before it.
_N_AHEAD: Final = 4


def _months_to(match: re.Match[str], today: date) -> str | None:
    count = count_of(match["count"])
    if not 1 <= count < _MONTHS_A_YEAR:
        return None
    year = year_of(match["year"], today) or (today.year if count <= today.month else today.year - 1)
    if count == _MONTHS_A_YEAR // 4:
        return quarter_of(year, 1)
    if count == _MONTHS_A_YEAR // 2:
        return f"{year:04d}-H1"
    return f"{year:04d}-01-01/{(date(year, count + 1, 1) - timedelta(days=1)).isoformat()}"


def _to_date(_: re.Match[str], today: date) -> str:
    return f"{today.year:04d}-01-01/{today.isoformat()}"


def _rolling(match: re.Match[str], today: date) -> str | date | None:
    """Return the days up to now of "in the past two months", "近8个交易日"."""
    count = count_of(match["count"] or match["hancount"] or "1")
    unit = (match["unit"] or match["hanunit"]).lower()
    if not 1 <= count <= _MAX_ROLLING:
        return None
    if unit in {"session", "trading day", "trading session", "business day", "交易日"}:
        if not (match["count"] or match["hancount"]):
            return sessions_back(today, 1)
        return f"{sessions_back(today, count - 1).isoformat()}/{today.isoformat()}"
    return f"{days_back(today, count, unit).isoformat()}/{today.isoformat()}"


_MAX_ROLLING: Final = 60


def _several(match: re.Match[str], today: date) -> str | None:
    """Return the sessions of "up 7 percent in five days", "两日累跌6%", the last included."""
    count = count_of(match["count"] or match["hancount"] or match["hanmore"])
    if not _MIN_SEVERAL <= count <= _MAX_ROLLING or _BEST.search(match.string, 0, match.start()):
        return None
    count *= _DAYS_A_WEEK if match["unit"] == "week" else 1
    return f"{sessions_back(today, count - 1).isoformat()}/{today.isoformat()}"


#: Before "in five weeks": a record since then.
_BEST: Final = re.compile(
    r"\b(?:best|worst|biggest|largest|highest|lowest|most|least|first|steepest|sharpest)\b[a-z\s-]{0,24}$",
    re.IGNORECASE,
)
_MIN_SEVERAL: Final = 2
_DAYS_A_WEEK: Final = 5


def _month_to_date(match: re.Match[str], today: date) -> str | None:
    """Return the days of a named month up to now, where it is the month of publication."""
    month = int(match["month"])
    return f"{today.replace(day=1).isoformat()}/{today.isoformat()}" if month == today.month else None


def _whole(match: re.Match[str], today: date) -> str | None:
    """Return the week, month, quarter or year that has just ended or is about to."""
    day = today - timedelta(days=_N_LATE)
    match (match["span"] or match["hanspan"]).lower():
        case "week" | "周" | "星期":
            return week_of(day)
        case "month" | "月":
            return f"{day.year:04d}-{day.month:02d}"
        case "quarter" | "季":
            return quarter_of(day.year, (day.month + 2) // 3)
    return f"{day.year:04d}" if match["span"] else None


#: A report of a week, a month or a year comes out so many days after its end at most.
_N_LATE: Final = 2


def _this_year(match: re.Match[str], today: date) -> str | None:
    year = year_of(match.group(), today)
    return None if year is None else f"{year:04d}"


def _yearless_day(match: re.Match[str], today: date) -> date | None:
    day = int(match["day"])
    found = today.replace(day=day)
    return found if found <= today + timedelta(days=10) else None


def _day_of_month(match: re.Match[str], today: date) -> date:
    month = today if match["which"] == "本月" else today.replace(day=1) - timedelta(days=1)
    return month.replace(day=int(match["day"]))


def _recent_weeks(match: re.Match[str], today: date) -> str:
    """Return the week; on a Sunday, the last is the one that ends."""
    is_past = re.search(r"last|past|previous|prior|上", match.group(), re.IGNORECASE) is not None
    return week_of(today - timedelta(days=7 if is_past and today.weekday() < _SUNDAY else 0))


_YEAR = r"(?:19|20)\d{2}"
_LATER = rf"(?:,?\s(?:of\s)?(?:the\s)?(?:{_YEAR}|this\syear|last\syear|the\syear))"
#: A rule's name, what it may begin with (a digit, a Latin letter, a Chinese character), how it is written, and
#: what it means. The first that fits is taken.
_RULES: Final[tuple[tuple[str, str, str, _Resolver], ...]] = (
    ("ytd", "lh", (r"year[\s-]to[\s-]date|so\sfar\s(?:this\syear|in\s20\d\d)|since\sthe\s(?:start|beginning)\sof\s(?:the|this)\syear|since\sNew\sYear"
            r"|YTD|(?:自?今年|年初?)(?:以来|至今|迄今)|年初至今|年内(?!新[高低]|[高低]位)|今年迄今|今年累计|本年累计|今年至今|年初以来"), _to_date),
    ("mtd", "lh", r"\b(?:month[\s-]to[\s-]date|so\sfar\sthis\smonth)\b|(?:本月|月初)(?:以来|至今|累计)", lambda _, t: f"{t.replace(day=1).isoformat()}/{t.isoformat()}"),
    ("rolling", "lh", r"\b(?:in|over|during|for|within)\sthe\s(?:last|past|previous|trailing)\s(?:(?P<count>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s)?(?P<unit>trading\sday|trading\ssession|business\sday|session|day|month|year|week(?=s))s?\b"
            r"|(?:近|过去|最近|过往)的?(?P<hancount>\d{1,2}|[一二两三四五六七八九十])个?(?P<hanunit>交易日|日|天|周|星期|月|年)(?!线|期)", _rolling),
    ("several", "dlh", r"\bin\s(?:just\s|only\s)?(?P<count>two|three|four|five|\d{1,2})\s(?P<unit>session|day|week)s\b(?!\stime)|(?<![第近前去连上])(?P<hancount>[两二三四五六七八九2-9])(?:个交易)?(?P<hanunit>日|天)内?(?=[累合共]|[跌涨升弹](?![势浪轨市]))|(?:连续)(?P<hanmore>[两二三四五六七八九2-9])(?:个交易)?[日天](?=累计|合计|共)", _several),
    ("slashday", "d", r"(?P<year>20\d{2})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})(?!\d)", _named_day),
    ("hanmtd", "d", r"(?P<month>\d{1,2})\s?月份?(?:以来|至今|迄今|累计)", _month_to_date),
    ("weekly", "l", r"\bweekly\b(?=\s(?:a\s)?(?:gain|loss|drop|fall|rise|advance|decline|increase|decrease|\d))", lambda _, t: week_of(t - timedelta(days=2))),
    ("lastsession", "lh", r"\b(?:previous|prior|last|preceding)\s(?:trading\s)?(?:session|day)\b|\b(?:a|the)\sday\s(?:earlier|before)\b|前一?(?:个)?交易日|上一?(?:个)?交易日|上一日|上日|前一日(?=[收涨跌升])", lambda _, t: sessions_back(t, 1)),
    ("whole", "lh", r"\b(?:(?:for|over|on)\sthe\s|(?=(?:month|quarter):\s))(?P<span>week|month|quarter|year)\b|(?:全|整)个?(?P<hanspan>周|星期|月|季|年)(?!度|\d)", _whole),
    ("dateful", "l", rf"(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<year>{_YEAR}))?", _named_day),
    ("daymonth", "d", rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})(?:,?\s(?P<year>{_YEAR}))?", _named_day),
    ("iso", "d", r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})", _named_day),
    ("handate", "dh", rf"(?:(?P<year>{_YEAR}年|今年|去年|前年|本年)\s?)?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号]", _named_day),
    ("qname", "dl", rf"(?:(?P<year>{_YEAR})['’]?s?\s)?(?P<which>first|second|third|fourth|final|last|1st|2nd|3rd|4th)[\s-]quarter(?P<later>{_LATER})?", _quarter_named),
    ("qcode", "dl", rf"(?:(?P<year>{_YEAR})[\s-]?)?Q(?P<which>[1-4])\b(?P<later>\s?(?:of\s)?(?:{_YEAR}|this\syear|last\syear))?", _quarter_named),
    ("qtail", "d", rf"\b(?P<which>[1-4])Q\s?(?P<later>{_YEAR})(?P<year>)", _quarter_named),
    ("handayof", "h", r"(?P<which>上个?月|本月)(?P<day>\d{1,2})[日号]", _day_of_month),
    ("hanq", "dh", rf"(?P<year>{_YEAR}年|今年|去年|前年)?\s?第?(?P<which>[一二三四1-4首次末上])(?:季度|季(?!节|后|前|内|中|初|末|军))(?P<later>)", _quarter_named),
    ("hname", "dl", rf"(?:(?P<year>{_YEAR})['’]?s?\s)?(?P<which>first|second|1st|2nd)[\s-]half(?P<later>{_LATER})?", _half_named),
    ("hcode", "dl", rf"(?:(?P<year>{_YEAR})[\s-]?)?H(?P<which>[12])\b(?P<later>\s{_YEAR})?", _half_named),
    ("hanh", "dh", rf"(?P<year>{_YEAR}年|今年|去年|前年)?(?P<which>[上下])半年度?(?P<later>)", _half_named),
    ("months", "l", rf"first\s(?P<count>{'|'.join(COUNTS)}|\d{{1,2}})\smonths(?:\sof\s(?P<year>{_YEAR}|this\syear|last\syear|the\syear))?", _months_to),
    ("hanmonths", "dh", rf"(?P<year>{_YEAR}年|今年|去年)?[首前](?P<count>\d{{1,2}}|[二两三四五六七八九十])个?月", _months_to),
    ("hanthree", "dh", rf"(?P<year>{_YEAR}年|今年|去年)?[首前](?P<count>[三3])季度?", lambda m, t: f"{year_of(m['year'], t) or t.year:04d}-01-01/{year_of(m['year'], t) or t.year:04d}-09-30"),
    ("weekday", "l", rf"(?:(?P<which>last|next|this)\s)?\b(?P<weekday>{'|'.join(_WEEKDAYS)})\b", _weekday),
    ("hanweekday", "h", r"(?P<which>上个?|下个?|本|这)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])", _han_weekday),
    ("yesterday", "lh", r"\byesterday\b|昨[日天晚夜]|昨(?=收|涨|跌|升)", lambda _, t: t - timedelta(days=1)),
    ("today", "lh", r"\btoday\b|今[日天早晚]|本日|当日(?!后)", lambda _, t: t),
    ("week", "lh", r"\b(?:this|last|past|previous|the|prior)\sweek\b|(?:本|上|这|今|上一|过去一)(?:个)?(?:周|星期)(?![一二三四五六日天边])|全周|周内|周累计|一周(?=累|[跌涨升])|按周(?=比较|累|[跌涨升])|\bweek(?=:?\s[+\-\u2212]\d)", _recent_weeks),
    ("monthof", "l", rf"(?P<month>{_MONTH})(?:\s(?:of\s)?(?P<year>{_YEAR}|this\syear|last\syear))?", _month),
    ("hanmonth", "dh", rf"(?P<year>{_YEAR}年|今年|去年|前年|本年)?\s?(?P<month>\d{{1,2}})月(?:份|全月)?(?!\d)", _han_month),
    ("thismonth", "lh", r"\bthis\smonth\b|本月|月内|今个月|这个月", lambda _, t: f"{t.year:04d}-{t.month:02d}"),
    ("lastmonth", "lh", r"\blast\smonth\b|上月|上个月", lambda _, t: month_before(t)),
    ("nextmonth", "lh", r"\bnext\smonth\b|下个?月", lambda _, t: f"{(t.replace(day=1) + timedelta(days=32)):%Y-%m}"),
    ("nextweek", "lh", r"\bnext\sweek\b|下个?(?:周|星期)(?![一二三四五六日天])", lambda _, t: week_of(t + timedelta(days=7))),
    ("nextyear", "lh", r"\bnext\syear\b|明年", lambda _, t: f"{t.year + 1:04d}"),
    ("thisquarter", "lh", r"\bthis\squarter\b|本季度?|今季", lambda _, t: quarter_of(t.year, (t.month + 2) // 3)),
    ("lastquarter", "lh", r"\b(?:last|previous)\squarter\b|上季度?|上一季度?", lambda _, t: last_quarter(t)),
    ("yearend", "lh", r"\b(?:year[\s-]end|end\sof\s(?:the|this)\syear|end-20\d\d)\b|年底|年末", lambda _, t: f"{t.year:04d}"),
    ("year", "lh", r"\bthis\syear\b|\blast\syear\b|今年|去年|前年|全年(?=\d)", _this_year),
    ("calendar", "d", rf"(?<![\d,.$])(?P<digits>{_YEAR})(?:年度?(?:全年)?|(?![\d,.]\d|\s?(?:点|points?|元|港元|美元|亿|万|%|股|人|people|shares|percent|E[SD]?T|GMT|HKT|UTC|IST|hours))\b)", lambda m, _: m["digits"]),
    ("handay", "d", r"(?:(?<=[，。、（(于在至自从到【；;\s])|^)(?P<day>\d{1,2})日(?!元|圆|均|线|内|游|连|后)", _yearless_day),
)  # fmt: skip
_FLAGS = re.IGNORECASE
PATTERNS: Final = {name: re.compile(pattern, _FLAGS) for name, _, pattern, _ in _RULES}
RESOLVERS: Final = {name: resolver for name, _, _, resolver in _RULES}


def _anonymous(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


def _either(head: str) -> str:
    """Match a word's beginning in small and in large letters: sets are told apart faster than ignored cases."""
    return "".join(f"[{sign.upper()}{sign}]" if sign.isalpha() else sign for sign in head)


#: How the Latin words that rules begin with begin.
_HEADS: Final = "(?-i:" + "|".join(map(_either, (
    "a ", "apr", "aug", "dec", "dur", "end", "feb", "fi", "fo", "fri", "h1", "h2", "in ", "jan", "ju", "last",
    "ma", "mon", "next", "no", "o", "pas", "pr", "q", "s", "th", "to", "tu", "we", "wi", "y",
))).replace(" ", r"\s") + ")"  # fmt: skip
#: How the others do that begin with a digit.
_DIGITS: Final = r"(?:19|20)\d\d|\d{1,2}(?:\s?[月日号天个季]|(?:[A-Za-z]{2})?[\s-][A-Za-z]|[Qq])"
#: Where a time may begin. A set of signs comes first, so that others are passed over fast.
START: Final = re.compile(
    r"[0-9AaDdEeFfHhIiJjL-Ql-qSsTtWwYy今明去前本上下这当昨全整自年首第一二三四次末周星礼过月近最前两五六七八九连](?<![A-Za-z].)"
    rf"(?<=(?=[今明去前本上下这当昨全整年首第次末周星礼过月近最连]|自[今年]|[一二三四五六七八九两][季周日天个]|{_HEADS}|{_DIGITS}).)",
)
#: All that begin alike at once; the last group that matched says which rule it was.
PERIODS: Final = {
    sort: re.compile(
        "|".join(f"(?P<{name}>{_anonymous(pattern)})" for name, sorts, pattern, _ in _RULES if sort in sorts),
        _FLAGS,
    )
    for sort in "dlh"
}
