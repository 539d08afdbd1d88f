"""How much a text is about an entity: 0..1, from where and how often it is named, as what, and beside what.

A logistic model on the features below; the annotators' "the item is about it" is what it was fitted to.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.annotation import Field, Span

_TYPES = ("company", "institution", "person", "index", "product")
#: The order of the model's inputs.
FEATURES = (
    "in_title",
    "opens_title",
    "title_start",
    "in_lead",
    "first_place",
    "spread",
    "log_count",
    "share",
    "alone",
    "log_entities",
    "log_of_type",
    "place_rank",
    "count_rank",
    "named_first",
    "named_most",
    "named_most_of_type",
    "title_names_others",
    "log_in_title",
    "log_body",
    "speaks",
    "after_preposition",
    "opens_sentence",
    "in_list",
    "possessive",
    *(f"is_{kind}" for kind in _TYPES),
    *(f"{kind}_in_title" for kind in _TYPES),
    *(f"{kind}_speaks" for kind in _TYPES),
    "was_read",
    "about",
)
_LEAD_CHARS = 250
_LONG_BODY = 2000
_BEFORE, _AFTER = 24, 30
_SPEAKS_AFTER = re.compile(
    r"\W{0,3}(?:'s \w+ )?(?:said|says?|told|added|wrote|noted|according|expects?|warned|stressed|believes?"
    r"|analysts?|economists?|strategists?|chief|CEO|chairman|secretary|spokes)",
    re.IGNORECASE,
)
_SPEAKS_BEFORE = re.compile(
    r"(?:said|according to|told|says|by|analysts? at|economists? at|strategists? at) (?:the )?$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"\b(?:by|at|of|from|to|with|for|the|against|and|like|including|such as|rivals?|versus|on) $",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n\"“-])\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An entity as a text names it.

    Attributes:
        type: company, institution, person, index or product.
        mentions: its places, not empty.
        about: what the encoder's mention head says (raw score); None where it didn't read them.
    """

    type: str
    mentions: Sequence[Span]
    about: float | None


def describe(entities: Sequence[Named], *, title: str, body: str) -> list[dict[str, float]]:
    """Describe each of a text's entities by the inputs of the relevance model: they are seen side by side."""
    texts: dict[Field, str] = {"title": title, "body": body}
    peers = _Peers.of(entities, title)
    return [
        _place_features(entity, title, body)
        | peers.features(number)
        | _context_features(entity, texts)
        | {"was_read": float(entity.about is not None), "about": entity.about or 0.0}
        for number, entity in enumerate(entities)
    ]


def weigh(features: Mapping[str, float], coefficients: Mapping[str, float]) -> float:
    """Return the logistic model's answer for an entity's features."""
    raw = coefficients["intercept"] + sum(coefficients[name] * features[name] for name in FEATURES)
    return 1.0 / (1.0 + math.exp(-raw))


def _place_features(entity: Named, title: str, body: str) -> dict[str, float]:
    in_title = [span.start for span in entity.mentions if span.field == "title"]
    in_body = [span.start for span in entity.mentions if span.field == "body"]
    first = min(in_body, default=len(body))
    length = max(1, min(len(body), _LONG_BODY))
    return {
        "in_title": float(bool(in_title)),
        "opens_title": float(bool(in_title) and in_title[0] == 0),
        "title_start": 1.0 - in_title[0] / max(1, len(title)) if in_title else 0.0,
        "in_lead": float(first < _LEAD_CHARS),
        "first_place": 0.0 if in_title else min(1.0, first / length),
        "spread": (max(in_body, default=first) - first) / max(1, len(body)),
        "log_count": math.log1p(len(entity.mentions)),
        "log_body": math.log1p(len(body)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Peers:
    """A text's entities side by side: how often, how early and as what each is named."""

    types: tuple[str, ...]
    counts: tuple[int, ...]
    places: tuple[int, ...]
    in_title: tuple[bool, ...]

    @classmethod
    def of(cls, entities: Sequence[Named], title: str) -> _Peers:
        firsts = [
            min(
                span.start if span.field == "title" else len(title) + 1 + span.start
                for span in entity.mentions
            )
            for entity in entities
        ]
        return cls(
            types=tuple(entity.type for entity in entities),
            counts=tuple(len(entity.mentions) for entity in entities),
            places=tuple(firsts),
            in_title=tuple(any(span.field == "title" for span in entity.mentions) for entity in entities),
        )

    def features(self, number: int) -> dict[str, float]:
        own, kind = self.counts[number], self.types[number]
        same = [count for count, other in zip(self.counts, self.types, strict=True) if other == kind]
        earlier = sum(place < self.places[number] for place in self.places)
        oftener = sum(count > own for count in self.counts)
        return {
            "share": own / sum(self.counts),
            "alone": float(len(self.counts) == 1),
            "log_entities": math.log1p(len(self.counts)),
            "log_of_type": math.log1p(len(same)),
            "place_rank": math.log1p(earlier),
            "count_rank": math.log1p(oftener),
            "named_first": float(earlier == 0),
            "named_most": float(oftener == 0),
            "named_most_of_type": float(own == max(same)),
            "title_names_others": float(any(self.in_title) and not self.in_title[number]),
            "log_in_title": math.log1p(sum(self.in_title)),
        }


def _context_features(entity: Named, texts: Mapping[Field, str]) -> dict[str, float]:
    contexts = list(_contexts(entity.mentions, texts))
    n = len(contexts)
    speaks = sum(bool(_SPEAKS_AFTER.match(b) or _SPEAKS_BEFORE.search(a)) for a, b in contexts) / n
    in_title = any(span.field == "title" for span in entity.mentions)
    kinds = {kind: float(kind == entity.type) for kind in _TYPES}
    return {
        "speaks": speaks,
        "after_preposition": sum(bool(_PREPOSITION.search(a)) for a, _ in contexts) / n,
        "opens_sentence": sum(bool(_SENTENCE_START.search(a)) for a, _ in contexts) / n,
        "in_list": sum(b.startswith((",", " and ")) or a.endswith((", ", " and ")) for a, b in contexts) / n,
        "possessive": sum(b.startswith(("'s", "’s")) for _, b in contexts) / n,
        **{f"is_{kind}": value for kind, value in kinds.items()},
        **{f"{kind}_in_title": value * in_title for kind, value in kinds.items()},
        **{f"{kind}_speaks": value * speaks for kind, value in kinds.items()},
    }


def _contexts(mentions: Sequence[Span], texts: Mapping[Field, str]) -> Iterator[tuple[str, str]]:
    """Yield what stands just before and just after each mention."""
    for span in mentions:
        text = texts[span.field]
        yield text[max(0, span.start - _BEFORE) : span.start], text[span.end : span.end + _AFTER]
