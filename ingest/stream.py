"""Read files line by line with a bound on memory, compressed or not."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase, BufferedReader, FileIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ingest.error import UnreadableInputError
from ingest.rejection import Rejection

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: A longer line is rejected without being held in memory as a whole. Bytes.
MAX_LINE_BYTES = 64 * 1024 * 1024
_SKIP_BYTES = 1024 * 1024
_HEAD_BYTES = 4096
_BUFFER_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_ZIP_MAGIC = b"PK\x03\x04"
#: What the unpackers raise on damaged data.
DAMAGE = (OSError, zlib.error, zipfile.BadZipFile)
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One physical line of a file.

    Attributes:
        number: Counted from 1.
        data: The line with its line feed, or why it cannot be had.
        is_end: Whether nothing after it can be read.
    """

    number: int
    data: bytes | Rejection
    is_end: bool = False


@dataclass(slots=True)
class Gauge:
    """How far a file has been gone through.

    Attributes:
        position: Bytes of the file as it lies on the disk; runs ahead of what was made of them by a buffer.
    """

    position: int = 0

    def set(self, position: int) -> None:
        """Move on to a position; never back, though a reader may look at the beginning again."""
        self.position = max(self.position, position)


class _GaugedFile(FileIO):
    """A file that tells a gauge how far it is read."""

    def __init__(self, path: Path, gauge: Gauge) -> None:
        super().__init__(path, "rb")
        self._gauge = gauge

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read, and tell."""
        n_read = super().readinto(buffer)
        self._gauge.set(self.tell())
        return n_read or 0


@contextmanager
def open_raw(path: Path, gauge: Gauge | None = None) -> Iterator[BufferedIOBase]:
    """Open a file for reading as it lies on the disk.

    Raises:
        UnreadableInputError: The file is missing, a folder, or not ours to read.
    """
    try:
        raw = BufferedReader(_GaugedFile(path, gauge or Gauge()), _BUFFER_BYTES)
    except OSError as error:
        raise UnreadableInputError(f"{path} cannot be read: {error.strerror or error}") from None
    with raw:
        yield raw


@contextmanager
def open_input(path: Path, gauge: Gauge | None = None) -> Iterator[BufferedIOBase | IO[bytes]]:
    """Open a file for reading; one that starts like gzip, or like zip, is decompressed on the way.

    Raises:
        UnreadableInputError: The file is missing, a folder, not ours to read, or a zip file of several.
    """
    with open_raw(path, gauge) as raw:
        magic = raw.read(len(_ZIP_MAGIC))
        raw.seek(0)
        if magic.startswith(_GZIP_MAGIC):
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield unpacked
        elif magic == _ZIP_MAGIC:
            with _open_single(raw, path) as unzipped:
                yield unzipped
        else:
            yield raw


def _open_single(raw: BufferedIOBase, path: Path) -> IO[bytes]:
    try:
        packed = zipfile.ZipFile(raw)
        names = [name for name in packed.namelist() if not name.endswith("/")]
        if len(names) == 1:
            return packed.open(names[0])
    except (
        *DAMAGE,
        RuntimeError,
        NotImplementedError,
    ) as error:  # the latter two: a password, a strange method
        raise UnreadableInputError(f"{path} cannot be unpacked: {error}") from None
    raise UnreadableInputError(f"{path} holds {len(names)} files; unpack it and import what is in it")


def read_magic(path: Path) -> bytes:
    """Read the four bytes that tell many formats, as they lie on the disk.

    Raises:
        UnreadableInputError: The file cannot be read.
    """
    try:
        with path.open("rb") as raw:
            return raw.read(4)
    except OSError as error:
        raise UnreadableInputError(f"{path} cannot be read: {error.strerror or error}") from None


def read_head(path: Path, *, text: bool = True) -> bytes:
    """Read the first bytes of a file, unpacked and without a UTF-8 mark.

    Args:
        path: The file.
        text: Whether it must be text in UTF-8 (as far as this can be told without decoding it).

    Raises:
        UnreadableInputError: The file cannot be read, is empty, or is no UTF-8 text.
    """
    with open_input(path) as stream:
        head = _read_some(stream, path)
    if not head.strip():
        raise UnreadableInputError(f"{path} is empty")
    if not text:
        return head.removeprefix(_UTF8_MARK)
    if head.startswith(_UTF16_MARKS):
        raise UnreadableInputError(f"{path} is UTF-16 text; save it as UTF-8")
    if b"\0" in head:
        raise UnreadableInputError(f"{path} holds binary data, not text")
    return head.removeprefix(_UTF8_MARK)


def _read_some(stream: BufferedIOBase | IO[bytes], path: Path) -> bytes:
    parts: list[bytes] = []
    try:
        while sum(map(len, parts)) < _HEAD_BYTES and (part := stream.read(_HEAD_BYTES)):
            parts.append(part)
    except EOFError:  # cut off early: what could be read still counts
        return b"".join(parts)
    except DAMAGE as error:
        if not parts:
            raise UnreadableInputError(f"{path} cannot be unpacked: {error}") from None
    return b"".join(parts)


def iterate_lines(path: Path, gauge: Gauge | None = None) -> Iterator[Line]:
    """Read a file's lines one at a time.

    A line above ``MAX_LINE_BYTES`` comes as a rejection; compressed data that ends too early, or is damaged
    further on, is the last line, as a rejection, after all that could be read.

    Raises:
        UnreadableInputError: The file cannot be read.
    """
    number = 0
    with open_input(path, gauge) as stream:
        try:
            while data := stream.readline(MAX_LINE_BYTES + 1):
                number += 1
                data = data.removeprefix(_UTF8_MARK) if number == 1 else data
                yield Line(number=number, data=_bound_line(stream, data, f"{path.name} line {number}"))
        except EOFError:
            reason = "the compressed file ends too early (a broken download?); what came before was read"
        except DAMAGE as error:
            reason = f"the file is damaged from here on ({error}); what came before was read"
        else:
            return
    rejection = Rejection(where=f"{path.name} line {number + 1}", reason=reason)
    yield Line(number=number + 1, data=rejection, is_end=True)


def _bound_line(stream: BufferedIOBase | IO[bytes], data: bytes, where: str) -> bytes | Rejection:
    if len(data) <= MAX_LINE_BYTES:
        return data
    while not data.endswith(b"\n") and (data := stream.readline(_SKIP_BYTES)):
        pass
    return Rejection(
        where=where, reason=f"longer than {MAX_LINE_BYTES // 1024**2} MB; no record is that long"
    )


def read_text(path: Path) -> str:
    """Read a small file as UTF-8 text, without its mark.

    Raises:
        UnreadableInputError: It cannot be read, is too large, or is no UTF-8 text.
    """
    read_head(path)
    with open_input(path) as stream:
        try:
            data = stream.read(MAX_LINE_BYTES + 1)
        except (*DAMAGE, EOFError) as error:
            raise UnreadableInputError(f"{path} cannot be unpacked: {error}") from None
    if len(data) > MAX_LINE_BYTES:
        raise UnreadableInputError(
            f"{path} is larger than {MAX_LINE_BYTES // 1024**2} MB; no file of this kind is"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableInputError(f"{path} is not UTF-8 text; save it as UTF-8") from None
