"""How times are written: one rule for each way, tried only where a time may begin."""

# ruff: noqa: E501 - a pattern reads better on one line
from __future__ import annotations

import re
from datetime import timedelta
from typing import Final, NamedTuple

from nlp.claims.when import resolving
from nlp.claims.when.resolving import WEEKDAYS, Resolver
from nlp.claims.when.span import COUNTS, last_quarter, month_before, quarter_of, sessions_back, week_of

_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_YEAR: Final = r"(?:19|20)\d{2}"
_LATER: Final = rf"(?:,?\s(?:of\s)?(?:the\s)?(?:{_YEAR}|this\syear|last\syear|the\syear))"
_COUNT: Final = rf"(?:\d{{1,2}}|{'|'.join(COUNTS)})"
_HAN_YEAR: Final = rf"{_YEAR}年|今年|去年|前年|本年"
_UNIT: Final = r"half[\s-]decade|decade|trading\sday|trading\ssession|business\sday|session|day|month|year"
#: A count before it would make "月内" part of a length: "三个月内", "3年内".
_ALONE: Final = r"(?<![个半两一二三四五六七八九十数几])(?<!(?<!\d)\d)(?<!(?<!\d)\d\d)"


class Rule(NamedTuple):
    """One way to write times.

    Attributes:
        name: Of it.
        examples: Times written so, one at least for each sort of sign that one may begin with: a digit, a Latin
            letter, a Chinese character. Only where such a sign begins one is the rule tried.
        pattern: How they are written, cases ignored.
        resolver: What they mean.
    """

    name: str
    examples: tuple[str, ...]
    pattern: str
    resolver: Resolver


