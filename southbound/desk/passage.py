"""A text in passages, of which some are marked: evidence, names, words that were searched for.

The text comes from feeds: what is returned is free of controls, direction characters and markup marks.
Offsets are those of the raw text, so it is cut first and cleaned after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from nlp.annotation import Span
from nlp.script import has_han
from southbound.digest.wording import clean_text

Mark = Literal["", "evidence", "name", "word"]
_PARAGRAPHS = re.compile(r"\s*\n\s*")
_WORDS = re.compile(r'"([^"]+)"|([^\s"]+)')
_BEFORE, _AFTER = 24, 76
_SPACE = re.compile(r"\s+")
_LONGEST_WORD = 20
#: Of two marks on one stretch the later one shows.
_ABOVE: tuple[Mark, ...] = ("", "word", "evidence", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a text.

    Attributes:
        text: cleaned, not escaped.
        mark: what it is; "" for plain text.
        keys: of what it is evidence, or which entity it names.
    """

    text: str
    mark: Mark = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSpan:
    """A stretch to mark, with what it is evidence of."""

    start: int
    end: int
    mark: Mark
    key: str


def marked_spans(spans: Iterable[tuple[str, Span]], text: str, *, mark: Mark) -> list[MarkedSpan]:
    """Return the spans that fit a text; one whose words are not there is left out."""
    return [
        MarkedSpan(start=span.start, end=span.end, mark=mark, key=key)
        for key, span in spans
        if text[span.start : span.end] == span.text and span.start < span.end
    ]


def cut_passages(text: str, spans: Sequence[MarkedSpan]) -> tuple[tuple[Passage, ...], ...]:
    """Cut a text into paragraphs of passages; where marks overlap, a name shows on its evidence."""
    edges = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    paragraphs: list[list[Passage]] = [[]]
    for start, end in pairwise(edges):
        over = [span for span in spans if span.start <= start and end <= span.end]
        mark: Mark = max((span.mark for span in over), key=_ABOVE.index, default="")
        keys = tuple(dict.fromkeys(span.key for span in over if span.mark == mark))
        for place, piece in enumerate(_PARAGRAPHS.split(text[start:end])):
            if place:
                paragraphs.append([])
            if clean_text(piece):
                paragraphs[-1].append(Passage(text=clean_text(piece), mark=mark, keys=keys))
    return tuple(
        tuple(paragraph) for paragraph in paragraphs if any(passage.text.strip() for passage in paragraph)
    )


def mark_words(text: str, query: str, *, shorten: bool = False) -> tuple[Passage, ...]:
    """Return a text, or the stretch around its first hit, with the words of a query marked."""
    cleaned = clean_text(text).strip()
    words = [match.group(1) or match.group(2) for match in _WORDS.finditer(query)]
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
    hits = list(re.finditer(pattern, cleaned, re.IGNORECASE)) if pattern else []
    first, last = 0, len(cleaned)
    if shorten:
        # A Chinese character is as wide as two letters.
        width = 1 if has_han(cleaned) else 2
        found = hits[0].start() if hits else 0
        first = _word_after(cleaned, max(0, found - width * _BEFORE), found)
        last = _word_before(cleaned, min(len(cleaned), first + width * (_BEFORE + _AFTER)), found)
    passages = [Passage(text="…")] if first else []
    place = first
    for hit in hits:
        if hit.start() < place or hit.end() > last:
            continue
        passages += [Passage(text=cleaned[place : hit.start()]), Passage(text=hit.group(), mark="word")]
        place = hit.end()
    passages.append(Passage(text=cleaned[place:last] + ("…" if last < len(cleaned) else "")))
    return tuple(passage for passage in passages if passage.text)


def _word_after(text: str, place: int, limit: int) -> int:
    """Return where the first whole word from a place on begins, at most a few letters behind it."""
    if place == 0 or text[place - 1].isspace():
        return place
    found = _SPACE.search(text, place, min(limit, place + _LONGEST_WORD))
    return found.end() if found else place


def _word_before(text: str, place: int, limit: int) -> int:
    """Return where the last whole word up to a place ends, at most a few letters before it."""
    if place == len(text) or text[place].isspace():
        return place
    found = text.rfind(" ", max(limit, place - _LONGEST_WORD), place)
    return found if found >= 0 else place
