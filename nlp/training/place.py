"""Where the forms of an annotated entity stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.annotation import Field, Span


def find_places(field: Field, text: str, surface: str) -> Iterator[Span]:
    """Yield where a surface stands in a text, whole Latin words only."""
    left = r"\b" if surface[0].isascii() and surface[0].isalnum() else ""
    right = r"\b" if surface[-1].isascii() and surface[-1].isalnum() else ""
    for match in re.finditer(f"{left}{re.escape(surface)}{right}", text):
        yield Span(field=field, start=match.start(), end=match.end(), text=surface)


def find_surfaces(surfaces: Sequence[str], *, title: str, body: str) -> list[Span]:
    """Return every place of any of some surfaces in an item's two fields."""
    fields: tuple[tuple[Field, str], ...] = (("title", title), ("body", body))
    return [
        span
        for surface in surfaces
        if surface
        for field, text in fields
        for span in find_places(field, text, surface)
    ]
