"""How far a market moved, as the report on its close says."""

from __future__ import annotations

import re
from typing import Final

from nlp.stories.term import fold, is_intraday

_NUMBER: Final = r"(\d{1,2}(?:\.\d+)?)\s?(?:%|per\s?cent\b|pct\b)"
_CLOSE: Final = re.compile(
    r"收市|收报|收盘|高收|低收|全日|\b(?:clos(?:e|es|ed|ing)|end(?:s|ed)?|finish(?:es|ed)?)\b"
)
#: In a title the percentage follows the market at once, lest it is that of a share.
_TITLE: Final = re.compile(
    rf"^(?:港股|恒指|沪股|沪指|沪深股市|a股|科指|美股|道指|纳指|日股|韩股|台股|hsi|nasdaq|dow|nikkei)[^\s,]{{0,8}}?{_NUMBER}"
    rf"|^(?:nasdaq|dow|nikkei|hang seng|hong kong stocks|local stocks)[^,;]{{0,25}}?{_NUMBER}"
)
_INDEX: Final = re.compile(r"指数|恒指|\bindex|nikkei|\bdow\b|nasdaq|s&p")
#: In a body it follows the first index named, in the same sentence and before the next index.
_FOLLOWING: Final = re.compile(rf"(?:(?!科技?指|指数|\bindex\b)[^%。]){{0,110}}?{_NUMBER}")
#: What a title says of a part of the session.
_DURING: Final = re.compile(r"半日|初段|早段|尾段|曾|一度|竞价|午后|下午")
#: The close stands in the opening of a report.
_MAX_OPENING: Final = 400


def closing_move(title: str, body: str) -> float:
    """Return by how many per cent a market moved to its close; 0 where the report is not of a close.

    That is the percentage after the first index that the opening names, or after the market's name at the
    beginning of the title if it is greater.
    """
    headline, opening = fold(title), fold(body[:_MAX_OPENING])
    if is_intraday(title) or _DURING.search(headline) or not _CLOSE.search(f"{headline} {opening}"):
        return 0.0
    index = _INDEX.search(opening)
    told = [_TITLE.search(headline), _FOLLOWING.match(opening, index.end()) if index else None]
    return max((float(next(filter(None, found.groups()))) for found in told if found), default=0.0)
