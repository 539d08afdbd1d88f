"""How alike two reports are, by the words of their titles and the start of their texts.

Comparing every pair of a day's reports would be slow. A set that shares the part `threshold` with another
must share one of its rarest few terms with it (prefix filtering, Chaudhuri, Ganti and Kaushik, ICDE 2006),
so only reports that meet in one of those are compared; nothing is missed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from nlp.script import fold_script, has_han

#: What agencies put in front of a title; the first group marks a later version of the same report.
_PREFIX = re.compile(
    r"""^\W*(?:
        (update|wrapup|corrected|correction|refile|clarification|更新|更正)(?:\s*\d+)?(?:\s*[-:：—–]\s*|\s+(?=[-:]))
        | (?:rpt|repeat|breaking|breaking\ news|exclusive|just\ in|快讯|快訊)(?:\s*\d+)?\s*[-:：—–|]\s*
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_TERM = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_]+(?:[.'’][^\W_]+)*%?")
_STOP_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into"}
    | {"is", "its", "of", "on", "or", "over", "the", "to", "with"}
)
_OPENING_CHARS = 300
_SHINGLE_WORDS = 4
_SHINGLE_CHARS = 8


def is_update(title: str) -> bool:
    """Say whether a title announces a later version: "UPDATE 2-", "Correction:", "更新："."""
    found = _PREFIX.match(title)
    return bool(found and found.group(1))


def title_terms(title: str) -> frozenset[str]:
    """Return the words of a title, or the pairs of neighbouring characters where it is Chinese.

    Prefixes such as "UPDATE 2-" and English function words are dropped; case, width and Chinese script are
    folded.
    """
    terms: set[str] = set()
    for term in _TERM.findall(_fold(_PREFIX.sub("", title))):
        terms.update(_pairs(term) if has_han(term) else {term})
    return frozenset(terms - _STOP_WORDS)


def opening_shingles(body: str) -> frozenset[str]:
    """Return the runs of four words (Chinese: eight characters) in the first 300 characters."""
    opening = _fold(body[:_OPENING_CHARS])
    if has_han(opening):
        letters = "".join(_TERM.findall(opening))
        return frozenset(_runs(letters, _SHINGLE_CHARS, ""))
    return frozenset(_runs(_TERM.findall(opening), _SHINGLE_WORDS, " "))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Return the common part of two sets: shared terms over all terms; 0 where both are empty."""
    common = len(left & right)
    return common / (len(left) + len(right) - common) if common else 0.0


class OverlapIndex:
    """Find, among the sets added so far, those that may overlap a new one by `threshold` or more.

    Args:
        sets: all sets that will be added or looked up.
        threshold: smallest Jaccard similarity looked for, above 0.
    """

    def __init__(self, sets: Iterable[frozenset[str]], *, threshold: float) -> None:
        sets = list(sets)
        self._frequency = Counter(term for terms in sets for term in terms)
        self._probes = [self._rarest(terms, threshold) for terms in sets]
        self._holders: dict[str, list[int]] = {}

    def add(self, place: int) -> None:
        """Add the set at a place of `sets`."""
        for term in self._probes[place]:
            self._holders.setdefault(term, []).append(place)

    def candidates(self, place: int) -> set[int]:
        """Return the places of all added sets that overlap this one by the threshold, and of some more."""
        return {other for term in self._probes[place] for other in self._holders.get(term, ())}

    def _rarest(self, terms: frozenset[str], threshold: float) -> list[str]:
        # Rounding first: 0.6 * 5 is a little above 3 in binary, and would lose a term.
        count = len(terms) - math.ceil(round(threshold * len(terms), 9)) + 1
        return [term for _, term in sorted((self._frequency[term], term) for term in terms)[:count]]


def _fold(text: str) -> str:
    return fold_script(unicodedata.normalize("NFKC", text).casefold())


def _pairs(run: str) -> set[str]:
    return {run[place : place + 2] for place in range(max(1, len(run) - 1))}


def _runs(items: str | list[str], length: int, glue: str) -> list[str]:
    return [glue.join(items[place : place + length]) for place in range(len(items) - length + 1)]
