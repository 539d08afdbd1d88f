"""What the reader of web archives needs to know of a page: its text, and what it says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from trafilatura import bare_extraction

from ingest.markup import text_from_html

_DECLARED = re.compile(rb"<meta[^<>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARED_BYTES = 4096
_PUBLISHED_KEYS = r"(?:og:)?article:published_time|datePublished|parsely-pub-date|pubdate|publishdate"
_PUBLISHED = (
    re.compile(
        rf"""<meta\b(?=[^<>]{{0,1000}}\b(?:property|name|itemprop)\s*=\s*["'](?:{_PUBLISHED_KEYS})["'])"""
        r"""[^<>]{0,1000}?\bcontent\s*=\s*["']([^"'>]{1,100})["']""",
        re.IGNORECASE,
    ),
    re.compile(r'"datePublished"\s*:\s*"([^"]{1,100})"'),
)
_LANGUAGE = re.compile(r"""<html\b[^<>]{0,1000}?\blang\s*=\s*["']?([A-Za-z-]{2,12})""", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]{0,1000}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as a record; empty texts where it says nothing.

    Attributes:
        title: Headline.
        body: Main text in paragraphs; empty where none was found.
        language: As the page declares it.
        publisher: The site's name as the page gives it.
        author: As the page gives it.
        published: Date of publication in the page's own writing.
    """

    title: str
    body: str
    language: str
    publisher: str
    author: str
    published: str


def read_page(payload: bytes, *, url: str, charset: str = "") -> Page:
    """Read an HTML page.

    Args:
        payload: The page as it came, decompressed.
        url: Its address.
        charset: As the server declared it, if it did.
    """
    markup = _decode(payload, charset)
    found = bare_extraction(markup, url=url, include_comments=False, with_metadata=True)
    document: dict[str, str | None] = found if isinstance(found, dict) else found.as_dict() if found else {}
    title = document.get("title") or text_from_html(_first_group(_TITLE, markup))
    return Page(
        title=title,
        body=(document.get("text") or "").removeprefix(f"{title}\n"),
        language=_first_group(_LANGUAGE, markup),
        publisher=document.get("sitename") or "",
        author=document.get("author") or "",
        published=next((text for pattern in _PUBLISHED if (text := _first_group(pattern, markup))), ""),
    )


def _decode(payload: bytes, charset: str) -> str:
    declared = _DECLARED.search(payload[:_DECLARED_BYTES])
    names = [charset, declared[1].decode("ascii", "ignore") if declared else "", "utf-8", "gb18030"]
    for name in names:
        try:
            return payload.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(name.lower(), name or "utf-8"))
        except (UnicodeDecodeError, LookupError):
            continue
    return payload.decode("utf-8", errors="replace")


def _first_group(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return unescape(match[1]).strip() if match else ""
