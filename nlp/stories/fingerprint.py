"""What is kept of a report to find and to judge the others of its event."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from datasketch import LeanMinHash, MinHash
from numpy.typing import NDArray

from nlp.stories.kind import Kind, find_kinds
from nlp.stories.number import iterate_numbers
from nlp.stories.report import Report
from nlp.stories.term import Rarity, fold, is_update, iterate_words, strip_marker
from nlp.text import readable
from nlp.topics.feature import N_HALVES, Vector, halve

#: As much of a body as is read: what a report is about is told early.
READ_CHARS = 1500
#: Of the words read, as many of the rarest are kept.
KEPT_WORDS = 150
N_RAREST = 16
#: Numbers of so much of the body count: later ones are background.
_NUMBER_CHARS = 800
_SHINGLE_WORDS = 4
N_PERMUTATIONS = 64
#: All signatures are made with the same permutations.
_EMPTY = MinHash(num_perm=N_PERMUTATIONS, seed=20250207, hashfunc=zlib.crc32)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A report's words, numbers and signature; some kilobytes.

    Attributes:
        article_id: the report's.
        publisher: the report's.
        known_at: the report's.
        title: the title's words with their rarity.
        words: the rarest words of title and body's beginning.
        rarest: the very rarest of `words` with their rarity: what a report is found by.
        weight: sum of the squared rarities of `words`.
        title_numbers: numbers in the title.
        numbers: numbers in title and body's beginning.
        signature: MinHash of the runs of four words of title and body; None of a text too short for one.
        kinds: what kind of report the title says it is.
        is_update: the title announces a later version.
        entity_ids: the report's.
        vector: the last layer's half of the encoder's vector (384), of unit length, in half precision.
    """

    article_id: str
    publisher: str
    known_at: datetime
    title: dict[str, float]
    words: frozenset[str]
    rarest: Mapping[str, float]
    weight: float
    title_numbers: frozenset[str]
    numbers: frozenset[str]
    signature: LeanMinHash | None
    kinds: frozenset[Kind]
    is_update: bool
    entity_ids: frozenset[str]
    vector: NDArray[np.float16] | None


class Fingerprinter:
    """Takes reports' fingerprints.

    Args:
        rarity: how rare words are.
    """

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity

    def take(self, report: Report) -> Fingerprint:
        """Return a report's fingerprint."""
        title = fold(strip_marker(readable(report.title)))
        body = fold(_SPACES.sub(" ", readable(report.body[: 2 * READ_CHARS])))[:READ_CHARS]
        told = list(iterate_words(title))
        running = [*told, *iterate_words(body)]
        words = self._rarest(running)
        title_numbers = frozenset(iterate_numbers(title))
        return Fingerprint(
            article_id=report.article_id,
            publisher=report.publisher,
            known_at=report.known_at,
            title={word: self._rarity[word] for word in told},
            words=frozenset(words),
            rarest={word: self._rarity[word] for word in words[:N_RAREST]},
            weight=sum(self._rarity[word] ** 2 for word in words),
            title_numbers=title_numbers,
            numbers=title_numbers | frozenset(iterate_numbers(body[:_NUMBER_CHARS])),
            signature=_sign(running),
            kinds=find_kinds(report.title),
            is_update=is_update(report.title),
            entity_ids=report.entity_ids,
            vector=_last_layer(report.vector),
        )

    def _rarest(self, words: Iterable[str]) -> list[str]:
        return sorted(dict.fromkeys(words), key=self._rarity.__getitem__, reverse=True)[:KEPT_WORDS]


def _sign(words: list[str]) -> LeanMinHash | None:
    shingles = {" ".join(words[at : at + _SHINGLE_WORDS]) for at in range(len(words) - _SHINGLE_WORDS + 1)}
    if not shingles:
        return None
    made = _EMPTY.copy()
    made.update_batch([shingle.encode("utf-8", "replace") for shingle in shingles])
    return LeanMinHash(made)


def _last_layer(vector: Vector | None) -> NDArray[np.float16] | None:
    """Return a vector's second half: the first, the mean of the pieces, says nothing that words don't."""
    halves = halve(vector)
    return None if halves is None else halves.reshape(N_HALVES, -1)[-1].astype(np.float16)
