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
    if not (signs := set(text) - _SAME):
        return text
    _SAME.update(sign for sign in signs if _FOLDED[ord(sign)] == ord(sign))
    return text.translate(_FOLDED) if signs - _SAME else text


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


class _Folded(dict[int, int]):
    """Folded characters by their code points, each looked up once."""

    def __missing__(self, code: int) -> int:
        self[code] = _fold_character(chr(code)) if _HAN.match(chr(code)) else code
        return self[code]


def _fold_character(character: str) -> int:
    folded = str(_converter().convert(character))
    return ord(folded if len(folded) == 1 else character)


_FOLDED = _Folded()
#: Characters met that stay as they are: of simplified text all, which is done with faster so.
_SAME: set[str] = set()
