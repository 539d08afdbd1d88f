"""Numbers in text with their scale and unit, and what their words and digits allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from nlp.claims.amount.bound import bound_of, interval_of
from nlp.claims.claim import Bound
from nlp.claims.sentence.pattern import begin_words

#: What is counted: money, a share in percent, index points, basis points, or bare things.
Kind = Literal["money", "percent", "points", "basis_points", "shares", "bare"]

_SCALES: Final = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "millon": 1e6, "milion": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6,
    "billion": 1e9, "billon": 1e9, "bilion": 1e9, "billions": 1e9, "millions": 1e6, "bln": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "trillon": 1e12, "trillions": 1e12, "trn": 1e12, "tn": 1e12, "t": 1e12,
    "lakh": 1e5, "crore": 1e7, "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8,
    "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4, "千": 1e3, "兆": 1e12,
}  # fmt: skip
#: Units of money by what stands before or after the number, folded.
_CURRENCIES: Final = {
    "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "港元": "HKD", "港圆": "HKD", "hong kong dollars": "HKD",
    "us$": "USD", "usd": "USD", "$": "USD", "美元": "USD", "美金": "USD", "u.s. dollars": "USD",
    "us dollars": "USD", "dollars": "USD", "rmb": "CNY", "cny": "CNY", "cnh": "CNY", "人民币": "CNY",
    "元人民币": "CNY", "yuan": "CNY", "renminbi": "CNY", "jpy": "JPY", "yen": "JPY", "日元": "JPY",
    "日圆": "JPY", "eur": "EUR", "€": "EUR", "euros": "EUR", "euro": "EUR", "欧元": "EUR", "gbp": "GBP",
    "£": "GBP", "pounds": "GBP", "英镑": "GBP", "nt$": "TWD", "新台币": "TWD", "台币": "TWD", "台元": "TWD",
    "won": "KRW", "韩元": "KRW", "韩圆": "KRW", "₩": "KRW", "a$": "AUD", "澳元": "AUD", "s$": "SGD",
    "新加坡元": "SGD", "坡元": "SGD", "c$": "CAD", "加元": "CAD", "rs": "INR", "rs.": "INR", "₹": "INR",
    "rupees": "INR", "卢比": "INR", "瑞郎": "CHF", "chf": "CHF", "ringgit": "MYR", "rm": "MYR", "baht": "THB",
}  # fmt: skip
#: Signs that name money without saying whose: the market's own.
UNNAMED: Final = ""
_OPEN_UNITS: Final = {"元": UNNAMED, "块": UNNAMED, "¥": UNNAMED, "cents": "", "仙": ""}
_DIGITS: Final = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HALF: Final = "半"
_MULTIPLES: Final = {"十": 10, "百": 100, "千": 1000}
_WORDS: Final = {
    word: n
    for n, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
        ]
    )
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "half a": 0.5}


_NUMBER_WORDS: Final = "|".join(_WORDS)


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


_LATIN_SCALE = _longest_first([word for word in _SCALES if word.isascii()])
_HAN_SCALE = _longest_first([word for word in _SCALES if not word.isascii()])
_BEFORE = _longest_first(
    ["HK$", "US$", "NT$", "A$", "S$", "C$", "RMB", "CNY", "CNH", "HKD", "USD", "JPY", "EUR", "GBP",
     "CHF", "RM",
     "Rs.", "Rs", "港币", "人民币", "$", "€", "£", "¥", "₹", "₩"]
)  # fmt: skip
_HAN_AFTER = _longest_first(
    [word for word in (*_CURRENCIES, *_OPEN_UNITS) if not word.isascii() and not word.startswith("人")]
    + ["人民币", "个百分点", "百分点", "个基点", "基点", "点子", "点", "股"]
)
_LATIN_AFTER = (
    r"per\scents?|percentage\spoints?|percent|pct|pc|pps?|bps?|basis\spoints?|points?|pts|hong\skong\sdollars"
    r"|u\.?s\.?\sdollars|dollars|yuan|renminbi|rmb|yen|won|euros?|pounds|rupees|ringgit|baht|cents|shares"
    r"|hkd|usd|cny"
)
_FIGURE = re.compile(
    rf"""(?<![A-Za-z0-9_.])(?<!\d[,:/])
    (?P<sign>(?<![\d%)A-Za-z\u4e00-\u9fff])[+\-\u2212\u2013])?
    (?:(?P<before>{_BEFORE})\s?)?
    (?:(?P<digits>(?:\d{{1,3}}(?:,\d{{3}}){{1,5}}|\d{{1,15}})(?:\.\d{{1,8}})?)(?![\d])
      |(?P<han>[一二两三四五六七八九十百千]{{1,6}}|半(?=成))(?=半?成(?![交立员功份本为长都分熟])|个百分点|万|亿|兆|千[万亿]|百[万亿])
      |(?P<word>\b(?:{_NUMBER_WORDS})\b)(?=[\s-](?:percent|per\scent|million|billion|trillion)))
    (?P<many>[多几余])?
    (?:
      \s?(?P<percent>%)
      |(?:\s|-)?(?P<scale>(?:{_LATIN_SCALE})\b)
      |\s?(?P<hanscale>{_HAN_SCALE})
      |(?P<tenth>半?成(?![交立员功份本为长都分熟])半?)
    )?
    (?P<more>[多余])?
    (?:(?:\s|-)?(?P<after>(?:{_LATIN_AFTER})\b)|\s?(?P<hanafter>{_HAN_AFTER}))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Where a number begins, and what may stand before its digits.
