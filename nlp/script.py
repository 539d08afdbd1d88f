"""Chinese script: traditional characters folded to simplified, one for one, so that offsets stay."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def has_han(text: str) -> bool:
    """Say whether a text has any Chinese character."""
    return _HAN.search(text) is not None


def fold_script(text: str) -> str:
    """Fold each traditional character to its simplified form; the length stays the same."""
    return _HAN.sub(lambda match: _fold_character(match.group()), text)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _fold_character(character: str) -> str:
    folded = str(_converter().convert(character))
    return folded if len(folded) == 1 else character
