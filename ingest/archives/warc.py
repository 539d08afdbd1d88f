"""Web archives: the HTML pages of a WARC file as articles, with the text that trafilatura finds in them.

Form: ISO 28500 (WARC 1.0 and 1.1), plain or with each record compressed for itself, as crawlers write it; a
file compressed as a whole is read too. Pages answered with anything but 200, other media, requests and
revisits are passed over.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BufferedIOBase
from itertools import islice
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from ingest.archives.page import read_page
from ingest.archives.place import Terms, articles_from_places
from ingest.article import UNKNOWN_PUBLISHER, Article, make_article
from ingest.date import parse_instant, plausible_instant
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.rejection import Rejection
from ingest.stream import DAMAGE, Gauge, open_input, open_raw

#: A page larger than this, decompressed, is rejected. Bytes.
MAX_PAGE_BYTES = 20 * 1024 * 1024
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_KNOWN_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
_OK = "200"
_GZIP_START, _PLAIN_START = b"\x1f\x8b\x08", b"\nWARC/1."
_SEARCH_BYTES = 1024 * 1024
#: What comes of foreign bytes inside warcio, beside its own errors.
_BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, *DAMAGE, EOFError, ValueError, AttributeError)
_Stream = BufferedIOBase | IO[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Capture:
    """A page as it was fetched."""

    url: str
    record_id: str
    fetched: str
    charset: str
    payload: bytes


class _OneMemberError(Exception):
    """The file is compressed as a whole, not record by record."""


class _Records(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
    """The records of a file; what warcio would print about wrong lengths is told by rejections instead."""

    INC_RECORD = ""


def read_warc(path: Path, terms: Terms) -> Iterator[Article | Rejection]:
    """Read the pages of a WARC file.

    An article's instant of publication is the page's own claim where that names a time of day and is not
    later than the fetch, else the time of the fetch (``WARC-Date``): no article is said to be older than can
    be told. The fetch is kept as ``fetched_at``. A broken record is rejected, and reading goes on with the
    next sound one.

    Raises:
        UnreadableInputError: There is no WARC record in the file.
    """
    places = _iterate_places(path, terms.gauge)
    return articles_from_places(places, partial(_article_from_capture, terms=terms), skip=terms.skip)


def _iterate_places(path: Path, gauge: Gauge) -> Iterator[tuple[str, _Capture | Rejection]]:
    n_given = 0
    try:
        for place in _iterate_captures(path, open_raw(path, gauge)):
            yield place
            n_given += 1
    except _OneMemberError:
        yield from islice(_iterate_captures(path, open_input(path, gauge)), n_given, None)


def _iterate_captures(
    path: Path, opened: AbstractContextManager[_Stream]
) -> Iterator[tuple[str, _Capture | Rejection]]:
    number, n_sound, start = 0, 0, 0
    was_sound = True
    with opened as file:
        while start >= 0:
            file.seek(start)
            records = _Records(file)
            try:
                for record in records:
                    number, n_sound, was_sound = number + 1, n_sound + 1, True
                    yield from _look_at(record, f"{path.name} record {number}")
            except _BROKEN as error:
                problem = _explain(error)
                if was_sound:  # a long damage is told once
                    number += 1
                    yield _broken(path, number, problem)
                was_sound = False
                start = _find_next(file, after=max(start, records.offset))
            else:
                break
    if not n_sound:
        raise UnreadableInputError(f"{path} holds no WARC record that can be read")


def _broken(path: Path, number: int, problem: str) -> tuple[str, Rejection]:
    where = f"{path.name} record {number}"
    return where, Rejection(
        where=where, reason=f"a broken record ({problem}); reading goes on at the next sound one"
    )


def _explain(error: Exception) -> str:
    text = " ".join(str(error).split())
    if "non-chunked gzip" in text:
        raise _OneMemberError from None
    return text[:200] or type(error).__name__


def _find_next(file: _Stream, *, after: int) -> int:
    """Find where the next record may start, behind an offset; -1 where none does."""
    try:
        file.seek(0)
        start = _GZIP_START if file.read(len(_GZIP_START)) == _GZIP_START else _PLAIN_START
        file.seek(after + 1)
        position, window = after + 1, b""
        while piece := file.read(_SEARCH_BYTES):
            window += piece
            found = window.find(start)
            if found >= 0:
                return position + found + (start == _PLAIN_START)
            position += max(0, len(window) - len(start))
            window = window[-len(start) :]
    except (*DAMAGE, EOFError):  # unpacking ends here
        pass
    return -1


def _look_at(record: Any, where: str) -> Iterator[tuple[str, _Capture | Rejection]]:  # noqa: ANN401  # warcio's
    """Take a record's page, if it is one."""
    kind, charset = _content_type(record)
    if kind not in _HTML_TYPES or record.rec_type not in {"response", "resource"}:
        return
    if record.http_headers is not None and record.http_headers.get_statuscode() != _OK:
        return
    try:
        payload = _read_payload(record)
    except RejectedRecordError as error:
        yield where, Rejection(where=where, reason=str(error))
        return
    headers = record.rec_headers
    yield (
        where,
        _Capture(
            url=(headers.get_header("WARC-Target-URI") or "").strip("<> "),
            record_id=headers.get_header("WARC-Record-ID") or "",
            fetched=headers.get_header("WARC-Date") or "",
            charset=charset,
            payload=payload,
        ),
    )