#: The first that fits is taken.
RULES: Final[tuple[Rule, ...]] = (
    Rule("ytd", ("year to date", "年初至今"), r"year[\s-]to[\s-]date|so\sfar\s(?:this\syear|(?:here\s)?in\s20\d\d)|since\sthe\s(?:start|beginning)\sof\s(?:the|this)\syear|in\sthe\s(?:first|opening)\s(?:few\s)?(?:weeks|days)\sof\s(?:20\d\d|the\syear)|since\sNew\sYear|start\sto\s(?:the|this)\syear"
         rf"|YTD|(?:自?今年|年初?|开年)(?:以来|至今|迄今)|年初至今|{_ALONE}年内(?!新[高低]|[高低]位)|今年迄今|今年累计|本年累计|今年至今|年初以来", resolving.year_to_date),
    Rule("mtd", ("month to date", "月初至今"), r"\b(?:month[\s-]to[\s-]date|so\sfar\sthis\smonth|MTD)\b|(?:本月|月初)(?:以来|至今|累计)", resolving.this_month_to_date),
    Rule("qtd", ("quarter to date", "季初至今"), r"\b(?:quarter[\s-]to[\s-]date|so\sfar\sthis\squarter|QTD)\b|(?:本季度?|季初)(?:以来|至今|累计)", resolving.quarter_to_date),
    Rule("rolling", ("in the past two months", "trailing 12 months", "近8个交易日"), rf"\b(?:in|over|during|for|within)\sthe\s(?:last|past|previous|trailing|preceding)\s(?:(?P<count>{_COUNT})\s)?(?P<unit>{_UNIT}|week(?=s))s?\b"
         rf"|\b(?:last|past|previous|trailing)\s(?P<later>{_COUNT})\s(?P<laterunit>{_UNIT}|week)s\b"
         r"|(?:近|过去|最近|过往)的?(?:\s?(?P<hancount>\d{1,3}|[一二两三四五六七八九十])\s?个?(?P<hanunit>交易日|日|天|周|星期|月|年)(?!线|期)|半年)", resolving.rolling),
    Rule("agodated", ("from 52 weeks ago (Feb. 13, 2024)",), rf"\bfrom\s\S+\s(?:week|month)s?\sago\b(?=\s\((?P<month>{_MONTH})\s(?P<day>\d{{1,2}}),\s(?P<year>{_YEAR})\))", resolving.since_day),
    Rule("ago", ("from a week ago",), rf"\bfrom\s(?P<count>a|\d{{1,2}}|{_COUNT})\s(?P<unit>week|month)s?\sago\b", resolving.since_ago),
    Rule("inone", ("in a month", "in just one week"), r"\bin\s(?:just\s|only\s|about\s)?(?:a|one|1)\s(?P<unit>week|month|year)\b(?=\s?(?:[,.;:)]|$|(?:after|as|on|amid|and|while|following|post|but|with)\b))", resolving.within_one),
    Rule("onelong", ("one-year gain", "12-month return"), r"\b(?P<count>\d{1,2}|one|two|three|five|ten)-(?P<unit>week|month|year)(?=\s(?:(?:share\s|stock\s)?(?:price\s)?(?:gain|return|loss|decline|rally|drop|rise|fall)s?\b))", resolving.over_length),
    Rule("hadspan", ("a great month, gaining",), r"\ban?\s(?:[a-z]+\s){1,3}(?P<unit>week|month|year)\b(?=,\s(?:gaining|losing|falling|rising|dropping|climbing|surging|soaring|jumping|posting|with|up|down|after\sgaining)\b)", resolving.within_one),
    Rule("several", ("in five days", "三日飙", "3天累跌"), r"\b(?:in|over|across)\s(?:just\s|only\s)?(?P<count>two|three|four|five|\d{1,2})\s(?:straight\s|consecutive\s|trading\s)?(?P<unit>session|day|week)s\b(?!\stime|\sago|\sold|-)"
         r"|(?<![第近前去连续上\d])(?:(?P<hancount>[两二三四五六七八九2-9])(?:个交易)?[日天]内?(?=[累合共]|[跌涨升弹](?![势浪轨市]))"
         r"|(?P<hanfew>[两二三四五六七八九2-9](?=个交易)|[两二三四五六七八九])(?:个交易)?[日天]内?(?=(?:已|再|又|齐|共)?(?:上|下|大|暴|急|狂|劲|累)?[跌涨升弹挫泻飙](?![势浪轨市])))"
         r"|连续(?P<hanmore>[两二三四五六七八九2-9])(?:个交易)?[日天](?=累计|合计|共|\s?\d0cm)", resolving.several),
    Rule("ending", ("four days ending March 16, 2020", "5 sessions ended June 3"), rf"(?:(?P<count>{_COUNT})\s(?:trading\s)?(?:days|sessions)|\bweek)\s(?:that\s)?end(?:ed|ing)\s(?:on\s)?(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?!\d)(?:,?\s(?P<year>{_YEAR}))?", resolving.days_ending),
    Rule("slashday", ("2025/03/27",), r"(?P<year>20\d{2})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})(?!\d)", resolving.named_day),
    Rule("hanmtd", ("3月以来", "去年9月至今"), rf"(?P<year>{_HAN_YEAR})?(?P<month>\d{{1,2}})\s?月份?(?:以来|至今|迄今|(?P<sum>累计))(?![^，。；,]{{0,10}}(?:新[高低]|最[高低大多强差少]|纪录|首))", resolving.month_to_date),
    Rule("goodweek", ("a good week for",), r"\ban?\s(?!next\b)[a-z]+\sweek\sfor\b", resolving.week_before_last_days),
    Rule("weekto", ("the week to Friday",), rf"\b(?:the|a)\sweek\s(?:to|through|ended|ending)\s(?:on\s|last\s)?(?P<weekday>{'|'.join(WEEKDAYS)})\b", resolving.week_to),
    Rule("weekly", ("weekly gain",), r"\bweekly\b(?=\s(?:a\s)?(?:gain|loss|drop|fall|rise|advance|decline|increase|decrease|\d))", resolving.week_before_last_days),
    Rule("lastsession", ("previous session", "前一交易日"), r"\b(?:previous|prior|last|preceding)\s(?:trading\s)?(?:session|day)\b|\b(?:a|the)\sday\s(?:earlier|before(?!\s[a-z]))\b|前一?(?:个)?交易日|上一?(?:个)?交易日|上一日|上日|前一日(?=[收涨跌升])", lambda _, t: sessions_back(t, 1)),
    Rule("whole", ("for the week", "全周"), r"\b(?:(?:for|over|on)\sthe\s|(?=(?:month|quarter):\s))(?P<span>week|month|quarter|year)\b|(?:全|整)个?(?P<hanspan>周|星期|月|季|年)(?!度|\d)", resolving.whole),
    Rule("dateful", ("March 27, 2025",), rf"(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<year>{_YEAR}))?", resolving.named_day),
    Rule("daymonth", ("27 March",), rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})(?:,?\s(?P<year>{_YEAR}))?", resolving.named_day),
    Rule("iso", ("2025-03-27",), r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})", resolving.named_day),
    Rule("handate", ("3月27日", "去年3月27日"), rf"(?:(?P<year>{_HAN_YEAR})\s?)?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号]", resolving.named_day),
    Rule("qname", ("2024's fourth quarter", "first quarter"), rf"(?:(?P<year>{_YEAR})['’]?s?\s)?(?P<which>first|second|third|fourth|final|last|1st|2nd|3rd|4th)[\s-]quarter(?P<later>{_LATER})?", resolving.quarter_named),
    Rule("qcode", ("2024 Q3", "Q3 2024"), rf"(?:(?P<year>{_YEAR})[\s-]?)?Q(?P<which>[1-4])\b(?P<later>\s?(?:of\s)?(?:{_YEAR}|this\syear|last\syear))?", resolving.quarter_named),
    Rule("qtail", ("4Q2024",), rf"\b(?P<which>[1-4])Q\s?(?P<later>{_YEAR})(?P<year>)", resolving.quarter_named),
    Rule("handayof", ("上个月5日",), r"(?P<which>上个?月|本月|下个?月)(?P<day>\d{1,2})[日号]", resolving.day_of_month),
    Rule("hanq", ("2024年第四季", "第一季度"), rf"(?P<year>{_HAN_YEAR})?\s?第?(?P<which>[一二三四1-4首次末上])(?:季度|季(?!节|后|前|内|中|初|末|军))(?P<later>)", resolving.quarter_named),
    Rule("hname", ("2024's first half", "first half"), rf"(?:(?P<year>{_YEAR})['’]?s?\s)?(?P<which>first|second|1st|2nd)[\s-]half(?P<later>{_LATER})?", resolving.half_named),
    Rule("hcode", ("2024 H1", "H1 2024"), rf"(?:(?P<year>{_YEAR})[\s-]?)?H(?P<which>[12])\b(?P<later>\s{_YEAR})?", resolving.half_named),
    Rule("hanh", ("2024年下半年", "上半年"), rf"(?P<year>{_HAN_YEAR})?(?P<which>[上下])半年度?(?P<later>)", resolving.half_named),
    Rule("months", ("first three months of 2024",), rf"first\s(?P<count>{_COUNT})\smonths(?:\sof\s(?P<year>{_YEAR}|this\syear|last\syear|the\syear))?", resolving.first_months),
    Rule("hanmonths", ("2024年前两个月", "首两个月"), rf"(?P<year>{_HAN_YEAR})?[首前](?P<count>\d{{1,2}}|[二两三四五六七八九十])个?月", resolving.first_months),
    Rule("hanthree", ("2024年前三季度", "前三季度"), rf"(?P<year>{_HAN_YEAR})?[首前](?P<count>[三3])季度?", resolving.first_quarters),
    Rule("monthspan", ("1-2月", "今年1至4月"), rf"(?P<year>{_HAN_YEAR})?(?P<first>\d{{1,2}})(?:月份?)?\s?[-\u2013\u2014~至到]\s?(?P<last>\d{{1,2}})月(?!\d)", resolving.month_span),
    Rule("weekday", ("last Monday",), rf"(?:(?P<which>last|next|this)\s)?\b(?P<weekday>{'|'.join(WEEKDAYS)})\b", resolving.weekday),
    Rule("sessionofweek", ("本周首个交易日",), r"(?P<which>上|本|这|当)?周(?P<place>第一|首|最后一)个?交易日", resolving.session_of_week),
    Rule("hanweekday", ("上周五",), r"(?P<which>上个?|下个?|本|这)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])", resolving.han_weekday),
    Rule("yesterday", ("yesterday", "昨日"), r"\byesterday\b|昨[日天晚夜]|昨(?=[收涨跌升高低开挫飙])", lambda _, t: t - timedelta(days=1)),
    Rule("today", ("today", "今日"), r"\btoday\b|今[日天早晚]|本日|当日(?!后)", lambda _, t: t),
    Rule("week", ("last week", "本周"), r"\b(?:the\sweek\s(?:before|earlier)|(?:this|last|past|previous|the|prior)\sweek)\b|(?:本|上|这|今|上一|过去一)(?:个)?(?:周|星期)(?![一二三四五六日天边])|首周|全周"
         rf"|{_ALONE}周内|周累计|周(?=[涨跌升]幅)|一周(?=累|[跌涨升])|按周(?=比较|累|[跌涨升])|\bweek(?=:?\s[+\-\u2212]\d)", resolving.recent_week),
    Rule("monthof", ("February",), rf"(?P<month>{_MONTH})(?!\s(?:quarter|half)\b)(?:\s(?:of\s)?(?P<year>{_YEAR}|this\syear|last\syear))?", resolving.latin_month),
    Rule("hanmonth", ("3月", "去年12月"), rf"(?P<year>{_HAN_YEAR})?\s?(?P<month>\d{{1,2}})月(?:份|全月)?(?!\d|开局|开门红|(?:的)?(?:首|第一|最后一)个?交易日)", resolving.han_month),
    Rule("thismonth", ("this month", "本月"), rf"\bthis\smonth\b|本月|{_ALONE}月内|今个月|这个月", lambda _, t: f"{t.year:04d}-{t.month:02d}"),
    Rule("lastmonth", ("last month", "上月"), r"\blast\smonth\b|上月|上个月", lambda _, t: month_before(t)),
    Rule("nextmonth", ("next month", "下月"), r"\bnext\smonth\b|下个?月", lambda _, t: f"{(t.replace(day=1) + timedelta(days=32)):%Y-%m}"),
    Rule("nextweek", ("next week", "下周"), r"\bnext\sweek\b|下个?(?:周|星期)(?![一二三四五六日天])", lambda _, t: week_of(t + timedelta(days=7))),
    Rule("yearend", ("end-2024", "年底", "2024年末"), rf"\b(?:year[\s-]end(?:\s(?P<late>{_YEAR}))?|end[\s-](?:of\s)?(?P<of>{_YEAR}|last\syear|next\syear)|end\sof\s(?:the|this)\syear)\b"
         rf"|(?:(?P<han>{_HAN_YEAR}|明年)年?|年)[底末]", resolving.year_end),
    Rule("nextyear", ("next year", "明年"), r"\bnext\syear\b|明年", lambda _, t: f"{t.year + 1:04d}"),
    Rule("thisquarter", ("this quarter", "本季"), r"\bthis\squarter\b|本季度?|今季", lambda _, t: quarter_of(t.year, (t.month + 2) // 3)),
    Rule("lastquarter", ("previous quarter", "上一季度"), r"\b(?:last|previous)\squarter\b|上季度?|上一季度?", lambda _, t: last_quarter(t)),
    Rule("year", ("this year", "去年"), r"\bthis\syear\b|\blast\syear\b|今年|去年|前年|全年(?=\d)", resolving.this_year),
    Rule("calendar", ("2024",), rf"(?<![\d,.$])(?<!\bFY\s)(?<!\bfiscal\s)(?<!\bfiscal\syear\s)(?P<digits>{_YEAR})(?:年(?!代)度?(?:全年)?|(?!年代|(?<=\(\d\d\d\d)\))(?![\d,.]\d|\s?(?:点|points?|元|港元|美元|亿|万|%|股|人|people|shares|percent|E[SD]?T|GMT|HKT|UTC|IST|hours))\b)", lambda m, _: m["digits"]),
    Rule("handay", ("27日",), r"(?:(?<=[，。、（(于在至到自从到【；;\s\-\u2013\u2014~])|^)(?P<day>\d{1,2})日(?!元|圆|均|线|内|游|连|后)", resolving.yearless_day),
)  # fmt: skip
_FLAGS = re.IGNORECASE
PATTERNS: Final = {rule.name: re.compile(rule.pattern, _FLAGS) for rule in RULES}
RESOLVERS: Final = {rule.name: rule.resolver for rule in RULES}
SORTS: Final = "dlh"


def sort_of(sign: str) -> str:
    """Return of which sort a sign is: "d" for digits, "l" for Latin letters, "h" for others."""
    return "h" if not sign.isascii() else "d" if sign.isdigit() else "l"


def _anonymous(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


def _either(head: str) -> str:
    """Match a word's beginning in small and in large letters: sets are told apart faster than ignored cases."""
    return "".join(f"[{sign.upper()}{sign}]" if sign.isalpha() else sign for sign in head)


#: How the Latin words that rules begin with begin.
_HEADS: Final = "(?-i:" + "|".join(map(_either, (
    "a ", "an ", "acr", "apr", "aug", "dec", "dur", "ei", "el", "end", "feb", "fi", "fo", "fri", "from ", "h1", "h2", "in ", "jan",
    "ju", "last", "ma", "mon", "mtd", "next", "ni", "no", "o", "pas", "pr", "q", "s", "te", "th", "to", "tr", "tu",
    "tw", "we", "wi", "y",
))).replace(" ", r"\s") + ")"  # fmt: skip
#: How the others do that begin with a digit, or with a Chinese character.
_DIGITS: Final = (
    r"(?:19|20)\d\d|\d{1,2}(?:\s?[月日号天个季]|\s?[至到~\-\u2013\u2014]\s?\d{1,2}月"
    r"|(?:[A-Za-z]{2})?[\s-][A-Za-z]|[Qq])"
)
_HAN_HEADS: Final = (
    r"今[年日天早晚个季周星]|[明去]年|前[一年个交两二三四五六七八九十\d]|本[月年季周星礼日个交]|上[月个周星礼半季一日交]"
    r"|下[月个周星礼半]|这[周星个礼]|当[日周]|昨[日天晚夜收涨跌升高低开挫飙]|[全整][周星月季年个]|年[内初底末以至迄]|开年"
    r"|首[季周个两二三四五六七八九十\d]|第[一二三四1-4首次末上]|[末次]季|周[内累一二三四五六日天涨跌升第首最]|星期|礼拜"
    r"|过[去往]|月[内初]|近[的半\d一二两三四五六七八九十]|最近|连续|季初|按周|自[今年]|[一二三四五六七八九两][季周日天个]"
)
#: Where a time may begin. A set of signs comes first, so that others are passed over fast.
START: Final = re.compile(
    r"[0-9AaDdEeFfHhIiJjL-Ql-qSsTtWwYy今明去前本上下这当昨全整自年开首第一二三四次末周星礼过月近最两五六七八九连季按](?<![A-Za-z].)"
    rf"(?<=(?={_HAN_HEADS}|{_HEADS}|{_DIGITS}).)",
)
#: All that begin alike at once; the last group that matched says which rule it was.
PERIODS: Final = {
    sort: re.compile(
        "|".join(
            f"(?P<{rule.name}>{_anonymous(rule.pattern)})"
            for rule in RULES
            if any(sort_of(example[0]) == sort for example in rule.examples)
        ),
        _FLAGS,
    )
    for sort in SORTS
}
