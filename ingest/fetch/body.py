"""A body read and unpacked within bounds: a small compressed one can hold gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_PIECE_BYTES = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_ANY_HEADER = zlib.MAX_WBITS | 32  # zlib tells gzip from zlib by itself
_NO_HEADER = -zlib.MAX_WBITS


class BodyError(Exception):
    """A body that can't be used; the message says why, after "feed X"."""


def read_body(pieces: Iterable[bytes], *, encoding: str, max_bytes: int) -> bytes:
    """Read a body to its end.

    Args:
        pieces: As they come over the wire.
        encoding: The answer's ``Content-Encoding``, empty for none.
        max_bytes: Largest body, unpacked; never much more than this is held in memory.

    Raises:
        BodyError: It is larger, in an encoding that was not asked for, or broken.
    """
    body = bytearray()
    for piece in _unpack(pieces, encoding.strip().lower()):
        body += piece
        if len(body) > max_bytes:
            raise BodyError(f"is larger than {max_bytes} bytes")
    return bytes(body)


def _unpack(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        return iter(pieces)
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _inflate(pieces)
    raise BodyError(f"is packed as {encoding[:40]}, which was not asked for")


def _inflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip (of any number of members), zlib and bare deflate, a bounded piece at a time."""
    inflater, rest, is_first = None, b"", True
    try:
        for piece in pieces:
            rest += piece
            while rest:
                if inflater is None:
                    if len(rest) < len(_GZIP_MAGIC):
                        break
                    if not is_first and not rest.startswith(_GZIP_MAGIC):  # padding after the end
                        return
                    inflater, is_first = zlib.decompressobj(_window_of(rest)), False
                yield inflater.decompress(rest, _PIECE_BYTES)
                rest = inflater.unconsumed_tail
                if inflater.eof:
                    rest = inflater.unused_data
                    inflater = None
    except zlib.error as error:
        raise BodyError(f"is packed wrongly ({error})") from error
    if inflater is not None:
        raise BodyError("broke off in the middle of a packed answer")


def _window_of(head: bytes) -> int:
    """Tell how a stream begins: some servers send deflate without the header that the standard wants."""
    is_zlib = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2]) % 31 == 0
    return _ANY_HEADER if head.startswith(_GZIP_MAGIC) or is_zlib else _NO_HEADER
