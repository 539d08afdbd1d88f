"""A text cut into windows that the encoder reads: the title before every piece of the body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

from nlp.error import ModelError

#: A title longer than this is cut in the windows; real ones have about 15 pieces.
MAX_TITLE_PIECES = 64
Offsets = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Word pieces of one encoder pass.

    `ids` and `segments` have the same length; `title_offsets` and `body_offsets` say which
    characters the pieces stand for: the title's from position 1, the body's after the separator.
    """

    ids: tuple[int, ...]
    segments: tuple[int, ...]
    title_offsets: Offsets
    body_offsets: Offsets

    @property
    def body_start(self) -> int:
        """Position of the body's first piece."""
        return len(self.title_offsets) + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """All windows of one text, with the count of its word pieces read and in total."""

    windows: tuple[Window, ...]
    n_read: int
    n_total: int


class WindowCutter:
    """Cut texts for an encoder that reads `max_pieces` at once.

    Args:
        tokenizer: the encoder's word-piece tokenizer.
        max_pieces: length of a window, title and separators included.
        max_windows: windows read of one text at most; the rest is counted but not read.
    """

    def __init__(self, tokenizer: Tokenizer, *, max_pieces: int, max_windows: int) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._first = piece_id(tokenizer, "[CLS]")
        self._separator = piece_id(tokenizer, "[SEP]")
        self._stop = piece_id(tokenizer, ".")
        self._max_pieces = max_pieces
        self._max_windows = max_windows

    def cut(self, texts: Sequence[tuple[str, str]]) -> list[Windows]:
        """Cut (title, body) pairs."""
        flat = [part for text in texts for part in text]
        encodings = self._tokenizer.encode_batch(flat, add_special_tokens=False)
        return [self._windows(*encodings[i : i + 2]) for i in range(0, len(encodings), 2)]

    def _windows(self, title: Encoding, body: Encoding) -> Windows:
        title_ids, title_offsets = title.ids[:MAX_TITLE_PIECES], title.offsets[:MAX_TITLE_PIECES]
        room = self._max_pieces - len(title_ids) - 3
        windows = []
        read = len(title_ids)
        for start, end in self._pieces(body, room):
            ids = [self._first, *title_ids, self._separator, *body.ids[start:end], self._separator]
            windows.append(
                Window(
                    ids=tuple(ids),
                    segments=(0,) * (len(title_ids) + 2) + (1,) * (end - start + 1),
                    title_offsets=title_offsets,
                    body_offsets=body.offsets[start:end],
                )
            )
            read += end - start
        return Windows(windows=tuple(windows), n_read=read, n_total=len(title.ids) + len(body.ids))

    def _pieces(self, body: Encoding, room: int) -> Iterator[tuple[int, int]]:
        """Yield half-open ranges of at most `room` pieces that end with a sentence where they can.

        A stop that the next piece touches is a decimal point or stands in a name.
        """
        ids, offsets = body.ids, body.offsets
        start = 0
        for _ in range(self._max_windows):
            end = min(start + room, len(ids))
            if end < len(ids):
                stops = (
                    i
                    for i in range(end, start + room // 2, -1)
                    if ids[i - 1] == self._stop and offsets[i][0] > offsets[i - 1][1]
                )
                end = next(stops, end)
            yield start, end
            start = end
            if start >= len(ids):
                return


def piece_id(tokenizer: Tokenizer, token: str) -> int:
    """Return a word piece's id, which the encoder can't do without."""
    found: int | None = tokenizer.token_to_id(token)
    if found is None:
        raise ModelError(f"the tokenizer lacks the piece {token}; reinstall Southbound or set tag.model")
    return found