_ANCHOR: Final = re.compile(
    r"[\d一二两三四五六七八九十百千半]"
    r"(?:(?<=\d)(?<!\d\d)|(?<=半)(?=成)"
    r"|(?<=[一二两三四五六七八九十百千])(?=[一二两三四五六七八九十百千]{0,5}(?:半?成|个百分点|[万亿兆])))"
)
#: The same of numbers in words, in small letters.
_WORD_ANCHOR: Final = re.compile(
    rf"(?:{begin_words(_WORDS)})(?=[\s-](?:percent|per\scent|million|billion|trillion))"
)
_LEAD: Final = re.compile(rf"[+\-\u2212\u2013]?(?:(?:{_BEFORE})\s?)?$", re.IGNORECASE)
#: How such a lead ends.
_LEAD_ENDS: Final = frozenset("+-\u2212\u2013$\u20ac\u00a3\u00a5\u20b9\u20a9币. \t\n\u3000DdBbYyHhRrPpFfMmSs")
_N_LEAD: Final = 6
#: What makes a bare number no claim: a date, a time, a duration, a rank, a code, a name.
_NO_CLAIM_AFTER = re.compile(
    r"\s?大(?!约|概|致)|\s?(?:年|月|日|号|时|分|秒|周|天|个月|个季度|季度?|小时|岁|周年|届|期|版|级|倍|楼|层|度)"
    r"|[\s-](?:fold|years?|months?|days?|weeks?|hours?|minutes?|mins?|seconds?|quarters?|sessions?|am|pm|a\.m|p\.m"
    r"|times|year|month|day|week|GMT|o'clock|ET|EDT|EST)\b"
    r"|\.?(?:HK|SH|SZ|SS|T|KS|TW|N|O|OF|BJ)\b|[A-Za-z_]|:\d|/\d|-\d|－\d|\.\d",
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
    r"(?:第|No\.?\s?|#|排名|编号|代码|【|股票代号|Chapter\s|Article\s|Section\s|Flight\s|tel\S{0,3}\s|\+)$",
    re.IGNORECASE,
)
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

