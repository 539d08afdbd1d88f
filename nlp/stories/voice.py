"""What a title says of its report's standing: who speaks, expects or protests, and whose the news is."""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.stories.term import fold

#: Patterns on folded titles (small letters, simplified characters).
_COMMENT = re.compile(
    r"^[^ ]{2,12}[︰:]|: [^:]{2,25}$"  # who speaks, before or after what is said
    r"|\bsays?\b|称|^.{0,8}(?:分析|学者|专家)"
)
_FORECAST = re.compile(
    r"^.{2,9}?(?:料|估计|预料|预测|预期|冀|倡|吁)|\b(?:expects?|forecasts?|sees|hopes?|could|should|must)\b|^['‘\"]"
)
_REBUKE = re.compile(
    r"斥|促|批评|谴责|不满|反对|交涉|回应|正告|\b(?:slams?|rebukes?|urges?|condemns?|opposes?|hits out)\b"
)
_ACT = re.compile(
    r"征|调查|制裁|反制|管制|决定|宣布|公布|起诉|\b(?:tariffs?|probes?|sanctions?|curbs?|bans?|imposes?)\b"
)
_CHINESE = re.compile(
    r"内地|中国|人行|中证监|港股|本港|香港|港元|\bchina\b|\bchinese\b|\bmainland\b|\bhong kong\b|\bhk\b"
)
_AMERICAN = re.compile(r"\bu\.s\.|\bus\b|\bamerican?\b|\bfed\b|\bfederal reserve\b|美国|美联储|联储局")


def is_comment(title: str) -> bool:
    """Say whether a title tells what somebody says rather than what happened: "Yue: rates may stay high"."""
    return bool(_COMMENT.search(_folded(title)))


def is_forecast(title: str) -> bool:
    """Say whether a title tells what somebody expects or wishes: "Bank expects slower growth"."""
    return bool(_FORECAST.search(_folded(title)))


def is_rebuke(title: str) -> bool:
    """Say whether a title tells that somebody protests, and nothing that is done about it."""
    folded = _folded(title)
    return bool(_REBUKE.search(folded)) and not _ACT.search(folded)


def names_china(title: str) -> bool:
    """Say whether a title names China or Hong Kong, or their central bank, regulator or market."""
    return bool(_CHINESE.search(_folded(title)))


def is_american(title: str) -> bool:
    """Say whether a title names the United States or their central bank."""
    return bool(_AMERICAN.search(_folded(title)))


@lru_cache(maxsize=8)
def _folded(title: str) -> str:
    """Fold a title once for all that is asked of it."""
    return fold(title)
