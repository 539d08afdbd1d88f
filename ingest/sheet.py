"""Sheets as rows of cells: CSV, or the first sheet of an Excel workbook (``.xlsx``)."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lxml import etree

from ingest.error import UnreadableInputError
from ingest.stream import read_magic, read_text

_ZIP_MAGIC = b"PK\x03\x04"
#: Unpacked size of a part of a workbook; HKEX's list of 17,000 securities takes 10 MB.
_MAX_PART_BYTES = 128 * 1024 * 1024
_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_CELL = re.compile(r"([A-Z]{1,3})\d+")


def iterate_sheet(path: Path) -> Iterator[list[str]]:
    """Read the rows of a sheet; cells are stripped text, dates of a workbook the numbers it holds.

    Raises:
        UnreadableInputError: The file is no CSV and no workbook, or too large.
    """
    if read_magic(path) != _ZIP_MAGIC:
        for row in csv.reader(io.StringIO(read_text(path))):
            yield [cell.strip() for cell in row]
        return
    try:
        with zipfile.ZipFile(path) as book:
            strings = list(_shared_strings(book, path))
            yield from _rows_of_sheet(book, strings, path)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, ValueError, IndexError) as error:
        raise UnreadableInputError(f"{path} is a damaged workbook: {error}") from None


def _open_part(book: zipfile.ZipFile, name: str, path: Path) -> IO[bytes]:
    try:
        info = book.getinfo(name)
    except KeyError:
        raise UnreadableInputError(f"{path} is a workbook without {name}; save it as CSV") from None
    if info.file_size > _MAX_PART_BYTES:
        raise UnreadableInputError(f"{path} unpacks to {info.file_size:,} bytes; no list is that large")
    return book.open(info)


def _elements(part: IO[bytes], tag: str) -> Iterator[etree._Element]:
    """Yield the elements of a name one at a time, forgetting each afterwards."""
    for _, element in etree.iterparse(
        part, tag=f"{_SPACE}{tag}", resolve_entities=False, no_network=True, load_dtd=False
    ):
        yield element
        element.clear()


def _shared_strings(book: zipfile.ZipFile, path: Path) -> Iterator[str]:
    if _STRINGS not in book.namelist():
        return
    with _open_part(book, _STRINGS, path) as part:
        for element in _elements(part, "si"):
            yield "".join(text.text or "" for text in element.iter(f"{_SPACE}t"))


def _rows_of_sheet(book: zipfile.ZipFile, strings: list[str], path: Path) -> Iterator[list[str]]:
    with _open_part(book, _SHEET, path) as part:
        for row in _elements(part, "row"):
            cells: list[str] = []
            for cell in row.iter(f"{_SPACE}c"):
                position = _column_of(cell.get("r"), default=len(cells))
                cells.extend([""] * (position - len(cells)))
                cells.append(_text_of(cell, strings))
            yield cells


def _column_of(reference: str | None, *, default: int) -> int:
    match = _CELL.fullmatch(reference or "")
    if match is None:
        return default
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _text_of(cell: etree._Element, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_SPACE}t")).strip()
    value = cell.findtext(f"{_SPACE}v") or ""
    return (strings[int(value)] if cell.get("t") == "s" else value).strip()
