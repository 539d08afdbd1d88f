"""What tagging says about one text. Offsets count characters of the field as it was given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nlp.claims.claim import Claim

Field = Literal["title", "body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a field: `text` is `field[start:end]`, half open."""

    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeTag:
    """A theme the text is materially about, its calibrated score in 0..1, and the sentences that carry it."""

    theme: str
    score: float
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """What a text means for holders: label -1, 0 or 1 and the three probabilities."""

    label: int
    negative: float
    neutral: float
    positive: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityTag:
    """An entity that a text names, with every place where it does.

    `relevance` is 0..1. `tone` is what the text means for the entity's own holders; None where it has none (a
    person, a public body) or no encoder read the mentions.
    """

    entity_id: str
    name: str
    type: str
    tickers: tuple[str, ...]
    relevance: float
    linked: bool
    mentions: tuple[Span, ...]
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCount:
    """How many of the text's word pieces were read."""

    read: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Everything tagging says about one text.

    `scores` holds every theme's score, `themes` those at or above their threshold. `claims` are the numbers
    that the text asserts, in the order in which they stand; `claims_error` says why they couldn't be read,
    where that is so. `vector` is the encoder's (768), which themes of
    one's own are read off; None where no encoder read the text.
    """

    language: str
    hk_china: float
    themes: tuple[ThemeTag, ...]
    entities: tuple[EntityTag, ...]
    tone: Tone
    scores: dict[str, float]
    model: str
    tokens: TokenCount
    claims: tuple[Claim, ...] = ()
    claims_error: str = ""
    vector: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is tagged: a title and a body in one language ("en", "zh-Hant", "zh-Hans" or another).

    `published_on` decides which listings held; without it, all are given. `repeated` are ranges of the
    body, half open, that the publisher puts under many articles: they are not read. `published_at` (aware)
    says what day it was at the exchanges that the text speaks of.
    """

    title: str
    body: str
    language: str
    published_on: date | None = None
    repeated: tuple[tuple[int, int], ...] = ()
    published_at: datetime | None = None
