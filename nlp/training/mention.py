"""Entities of labelled examples, as the word pieces of their mentions: what the mention head learns from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenizers import Encoding

from nlp.label import HELD_TYPES
from nlp.training.example import Example
from nlp.training.place import find_surfaces

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entity of an example: positions of its word pieces, whether the text is about it, its tone.

    The latter two are None where nobody said.
    """

    pieces: tuple[int, ...]
    about: bool | None
    tone: int | None


def find_mentions(example: Example, encoding: Encoding) -> list[Mention]:
    """Return the entities of an example whose mentions stand in an encoding of it."""
    said: list[tuple[Sequence[str], bool | None, int | None]] = [
        (entity["surfaces"], bool(entity["salient"]), entity_tone(example, entity))
        for entity in example.entities
    ]
    said += [([surface], None, tone) for surface, tone in example.entity_tones.items()]
    placed = [(tuple(_pieces(example, encoding, surfaces)), about, tone) for surfaces, about, tone in said]
    return [Mention(pieces=pieces, about=about, tone=tone) for pieces, about, tone in placed if pieces]


def entity_tone(example: Example, entity: Mapping[str, object]) -> int | None:
    """Return what the text means for the entity's holders; None where nobody said.

    Where the annotators named one asset that the text is about, the text's tone is its tone.
    """
    if "tone" in entity:
        tone = entity["tone"]
        return tone if isinstance(tone, int) else None
    held = [e for e in example.entities if e["salient"] and e["type"] in HELD_TYPES]
    return example.tone if len(held) == 1 and held[0] is entity else None


def gather_mentions(mentions: Sequence[Sequence[Mention]], length: int) -> Tensor:
    """Return rows (entities, texts * length) that take the mean over an entity's pieces in a batch."""
    import torch  # noqa: PLC0415 - whoever measures finds mentions without it

    flat = [(row, mention) for row, of_text in enumerate(mentions) for mention in of_text]
    places = torch.zeros(len(flat), len(mentions) * length)
    for number, (row, mention) in enumerate(flat):
        for piece in mention.pieces:
            places[number, row * length + piece] = 1 / len(mention.pieces)
    return places


def _pieces(example: Example, encoding: Encoding, surfaces: Sequence[str]) -> Iterator[int]:
    spans = find_surfaces(surfaces, title=example.title, body=example.lead)
    places = {(span.field == "body", span.start, span.end) for span in spans}
    for piece, (field, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True)):
        if field is not None and any(f == field and a < end and start < b for f, a, b in places):
            yield piece
