"""A field that claims are read from: folded and as written, whom it names where, and its days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from nlp.annotation import Field, Span
from nlp.claims.sentence.scene import Mention, fold_signs
from nlp.claims.subject.group import Group, Memory
from nlp.script import fold_script

#: The currency of money that a text doesn't name.
_HOMES: Final = {"zh-Hant": "HKD", "zh-Hans": "CNY"}
#: A turnover after which a text says all others to be in the same money.
_ALL_YUAN: Final = re.compile(r"成交[^。\n]{0,20}人民币[^\u4e00-\u9fff\d]{0,3}下同")
#: Dollars by the letters before their sign, and exchanges by the words for them.
_DOLLARS: Final = {"A": "AUD", "AU": "AUD", "NZ": "NZD", "C": "CAD", "HK": "HKD"}
_EXCHANGES: Final = {
    "ASX:": "AUD", "NZX:": "NZD", "TSX:": "CAD", "TSXV:": "CAD", "NYSE": "USD", "NASDAQ": "USD",
    "Nasdaq": "USD",
}  # fmt: skip
_PREFIX: Final = re.compile(r"(?<![A-Za-z])[A-Z]{1,2}$")


def home_of(text: str, language: str) -> str:
    """Return the currency of money without a name: that of a language, or the only dollar that a text names.

    Args:
        text: title and body, folded.
        language: of the text, as BCP 47 writes it.
    """
    if language in _HOMES:
        return "CNY" if _ALL_YUAN.search(text) else _HOMES[language]
    named = {currency for word, currency in _EXCHANGES.items() if word in text}
    sign = text.find("$")
    while sign >= 0:
        letters = _PREFIX.search(text, max(0, sign - 3), sign)
        named.add(_DOLLARS.get(letters.group(), "USD") if letters else "USD")
        sign = text.find("$", sign + 1)
    return named.pop() if len(named) == 1 else "USD"


class Page:
    """A field's text and mentions; its sentences are asked for in order."""

    __slots__ = (
        "_first", "_looked", "_mentions", "_next", "_original", "_paragraph", "_read_to", "folded", "home",
        "is_chinese", "name",
    )  # fmt: skip

    def __init__(
        self,
        name: Field,
        folded: str,
        original: str,
        mentions: Sequence[Mention],
        language: str,
        home: str,
    ) -> None:
        self.name, self.folded, self._original = name, folded, original
        self.home = home
        self.is_chinese = language.startswith("zh")
        self._mentions = mentions
        self._next = 0
        self._paragraph = self._read_to = self._looked = 0
        self._first: Group | None = None

    def within(self, start: int, end: int, memory: Memory) -> tuple[list[Mention], Memory]:
        """Return the mentions in a sentence, with places in it, and the memory of those passed over."""
        found = []
        while self._next < len(self._mentions) and self._mentions[self._next].start < end:
            mention = self._mentions[self._next]
            self._next += 1
            if mention.end <= start and mention.kind != "speaker":
                memory = memory.with_group(Group((mention.entity_id,), mention.kind, mention.currency))
            elif start <= mention.start and mention.end <= end:
                found.append(replace(mention, start=mention.start - start, end=mention.end - start))
        lead = self._lead(start)
        return found, memory if lead == memory.lead else replace(memory, lead=lead)

    def _lead(self, start: int) -> Group | None:
        """Return the first company that the paragraph of a sentence names before it."""
        line = self.folded.rfind("\n", self._read_to, start)
        if line >= 0:
            self._paragraph, self._first = line + 1, None
        self._read_to = start
        while self._looked < len(self._mentions) and self._mentions[self._looked].start < start:
            one = self._mentions[self._looked]
            self._looked += 1
            if (
                self._first is None
                and one.start >= self._paragraph
                and one.kind == "company"
                and one.entity_id
            ):
                self._first = Group((one.entity_id,), one.kind, one.currency)
        return self._first

    def span(self, start: int, end: int) -> Span:
        """Quote a stretch as the publisher wrote it."""
        return Span(field=self.name, start=start, end=end, text=self._original[start:end])


def fold(text: str) -> str:
    """Write full-width signs in ASCII and Chinese in simplified characters; the length stays the same."""
    if text.isascii():
        return text
    return fold_script(fold_signs(text))
