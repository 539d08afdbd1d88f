"""Records and comparisons, with a number of their own or without one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import Comparison
from nlp.claims.when.period import Period
from nlp.claims.when.span import COUNTS, count_of, days_back, sessions_back, week_of

#: A sentence without any of these tells of no record.
_RECORD_WORD: Final = re.compile(
    r"record|\b(?:biggest|largest|steepest|sharpest|heaviest|worst|best|strongest)\s[a-z -]{3,30}"
    r"\s(?:since|in)\b"
    r"|\bhighest\b|\blowest\b|all-time|-(?:day|week|month|year)\s(?:high|low|peak|trough)"
    r"|\b(?:new|fresh)\s(?:[a-z-]+\s)?(?:highs?|lows?|peaks?)\b",
    re.IGNORECASE,
)
#: Stretches, in small letters, that one of them has: most sentences are done with these.
_RECORD_HINT: Final = re.compile(
    r"record|gest|pest|hest|west|best|worst|viest|all-time|-(?:day|week|month|year)\s|(?:new|fresh)\s"
)
_HAN_RECORD_WORD: Final = re.compile(
    r"新[高低]|破顶|纪录|最[高低大]|以来的?首次|历史[高低]|(?:周|星期|月|年)(?:收市|即市|盘中|及)*[高低]"
)

_RECORD: Final = re.compile(
    r"(?<![a-z])(?:an?\s|another\s|its\s|their\s)?(?:(?:fresh|new|all-time|closing|intraday|regular)\s)*records?(?:[\s-](?:closing\s)?(?:high|low|close|peak)s?){0,2}\b"
    r"(?=\s?(?:[.,;:!?)\"\u201d\u2019']|$|since|on|for|in|after|as|and|ahead|last|this|at|when|amid|of|by|to|with|while|but|near|again|following|highs|set)|\s?$)"
    r"(?!-|\s(?:date|of\s(?:the\s)?(?:meeting|share)|holders?|keeping|label))"
    r"|(?:an?\s|new\s|fresh\s)*all-time\s(?:high|low)s?"
    r"|(?:an?\s)?\b(?:new|fresh)\s(?:(?:all-time|closing|intraday|record|multi-\w+)\s)*(?:high|low|peak)s?\b(?!\s?-|\s(?:tech|end|school|level))"
    r"|(?<![a-z])(?:an?\s|its\s|their\s|near\s|new\s|fresh\s)*(?:\d+(?:\.\d)?|multi|one|two|three|four|five|six|seven|eight|nine|ten)(?:-and-a-half)?-(?:day|week|month|year)[\s-](?:closing\s)?(?:high|low|peak|trough)s?\b"
    r"|(?:its\s|their\s|the\s)?(?:highest|lowest|best(?=\s(?:closing\s)?(?:level|close|finish)\s(?:since|in)\s))(?:\s(?:(?:intraday\s|closing\s)?(?:level|price)|close|finish|point))?"
    r"(?:\s(?:since|in)\s(?:[A-Z][a-z]{2,8}\.?\s\d{1,2},\s\d{4}|[\w\s]{3,24}))?"
    r"|(?:再|又|续|屡)?(?:创|刷新)?(?:下|出|了)?(?:(?:约|近|逾|超)?[\d半一二两三四五六七八九十]{1,3}个?多?(?:交易日|周|星期|月|年)半?)?"
    r"(?:以来)?的?(?:历史|即市|收市|及|盘中|单日|净买入|买入|年内|上市以来|阶段|纪录|股价)*(?:新高(?![管层校铁考速端手职])|新低)(?:纪录)?"
    r"|(?:创|见|至|攀上)(?:下|出|了)?(?:约|近|逾|超)?[\d半一二两三四五六七八九十]{1,3}个?多?(?:周|星期|月|年)(?:收市|即市|盘中|及)*(?:高|低)位?(?![\u4e00-\u9fff]*(?:回落|反弹))"
    r"|(?<![一二三四五六七八九十年])破顶(?!之)"
    r"|(?:自[^，。；,]{2,14})?以来的?最[高低](?:点|位|水平|收市)?位?"
    r"|(?:再|又|续|屡)?创(?:下|出|了)?(?:历史|上市以来)(?:收市|即市|盘中|及|最)*[高低][位点]"
    r"|(?<=[月年周日天])来的?最[高低](?:点|位|水平)"
    r"|(?:历史|最高|最低|破|(?<!有))纪录(?!以来)(?:高位|新高|低位)?"
    r"|(?:逾|超|近|约)?[\d半一二两三四五六七八九十]{1,3}个?多?(?:交易日|周|星期|月|年)半?以来的?首次(?=[，。；\s]|$)",
    re.IGNORECASE,
)
#: The greatest move of a price since a time.
_MOVE: Final = re.compile(
    r"(?:(?:its|their|the|a)\s)?(?:biggest|largest|steepest|sharpest|heaviest|worst|best|strongest)\s"
    r"(?:(?:one-day|pct|single-day|daily|intraday|weekly|monthly|quarterly|percentage|percent|point|(?:\d+|two|three|four|five|six|seven|eight|nine|ten)[\s-]day)\s)*"
    r"(?:loss|gain|drop|fall|rise|decline|jump|rally|advance|increase|decrease|slide|performance|stretch|run|rout|streak|inflow|outflow|net\sinflow|net\soutflow|day|week|month|quarter)s?"
    r"\s(?:on\srecord|(?:since|in)\s(?:[A-Z][a-z]{2,8}\.?\s(?:\d{1,2},\s)?\d{4}|(?<=since\s)[\w\s-]{3,40}?"
    r"|[\w\s-]{1,24}?(?:session|day|week|month|quarter|year|decade)s?|20\d\d|the\s[\w\s]{1,40}?\d{4}(?:\s[\w-]+){0,3}?))(?=[,.;)]|\s(?:and|as|after|on|with|amid)\b|\s?$)"
    r"|(?:逾|超|近|约)?[\d一二两三四五六七八九十]{1,3}个?(?:交易日|周|星期|月|年)以来的?最大(?:单(?:日|周|星期|月))?[升涨跌降]幅"
    r"|(?:自|有纪录|有史|去年|今年|(?:20|19)\d\d年|\d{1,2}月)[^，。；,]{0,12}以来的?最大(?:单(?:日|周|星期|月))?[升涨跌降]幅",
    re.IGNORECASE,
)
_GREATEST: Final = re.compile(r"biggest|largest|steepest|sharpest|heaviest|worst|best|strongest|以来的?最大")
_FALL: Final = re.compile(
    r"\b(?:loss|drop|fall|decline|decrease|slide|worst|steepest)|[跌降]幅", re.IGNORECASE
)
#: Before words for a first time: the level that is crossed, or held at the close.
_CROSSED: Final = re.compile(
    r"(?:升穿|突破|站上|企稳|重上|涨破|收复|(?P<below>跌穿|跌破|失守))[^，。；\d]{0,4}\d[^，。；\s]*[，\s]?(?:[是为])?$"
)
_FIRST: Final = re.compile(r"首次$")
_LOW: Final = re.compile(r"low|trough|新低|低位|最低", re.IGNORECASE)
_BEFORE_NUMBER: Final = re.compile(
    r"(?:\b(?:record|all-time)(?:\s(?:closing|intraday|high|low|close|level))*(?:\s(?:of|at))?|-(?:day|week|month|year)\s(?:high|low)\sof|创纪录的?|纪录的?|破纪录的?|创新高的?)\s?(?:net\s)?(?:约|近|逾|超)?$",
    re.IGNORECASE,
)
_ABOVE: Final = re.compile(
    r"(?:surpass|exceed|beat|topp?|eclips)(?:ing|ed|es|s|ting)?\b[^.;。；]{0,60}\bby\s(?:over\s|more\sthan\s|nearly\s|about\s|some\s|around\s)?$"
    r"|(?:较|比)[^，。；,]{0,20}(?:多|高|增加|增|放量)(?:出)?(?:约|近|逾|超)?$|(?:超过|超越)[^，。；,]{0,20}(?:逾|超|约|近)$",
    re.IGNORECASE,
)
_BELOW: Final = re.compile(
    r"(?:below|short\sof|less\sthan)\b[^.;。；]{0,60}\bby\s(?:over\s|more\sthan\s|nearly\s|about\s)?$"
    r"|(?:较|比)[^，。；,]{0,20}(?:少|低|减少|缩量|减|萎缩)(?:约|近|逾|超)?$",
    re.IGNORECASE,
)
#: Stretches that all words for a comparison have.
_COMPARES: Final = re.compile(
    r"record|all-time|(?:high|low)\sof|surpass|exceed|beat|top|eclips|below|short\sof|less\sthan"
    r"|创新高|纪录|较|比|超[过越]"
)
#: A record of before: what is told isn't one.
_EARLIER: Final = re.compile(
    r"(?:'s|previous|prior|last|earlier|old|the|on|打破|的?此前|上次|前)\s?$", re.IGNORECASE
)
#: After a record: it was set before.
_SET_BEFORE: Final = re.compile(r"\s(?:set|reached|hit|struck|scored)\s(?:earlier|last|a|just)\b")
#: Between a level and words that say it to be a record.
_APPOSED: Final = re.compile(
    r",\s(?:(?:also|its|another|a|an)\s|(?:first|second|third|fourth|fifth)\s|straight\s|consecutive\s)*",
    re.IGNORECASE,
)
_N_APPOSED: Final = 40
_IS_RECORD: Final = re.compile(
    rf"{_APPOSED.pattern}(?:closing\s|all-time\s|new\s)*(?:record|high)\b(?!\slow)", re.IGNORECASE
)
#: Between a record and its number.
_GLUE: Final = re.compile(
    r"\s?(?:的|net|inflow|outflow|intraday|closing|high|low|close|level|of|约|近|逾|超|about|nearly|over|\s)*",
    re.IGNORECASE,
)
_N_BESIDE: Final = 24
_MAX_BACK: Final = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Words for a record in a sentence; half open."""

    start: int
    end: int
    comparison: Comparison
    is_move: bool = False
    is_fall: bool = False


