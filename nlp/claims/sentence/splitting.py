"""Sentences of a field, cheaply: claims are read one sentence at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_END: Final = re.compile(
    r"[。！？\n!?.](?:(?<=[。！？\n])[。！？\n]*|(?<=[!?])(?=\s|$)"
    r"|(?<=\.)(?=\s+[\"'“‘(\[]?[A-Z\u4e00-\u9fff]|\s*$|[\"”’)](?:\s|$)))"
)
#: A full stop after one of these, or after a single letter, ends no sentence.
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:Inc|Co|Corp|Ltd|Mr|Mrs|Ms|Dr|St|vs|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|approx|Bhd|Plc|Bros|Intl|Cie"
    r"|Rs|Sen|Gov|Rep|Gen|Jr|Sr)|\b[A-Z](?:\.[A-Z])*)$"
)
#: A sentence longer than this is read in pieces: no sentence is, but a table or a text without marks.
MAX_CHARS: Final = 1_200
_MARK: Final = re.compile(r"[,;，；、\s]")


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a text, half open, in order."""
    start = 0
    for match in _END.finditer(text):
        if match.group() == "." and _ABBREVIATION.search(text, max(start, match.start() - 12), match.start()):
            continue
        yield from _pieces(text, start, match.end())
        start = match.end()
    yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_CHARS:
        marks = [mark.start() for mark in _MARK.finditer(text, start + MAX_CHARS // 2, start + MAX_CHARS)]
        cut = marks[-1] + 1 if marks else start + MAX_CHARS
        yield start, cut
        start = cut
    piece = text[start:end].rstrip()
    if stripped := piece.lstrip():
        yield start + len(piece) - len(stripped), start + len(piece)
