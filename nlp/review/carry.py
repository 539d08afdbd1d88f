"""Carry a change from the text that it was made on to a later revision of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlp.annotation import Field, Span
from nlp.review.change import Change


def carry(change: Change, old: tuple[str, str], new: tuple[str, str]) -> Change | None:
    """Return a change as it holds of another text; None where what it speaks of no longer stands there.

    Args:
        change: made on the old text.
        old: title and body that it was made on.
        new: title and body of the later revision.

    A change that names no stretch of text (a tone, a scope, "checked") holds while the title is the same.
    """
    if old == new:
        return change
    if not change.anchors:
        return change if old[0].strip() == new[0].strip() else None
    evidence, mentions = (tuple(_placed(part, new)) for part in (change.evidence, change.mentions))
    if (change.evidence and not evidence) or (change.mentions and not mentions):
        return None
    return replace(change, evidence=evidence, mentions=mentions)


def _placed(spans: tuple[Span, ...], text: tuple[str, str]) -> Iterator[Span]:
    """Yield the spans that still stand in a text, where they stand now: as near as can be to their places."""
    for span in spans:
        found = _find(span, text)
        if found is not None:
            yield found


def _find(span: Span, text: tuple[str, str]) -> Span | None:
    fields: dict[Field, str] = {"title": text[0], "body": text[1]}
    other: Field = "body" if span.field == "title" else "title"
    for field in (span.field, other):
        places = list(_places(fields[field], span.text))
        if places:
            start = min(places, key=lambda place: abs(place - span.start))
            return Span(field=field, start=start, end=start + len(span.text), text=span.text)
    return None


def _places(text: str, part: str) -> Iterator[int]:
    start = text.find(part) if part else -1
    while start >= 0:
        yield start
        start = text.find(part, start + 1)
