"""Whether two sentences or titles say nearly the same, by their words."""

from __future__ import annotations

from typing import Final

from nlp.stories.term import fold, iterate_words, strip_marker

#: Two that share so many of all their words say the same.
_NEAR_EQUAL: Final = 0.4
#: Nor does one say more of whose words so many stand in the other.
_CONTAINED: Final = 0.7


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as they are compared; of Chinese, pairs of neighbouring characters."""
    return frozenset(iterate_words(fold(strip_marker(text))))


def is_repetition(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two sets of words are nearly equal, or one nearly lies in the other."""
    common, shorter = len(one & other), min(len(one), len(other))
    return shorter > 0 and (common >= _NEAR_EQUAL * len(one | other) or common >= _CONTAINED * shorter)
