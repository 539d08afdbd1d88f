"""How alike two reports are: readable features of a pair, the earlier report first.

Two companies' results in one publisher's form share most of their words; so do two days' market wraps.
Words that a publisher uses all the time weigh little (:mod:`nlp.stories.habit`), and half of the features
speak against a pair whose words agree: other names in the same place of two titles, other entities, another
kind of report, days between. What speaks against two reports of one publisher doesn't count where the later
one calls itself an update or a correction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import SequenceMatcher
from types import MappingProxyType

import numpy as np

from nlp.stories.fingerprint import Fingerprint, Words
from nlp.stories.kind import Kind

#: The features, and whether more of one speaks for one event (1), against it (-1), or corrects others (0).
FEATURES: Mapping[str, int] = MappingProxyType(
    {
        "title_told": 1,  # share of each title that the other's opening tells, of the two the lower
        "opening": 1,  # cosine of the openings' words
        "numbers": 1,  # numbers in common, of the fewer
        "entities": 1,  # Jaccard index of the entities
        "vector": 1,  # cosine of the vectors, less 0.4; 0 where one has none
        "has_vectors": 0,
        "length_gap": 0,  # ratio of the numbers of different words, logarithmic: a flash has few to share
        "hours": -1,  # between the two, logarithmic
        "days": -1,  # the same, linear up to three
        "entities_clash": -1,  # the titles name entities, and none in common
        "stage_clash": -1,  # of a market's course, one at its opening and the other at its close
        "kind_clash": -1,  # one is a preview, a call or a rating, the other is not
        "wrap": -1,  # both are of a market's course
        "roundup": -1,  # one at least is of many events
        "form": -1,  # runs of words in common beyond what rare words are
        "own_form": -1,  # of one publisher: runs of words in common
        "own_slots": -1,  # of one publisher: titles alike around other names in the same place
        "own_vector": -1,  # of one publisher: `vector`
    }
)
_MAX_DAYS = 3.0
_USUAL_COSINE = 0.4
#: Of inverse document frequencies; brings `own_slots` near to 0..1.
_RAREST = 9.0
_STAGES: frozenset[Kind] = frozenset({"opening", "midday", "closing"})
_OTHER_STAGE: frozenset[Kind] = frozenset({"preview", "call", "rating"})


def describe(earlier: Fingerprint, later: Fingerprint) -> tuple[float, ...]:
    """Return the features of a pair, in the order of FEATURES."""
    opening = _common(earlier.opening, later.opening) / (earlier.opening_length * later.opening_length or 1.0)
    runs = _runs(earlier, later)
    vector, has_vectors = _vectors(earlier, later)
    hours = max(0.0, (later.known_at - earlier.known_at).total_seconds() / 3600)
    is_own = earlier.publisher == later.publisher and not later.is_update
    return (
        min(_told(earlier.title, later.opening), _told(later.title, earlier.opening)),
        opening,
        len(earlier.numbers & later.numbers) / max(1, min(len(earlier.numbers), len(later.numbers))),
        _jaccard(earlier.entities, later.entities),
        vector,
        has_vectors,
        abs(math.log(max(1, earlier.n_words) / max(1, later.n_words))),
        math.log1p(hours),
        min(_MAX_DAYS, hours / 24),
        float(_differ(earlier.title_entities, later.title_entities)),
        *_kinds(earlier.kinds, later.kinds),
        max(0.0, runs - opening),
        is_own * runs,
        _slots(earlier, later) if is_own else 0.0,
        is_own * vector,
    )


def _common(one: Words, other: Words) -> float:
    """Return the sum of the products of the weights of common words."""
    return sum([one[word] * other[word] for word in one.keys() & other.keys()])


def _told(title: Words, opening: Words) -> float:
    """Return the share of a title, by weight, that stands in an opening."""
    whole = sum(title.values())
    return sum([weight for word, weight in title.items() if word in opening]) / whole if whole else 0.0


def _runs(one: Fingerprint, other: Fingerprint) -> float:
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
    return rarest / _RAREST * 2 * n_equal / max(1, len(one.line) + len(other.line))


def _rarest(words: tuple[str, ...], weights: Words, told: Words) -> float:
    return max((weights[word] for word in words if word not in told), default=0.0)


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def _differ(one: frozenset[str] | frozenset[Kind], other: frozenset[str] | frozenset[Kind]) -> bool:
    """Say whether two sets that hold something have nothing in common."""
    return bool(one) and bool(other) and not one & other


def _kinds(one: frozenset[Kind], other: frozenset[Kind]) -> tuple[float, float, float, float]:
    """Return the features stage_clash, kind_clash, wrap, roundup."""
    both, either = one & other, one | other
    return (
        float("wrap" in either and _differ(one & _STAGES, other & _STAGES)),
        float(not _OTHER_STAGE.isdisjoint(either - both)),
        float("wrap" in both),
        float("roundup" in either),
    )


def _vectors(one: Fingerprint, other: Fingerprint) -> tuple[float, float]:
    """Return the features vector, has_vectors."""
    if one.vector is None or other.vector is None:
        return 0.0, 0.0
    product = one.vector.astype(np.float32) @ other.vector.astype(np.float32)
    return float(product) - _USUAL_COSINE, 1.0
