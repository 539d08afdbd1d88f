"""Patterns that are found fast: one that begins with a sign passes over all others at once."""

from __future__ import annotations

from collections.abc import Iterable


def begin_words(words: Iterable[str]) -> str:
    r"""Match words where they begin: as `\b(?:one|two)`, many times faster to search for.

    Args:
        words: patterns, each of which begins with a letter or digit.
    """
    return "|".join(rf"{word[0]}(?<!\w{word[0]}){word[1:]}" for word in words)
