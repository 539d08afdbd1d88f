"""Figures and days as Hong Kong's papers write them, and English ones in a sentence put over."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

MINUS: Final = "\u2212"
#: Between a figure and its unit, where no line may end.
_GLUE: Final = "\u00a0"
_WEEKDAYS: Final = "一二三四五六日"
_MILLIONS_IN_YI: Final = 100.0
_MILLIONS_IN_WAN: Final = 0.01
#: From a thousand 億 on, a tenth of one says nothing.
_WHOLE_YI: Final = 1000
_IN_MILLIONS: Final = {"trn": 1e6, "bn": 1e3, "mn": 1.0}
#: English tenths of a billion are whole 億: no digit is made up.
_DIGITS: Final = {"trn": 0, "bn": 0, "mn": 2}
_DAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONEY: Final = re.compile(rf"([+{MINUS}]?)HK\$([\d,]+(?:\.\d+)?) (trn|bn|mn)\b")
_POINTS: Final = re.compile(r"(\d) pts\b")
_TIMES: Final = re.compile(r"(\d)×")
_DAY: Final = re.compile(rf"\b({'|'.join(_DAY_NAMES)}) (\d{{1,2}}) ({'|'.join(_MONTHS)})\b")
_ISO_DAY: Final = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_WEEK: Final = re.compile(r"\b(\d{4})-W(\d{2})\b")
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_HALF: Final = re.compile(r"\d{4}-H[12]")
_YEAR: Final = re.compile(r"\d{4}")
_QUARTER: Final = re.compile(r"\b(\d{4})-Q([1-4])\b")


def han_money(million: float, *, signed: bool = False, digits: int = 1) -> str:
    """Write HKD million as "+296.3 億港元", "4,357 億港元", "6,380 萬港元".

    Args:
        million: HKD million.
        signed: whether a gain has its sign.
        digits: after the point, of less than a thousand 億.
    """
    sign = MINUS if million < 0 else "+" if signed and million > 0 else ""
    yi = abs(million) / _MILLIONS_IN_YI
    if 0 < yi < 1:
        return f"{sign}{abs(million) / _MILLIONS_IN_WAN:,.0f}{_GLUE}萬港元"
    return f"{sign}{yi:,.{0 if yi >= _WHOLE_YI else digits}f}{_GLUE}億港元"


def han_day(day: date) -> str:
    """Write a day as "2月10日（星期一）"."""
    return f"{day.month}月{day.day}日（星期{_WEEKDAYS[day.weekday()]}）"


def han_short_day(day: date) -> str:
    """Write a day as "2月10日（一）", for tables."""
    return f"{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def han_long_day(day: date) -> str:
    """Write a day with its year as "2025年2月10日（星期一）"."""
    return f"{day.year}年{han_day(day)}"


def han_quarter(quarter: str) -> str:
    """Write "2024-Q4" as "2024年第四季"."""
    return _QUARTER.sub(lambda found: f"{found[1]}年第{'一二三四'[int(found[2]) - 1]}季", quarter)


def han_figures(text: str) -> str:
    """Put the money, points, days, weeks and quarters over that stand in an English text."""
    text = _MONEY.sub(_money, text)
    text = _POINTS.sub(rf"\1{_GLUE}個百分點", text)
    text = _TIMES.sub(rf"\1{_GLUE}倍", text)
    text = _DAY.sub(_day, text)
    text = _ISO_DAY.sub(lambda found: f"{found[1]}年{int(found[2])}月{int(found[3])}日", text)
    text = _WEEK.sub(lambda found: f"{found[1]}年第{int(found[2])}周", text)
    return han_quarter(text)


def han_period(period: str) -> str:
    """Write a period such as "2025-03", "2025-H1" or "2025-01-02/2025-03-28"."""
    if _MONTH.fullmatch(period):
        return f"{period[:4]}年{int(period[5:])}月"
    if _HALF.fullmatch(period):
        return f"{period[:4]}年{'上下'[int(period[-1]) - 1]}半年"
    if _YEAR.fullmatch(period):
        return f"{period}年"
    return "至".join(map(han_figures, period.split("/")))


def _money(found: re.Match[str]) -> str:
    million = float(found[2].replace(",", "")) * _IN_MILLIONS[found[3]]
    return found[1] + han_money(million, digits=_DIGITS[found[3]])


def _day(found: re.Match[str]) -> str:
    month, weekday = _MONTHS.index(found[3]) + 1, _WEEKDAYS[_DAY_NAMES.index(found[1])]
    return f"{month}月{found[2]}日（{weekday}）"
