"""GDELT's Global Knowledge Graph, version 2.1: one line a document, 27 columns without a header.

Source of the form: "The GDELT Global Knowledge Graph (GKG) Data Format Codebook V2.1" of the GDELT Project
(19 February 2015): the columns and their order, the collections, the tone's seven numbers, the form of
identifiers and of the note on translation. The elements ``PAGE_...`` of the last column are younger and
stand in no codebook: they are read as the files hold them, and any may be missing.

A record holds no text but its page's title, so that an article of it has a headline and an empty body. What
GDELT makes of the text (its own themes, the names, the tone) stands in ``extra`` under ``gdelt_...``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path

from ingest.archives.place import Terms, articles_from_places
from ingest.article import UNKNOWN_PUBLISHER, Article, make_article
from ingest.date import plausible_instant
from ingest.error import RejectedRecordError
from ingest.rejection import Rejection
from ingest.stream import iterate_lines

_N_COLUMNS = 27
# Columns by their number in the codebook, counted from 0.
_RECORD_ID, _DATE, _COLLECTION, _SOURCE, _DOCUMENT = range(5)
_THEMES, _THEMES_BY_PLACE, _PERSONS, _ORGANISATIONS, _TONE = 7, 8, 11, 13, 15
_TRANSLATION, _EXTRAS = 25, 26
#: The collection whose document identifiers are web addresses.
_WEB = "1"
_TONE_NAMES = ("tone", "positive", "negative", "polarity", "activity", "self_reference", "n_words")
# The date is "0" in some special collections, where it is unknown.
_FIRST_FIELDS = re.compile(rb"\d{14}-T?\d+\t(?:\d{14}|0)\t[1-6]\t")
_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>", re.DOTALL)
_AUTHORS = re.compile(r"<PAGE_AUTHORS>(.*?)</PAGE_AUTHORS>", re.DOTALL)
_PRECISE = re.compile(r"<PAGE_PRECISEPUBTIMESTAMP>(\d{14})</PAGE_PRECISEPUBTIMESTAMP>")
_SOURCE_LANGUAGE = re.compile(r"srclc:([a-z]{2,3})")
_MIXED = "southbound_windows_1252"


def is_gkg(head: bytes) -> bool:
    """Say whether a file's first bytes are those of a GKG 2.1 file."""
    return _FIRST_FIELDS.match(head) is not None


def read_gkg(path: Path, terms: Terms) -> Iterator[Article | Rejection]:
    """Read the headlines of a GKG 2.1 file.

    The instant of publication is the record's date, in UTC: the quarter of an hour in which GDELT had read
    the page, the same for all records of a file. (The codebook calls it the publication's date. The page was
    out by then, so that nothing is known too early.) What the page itself claims, where it does, is kept as
    ``gdelt_page_published_at``; no document says that its zone is UTC, which is our reading.

    Raises:
        UnreadableInputError: The file cannot be read.
    """
    places = (
        (f"{path.name} line {line.number}", line.data)
        for line in iterate_lines(path, terms.gauge)
        if isinstance(line.data, Rejection) or not line.data.isspace()
    )
    return articles_from_places(places, partial(_article_from_line, now=terms.now), skip=terms.skip)


def decode_mixed(data: bytes) -> str:
    """Decode UTF-8 in which some texts were left in Windows-1252, as GDELT's are."""
    return data.decode("utf-8", errors=_MIXED)


def _article_from_line(line: bytes, *, now: datetime) -> Article:
    fields = decode_mixed(line.rstrip(b"\r\n")).split("\t")
    if len(fields) != _N_COLUMNS:
        raise RejectedRecordError(f"has {len(fields)} fields, where a GKG 2.1 record has {_N_COLUMNS}")
    title = _first_group(_TITLE, fields[_EXTRAS])
    if not title.strip():
        raise RejectedRecordError("the record has no PAGE_TITLE, and so no text at all")
    language = _SOURCE_LANGUAGE.match(fields[_TRANSLATION])
    return make_article(
        title=title,
        url=fields[_DOCUMENT] if fields[_COLLECTION] == _WEB else None,
        publisher=fields[_SOURCE] or UNKNOWN_PUBLISHER,
        language=language[1] if language else None,
        published_at=plausible_instant(_instant_from_digits(fields[_DATE]), now=now),
        article_id=f"gdelt:{fields[_RECORD_ID]}",
        extra=_extra_from_fields(fields),
    )


def _extra_from_fields(fields: list[str]) -> dict[str, object]:
    precise = _instant_from_digits(_first_group(_PRECISE, fields[_EXTRAS]))
    found: dict[str, object] = {
        "gdelt_themes": _unique(fields[_THEMES]) or _unique(fields[_THEMES_BY_PLACE]),
        "gdelt_persons": _unique(fields[_PERSONS]),
        "gdelt_organisations": _unique(fields[_ORGANISATIONS]),
        "gdelt_tone": _tone_from_text(fields[_TONE]),
        "gdelt_page_published_at": precise,
        "author": _first_group(_AUTHORS, fields[_EXTRAS]).strip(),
    }
    if fields[_COLLECTION] != _WEB:
        found["gdelt_document"] = fields[_DOCUMENT]
    return {key: value for key, value in found.items() if value}


def _unique(text: str) -> list[str]:
    """Split a block of ``NAME`` or ``NAME,offset`` by semicolons; each name once, in the order met."""
    return list(dict.fromkeys(name for part in text.split(";") if (name := part.partition(",")[0].strip())))


def _tone_from_text(text: str) -> dict[str, float]:
    """Read the block of tone: seven numbers (percent, but for the count of words); none where one is none."""
    try:
        return dict(zip(_TONE_NAMES, map(float, text.split(",")), strict=True))
    except ValueError:
        return {}


def _first_group(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return unescape(match[1]) if match else ""


def _instant_from_digits(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _decode_as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return "".join(_character_from_byte(byte) for byte in stray), error.end


def _character_from_byte(byte: int) -> str:
    # Windows-1252 leaves five bytes open; browsers read these as Latin-1 (WHATWG Encoding, windows-1252).
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


codecs.register_error(_MIXED, _decode_as_windows)