def find_records(text: str, low: str, figures: Sequence[Figure]) -> Iterator[Record]:
    """Yield a folded sentence's records that have no number of their own; `low` is it in small letters."""
    for match in _MOVE.finditer(text) if _GREATEST.search(low) else ():
        is_fall = _FALL.search(match.group()) is not None
        yield Record(
            start=match.start(),
            end=match.end(),
            comparison="record_high",
            is_move="flow" not in match.group(),
            is_fall=is_fall,
        )
    moves = [match.span() for match in _MOVE.finditer(text)] if _GREATEST.search(low) else []
    for match in _RECORD.finditer(text):
        start, end = match.span()
        if any(begin <= start < stop for begin, stop in moves):
            continue
        crossed = _CROSSED.search(text, max(0, start - _MAX_BACK), start)
        if _FIRST.search(match.group()):
            if crossed:
                way: Comparison = "record_low" if crossed["below"] else "record_high"
                yield Record(start=start, end=end, comparison=way)
            continue
        is_left = _EARLIER.search(text, max(0, start - 16), start) or _SET_BEFORE.match(text, end)
        if is_left or not match.group().strip():
            continue
        if any(
            0 <= start - figure.end <= _N_APPOSED for figure in figures if figure.kind in {"points", "bare"}
        ):
            apposed = max(figure.end for figure in figures if figure.end <= start)
            if _APPOSED.fullmatch(text, apposed, start):
                continue
        beside = [figure.start for figure in figures if 0 <= figure.start - end <= _N_BESIDE]
        if beside and _GLUE.fullmatch(text, end, beside[0]):
            continue
        is_low = _LOW.search(match.group()) is not None
        yield Record(start=start, end=end, comparison="record_low" if is_low else "record_high")


