"""How alike two reports are: readable features of a pair, the earlier report first."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np

from nlp.stories.fingerprint import Fingerprint

FEATURES = (
    "title_cosine",
    "title_told",
    "title_told_less",
    "words",
    "shingles",
    "numbers_shared",
    "numbers_clash",
    "title_numbers_shared",
    "title_numbers_clash",
    "same_publisher",
    "template",
    "hours",
    "wrap",
    "wrap_hours",
    "kind_clash",
    "roundup",
    "entities_shared",
    "entities_clash",
    "vector",
    "has_vectors",
)


def describe(a, b, rarity):
    ta, tb = a.title, b.title
    na = math.sqrt(sum(v * v for v in ta.values())); nb = math.sqrt(sum(v * v for v in tb.values()))
    common = ta.keys() & tb.keys()
    tc = sum(ta[w] ** 2 for w in common) / (na * nb) if common else 0.0
    ab = sum(v for w, v in ta.items() if w in b.words or w in tb) / (sum(ta.values()) or 1)
    ba = sum(v for w, v in tb.items() if w in a.words or w in ta) / (sum(tb.values()) or 1)
    wc = sum(rarity[w] ** 2 for w in a.words & b.words) / (math.sqrt(a.weight * b.weight) or 1)
    sh = a.signature.jaccard(b.signature) if a.signature is not None and b.signature is not None else 0.0
    num = len(a.numbers & b.numbers); least = min(len(a.numbers), len(b.numbers))
    tn = len(a.title_numbers & b.title_numbers); tl = min(len(a.title_numbers), len(b.title_numbers))
    hours = (b.known_at - a.known_at).total_seconds() / 3600
    same = a.publisher == b.publisher
    wrap = "wrap" in a.kinds and "wrap" in b.kinds
    stage = {"opening", "midday", "closing"}
    ka, kb = a.kinds & stage, b.kinds & stage
    clash = float(bool((a.kinds ^ b.kinds) & {"preview", "call", "rating"})) 
    has = a.vector is not None and b.vector is not None
    return (
        tc, max(ab, ba), min(ab, ba), wc, sh,
        math.log1p(num), float(least > 1 and not num), math.log1p(tn), float(tl > 0 and tn == 0),
        float(same), same * (1 - max(ab, ba)), math.log1p(hours), float(wrap), wrap * math.log1p(hours),
        clash, float("roundup" in a.kinds or "roundup" in b.kinds),
        float(bool(a.entity_ids & b.entity_ids)), float(bool(a.entity_ids and b.entity_ids and not a.entity_ids & b.entity_ids)),
        float(a.vector.astype(np.float32) @ b.vector.astype(np.float32)) - 0.4 if has else 0.0, float(has),
    )