def _content_type(record: Any) -> tuple[str, str]:  # noqa: ANN401  # warcio's
    headers = record.http_headers if record.http_headers is not None else record.rec_headers
    kind, _, rest = (headers.get_header("Content-Type") or "").partition(";")
    charset = rest.partition("charset=")[2].strip(" \"'")
    return kind.strip().lower(), charset


def _read_payload(record: Any) -> bytes:  # noqa: ANN401  # warcio's
    encoding = (record.http_headers.get_header("Content-Encoding") or "") if record.http_headers else ""
    if encoding.strip().lower() not in _KNOWN_ENCODINGS:
        raise RejectedRecordError(f"the page is compressed in a way that is not read ({encoding})")
    try:
        payload: bytes = record.content_stream().read(MAX_PAGE_BYTES + 1)
    except zlib.error as error:
        raise RejectedRecordError(f"the page cannot be unpacked ({error})") from None
    if len(payload) > MAX_PAGE_BYTES:
        raise RejectedRecordError(f"the page is larger than {MAX_PAGE_BYTES // 1024**2} MB")
    while record.raw_stream.read(_SEARCH_BYTES):
        pass
    if getattr(record.raw_stream, "limit", 0):
        raise RejectedRecordError("the record is cut off (a broken download?)")
    return payload


def _article_from_capture(capture: _Capture, *, terms: Terms) -> Article:
    try:
        page = read_page(capture.payload, url=capture.url, charset=capture.charset)
    except Exception as error:  # noqa: BLE001  # whatever a foreign parser raises on foreign bytes
        reason = f"the page {capture.url} cannot be read ({type(error).__name__})"
        raise RejectedRecordError(reason) from None
    if not page.title.strip():
        raise RejectedRecordError(f"the page {capture.url} has no title")
    fetched_at = plausible_instant(parse_instant(capture.fetched, timezone=terms.zone), now=terms.now)
    extra = {"fetched_at": fetched_at or capture.fetched, "author": page.author}
    published_at = _published_at(page.published, fetched_at, terms)
    if page.published and (published_at is None or published_at == fetched_at):
        extra["claimed_published_at"] = page.published
    return make_article(
        title=page.title,
        body=page.body,
        url=capture.url,
        publisher=page.publisher or urlsplit(capture.url).hostname or UNKNOWN_PUBLISHER,
        language=page.language,
        published_at=published_at,
        article_id=None if capture.url else capture.record_id,
        extra=extra,
    )


def _published_at(claimed: str, fetched_at: datetime | None, terms: Terms) -> datetime | None:
    # A day alone is midnight, when nobody had read the page yet.
    claim = parse_instant(claimed, timezone=terms.zone) if ":" in claimed else None
    claim = plausible_instant(claim, now=terms.now)
    if claim is None or (fetched_at is not None and claim > fetched_at):
        return fetched_at
    return claim
