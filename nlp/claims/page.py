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
#: Currencies by the signs and words for them, and by the exchanges whose shares are priced in them.
_NAMED: Final = {
    "$": "USD", "US$": "USD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "C$": "CAD", "CA$": "CAD",
    "HK$": "HKD", "Canadian dollars": "CAD", "Australian dollars": "AUD",
    "Rs": "INR", "\u20b9": "INR", "rupees": "INR", "INR": "INR", "BSE": "INR", "NSE": "INR", "\u20ac": "EUR",
    "euros": "EUR", "\u00a3": "GBP", "yen": "JPY", "won": "KRW", "yuan": "CNY", "ringgit": "MYR",
    "baht": "THB", "ASX:": "AUD", "NZX:": "NZD", "TSX:": "CAD", "TSXV:": "CAD", "NYSE": "USD",
    "NASDAQ": "USD", "Nasdaq": "USD", "ASX-listed": "AUD", "Australia-listed": "AUD",
    "Australian bourse": "AUD", "Australian Securities Exchange": "AUD", "New Zealand bourse": "NZD",
}  # fmt: skip
#: Such a sign or word; one that a number has to stand beside; not that of a sum converted in brackets.
_NAMES: Final = re.compile(
    r"(?<!\d\s\()(?<![A-Za-z])(?P<before>(?:US|AU|NZ|CA|HK|A|C)?\$|Rs\b|INR|[\u20b9\u20ac\u00a3])(?=[.\s]{0,2}\d)"
    r"|\d\s(?:[mb]illion\s)?(?P<after>Canadian\sdollars|Australian\sdollars|rupees|euros|yen|won|yuan|ringgit|baht)\b"
    r"|(?P<exchange>\b(?:ASX-listed|Australia-listed|Australian\s(?:bourse|Securities\sExchange)|New\sZealand\sbourse|ASX:|NZX:|TSXV?:|NYSE|NASDAQ|Nasdaq|BSE|NSE)(?!:[A-Z]*\s?Sensex))"
)
#: Before a sum in brackets: it is the one before, converted.
_CONVERTED: Final = re.compile(r"\d(?:\s?[A-Za-z]+){0,3}\s\($")
_N_CONVERTED: Final = 32


def home_of(text: str, language: str) -> str:
    """Return the currency of money without a name: that of a language, or the only one that a text names.

    Args:
        text: title and body, folded.
        language: of the text, as BCP 47 writes it.
    """
    if language in _HOMES:
        return "CNY" if _ALL_YUAN.search(text) else _HOMES[language]
    named = {
        _NAMED[match[match.lastgroup or ""]]
        for match in _NAMES.finditer(text)
        if not _CONVERTED.search(text, max(0, match.start() - _N_CONVERTED), match.start())
    }
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
