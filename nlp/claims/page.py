"""A field that claims are read from: folded and as written, whom it names where, and its days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from nlp.annotation import EntityTag, Field, Span
from nlp.claims.group import Group, Memory
from nlp.claims.scene import Mention, SubjectKind, fold_signs
from nlp.claims.timing import Clock
from nlp.script import fold_script, has_han

#: Types of entities that have a market's numbers.
KINDS: Final[Mapping[str, SubjectKind]] = {"index": "index", "company": "company", "product": "fund"}
_CURRENCIES: Final = {
    "XHKG": "HKD", "XSHG": "CNY", "XSHE": "CNY", "XBSE": "CNY", "XNYS": "USD", "XNAS": "USD", "XTKS": "JPY",
    "XKRX": "KRW", "XTAI": "TWD", "XLON": "GBP", "XPAR": "EUR", "XETR": "EUR", "XASX": "AUD", "XSES": "SGD",
    "XTSE": "CAD", "XNSE": "INR", "XBOM": "INR",
}  # fmt: skip
#: The currency of money that a text doesn't name.
_HOMES: Final = {"zh-Hant": "HKD", "zh-Hans": "CNY"}


_FUND: Final = re.compile(r"\b(?:ETF|Fund)s?\b")


class Page:
    """A field's text and mentions; its sentences are asked for in order."""

    __slots__ = ("_mentions", "_next", "_original", "clock", "folded", "home", "is_chinese", "name")

    def __init__(
        self,
        name: Field,
        folded: str,
        original: str,
        mentions: Sequence[Mention],
        language: str,
        clock: Clock,
    ) -> None:
        self.name, self.folded, self._original = name, folded, original
        self.home = _HOMES.get(language, "USD")
        self.is_chinese = language.startswith("zh")
        self.clock = clock
        self._mentions = mentions
        self._next = 0

    def within(self, start: int, end: int) -> list[Mention]:
        """Return the mentions of the next sentence, with places in it."""
        found = []
        while self._next < len(self._mentions) and self._mentions[self._next].start < end:
            mention = self._mentions[self._next]
            if start <= mention.start and mention.end <= end:
                found.append(replace(mention, start=mention.start - start, end=mention.end - start))
            self._next += 1
        return found

    def remember(self, memory: Memory) -> Memory:
        """Return whom the text has spoken of after a sentence without numbers."""
        if not self._next:
            return memory
        last = self._mentions[self._next - 1]
        return memory.with_group(Group((last.entity_id,), last.kind, last.currency))

    def span(self, start: int, end: int) -> Span:
        """Quote a stretch as the publisher wrote it."""
        return Span(field=self.name, start=start, end=end, text=self._original[start:end])


def fold(text: str) -> str:
    """Write full-width signs in ASCII and Chinese in simplified characters; the length stays the same."""
    folded = fold_signs(text)
    return fold_script(folded) if has_han(folded) else folded


def mentions_of(entities: Sequence[EntityTag]) -> Mapping[Field, list[Mention]]:
    """Return the places of the entities that can have a market's numbers, by field and in order."""
    found: dict[Field, list[Mention]] = {"title": [], "body": []}
    for tag in entities:
        if tag.type not in KINDS or (tag.type == "product" and not tag.tickers):
            continue
        kind = "fund" if _FUND.search(tag.name) else KINDS[tag.type]
        currency = next((_CURRENCIES[x[:4]] for x in tag.tickers if x[:4] in _CURRENCIES), "")
        for span in tag.mentions:
            found[span.field].append(
                Mention(
                    start=span.start,
                    end=span.end,
                    entity_id=tag.entity_id,
                    kind=kind,
                    currency=currency,
                )
            )
    for places in found.values():
        places.sort(key=lambda mention: (mention.start, -mention.end))
    return found
