"""Bytes of a feed turned into text, whatever encoding they claim to be in.

Three parties name the encoding: the answer's headers, the document itself, and the bytes. The bytes are
believed first, since the other two are often set once for a whole site: what is valid UTF-8 is UTF-8 (no
other encoding makes such text by chance), and a claim is dropped where another Chinese, Japanese or Korean
encoding gives far commoner characters. Mixed up are above all GBK and Big5: their bytes fit both tables.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping

from ingest.language import common_han

_HEAD_BYTES = 1024
_SAMPLE_BYTES = 64 * 1024
_DECLARATION = re.compile(r"""^\s*<\?xml[^>]*?encoding\s*=\s*["']\s*([\w.:\-]{2,40})\s*["']""", re.ASCII)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:\-]{2,40})""", re.ASCII | re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What the web means by these names (WHATWG Encoding): the larger tables, by Python's names.
_SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs",
    "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
#: Encodings whose text is ASCII to the eye, so that being valid UTF-8 says nothing.
_ASCII_CLAD = frozenset({"iso2022_jp", "iso2022_kr", "hz", "utf-7"})
_EAST_ASIAN = ("gb18030", "big5hkscs", "euc_jp", "cp932", "cp949")
_LAST_RESORT = "cp1252"

_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_MAX_BROKEN_SHARE = 0.1
_MIN_LEAD = 0.25  # of common characters, by which another encoding has to beat the claimed one
_MIN_COMMON = 0.4
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_COMMON_HANGUL = re.compile(
    f"[{'이다는을의에가고하사한은도로기지서를시대인어정일자자리나스제해전수보그부아상장원동여라만성공과'}]"
)


def decode_feed(payload: bytes, headers: Mapping[str, str]) -> str:
    """Turn a feed's bytes into text; bytes that no encoding explains become U+FFFD.

    Args:
        payload: The answer's body.
        headers: The answer's headers, by lower-case names.
    """
    for mark, encoding in _BOMS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(encoding, "replace")
    for start, encoding in _WIDE_STARTS:
        if payload.startswith(start):
            return payload.decode(encoding, "replace")
    claims = tuple(_iterate_claims(payload, headers))
    if not any(claim in _ASCII_CLAD for claim in claims[:1]):
        text = _decode_as_utf8(payload)
        if text is not None:
            return text
    return payload.decode(_choose_encoding(payload[:_SAMPLE_BYTES], claims), "replace")


def _iterate_claims(payload: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    """Yield Python's names of the encodings claimed, the headers' before the document's."""
    head = payload[:_HEAD_BYTES].decode("ascii", "replace")
    for pattern, text in ((_CHARSET, headers.get("content-type", "")), (_DECLARATION, head)):
        match = pattern.search(text)
        if match is not None:
            try:
                name = codecs.lookup(match[1]).name
                "".encode(name)  # base64 and its like are codecs too, and no encodings
            except (LookupError, ValueError):
                continue
            yield _SUPERSETS.get(name, name)


def _decode_as_utf8(payload: bytes) -> str | None:
    """Decode what is UTF-8 but for a few broken places; None for other bytes."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        text = payload.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return text if broken <= _MAX_BROKEN_SHARE * len(_MULTIBYTE.findall(payload)) else None


def _choose_encoding(sample: bytes, claims: tuple[str, ...]) -> str:
    fitting = [claim for claim in claims if claim != "utf-8" and _fits(sample, claim)]
    scores = {encoding: _share_of_common(sample, encoding) for encoding in _EAST_ASIAN}
    rival = max(_EAST_ASIAN, key=scores.__getitem__)
    if not fitting:
        return rival if scores[rival] >= _MIN_COMMON else _LAST_RESORT
    claim = fitting[0]
    needed = (scores[claim] if claim in scores else _share_of_common(sample, claim)) + _MIN_LEAD
    return rival if scores[rival] >= max(needed, _MIN_COMMON) else claim


def _fits(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(
            sample
        )  # incremental: the sample may end in a character
    except (UnicodeError, LookupError):
        return False
    return True


def _share_of_common(sample: bytes, encoding: str) -> float:
    """Share of the non-ASCII characters that are common in Chinese, Japanese or Korean news; 0 to 1."""
    text = sample.decode(encoding, "replace")
    foreign = len(_NON_ASCII.findall(text))
    if not foreign or text.count("\ufffd") > 0.02 * foreign + 1:
        return 0.0
    if encoding in {"euc_jp", "cp932"}:
        common = len(_KANA.findall(text)) + len(common_han(text))
    elif encoding == "cp949":
        common = len(_COMMON_HANGUL.findall(text))
    else:
        common = len(common_han(text))
    return common / foreign
