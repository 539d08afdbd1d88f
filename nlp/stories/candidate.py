"""Find the earlier reports that may tell a report's event, without comparing it with all of them.

Three ways, for no one of them finds all: MinHash signatures that agree in a band (reposts and light
rewrites), rare words in common (the same names told in other words, Chinese too), and vectors that lie on
the same sides of random planes (rewrites that share few words; Charikar, STOC 2002). What is dropped is
forgotten by all three.
"""

from __future__ import annotations

import heapq
from collections import defaultdict

import numpy as np
from datasketch import MinHashLSH
from numpy.typing import NDArray

from nlp.stories.fingerprint import N_PERMUTATIONS, Fingerprint

#: 16 bands of 4: most pairs that share half of their runs of words meet, and nearly all that share more.
_BANDS, _ROWS = 16, 4
#: As many candidates are taken of each way.
_N_SIGNED, _N_WORDED, _N_NEAR = 12, 16, 6
#: A word that more of the kept reports are found by finds nothing.
_MAX_HOLDERS = 400
_TITLE_WEIGHT = 2.0
_N_PLANES = 512
_PLANE_SEED = 20250210
_FIRST_PLACES = 1024


class CandidateIndex:
    """The kept reports, by what they may be found by."""

    def __init__(self) -> None:
        self._kept: dict[str, Fingerprint] = {}
        self._signed = MinHashLSH(num_perm=N_PERMUTATIONS, params=(_BANDS, _ROWS))
        self._holders: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._near = NearVectors()

    def __getitem__(self, article_id: str) -> Fingerprint:
        return self._kept[article_id]

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, one: Fingerprint) -> None:
        """Keep a report."""
        self._kept[one.article_id] = one
        if one.signature is not None:
            self._signed.insert(one.article_id, one.signature, check_duplication=False)
        for word in _probes(one):
            self._holders[word][one.article_id] = None
        if one.vector is not None:
            self._near.add(one.article_id, one.vector)

    def drop(self, article_id: str) -> None:
        """Forget a kept report."""
        one = self._kept.pop(article_id)
        if one.signature is not None:
            self._signed.remove(article_id)
        for word in _probes(one):
            holders = self._holders[word]
            del holders[article_id]
            if not holders:
                del self._holders[word]
        if one.vector is not None:
            self._near.drop(article_id)

    def find(self, one: Fingerprint) -> list[Fingerprint]:
        """Return the kept reports that may tell a report's event: at most 34, in no order."""
        found = dict.fromkeys(self._find_signed(one))
        found.update(dict.fromkeys(self._find_worded(one)))
        if one.vector is not None:
            found.update(dict.fromkeys(self._near.find(one.vector, n=_N_NEAR)))
        return [self._kept[article_id] for article_id in found]

    def _find_signed(self, one: Fingerprint) -> list[str]:
        if one.signature is None:
            return []
        signed = {
            key: one.signature.jaccard(self._kept[key].signature) for key in self._signed.query(one.signature)
        }
        return heapq.nlargest(_N_SIGNED, signed, key=lambda key: (signed[key], key))

    def _find_worded(self, one: Fingerprint) -> list[str]:
        shared: defaultdict[str, float] = defaultdict(float)
        for word, weight in _probes(one).items():
            holders = self._holders.get(word, ())
            if len(holders) <= _MAX_HOLDERS:
                for key in holders:
                    shared[key] += weight
        return heapq.nlargest(_N_WORDED, shared, key=lambda key: (shared[key], key))


class NearVectors:
    """Nearest vectors by the sides of random planes on which they lie: 64 bytes a vector."""

    def __init__(self) -> None:
        self._planes: NDArray[np.float32] | None = None
        self._sides = np.zeros((_FIRST_PLACES, _N_PLANES // 64), np.uint64)
        self._keys: list[str | None] = []
        self._places: dict[str, int] = {}
        self._free: list[int] = []

    def add(self, key: str, vector: NDArray[np.float16]) -> None:
        """Keep a vector; all have the same width."""
        place = self._free.pop() if self._free else len(self._keys)
        if place == len(self._keys):
            self._keys.append(key)
        if place == len(self._sides):
            self._sides = np.concatenate([self._sides, np.zeros_like(self._sides)])
        self._keys[place] = key
        self._places[key] = place
        self._sides[place] = self._side(vector)

    def drop(self, key: str) -> None:
        """Forget a kept vector."""
        place = self._places.pop(key)
        self._keys[place] = None
        self._free.append(place)

    def find(self, vector: NDArray[np.float16], *, n: int) -> list[str]:
        """Return the keys of the nearest vectors, at most n."""
        sides = self._sides[: len(self._keys)]
        differing = np.bitwise_count(sides ^ self._side(vector)).sum(1, dtype=np.int64)
        differing[self._free] = _N_PLANES + 1
        nearest = np.argpartition(differing, n)[:n] if n < len(differing) else np.arange(len(differing))
        return [key for place in nearest.tolist() if (key := self._keys[place]) is not None]

    def _side(self, vector: NDArray[np.float16]) -> NDArray[np.uint64]:
        if self._planes is None:
            random = np.random.default_rng(_PLANE_SEED)
            self._planes = random.standard_normal((_N_PLANES, vector.size), np.float32)
        return np.packbits(self._planes @ vector.astype(np.float32) >= 0).view(np.uint64)


def _probes(one: Fingerprint) -> dict[str, float]:
    """Return the words that a report is found by, with their weight."""
    return {**one.probes, **{word: _TITLE_WEIGHT * weight for word, weight in one.title.items()}}
