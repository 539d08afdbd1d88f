"""Numbers that assert nothing: dates, times, ranks, codes, parts of names."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.notation import Kind

#: What makes a bare number no claim: a date, a time, a duration, a rank, a code, a name.
_NO_CLAIM_AFTER = re.compile(
    r"\s?大(?!约|概|致)|\s?(?:年|月|日|号|时|分|秒|周|天|个月|个季度|季度?|小时|岁|周年|届|期|版|级|倍|楼|层|度)"
    r"|[\s-](?:fold|years?|months?|days?|weeks?|hours?|minutes?|mins?|seconds?|quarters?|sessions?|am|pm|a\.m|p\.m"
    r"|times|year|month|day|week|GMT|o'clock|ET|EDT|EST)\b"
    r"|\.?(?:HK|SH|SZ|SS|T|KS|TW|N|O|OF|BJ)\b|[A-Za-z_]|:\d|/\d|-\d(?![\d,.]*[万千百]?亿)|－\d|\.\d",
    re.IGNORECASE,
)
_MONTH_BEFORE = re.compile(
    r"(?:\bJan(?:uary)?|\bFeb(?:ruary)?|\bMar(?:ch)?|\bApr(?:il)?|\bMay|\bJune?|\bJuly?|\bAug(?:ust)?"
    r"|\bSept?(?:ember)?|\bOct(?:ober)?|\bNov(?:ember)?|\bDec(?:ember)?)\.?\s$"
)
_MONTH_AFTER = re.compile(
    r"\s(?:Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June|July|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_RANK_BEFORE = re.compile(
    r"(?:第|No\.?\s?|#|排名|编号|代码|【|股票代号|Chapter\s|Article\s|Section\s|Flight\s|\btel\S{0,3}\s|\+)$",
    re.IGNORECASE,
)
#: How all of these end; white space does too.
_RANK_ENDS: Final = frozenset("第.oO名号码#【+")
_NAME_BEFORE = re.compile(
    r"(?:S&P(?:/[A-Z]{2,4})?|CSI|Stoxx(?:\sEurope)?|Nikkei|FTSE|CAC|Russell|ASX|Nifty|NZX|IBEX|BSE|BIST|SSE|STAR"
    r"|Nasdaq|TSX|MSCI|A|OMX\w{0,2}|Fortune|Global|Forbes|HSI"
    r"|标普|标准普尔|中证A?|沪深|上证|北证|科创|罗素|日经|富时|国证|深证|创业板(?:中盘|小盘)?|恒生|综指|道琼斯)[\s-]?$",
    re.IGNORECASE,
)
_INDEX_SIZES: Final = frozenset(
    {
        20,
        25,
        30,
        35,
        40,
        50,
        60,
        75,
        100,
        120,
        150,
        180,
        200,
        225,
        250,
        300,
        400,
        500,
        600,
        800,
        1000,
        2000,
        3000,
        5000,
    }
)
_CODE_IN_BRACKETS = re.compile(r"[（(](?:[A-Za-z]{2,8}[:：\s]\s?)?$")
_CLOCK_BEFORE = re.compile(r"(?:上午|下午|今早|今晚|凌晨|早上|晚上|中午|时间|截至|\d\s?[:：]|\b[Aa]t)\s?$")
_YEARS: Final = range(1900, 2101)
_HOURS_A_DAY: Final = 25
_DAYS_A_MONTH: Final = 31
_N_YEAR_DIGITS: Final = 4


def is_no_claim(match: re.Match[str], kind: Kind, before: str, text: str) -> bool:
    """Say whether a number is a date, a time, a rank, a code or part of a name."""
    end = match.end()
    digits = match["digits"] or ""
    if not digits:
        return kind == "bare" and not (match["scale"] or match["hanscale"])
    value = float(digits.replace(",", ""))
    has_unit = kind != "bare" or bool(match["scale"] or match["hanscale"])
    if (before[-1:] in _RANK_ENDS or before[-1:].isspace()) and _RANK_BEFORE.search(before):
        return True
    if kind == "points" and "点" in (match["hanafter"] or ""):
        return value < _HOURS_A_DAY and bool(
            _CLOCK_BEFORE.search(before)
            or re.match(r"钟|整|半|\d{1,2}分|\d|前|后|起|至", text[end : end + 3])
        )
    if has_unit:
        return (
            (match["scale"] or "").lower() in {"m", "t", "k"}
            and kind == "bare"
            and text[end : end + 1] == "."
        )
    return (
        _NO_CLAIM_AFTER.match(text, end) is not None
        or (before[-1:].isspace() and _MONTH_BEFORE.search(before) is not None)
        or (_MONTH_AFTER.match(text, end) is not None and value <= _DAYS_A_MONTH)
        or (value in _INDEX_SIZES and _NAME_BEFORE.search(before) is not None)
        or (text[end : end + 1] in {"）", ")", ".", ":"} and _CODE_IN_BRACKETS.search(before) is not None)
        or before[-2:-1].isdigit()
        or (digits.startswith("0") and digits[1:2].isdigit())
        or (
            len(digits) == _N_YEAR_DIGITS
            and value in _YEARS
            and not re.search(r"(?:\bat|\bto|报|见|点)\s?$", before)
        )
    )