_LOOK_BACK = 24
_HOURS_A_DAY: Final = 25
_DAYS_A_MONTH: Final = 31
_N_YEAR_DIGITS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as it stands in a text: half open, sign words left out, scale and unit included.

    `unit` is a currency's code, empty for money whose currency isn't named. `sign` is -1 or 1 where a sign
    stands before it, else 0. `value` is positive.
    """

    start: int
    end: int
    value: float
    low: float | None
    high: float | None
    kind: Kind
    unit: str
    bound: Bound
    sign: int


def find_figures(text: str, low: str, names: Iterable[tuple[int, int]]) -> list[Figure]:
    """Return the numbers of a folded sentence that may be claims, each end of a range on its own.

    Args:
        text: Chinese in simplified characters, full-width signs as ASCII.
        low: the same in small letters.
        names: where entities are named, half open: a number inside a name is none.
    """
    masks = list(names)
    found = []
    for match in _matches(text, low):
        inside = masks and match["digits"] and _is_inside(match.start("digits"), masks)
        if not inside and (figure := _figure(match, text)):
            found.append(figure)
    return found


def _is_inside(place: int, masks: Iterable[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in masks)


def _matches(text: str, low: str) -> Iterator[re.Match[str]]:
    """Yield the numbers with what belongs to them, each looked for only where its digits or words begin."""
    taken = 0
    for place in _anchors(text, low):
        if place < taken:
            continue
        start = _start_of_lead(text, max(taken, place - _N_LEAD), place)
        match = _FIGURE.match(text, start)
        if match is None and start < place:
            match = _FIGURE.match(text, place)
        if match is not None:
            taken = match.end()
            yield match


def _anchors(text: str, low: str) -> list[int]:
    """Return where numbers may begin, in order."""
    places = [match.start() for match in _ANCHOR.finditer(text)]
    if "cent" in low or "illion" in low:
        places += [match.start() for match in _WORD_ANCHOR.finditer(low)]
        places.sort()
    return places


def _start_of_lead(text: str, least: int, place: int) -> int:
    """Return where the sign and the currency before a number begin; its own place where there are none."""
    if place == least or text[place - 1] not in _LEAD_ENDS:
        return place
    lead = _LEAD.search(text, least, place)
    return lead.start() if lead else place


def _figure(match: re.Match[str], text: str) -> Figure | None:
    kind, unit = _unit_of(match)
    start = _start_of(match)
    end = match.end()
    before = text[max(0, start - _LOOK_BACK) : match.start()]
    if _is_no_claim(match, kind, before, text):
        return None
    scale = _scale_of(match)
    value = float(_value_of(match) * Decimal(scale))
    if match["tenth"]:
        value = value * 10 + (5 if "半" in match["tenth"] else 0)
    bound = "at_least" if match["many"] or match["more"] else bound_of(before, text, end)
    step = _step_of(match) * scale * (10 if match["tenth"] else 1)
    low, high = interval_of(value, step, bound, before)
    sign = _SIGNS.get(match["sign"] or "", 0)
    return Figure(
        start=start, end=end, value=value, low=low, high=high, kind=kind, unit=unit, bound=bound, sign=sign
    )


_SIGNS: Final = {"+": 1, "-": -1, "\u2212": -1, "\u2013": -1}


def _start_of(match: re.Match[str]) -> int:
    """Return where a number begins, its sign left out."""
    named = ("before", "digits", "han", "word")
    return next(match.start(name) for name in named if match[name])


def _unit_of(match: re.Match[str]) -> tuple[Kind, str]:  # noqa: PLR0911 - one return a unit
    after = " ".join((match["after"] or match["hanafter"] or "").lower().split())
    before = (match["before"] or "").lower()
    if (
        match["percent"]
        or match["tenth"]
        or after.startswith(("per", "pct", "pc", "pp"))
        or "百分点" in after
    ):
        return "percent", "percent"
    if after in {"bp", "bps", "个基点", "基点", "basis point", "basis points"}:
        return "basis_points", "basis_points"
    if after in {"point", "points", "pts", "点", "点子"}:
        return "points", "points"
    if after in {"shares", "股"}:
        return "shares", "shares"
    after = after.replace("u.s ", "u.s. ")
    for word in (before, after):
        if word in _CURRENCIES:
            return "money", _CURRENCIES[word]
    if before in _OPEN_UNITS or after in _OPEN_UNITS:
        return "money", UNNAMED
    return "bare", ""


def _scale_of(match: re.Match[str]) -> float:
    return _SCALES.get((match["scale"] or match["hanscale"] or "").lower(), 1.0)


def _value_of(match: re.Match[str]) -> Decimal:
    if match["digits"]:
        return Decimal(match["digits"].replace(",", ""))
    if match["word"]:
        return Decimal(_WORDS[match["word"].lower()])
    return Decimal(_han_value(match["han"]))


def _han_value(numeral: str) -> float:
    if numeral == _HALF:
        return 0.5
    total, current = 0, 0
    for sign in numeral:
        if sign in _MULTIPLES:
            total += (current or 1) * _MULTIPLES[sign]
            current = 0
        else:
            current = _DIGITS[sign]
    return total + current


def _step_of(match: re.Match[str]) -> float:
    """Return what one of the last digit given is worth, before the scale."""
    _, _, decimals = (match["digits"] or "").partition(".")
    return float(10.0 ** -len(decimals))


def _is_no_claim(match: re.Match[str], kind: Kind, before: str, text: str) -> bool:
    """Say whether a number is a date, a time, a rank, a code or part of a name."""
    end = match.end()
    digits = match["digits"] or ""
    if not digits:
        return kind == "bare" and not (match["scale"] or match["hanscale"])
    value = float(digits.replace(",", ""))
    has_unit = kind != "bare" or bool(match["scale"] or match["hanscale"])
    if _RANK_BEFORE.search(before):
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
        or _MONTH_BEFORE.search(before) is not None
        or (_MONTH_AFTER.match(text, end) is not None and value <= _DAYS_A_MONTH)
        or (value in _INDEX_SIZES and _NAME_BEFORE.search(before) is not None)
        or (
            _CODE_IN_BRACKETS.search(before) is not None
            and re.match(r"[）)]|[.:]", text[end : end + 1]) is not None
        )
        or before[-2:-1].isdigit()
        or (digits.startswith("0") and digits[1:2].isdigit())
        or (
            len(digits) == _N_YEAR_DIGITS
            and value in _YEARS
            and not re.search(r"(?:\bat|\bto|报|见|点)\s?$", before)
        )
    )