def may_record(text: str, low: str) -> bool:
    """Say whether a folded sentence may tell of a record; `low` is the same in small letters."""
    if not text.isascii() and _HAN_RECORD_WORD.search(text):
        return True
    return _RECORD_HINT.search(low) is not None and _RECORD_WORD.search(text) is not None


def comparison_of(place: int, end: int, text: str) -> Comparison | None:
    """Return what the number at a place is compared with by the words right before it, or in apposition."""
    if text.startswith(", ", end) and _IS_RECORD.match(text, end):
        return "record_high"
    before = text[max(0, place - _MAX_BACK) : place]
    if not _COMPARES.search(before.lower()):
        return None
    if _BEFORE_NUMBER.search(before):
        return "record_high"
    if _ABOVE.search(before):
        return "above"
    return "below" if _BELOW.search(before) else None


def since_of(words: str, today: date | None) -> str:
    """Return the day or the year since which words tell a record ("a three-year high"); else ""."""
    if today is None:
        return ""
    if _OF_YEAR.search(words):
        return f"{today.year:04d}"
    rolling = _ROLLING.search(words)
    if rolling is None:
        return ""
    count = count_of(rolling["count"] or rolling["incount"] or rolling["hancount"])
    unit = (rolling["unit"] or rolling["inunit"] or rolling["hanunit"]).lower()
    if not count:
        return ""
    if unit in {"day", "日", "天", "交易日"}:
        return sessions_back(today, count).isoformat()
    return days_back(today, count, unit).isoformat()


