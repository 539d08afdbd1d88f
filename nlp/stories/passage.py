"""What is read of two reports side by side: title and opening of each, as word pieces."""

from __future__ import annotations

import re

from tokenizers import Tokenizer

from nlp.scoring.window import piece_id
from nlp.text import readable

_OPENING_CHARS = 400
#: As much of a body is looked at: markup that is blanked comes on top of what is read.
RAW_CHARS = 3000
_SPACES = re.compile(r"\s+")

Pieces = tuple[int, ...]


def opening_of(title: str, body: str) -> str:
    """Return a report's title and the start of its body on one line, without markup."""
    return join_opening(readable(title), readable(body[:RAW_CHARS]))


def join_opening(title: str, body: str) -> str:
    """Return the same of texts that are readable already."""
    told = _SPACES.sub(" ", body).strip()[:_OPENING_CHARS]
    return f"{_SPACES.sub(' ', title).strip()} . {told}"


class PassageCutter:
    """Cuts openings into word pieces, and sets two of them side by side.

    Args:
        tokenizer: the encoder's word-piece tokenizer.
        max_pieces: of one report, title and opening together.
    """

    def __init__(self, tokenizer: Tokenizer, *, max_pieces: int) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer, self._max_pieces = tokenizer, max_pieces
        self._first, self._separator = piece_id(tokenizer, "[CLS]"), piece_id(tokenizer, "[SEP]")

    def cut(self, opening: str) -> Pieces:
        """Return the first word pieces of an opening."""
        return tuple(self._tokenizer.encode(opening, add_special_tokens=False).ids[: self._max_pieces])

    def join(self, earlier: Pieces, later: Pieces) -> tuple[Pieces, Pieces]:
        """Return ids and segments of a pair, as the encoder was trained to see pairs."""
        ids = (self._first, *earlier, self._separator, *later, self._separator)
        return ids, (0,) * (len(earlier) + 2) + (1,) * (len(later) + 1)
