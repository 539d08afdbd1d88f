"""How alike two reports are: readable features of a pair, the earlier report first.

Two companies' results in one publisher's form share most of their words; so do two days' market wraps.
Words that a publisher uses all the time weigh little (:mod:`nlp.stories.habit`), and some features speak
against a pair whose words agree: other names in the same place of two titles, other entities, another kind
of report, days between.
"""

from __future__ import annotations

import math
from difflib import SequenceMatcher

import numpy as np

from nlp.stories.fingerprint import Fingerprint, Words

FEATURES = (
    "title_cosine",  # of the titles' words
    "title_repost",  # what of that is above 0.7
    "title_told",  # share of a title that the other's opening tells, of the two the higher
    "title_told_less",  # the lower
    "opening_cosine",  # of the openings' words
    "shingles",  # Jaccard index of the runs of four words, estimated
    "length_gap",  # ratio of the numbers of different words, logarithmic
    "slots",  # how alike the titles are around other names in the same place
    "numbers_shared",  # numbers in common, logarithmic
    "entities_shared",  # Jaccard index of the entities
    "entities_clash",  # the titles name entities, and none in common
    "hours",  # between the two, logarithmic
    "days",  # the same, linear up to three
    "same_publisher",
    "own_form",  # of one publisher, what the openings don't tell of the titles
    "wrap",  # both are of a market's course
    "roundup",  # one at least is of many events
    "move_clash",  # one is of a share's move, the other is not
    "kind_clash",  # one is a preview, a call or a rating, the other is not
    "vector",  # cosine of the vectors, less 0.4; 0 where one has none
    "has_vectors",
)
_REPOST = 0.7
_MAX_DAYS = 3.0
_USUAL_COSINE = 0.4
#: Of inverse document frequencies; brings `slots` near to 0..1.
_RAREST = 9.0
#: Titles with less in common have no common form.
_MIN_FORM = 0.15


def describe(earlier: Fingerprint, later: Fingerprint) -> tuple[float, ...]:
    """Return the features of a pair, in the order of FEATURES."""
    title = _cosine(earlier.title, later.title)
    told = sorted((_told(earlier.title, later.opening), _told(later.title, earlier.opening)))
    hours = max(0.0, (later.known_at - earlier.known_at).total_seconds() / 3600)
    is_same = earlier.publisher == later.publisher
    return (
        title,
        max(0.0, title - _REPOST),
        told[1],
        told[0],
        _cosine(earlier.opening, later.opening),
        _shingles(earlier, later),
        abs(math.log(max(1, earlier.n_words) / max(1, later.n_words))),
        _slots(earlier, later) if title >= _MIN_FORM else 0.0,
        math.log1p(len(earlier.numbers & later.numbers)),
        _jaccard(earlier.entities, later.entities),
        float(_clash(earlier.title_entities, later.title_entities)),
        math.log1p(hours),
        min(_MAX_DAYS, hours / 24),
        float(is_same),
        is_same * (1 - told[1]),
        *_kinds(earlier, later),
        *_vectors(earlier, later),
    )


def _cosine(one: Words, other: Words) -> float:
    common = sum(one[word] * other[word] for word in one.keys() & other.keys())
    return common / (_length(one) * _length(other)) if common else 0.0


def _length(words: Words) -> float:
    return math.sqrt(sum(weight * weight for weight in words.values()))


def _told(title: Words, opening: Words) -> float:
    """Return the share of a title, by weight, that stands in an opening."""
    whole = sum(title.values())
    return sum(weight for word, weight in title.items() if word in opening) / whole if whole else 0.0


def _shingles(one: Fingerprint, other: Fingerprint) -> float:
    if one.signature is None or other.signature is None:
        return 0.0
    return float(one.signature.jaccard(other.signature))


def _slots(one: Fingerprint, other: Fingerprint) -> float:
    """Return how alike two titles are that put other rare words in the same place, 0 where they don't."""
    matcher = SequenceMatcher(None, one.line, other.line, autojunk=False)
    n_equal, rarest = 0, 0.0
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            n_equal += end - start
        elif kind == "replace":
            left = _rarest(one.line[start:end], one.title, other.opening)
            right = _rarest(other.line[other_start:other_end], other.title, one.opening)
            rarest = max(rarest, min(left, right))
    return rarest / _RAREST * 2 * n_equal / (len(one.line) + len(other.line))


def _rarest(words: tuple[str, ...], weights: Words, told: Words) -> float:
    return max((weights[word] for word in words if word not in told), default=0.0)


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def _clash(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def _kinds(one: Fingerprint, other: Fingerprint) -> tuple[float, float, float, float]:
    """Return the features wrap, roundup, move_clash, kind_clash."""
    both, either = one.kinds & other.kinds, one.kinds | other.kinds
    differing = either - both
    return (
        float("wrap" in both),
        float("roundup" in either),
        float("move" in differing),
        float(not differing.isdisjoint({"preview", "call", "rating"})),
    )


def _vectors(one: Fingerprint, other: Fingerprint) -> tuple[float, float]:
    """Return the features vector, has_vectors."""
    if one.vector is None or other.vector is None:
        return 0.0, 0.0
    product = one.vector.astype(np.float32) @ other.vector.astype(np.float32)
    return float(product) - _USUAL_COSINE, 1.0