_OF_YEAR: Final = re.compile(r"年内|今年|年初")
_N: Final = rf"(?<!\d)(?:\d{{1,2}}|{'|'.join(COUNTS)}|[一二两三四五六七八九十])"
_ROLLING: Final = re.compile(
    rf"(?P<count>{_N})[\s-](?P<unit>day|week|month|year)[\s-](?:closing\s|intraday\s)?(?:high|low)"
    rf"|\bin\s(?P<incount>{_N})\s(?P<inunit>day|week|month|year)s\b"
    rf"|(?P<hancount>{_N})个?(?P<hanunit>交易日|日|天|周|星期|年|(?<=个)月)(?!\d)",
    re.IGNORECASE,
)


def span_of_move(words: str, day: date | None) -> str:
    """Return the week, month or quarter that a record of moves is one of ("its best week"); else ""."""
    found = _SPAN.search(words)
    if found is None or day is None:
        return ""
    if found["days"]:
        if count_of(found["days"]) <= 1:
            return ""
        return f"{sessions_back(day, count_of(found['days']) - 1).isoformat()}/{day.isoformat()}"
    match (found["adjective"] or found["noun"])[:4].lower():
        case "week":
            return week_of(day)
        case "mont":
            return f"{day:%Y-%m}"
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


_SPAN: Final = re.compile(
    rf"(?P<days>{_N})[\s-]day\s(?:run|stretch|gain|rally|loss|drop|fall|decline|rise|advance|slide|streak)\b"
    r"|\b(?P<adjective>weekly|monthly|quarterly)\b"
    r"|\b(?P<noun>week|month|quarter)\s(?:since|in|on)\b",
    re.IGNORECASE,
)


def is_open(words: str) -> bool:
    """Say whether a record is one of a time that isn't told: "阶段新高", "a multi-year high"."""
    return _OPEN.search(words) is not None


_OPEN: Final = re.compile(r"阶段|\bmulti-", re.IGNORECASE)


def reference_of(start: int, end: int, periods: tuple[Period, ...] | list[Period], *, reach: int = 48) -> str:
    """Return the time nearest to some words, which they compare with; empty without one."""
    near = [period for period in periods if start - reach <= period.start <= end + reach]
    return min(near, key=lambda period: abs(period.start - end)).text if near else ""
