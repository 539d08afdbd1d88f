"""What is stored of a text that may be read but not kept: its beginning, and what its tags rest on.

Evidence and mentions are offsets into what is stored, so an excerpt can't just be the first so many
characters: a tag may rest on the last paragraph. Each tag that has nothing in the beginning (or the title)
gets its first span quoted below it; spans elsewhere are let go, and those that stay are moved to where their
words stand now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.annotation import Annotation, Span
from nlp.claims.claim import Claim

_SENTENCE_END = re.compile(r"[.!?]['\"”’)]*(?=\s)|[。！？][」』”]*|\n")
#: A longer span is quoted as far as this.
_MAX_QUOTE_CHARS = 300
#: A sentence's end is looked for in the last part of the beginning only, lest a long sentence take all of it.
_MIN_LEAD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the text, half open, and where it stands in the excerpt."""

    start: int
    end: int
    place: int

    def holds(self, span: Span) -> bool:
        return self.start <= span.start and span.end <= self.end


def make_excerpt(text: str, annotation: Annotation, *, n_chars: int) -> tuple[str, Annotation]:
    """Cut a tagged body down to an excerpt.

    Args:
        text: The body that was tagged.
        annotation: Its tags.
        n_chars: Length of the beginning that is kept, to the last sentence's end in it.

    Returns:
        The excerpt, and the same tags with the spans that stand in it: at least one a tag. Claims whose
        sentence isn't in it are let go.
    """
    end = _end_of_lead(text, n_chars)
    pieces = [_Piece(0, end, 0)]
    body = text[:end]
    evidence = [tag.evidence for tag in annotation.themes]
    for spans in (*evidence, *(tag.mentions for tag in annotation.entities)):
        if spans and not any(_is_kept(span, pieces) for span in spans):
            quote = _shortened(spans[0])
            pieces.append(_Piece(quote.start, quote.end, len(body) + 1))
            body = f"{body}\n{quote.text}"
    return body, replace(
        annotation,
        themes=tuple(replace(tag, evidence=_moved(tag.evidence, pieces)) for tag in annotation.themes),
        entities=tuple(replace(tag, mentions=_moved(tag.mentions, pieces)) for tag in annotation.entities),
        claims=tuple(_iterate_claims(annotation.claims, pieces)),
    )


def _end_of_lead(text: str, n_chars: int) -> int:
    if len(text) <= n_chars:
        return len(text)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, n_chars + 1) if match.end() <= n_chars]
    end = ends[-1] if ends and ends[-1] >= _MIN_LEAD_SHARE * n_chars else n_chars
    return len(text[:end].rstrip())


def _is_kept(span: Span, pieces: Sequence[_Piece]) -> bool:
    return span.field == "title" or any(piece.holds(span) for piece in pieces)


def _shortened(span: Span) -> Span:
    end = min(span.end, span.start + _MAX_QUOTE_CHARS)
    return replace(span, end=end, text=span.text[: end - span.start])


def _moved(spans: Sequence[Span], pieces: Sequence[_Piece]) -> tuple[Span, ...]:
    return tuple(_iterate_moved(spans, pieces))


def _iterate_claims(claims: Sequence[Claim], pieces: Sequence[_Piece]) -> Iterator[Claim]:
    for claim in claims:
        evidence, number = _moved([claim.evidence], pieces), _moved([claim.number], pieces)
        is_whole = bool(evidence and number) and evidence[0].text == claim.evidence.text
        # A sentence may stand in two pieces; number and sentence must be in the same one.
        if is_whole and evidence[0].start <= number[0].start and number[0].end <= evidence[0].end:
            yield replace(claim, evidence=evidence[0], number=number[0])


def _iterate_moved(spans: Sequence[Span], pieces: Sequence[_Piece]) -> Iterator[Span]:
    for span in spans:
        if span.field == "title":
            yield span
            continue
        quote = span if _is_kept(span, pieces) else _shortened(span)
        piece = next((piece for piece in pieces if piece.holds(quote)), None)
        if piece is not None:
            shift = piece.place - piece.start
            yield replace(quote, start=quote.start + shift, end=quote.end + shift)
