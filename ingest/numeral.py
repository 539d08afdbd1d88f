"""Chinese numerals in dates turned into Arabic ones."""

from __future__ import annotations

import re

_DIGITS = {
    "〇": 0,
    "○": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TEN = "十"
# Only before a unit of dates: 三星 is a company, 星期三 a weekday.
_NUMERAL = re.compile(rf"[{''.join(_DIGITS)}{_TEN}]{{1,4}}(?=\s?[年月日號号時时點点分秒])")


def arabic_from_chinese(text: str) -> str:
    """Write the Chinese numerals of a date and time in Arabic: 二〇二六年十月三日 as 2026年10月3日."""
    return _NUMERAL.sub(lambda match: _arabic(match[0]), text)


def _arabic(numeral: str) -> str:
    if _TEN not in numeral:
        return "".join(str(_DIGITS[sign]) for sign in numeral)
    tens, _, ones = numeral.partition(_TEN)
    if len(tens) > 1 or len(ones) > 1 or ones == _TEN:
        return numeral  # no number of a date
    return str(10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0))
