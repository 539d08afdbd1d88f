"""Bytes of a page turned into text: declared encodings are tried, and not believed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_SNIFF_BYTES = 4096
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: What browsers read instead of what is declared: the wider set of which it is a part (WHATWG Encoding).
_WIDER = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "utf8": "utf-8",
    "unicode": "utf-8",
}
#: Tried where nothing is declared, or nonsense: the strictest first, as it fits least by chance.
_GUESSES = ("utf-8", "gb18030", "big5hkscs", "cp1252")
#: A page may hold so few broken characters (a cut advertisement, an old quotation) and be what it says.
_MAX_BROKEN_SHARE = 0.01
_REPLACEMENT = "\ufffd"


def decode_page(payload: bytes, content_type: str = "") -> str:
    """Decode a page by its byte order mark, its header, its own declaration, or what fits best.

    A declaration that more than one character in a hundred contradicts is taken for wrong.
    """
    best, fewest = "", len(payload) + 1
    for name in _candidates(payload, content_type):
        try:
            text = payload.decode(name, "replace")
        except LookupError:  # no such encoding
            continue
        n_broken = text.count(_REPLACEMENT)
        if n_broken <= _MAX_BROKEN_SHARE * len(text):
            return text
        if n_broken < fewest:
            best, fewest = text, n_broken
    return best


def _candidates(payload: bytes, content_type: str) -> Iterator[str]:
    head = payload[:_SNIFF_BYTES]
    for mark, name in _BOMS:
        if head.startswith(mark):
            yield name
    declared = [match[1] for match in [_HEADER.search(content_type)] if match]
    for pattern in (_XML, _META):
        match = pattern.search(head)
        if match is not None:
            declared.append(match[1].decode("ascii", "replace"))
    # UTF-8 fits nothing else by chance, so a page that is wholly valid in it is in it, whatever it says.
    if any(byte > 0x7F for byte in head) and _is_utf8(payload):  # noqa: PLR2004 # beyond ASCII
        yield "utf-8"
    yield from (_WIDER.get(name.lower(), name.lower()) for name in declared)
    yield from _GUESSES


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
