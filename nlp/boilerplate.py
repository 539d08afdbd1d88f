"""What a publisher puts under article after article: found by its repetition, and not read.

A line counts as boilerplate once it has stood under several different titles on several days, all
before the article at hand: what is found later changes nothing that was tagged earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b

Range = tuple[int, int]

#: Titles and days that a line must have stood under before. Four hours of updates of one story have many
#: titles but one day.
MIN_TITLES = 4
MIN_DAYS = 3
#: Shorter lines say too little to be known by, and are not worth the blanking.
_MIN_CHARS = 24
#: A text that would lose more than this is a repost or an update, not a text with a footer.
_MAX_SHARE = 0.5
#: Of a line's earlier places, as many are kept as can matter.
_KEPT = 12
_LINE = re.compile(r"[^\n]+")
#: Where a long line is cut: after a sentence's end.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(\[A-Z0-9])|(?<=[。！？])[」』”]*")
_LONG_LINE = 300
_SPACES = re.compile(r"\s+")


#: Of a line's earlier places, as many are kept as can matter.
_KEPT = 12
#: Lines remembered of a publisher; beyond, those seen once are forgotten.
_MAX_LINES = 20_000
_LINE = re.compile(r"[^\n]+")
#: Where a long line is cut: after a sentence's end.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(\[A-Z0-9])|(?<=[。！？])[」』”]*")
_LONG_LINE = 300
_SPACES = re.compile(r"\s+")

#: Under which title a line stood, and when that was known.
_Place = tuple[int, datetime]


class RepeatedLines:
    """Remembers the lines of each publisher's articles, and finds those that repeat."""

    def __init__(self) -> None:
        self._publishers: dict[str, dict[int, tuple[_Place, ...]]] = {}

    def knows(self, publisher: str) -> bool:
        """Say whether anything of a publisher was observed."""
        return publisher in self._publishers

    def observe(self, publisher: str, title: str, body: str, at: datetime) -> None:
        """Remember an article's lines; `at` is when it was known."""
        lines = self._publishers.setdefault(publisher, {})
        place = (_digest(title), at)
        for digest in {digest for _, digest in _lines(body)}:
            places = lines.get(digest, ())
            if all(place[0] != title for title, _ in places):
                lines[digest] = tuple(sorted((*places, place), key=lambda p: p[1])[:_KEPT])
        if len(lines) > _MAX_LINES:
            self._publishers[publisher] = {key: places for key, places in lines.items() if len(places) > 1}

    def find(self, publisher: str, body: str, at: datetime) -> tuple[Range, ...]:
        """Return the ranges of the body, half open, that are boilerplate as known before `at`."""
        lines = self._publishers.get(publisher, {})
        ranges = [span for span, digest in _lines(body) if _is_repeated(lines.get(digest, ()), at)]
        n_chars = sum(end - start for start, end in ranges)
        return tuple(ranges) if n_chars <= _MAX_SHARE * len(body) else ()


def _is_repeated(places: Iterable[_Place], at: datetime) -> bool:
    earlier = [known for _, known in places if known < at]
    return len(earlier) >= MIN_TITLES and len({known.date() for known in earlier}) >= MIN_DAYS


def _lines(body: str) -> Iterator[tuple[Range, int]]:
    """Yield the lines that are long enough, a very long one by sentences, each with its digest."""
    for line in _LINE.finditer(body):
        for start, end in _pieces(line.group(), line.start()):
            text = body[start:end].strip()
            if len(text) >= _MIN_CHARS:
                yield (start, end), _digest(text)


def _pieces(line: str, offset: int) -> Iterator[Range]:
    start = 0
    if len(line) > _LONG_LINE:
        for match in _SENTENCE_END.finditer(line):
            yield offset + start, offset + match.end()
            start = match.end()
    yield offset + start, offset + len(line)


def _digest(text: str) -> int:
    folded = _SPACES.sub(" ", text).strip().lower().encode("utf-8", "replace")
    return int.from_bytes(blake2b(folded, digest_size=8).digest())
