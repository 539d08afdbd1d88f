"""What each way to write a time means on the day of publication.

A resolver gets the match of a rule's pattern and the day of publication; it returns a day, another time as
:class:`nlp.claims.claim.Claim` writes periods, or None where the words name none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from nlp.claims.when.span import (
    count_of,
    days_back,
    last_quarter,
    quarter_of,
    sessions_back,
    week_of,
    year_of,
)

Resolver = Callable[[re.Match[str], date], "str | date | None"]
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HAN_WEEKDAYS: Final = "一二三四五六日天"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "首": 1, "上": 0, "末": 4, "次": 2,
    "final": 4, "last": 0,
}  # fmt: skip
_SATURDAY: Final = 5
_SUNDAY: Final = 6
_FRIDAY: Final = 4
_MONTHS_A_YEAR: Final = 12
_QUARTERS_A_YEAR: Final = 4
#: A day without its year is the coming one up to so many days ahead, one without its month up to so many.
_N_DAYS_AHEAD: Final = 120
_N_DAYS_AHEAD_OF_MONTH: Final = 10
#: A half without its year is the coming one from so many months before it.
_N_MONTHS_AHEAD: Final = 4
#: A report of a week, a month or a year comes out so many days after its end at most.
_N_LATE: Final = 2
_MAX_ROLLING: Final = 250
_MIN_SEVERAL: Final = 2
_SESSIONS_A_WEEK: Final = 5
_SESSIONS: Final = frozenset({"session", "trading day", "trading session", "business day", "交易日"})


def named_day(match: re.Match[str], today: date) -> date:
    """Return a day named with its month."""
    month, day = _month_number(match["month"]), int(match["day"])
    if named := year_of(match["year"] if "year" in match.re.groupindex else None, today):
        return date(named, month, day)
    found = date(today.year, month, day)
    return found if found <= today + timedelta(days=_N_DAYS_AHEAD) else date(today.year - 1, month, day)


def _month_number(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS.index(name[:3].lower()) + 1


def latin_month(match: re.Match[str], today: date) -> str | None:
    """Return a month by its English name, which begins with a capital."""
    return None if match["month"][0].islower() else han_month(match, today)


def han_month(match: re.Match[str], today: date) -> str | None:
    """Return a month, without its year the last one or the coming one."""
    month = _month_number(match["month"])
    if not 1 <= month <= _MONTHS_A_YEAR:
        return None
    year = year_of(match["year"], today)
    if year is None:
        year = today.year if month <= today.month + 1 else today.year - 1
    return f"{year:04d}-{month:02d}"


def month_span(match: re.Match[str], today: date) -> str | None:
    """Return the months of "1-2月"."""
    first, last = int(match["first"]), int(match["last"])
    if not 1 <= first < last <= _MONTHS_A_YEAR:
        return None
    year = year_of(match["year"], today) or (today.year if last <= today.month else today.year - 1)
    return months_between(f"{year:04d}-{first:02d}", f"{year:04d}-{last:02d}")


def months_between(first: str, last: str) -> str:
    """Return the time from one month's first day to another's last, as a quarter or half where it is one."""
    year, begin, end = first[:4], int(first[5:]), int(last[5:])
    if first[:4] == last[:4] and end - begin + 1 in {3, 6} and end % (end - begin + 1) == 0:
        n = end - begin + 1
        return f"{year}-{'Q' if n == _QUARTERS_A_YEAR - 1 else 'H'}{end // n}"
    following = date(int(last[:4]) + end // _MONTHS_A_YEAR, end % _MONTHS_A_YEAR + 1, 1)
    return f"{first}-01/{(following - timedelta(days=1)).isoformat()}"


def weekday(match: re.Match[str], today: date) -> date:
    """Return the last day of that name, or the coming one."""
    number = WEEKDAYS.index(match["weekday"].lower())
    back = (today.weekday() - number) % 7
    prefix = (match["which"] or "").lower()
    if prefix == "next":
        return today + timedelta(days=(number - today.weekday()) % 7 or 7)
    return today - timedelta(days=back or (7 if prefix == "last" else 0))


def han_weekday(match: re.Match[str], today: date) -> date:
    """Return a day of this week, the last or the next."""
    number = min(_HAN_WEEKDAYS.index(match["weekday"]), _SUNDAY)
    monday = today - timedelta(days=today.weekday())
    if (match["which"] or "") in {"上", "上个"}:
        return monday + timedelta(days=number - 7)
    if (match["which"] or "") in {"下", "下个"}:
        return monday + timedelta(days=number + 7)
    return today - timedelta(days=(today.weekday() - number) % 7)


def session_of_week(match: re.Match[str], today: date) -> date:
    """Return the first or the last session of this week or the last."""
    monday = today - timedelta(days=today.weekday() + (7 if match["which"] == "上" else 0))
    return monday + timedelta(days=_FRIDAY if match["place"] == "最后一" else 0)


def quarter_named(match: re.Match[str], today: date) -> str | None:
    """Return a quarter, without its year the last that has begun."""
    number = _ORDINALS[match["which"].lower()]
    if number == 0:
        return last_quarter(today)
    if not 1 <= number <= _QUARTERS_A_YEAR:
        return None
    year = year_of(match["year"], today) or year_of(match["later"], today)
    if year is None:
        year = today.year if 3 * number - 2 <= today.month else today.year - 1
    return quarter_of(year, number)


def half_named(match: re.Match[str], today: date) -> str:
    """Return a half year."""
    number = 1 if match["which"].lower() in {"first", "上", "1", "1st"} else 2
    year = year_of(match["year"], today) or year_of(match["later"], today)
    if year is None:
        year = today.year if 6 * number - 5 <= today.month + _N_MONTHS_AHEAD else today.year - 1
    return f"{year:04d}-H{number}"


def first_months(match: re.Match[str], today: date) -> str | None:
    """Return the first months of a year."""
    count = count_of(match["count"])
    if not 1 <= count < _MONTHS_A_YEAR:
        return None
    year = year_of(match["year"], today) or (today.year if count <= today.month else today.year - 1)
    return months_between(f"{year:04d}-01", f"{year:04d}-{count:02d}")


def first_quarters(match: re.Match[str], today: date) -> str:
    """Return the first three quarters of a year."""
    year = year_of(match["year"], today) or today.year
    return months_between(f"{year:04d}-01", f"{year:04d}-09")


def year_to_date(_: re.Match[str], today: date) -> str:
    """Return the days of this year."""
    return f"{today.year:04d}-01-01/{today.isoformat()}"


def this_month_to_date(_: re.Match[str], today: date) -> str:
    """Return the days of this month."""
    return f"{today.replace(day=1).isoformat()}/{today.isoformat()}"


def quarter_to_date(_: re.Match[str], today: date) -> str:
    """Return the days of this quarter."""
    return f"{today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1).isoformat()}/{today.isoformat()}"


def month_to_date(match: re.Match[str], today: date) -> str | None:
    """Return the days since a month began: "3月以来"; "3月累计" is of the month of publication."""
    begin = han_month(match, today)
    is_now = begin == f"{today.year:04d}-{today.month:02d}"
    if begin is None or (match["sum"] and not is_now) or begin > today.isoformat():
        return begin
    return f"{begin}-01/{today.isoformat()}"


#: Units of several years.
_YEARS: Final = {"decade": 10, "half decade": 5, "half-decade": 5}


def rolling(match: re.Match[str], today: date) -> str | date | None:
    """Return the days up to now of "in the past two months", "近8个交易日"."""
    words = [match[name] for name in ("count", "later", "hancount") if match[name]]
    count = count_of(words[0] if words else "1")
    unit = (match["unit"] or match["laterunit"] or match["hanunit"] or "半年").lower()
    if not 1 <= count <= _MAX_ROLLING:
        return None
    if unit in _YEARS:
        count, unit = count * _YEARS[unit], "year"
    if unit in _SESSIONS or (unit == "day" and not words):
        if not words:  # "over the previous day" is against its close, not of it
            return None if match.group().lower().startswith("over") else sessions_back(today, 1)
        return f"{sessions_back(today, count - 1).isoformat()}/{today.isoformat()}"
    return f"{days_back(today, count, unit).isoformat()}/{today.isoformat()}"


def since_day(match: re.Match[str], today: date) -> str:
    """Return the days of "up 3 percent from 52 weeks ago (Feb. 13, 2024)"."""
    return f"{named_day(match, today).isoformat()}/{today.isoformat()}"


def since_ago(match: re.Match[str], today: date) -> str:
    """Return the days of "up 3 percent from a week ago"."""
    count = 1 if match["count"].lower() == "a" else count_of(match["count"])
    return f"{days_back(today, count, match['unit'].lower()).isoformat()}/{today.isoformat()}"


def within_one(match: re.Match[str], today: date) -> str | None:
    """Return the days of "down 11 percent in a month"."""
    if _BEST.search(match.string, 0, match.start()):
        return None
    return f"{days_back(today, 1, match['unit'].lower()).isoformat()}/{today.isoformat()}"


def over_length(match: re.Match[str], today: date) -> str | None:
    """Return the days up to now of "a one-year gain"."""
    if _BEST.search(match.string, 0, match.start()):
        return None
    count = count_of(match["count"])
    return f"{days_back(today, count, match['unit'].lower()).isoformat()}/{today.isoformat()}"


def several(match: re.Match[str], today: date) -> str | None:
    """Return the sessions of "up 7 percent in five days", "两日累跌6%", the last included."""
    count = count_of(next(match[name] for name in ("count", "hancount", "hanfew", "hanmore") if match[name]))
    if not _MIN_SEVERAL <= count <= _MAX_ROLLING or _BEST.search(match.string, 0, match.start()):
        return None
    count *= _SESSIONS_A_WEEK if match["unit"] == "week" else 1
    return f"{sessions_back(today, count - 1).isoformat()}/{today.isoformat()}"


#: Before "in five weeks": a record since then.
_BEST: Final = re.compile(
    r"\b(?:best|worst|biggest|largest|highest|lowest|most|least|first|steepest|sharpest)\b[a-z\s-]{0,24}$",
    re.IGNORECASE,
)


def days_ending(match: re.Match[str], today: date) -> str:
    """Return the week or the sessions of "the four days ending March 16, 2020"."""
    last = named_day(match, today)
    if not match["count"]:
        return week_of(last)
    return f"{sessions_back(last, count_of(match['count']) - 1).isoformat()}/{last.isoformat()}"


def whole(match: re.Match[str], today: date) -> str | None:
    """Return the week, month, quarter or year that has just ended or is about to."""
    day = today - timedelta(days=_N_LATE)
    match (match["span"] or match["hanspan"]).lower():
        case "week" | "周" | "星期":
            return week_of(day)
        case "month" | "月":
            return f"{day.year:04d}-{day.month:02d}"
        case "quarter" | "季":
            return quarter_of(day.year, (day.month + 2) // 3)
    return f"{day.year:04d}" if match["span"] else _year_before(match)


def _year_before(match: re.Match[str]) -> str | None:
    """Return the year that "全年股价累计上涨" speaks of: the last that its sentence has named in full."""
    years = _NAMED_YEAR.findall(match.string, 0, match.start())
    return str(years[-1]) if years and _MOVED.match(match.string, match.end()) else None


_NAMED_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)年")
_MOVED: Final = re.compile(r"(?:股价|指数)?(?:累计)?[累上下涨跌升]")


def this_year(match: re.Match[str], today: date) -> str | None:
    """Return this year or one before."""
    year = year_of(match.group(), today)
    return None if year is None else f"{year:04d}"


def year_end(match: re.Match[str], today: date) -> str | date:
    """Return the last day of a year that is named; else the year of publication, by whose end it is."""
    named = next((match[name] for name in ("of", "late", "han") if match[name]), None)
    year = year_of(named, today)
    return f"{today.year:04d}" if year is None else date(year, _MONTHS_A_YEAR, 31)


def yearless_day(match: re.Match[str], today: date) -> date | None:
    """Return a day of this month."""
    found = today.replace(day=int(match["day"]))
    return found if found <= today + timedelta(days=_N_DAYS_AHEAD_OF_MONTH) else None


def day_of_month(match: re.Match[str], today: date) -> date:
    """Return a day of this month, the last or the next."""
    first = today.replace(day=1)
    if match["which"].startswith("上"):
        first = (first - timedelta(days=1)).replace(day=1)
    elif match["which"].startswith("下"):
        first = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=int(match["day"]))


def recent_week(match: re.Match[str], today: date) -> str:
    """Return the week; at its end, the last is that one, and the past one is so on a Saturday too."""
    is_past = re.search(r"last|past|previous|prior|before|上", match.group(), re.IGNORECASE) is not None
    if match.group() in _SUMS and today.weekday() == 0:
        is_past = True  # the sum of a week is told on the Monday after it
    ends = _SATURDAY if "past" in match.group().lower() else _SUNDAY
    return week_of(today - timedelta(days=7 if is_past and today.weekday() < ends else 0))


def week_to(match: re.Match[str], today: date) -> str:
    """Return the week that ends with the last such weekday: "the week to Friday"."""
    back = (today.weekday() - WEEKDAYS.index(match["weekday"].lower())) % len(WEEKDAYS)
    return week_of(today - timedelta(days=back))


_SUMS: Final = frozenset({"一周", "周", "周累计"})


def week_before_last_days(_: re.Match[str], today: date) -> str:
    """Return the week that has just ended or is about to."""
    return week_of(today - timedelta(days=_N_LATE))
