"""Entities of labelled examples, as the word pieces of their mentions: what the mention head learns from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding
from torch import Tensor

from nlp.training.example import Example
from nlp.training.place import find_places

#: Whose holders can be better or worse off.
_HELD_TYPES = frozenset({"company", "index", "product"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entity of an example: positions of its word pieces, whether the text is about it, tone or None."""

    pieces: tuple[int, ...]
    about: bool
    tone: int | None


def find_mentions(example: Example, encoding: Encoding) -> list[Mention]:
    """Return the entities of an example whose mentions stand in an encoding of it."""
    found = []
    for entity in example.entities:
        pieces = tuple(_pieces(example, encoding, entity["surfaces"]))
        if pieces:
            found.append(
                Mention(pieces=pieces, about=bool(entity["salient"]), tone=entity_tone(example, entity))
            )
    return found


def entity_tone(example: Example, entity: Mapping[str, object]) -> int | None:
    """Return what the text means for the entity's holders; None where nobody said.

    Where the annotators named one asset that the text is about, the text's tone is its tone.
    """
    if "tone" in entity:
        tone = entity["tone"]
        return int(tone) if isinstance(tone, int) else None
    held = [e for e in example.entities if e["salient"] and e["type"] in _HELD_TYPES]
    return example.tone if len(held) == 1 and held[0] is entity and "tone" not in entity else None


def gather_mentions(mentions: Sequence[Sequence[Mention]], length: int) -> Tensor:
    """Return rows (entities, texts * length) that take the mean over an entity's pieces in a batch."""
    flat = [(row, mention) for row, of_text in enumerate(mentions) for mention in of_text]
    places = torch.zeros(len(flat), len(mentions) * length)
    for number, (row, mention) in enumerate(flat):
        for piece in mention.pieces:
            places[number, row * length + piece] = 1 / len(mention.pieces)
    return places


def _pieces(example: Example, encoding: Encoding, surfaces: Sequence[str]) -> Iterator[int]:
    texts = (example.title, example.lead)
    spans = {
        (field, span.start, span.end)
        for surface in surfaces
        if surface
        for field, text in enumerate(texts)
        for span in find_places("body" if field else "title", text, surface)
    }
    for piece, (field, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True)):
        if field is not None and any(f == field and a < end and start < b for f, a, b in spans):
            yield piece
