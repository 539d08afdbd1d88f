"""Which language a reader of the pages gets."""

from __future__ import annotations

import re
from typing import Final

from southbound.language.words import LANGUAGES, Language, Words, simplified, words_of

__all__ = ["LANGUAGES", "Language", "Words", "choose_language", "simplified", "words_of"]

_SIMPLIFIED: Final = frozenset({"zh-cn", "zh-sg", "zh-my", "zh-hans"})
_PART: Final = re.compile(r"\s*([a-zA-Z*-]+)\s*(?:;\s*q\s*=\s*([0-9.]+))?\s*")


def choose_language(asked: str, *, remembered: str, accepted: str) -> Language:
    """Return the language to show.

    Args:
        asked: of the address, the strongest.
        remembered: of the cookie.
        accepted: the browser's Accept-Language header.
    """
    for choice in (asked, remembered):
        if choice in LANGUAGES:
            return choice
    for tag in _by_preference(accepted):
        if tag in _SIMPLIFIED:
            return "zh-Hans"
        if tag.startswith("zh"):
            return "zh-Hant"
        if tag.startswith("en"):
            return "en"
    return "en"


def _by_preference(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, the most wanted first; what can't be read is left out."""
    found: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        match = _PART.fullmatch(part)
        if match:
            found.append((_quality(match[2]), match[1].lower()))
    return [tag for quality, tag in sorted(found, key=lambda item: -item[0]) if quality > 0]


def _quality(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
