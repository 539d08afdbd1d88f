"""How numbers are written: digits and words, scales, currencies and units, and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

from nlp.claims.sentence.pattern import begin_words

#: What is counted: money, a share in percent, a multiple, index points, basis points, or bare things.
Kind = Literal["money", "percent", "times", "points", "basis_points", "shares", "bare"]
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
    "inr": "INR", "aud": "AUD", "au$": "AUD", "nz$": "NZD", "nzd": "NZD", "ca$": "CAD", "cad": "CAD",
    "sgd": "SGD", "sg$": "SGD", "brl": "BRL", "saudi riyals": "SAR", "riyals": "SAR", "dirhams": "AED",
    "krw": "KRW", "twd": "TWD", "r$": "BRL", "canadian dollars": "CAD", "australian dollars": "AUD",
    "new zealand dollars": "NZD", "singapore dollars": "SGD", "swiss francs": "CHF", "serbian dinars": "RSD",
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
} | {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "half a": 0.5, "half of a": 0.5,
    "a tenth of a": 0.1,
    "two-tenths of a": 0.2, "three-tenths of a": 0.3, "a fifth of a": 0.2, "a quarter of a": 0.25,
    "a third of a": 1 / 3, "three-quarters of a": 0.75,
}  # fmt: skip
_LONGEST_WORDS: Final = sorted(_WORDS, key=len, reverse=True)
_NUMBER_WORDS: Final = "|".join(map(re.escape, _LONGEST_WORDS))


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


_LATIN_SCALE = _longest_first([word for word in _SCALES if word.isascii()])
_HAN_SCALE = _longest_first([word for word in _SCALES if not word.isascii()])
_BEFORE = _longest_first(
    ["HK$", "US$", "NT$", "AU$", "SG$", "BRL", "NZ$", "CA$", "A$", "S$", "C$", "R$", "INR",
     "AUD", "NZD", "CAD", "SGD", "KRW", "TWD", "RMB", "CNY", "CNH", "HKD", "USD", "JPY", "EUR", "GBP",
     "CHF", "RM",
     "Rs.", "Rs", "港币", "人民币", "$", "€", "£", "¥", "₹", "₩"]
)  # fmt: skip
_HAN_AFTER = _longest_first(
    [word for word in (*_CURRENCIES, *_OPEN_UNITS) if not word.isascii() and not word.startswith("人")]
    + ["人民币", "个百分点", "百分点", "个基点", "基点", "点子", "点", "股", "倍"]
)
_LATIN_AFTER = (
    r"per\scents?|percentage\spoints?|percent|pct|pc|pps?|bps?|basis\spoints?|points?|pts|hong\skong\sdollars"
    r"|(?:u\.?s\.?|canadian|australian|new\szealand|singapore)\sdollars|swiss\sfrancs|serbian\sdinars|(?:saudi\s)?riyals|dirhams|dollars|yuan|renminbi|rmb|yen|won|euros?|pounds|rupees|ringgit|baht|cents|shares"
    r"|hkd|usd|cny|fold|times(?=\s(?:the|that|those|its|their|as|higher|more|from|over|compared)\b)"
)
FIGURE = re.compile(
    rf"""(?<![A-Za-z0-9_.])(?<!\d[,:/])
    (?P<sign>(?<![\d%)A-Za-z\u4e00-\u9fff])[+\-\u2212\u2013]|(?<=[\u4e00-\u9fff])\+|(?<=[幅为])-)?
    (?:(?P<before>(?!\d)(?:{_BEFORE}))\s?)?
    (?:(?P<digits>(?:\d{{1,3}}(?:,\d{{3}}){{1,5}}|\d{{1,15}})(?:\.\d{{1,8}})?)(?![\d])
      |(?P<han>[一二两三四五六七八九十百千]{{1,6}}|半(?=成))(?=半?成(?![交立员功份本为长都分熟])|个百分点|万|亿|兆|千[万亿]|百[万亿]|(?<=[百千])点(?!钟))
      |(?P<word>\b(?:{_NUMBER_WORDS})\b)(?=[\s-](?:percent|per\scent|million|billion|trillion|points?\b)))
    (?P<many>[多几余])?
    (?:
      \s?(?P<percent>%|cm(?=\s?[涨跌]停))
      |(?:\s|-)?(?P<scale>(?=[A-Za-z])(?:{_LATIN_SCALE})\b)
      |\s?(?P<hanscale>{_HAN_SCALE})
      |(?P<tenth>半?成(?![交立员功份本为长都分熟])半?)
    )?
    (?P<more>[多余])?
    (?:(?:\s|-)?(?P<after>(?=[A-Za-z])(?:{_LATIN_AFTER})\b)|\s?(?P<hanafter>{_HAN_AFTER}))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Where a number begins, and what may stand before its digits.
ANCHOR: Final = re.compile(
    r"[\d一二两三四五六七八九十百千半]"
    r"(?:(?<=\d)(?<!\d\d)|(?<=半)(?=成)"
    r"|(?<=[一二两三四五六七八九十百千])(?=[一二两三四五六七八九十百千]{0,5}(?:半?成|个百分点|[万亿兆]|(?<=[百千])点)))"
)
#: The same of numbers in words, in small letters.
WORD_ANCHOR: Final = re.compile(
    rf"(?:{begin_words(_LONGEST_WORDS)})(?=[\s-](?:percent|per\scent|million|billion|trillion|points?\b))"
)
LEAD: Final = re.compile(rf"[+\-\u2212\u2013]?(?:(?:{_BEFORE})\s?)?$", re.IGNORECASE)
#: How such a lead ends.
LEAD_ENDS: Final = frozenset("+-\u2212\u2013$\u20ac\u00a3\u00a5\u20b9\u20a9币. \t\n\u3000DdBbYyHhRrPpFfMmSs")
N_LEAD: Final = 6


def unit_of(match: re.Match[str]) -> tuple[Kind, str]:  # noqa: PLR0911 - one return a unit
    """Return what kind of number one is, and its unit."""
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
    if after in {"倍", "times", "fold"}:
        return "times", "times"
    if after in {"shares", "股"}:
        return "shares", "shares"
    after = after.replace("u.s ", "u.s. ")
    for word in (before, after):
        if word in _CURRENCIES:
            return "money", _CURRENCIES[word]
    if before in _OPEN_UNITS or after in _OPEN_UNITS:
        return "money", UNNAMED
    return "bare", ""


def scale_of(match: re.Match[str]) -> float:
    """Return what a number is a multiple of: 1e9 of "5 billion"."""
    return _SCALES.get((match["scale"] or match["hanscale"] or "").lower(), 1.0)


def scale_in(words: str) -> float:
    """Return what the number that some words write is a multiple of: 1e8 of "1600亿元"."""
    match = FIGURE.match(words)
    return scale_of(match) if match else 1.0


def value_of(match: re.Match[str]) -> Decimal:
    """Return a number without its scale."""
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


def step_of(match: re.Match[str]) -> float:
    """Return what one of the last digit given is worth, before the scale."""
    _, _, decimals = (match["digits"] or "").partition(".")
    return float(10.0 ** -len(decimals))
