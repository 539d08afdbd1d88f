"""What points measure: an index's level, or a change of it."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.measure.meaning import Meaning, priced
from nlp.claims.sentence.scene import BLOCKERS
from nlp.claims.subject.context import Context

#: Points beside a word for a direction are a change up to here.
MAX_CHANGE: Final = 2_000


def points(figure: Figure, context: Context, text: str) -> Meaning:  # noqa: PLR0911 - one return a kind of claim
    """Return what points mean."""
    if _AVERAGE.search(text, max(0, figure.start - 10), figure.start):
        return Meaning(metric="count", unit="points", direction="none", subjects=priced(context.group))
    is_known = bool(context.group.ids) or context.group.is_instrument
    is_other = context.group.kind in {"company", "channel"} and context.noun not in {"share", "support"}
    if (
        not is_known
        and context.group.kind == "unknown"
        and context.is_level
        and figure.value >= _MIN_BARE_LEVEL
    ):
        is_known = _HAN.search(text) is None  # what an English text tells in points is an index
    if context.noun in BLOCKERS or context.noun in _NO_POINTS or not is_known or is_other:
        return Meaning(metric="count", unit="points", direction=context.way, subjects=("",))
    before = text[max(0, figure.start - 16) : figure.start]
    if _RANGE.search(before):
        return Meaning(metric="change", unit="points", direction="none", subjects=priced(context.group))
    is_bare = not (context.is_level or context.direction) and figure.value < _MIN_BARE_LEVEL
    if is_bare or _BASIS.search(before):
        return Meaning(metric="count", unit="points", direction="none", subjects=("",))
    is_change = _CHANGED.search(before) is not None
    if (
        context.direction
        and not context.is_level
        and (is_change or (context.is_moved and figure.value < MAX_CHANGE))
    ):
        return Meaning(
            metric="change", unit="points", direction=context.direction, subjects=priced(context.group)
        )
    if is_change and context.direction:
        return Meaning(
            metric="change", unit="points", direction=context.direction, subjects=priced(context.group)
        )
    if context.direction and _OR.search(text[max(0, figure.start - 16) : figure.start]):
        return Meaning(
            metric="change", unit="points", direction=context.direction, subjects=priced(context.group)
        )
    return Meaning(metric="level", unit="points", direction="none", subjects=priced(context.group))


#: Nouns of what points are no level of an index, nor a change of one.
_NO_POINTS: Final = frozenset({"rate", "economy", "revenue", "profit"})
_CHANGED: Final = re.compile(
    r"(?:[涨升跌挫泻飙弹](?:约|近|逾|超过?|不足|最多)*|[涨升跌]幅(?:约|近|逾|超过?|不足|最多|一度|曾|再|收窄|扩[大阔]?|至|到|逐步|进一步|曾)*|up|down|rose|fell|gained|lost|added|shed|dropped"
    r"|slipped|climbed|slid|by|jumped|dipped)\s?(?:about|nearly|over|more than)?\s?$",
    re.IGNORECASE,
)
#: Points of a future over its index, and points that no word says to be a level or a change: too few for one.
_BASIS: Final = re.compile(r"(?:高水|低水|升水|贴水)(?:约)?$|\b(?:premium|discount)\sof\s$")
_MIN_BARE_LEVEL: Final = 1_000
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
#: A moving average's level is none of the index.
_AVERAGE: Final = re.compile(
    r"[天日]线\s?\(?(?:约|在|于|位于)?$|day (?:moving )?average[a-z\s]*\(?$", re.IGNORECASE
)
_RANGE: Final = re.compile(r"(?:波幅|波动)[^，,；;]{0,6}$")
_OR: Final = re.compile(
    r"\bor\s(?:(?:more\sthan|over|about|around|nearly|almost|some)\s)?$|或(?:约|近|逾|超)?$"
)
