"""What is kept of a report to find and to judge the others of its event."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import numpy as np
from datasketch import LeanMinHash, MinHash
from numpy.typing import NDArray

from nlp.script import fold_script, has_han
from nlp.stories.habit import Habits
from nlp.stories.kind import Kind, find_kinds
from nlp.stories.number import iterate_numbers
from nlp.stories.passage import RAW_CHARS, join_opening
from nlp.stories.report import Report
from nlp.stories.term import Rarity, fold, is_update, iterate_words, strip_marker
from nlp.text import readable
from nlp.topics.feature import N_HALVES, Vector, halve

Language = Literal["en", "zh"]

#: As much of a body is read: an event is told early.
READ_CHARS = 1500
#: What stands so early says what the report is about; what comes later may be background.
_OPENING_CHARS = 400
_NUMBER_CHARS = 800
#: Chinese says as much in half the characters.
_SHARES: Mapping[Language, int] = {"en": 1, "zh": 2}
#: As many of a report's rarest words find it.
_N_PROBES = 16
_SHINGLE_WORDS = 4
N_PERMUTATIONS = 64
#: All signatures are made with the same permutations.
_EMPTY = MinHash(num_perm=N_PERMUTATIONS, seed=20250207, hashfunc=zlib.crc32)
_SPACES = re.compile(r"\s+")

Words = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A report's words, numbers and signature: some kilobytes. Words have the weight that they had then.

    Attributes:
        article_id: the report's.
        publisher: the report's.
        known_at: the report's.
        title: the title's words.
        line: the same words in their order.
        opening: the words of the title and of the body's first 400 characters (Chinese: 200).
        opening_length: root of the sum of their squared weights.
        probes: the rarest words that were read: what the report is found by.
        n_words: how many different words were read.
        numbers: what numbers stand in the title and the body's first 800 characters (Chinese: 400).
        signature: MinHash of the runs of four words of what was read; None where there is no such run.
        kinds: what kind of report the title says it is.
        is_update: the title announces a later version.
        language: "zh" where the title has Chinese characters, else "en".
        passage: title and opening as they are read beside another's; Chinese in simplified characters.
        title_entities: the report's.
        entities: the report's.
        vector: the last layer's half of the encoder's vector (384), of unit length.
    """

    article_id: str
    publisher: str
    known_at: datetime
    title: Words
    line: tuple[str, ...]
    opening: Words
    opening_length: float
    probes: Words
    n_words: int
    numbers: frozenset[str]
    signature: LeanMinHash | None
    kinds: frozenset[Kind]
    is_update: bool
    language: Language
    passage: str
    title_entities: frozenset[str]
    entities: frozenset[str]
    vector: NDArray[np.float16] | None


class Fingerprinter:
    """Takes reports' fingerprints.

    Args:
        rarity: how rare words are in the news.
        habits: how usual they are with each publisher, as known when a fingerprint is taken.
    """

    def __init__(self, rarity: Rarity, habits: Habits) -> None:
        self._rarity = rarity
        self._habits = habits

    def take(self, report: Report) -> Fingerprint:
        """Return a report's fingerprint."""
        read = _read(report)
        title, body, share = read.title, read.body, _SHARES[read.language]
        line = tuple(iterate_words(title))
        running = [*line, *iterate_words(body)]
        told = self._weigh(report.publisher, line)
        opening = self._weigh(report.publisher, (*line, *iterate_words(body[: _OPENING_CHARS // share])))
        return Fingerprint(
            article_id=report.article_id,
            publisher=report.publisher,
            known_at=report.known_at,
            title=told,
            line=line,
            opening=opening,
            opening_length=_length(opening),
            probes=self._probe(report.publisher, running),
            n_words=len(set(running)),
            numbers=frozenset(iterate_numbers(f"{title} . {body[: _NUMBER_CHARS // share]}")),
            signature=_sign(running),
            kinds=find_kinds(report.title),
            is_update=is_update(report.title),
            language=read.language,
            passage=read.passage,
            title_entities=report.title_entities,
            entities=report.entities,
            vector=_last_layer(report.vector),
        )

    def _weigh(self, publisher: str, words: Sequence[str]) -> Words:
        return {word: self._habits.weigh(publisher, word, self._rarity[word]) for word in words}

    def _probe(self, publisher: str, words: Sequence[str]) -> Words:
        rarest = sorted(dict.fromkeys(words), key=self._rarity.__getitem__, reverse=True)[: 2 * _N_PROBES]
        weighed = self._weigh(publisher, rarest)
        return dict(sorted(weighed.items(), key=lambda item: -item[1])[:_N_PROBES])


def opening_words(report: Report) -> frozenset[str]:
    """Return the words of a report's title and opening, which are those of its fingerprint."""
    read = _read(report)
    opening = iterate_words(read.body[: _OPENING_CHARS // _SHARES[read.language]])
    return frozenset((*iterate_words(read.title), *opening))


class _Read(NamedTuple):
    """Folded title and beginning of the body, their language, and the passage."""

    title: str
    body: str
    language: Language
    passage: str


def _read(report: Report) -> _Read:
    told_title, told_body = readable(report.title), readable(report.body[:RAW_CHARS])
    title = fold(strip_marker(told_title))
    body = fold(_SPACES.sub(" ", told_body).strip())[:READ_CHARS]
    passage = join_opening(told_title, told_body)
    if has_han(title):
        return _Read(title, body, "zh", fold_script(passage))
    return _Read(title, body, "en", passage)


def _length(words: Words) -> float:
    return math.sqrt(sum(weight * weight for weight in words.values()))


def _sign(words: Sequence[str]) -> LeanMinHash | None:
    shingles = {" ".join(words[at : at + _SHINGLE_WORDS]) for at in range(len(words) - _SHINGLE_WORDS + 1)}
    if not shingles:
        return None
    signature = _EMPTY.copy()
    signature.update_batch([shingle.encode("utf-8", "replace") for shingle in shingles])
    return LeanMinHash(signature)


def _last_layer(vector: Vector | None) -> NDArray[np.float16] | None:
    """Return a vector's second half; the first, the mean of the pieces, says nothing that words don't."""
    halves = halve(vector)
    return None if halves is None else halves.reshape(N_HALVES, -1)[-1].astype(np.float16)
