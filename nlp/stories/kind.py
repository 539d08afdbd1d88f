"""What kind of report a title says it is: a market wrap and of which hour, a preview, a call, a rating.

The same market on the same day gives an opening, a mid-day and a closing report, and the same company a
preview, its results and the call on them: of one matter, but not of one event.
"""

from __future__ import annotations

import re
from typing import Literal

from nlp.stories.term import fold

Kind = Literal["wrap", "opening", "midday", "closing", "preview", "call", "rating", "roundup"]

#: Patterns on folded titles (small letters, simplified characters).
_KINDS: dict[Kind, re.Pattern[str]] = {
    "wrap": re.compile(
        r"market (?:talk|wrap|update|close|summary|report)|sector update|"
        r"\b(?:stocks|shares|markets|futures|equities|indices|sensex|nifty|dow|nasdaq|s&p 500|tsx|ftse|dax|"
        r"nikkei|hang seng|dollar|yen|rupee|gold|oil|crude)\b.{0,40}\b"
        r"(?:higher|lower|rise|fall|gain|gains|slip|slips|edge|edges|advance|mixed|decline|ends?|closes?|opens?|"
        r"rally|drop|drops|steady|flat|retreat|rebound|slide|climb)|"
        r"[股指盘市].{0,12}[涨跌升降收报]|恒指|沪指|纳指|道指|汇率|中间价"
    ),
    "opening": re.compile(
        r"\bopen(?:s|ing|ed)?\b|pre-?market|premarket|pre-?bell|early (?:trade|trading)|\bmorning\b|"
        r"before the bell|开盘|低开|高开|开市|早盘|盘前|早报|晨报|早评|早知道|早餐|竞价"
    ),
    "midday": re.compile(r"midday|mid-day|\bnoon\b|intraday|afternoon|午评|午盘|半日|午间|中午|午市|盘中"),
    "closing": re.compile(
        r"\bclos(?:e|es|ed|ing)\b|\bend(?:s|ed)?\b|\bfinish(?:es|ed)?\b|settle[sd]?\b|after-?hours|evening|"
        r"收盘|收评|收市|尾盘|盘后|晚报|复盘|全日|全天|收涨|收跌|收报|收升"
    ),
    "preview": re.compile(
        r"preview|ahead of|what to (?:expect|watch)|to watch|week ahead|set to report|"
        r"expected to report|countdown|\bawait|前瞻|预览|将公布|展望|即将|来袭"
    ),
    "call": re.compile(r"earnings call|conference call|transcript|电话会|业绩会|业绩说明会"),
    "rating": re.compile(
        r"price target|\b(?:upgrade|downgrade|maintain|reiterate|initiate|raised? to|cut to)[sd]?\b|"
        r"outperform|overweight|underweight|equal[- ]weight|目标价|评级|维持买入|研报"
    ),
    "roundup": re.compile(
        r"round-?up|highlights|market talk|news of the day|top (?:stories|news|five)|stocks to watch|movers|"
        r"biggest|things to (?:know|watch)|briefing|headlines|必读|早班车|环球市场|重点|要点|提醒|要闻|汇总|"
        r"早报|晚报|周报|日报|速递|一览|盘点|早餐|晨报|公告精选|头条|综述|周刊"
    ),
}


def find_kinds(title: str) -> frozenset[Kind]:
    """Return what a title says of its report's kind, mostly nothing."""
    folded = fold(title)
    return frozenset(kind for kind, pattern in _KINDS.items() if pattern.search(folded))
