"""Clean running text without changing what it says."""

from __future__ import annotations

import re
import unicodedata

_LINE_BREAKS = "\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029"
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
# Marks that show nothing: soft hyphen, zero-width space, direction marks, word joiner, byte order mark.
# The zero-width joiners stay: emoji and some scripts need them.
_MARKS = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_SURROGATES = "\ud800-\udfff"

_UNUSUAL = re.compile(f"[{_LINE_BREAKS}{_CONTROLS}{_MARKS}{_SURROGATES}]")
_LINE_BREAK = re.compile(f"[{_LINE_BREAKS}]")
_UNSEEN = re.compile(f"[{_CONTROLS}{_MARKS}]")
_SURROGATE = re.compile(f"[{_SURROGATES}]")
_ODD_BLANK = re.compile("[\t\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def clean_text(text: str) -> str:
    """Clean whitespace and control characters; keep paragraphs as single line feeds.

    The answer is in Unicode form NFC, and cleaning it again changes nothing.
    """
    if _UNUSUAL.search(text):  # seldom, so that most texts are gone through once less
        text = _UNSEEN.sub("", _LINE_BREAK.sub("\n", mend_surrogates(text)))
    # Words are joined anew only where blanks are odd: seldom, and a look for them takes a tenth of the time.
    if "  " in text or _ODD_BLANK.search(text):
        text = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
    elif " \n" in text or "\n " in text or "\n\n" in text:
        text = "\n".join(filter(None, (line.strip(" ") for line in text.split("\n"))))
    return unicodedata.normalize("NFC", text.strip())


def clean_line(text: str) -> str:
    """Clean a text that has to stand on one line, such as a title."""
    return clean_text(text).replace("\n", " ")


def mend_surrogates(text: str) -> str:
    """Join surrogate pairs and drop those without a partner, which no UTF-8 file can hold."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
