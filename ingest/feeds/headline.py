"""A headline for an entry that has none: microblogs' feeds leave it out, as RSS 2.0 and JSON Feed allow."""

from __future__ import annotations

import re

#: A longer first sentence is cut after a word.
MAX_HEADLINE_CHARS = 120
_ELLIPSIS = "…"
# A full stop ends a sentence after a word or a number, not after "U.S." or "Mr."; a Chinese one always does.
_SENTENCE_END = re.compile(
    r"""(?:(?:[^\W\d_]{3}|\d|[)\]%"'”’])(?:[.…]|\.{3})|[!?]+)["'”’)\]]*(?=\s+[^\sa-z])|[。！？]+[」』”’）]*"""
)
_LAST_WORD = re.compile(r"\s+\S*$")


def headline_from_text(text: str) -> str:
    """Make a headline of a text: its first sentence, or as many of its first words as a headline holds.

    Args:
        text: Cleaned, its paragraphs separated by line feeds.

    Returns:
        One line, at most ``MAX_HEADLINE_CHARS`` long; one that was cut ends in an ellipsis. Empty where the
        text is.
    """
    paragraph = text.partition("\n")[0]
    end = _SENTENCE_END.search(paragraph)
    sentence = paragraph[: end.end()] if end else paragraph
    return sentence if len(sentence) <= MAX_HEADLINE_CHARS else _cut_after_word(sentence)


def _cut_after_word(sentence: str) -> str:
    room = MAX_HEADLINE_CHARS - len(_ELLIPSIS)
    whole = _LAST_WORD.sub("", sentence[: room + 1])
    # Chinese has no blanks, and an address no end: there the cut falls where it must.
    return (whole if room // 2 < len(whole) <= room else sentence[:room]).rstrip() + _ELLIPSIS
