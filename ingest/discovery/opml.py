"""Lists of feeds in OPML, the form in which feed readers exchange them (OPML 2.0, opml.org)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import listparser

from ingest.address import canonical_url
from ingest.error import UnreadableInputError
from ingest.stream import MAX_LINE_BYTES, open_input
from ingest.text import clean_line

_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["'][^>]*>""")
_ENTITY = re.compile(r"<!(?:DOCTYPE\b[^>\[]{0,1000}\[|ENTITY\b)", re.IGNORECASE)
_OWN_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_SEPARATOR = " / "


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A feed as a list names it.

    Attributes:
        url: Address of the feed.
        title: Its name; may be empty.
        group: The folders it stands in, outermost first, joined by " / "; may be empty.
        language: Language tag; may be empty.
    """

    url: str
    title: str = ""
    group: str = ""
    language: str = ""


def read_opml(path: Path) -> list[ListedFeed]:
    """Read the feeds of an OPML file, each address once, in the order of the file.

    Raises:
        UnreadableInputError: The file cannot be read, is no OPML, defines entities, or names no feed.
    """
    text = _decode(_read_bytes(path), path)
    if _ENTITY.search(text):
        raise UnreadableInputError(
            f"{path} defines XML entities, which no list of feeds needs; it is not read"
        )
    harvest = listparser.parse(f"{_OWN_DECLARATION}{text}".encode())
    if not str(harvest.version).startswith("opml"):
        raise UnreadableInputError(f"{path} is no OPML file; export the list from your reader as OPML")
    first: dict[str, ListedFeed] = {}
    for found in harvest.feeds:
        url = clean_line(found.url)
        key = canonical_url(url)
        if key is not None:
            group = next((_SEPARATOR.join(map(clean_line, folders)) for folders in found.categories), "")
            first.setdefault(key, ListedFeed(url=url, title=clean_line(found.title or ""), group=group))
    if not first:
        raise UnreadableInputError(f"{path} names no feed with a web address; is it cut off?")
    return list(first.values())


def write_opml(feeds: Iterable[ListedFeed], *, title: str, created_at: datetime) -> str:
    """Write feeds as OPML 2.0, those of a group together in nested folders."""
    ordered = sorted(feeds, key=lambda feed: feed.group)
    body: list[str] = []
    for group, members in groupby(ordered, key=lambda feed: feed.group):
        folders = group.split(_SEPARATOR) if group else []
        body += [
            f"{'  ' * (2 + depth)}<outline text={quoteattr(name)}>" for depth, name in enumerate(folders)
        ]
        body += [f"{'  ' * (2 + len(folders))}{_outline(feed)}" for feed in members]
        body += [f"{'  ' * (2 + depth)}</outline>" for depth in reversed(range(len(folders)))]
    return "\n".join([*_head(title, created_at), "  <body>", *body, "  </body>", "</opml>", ""])


def _head(title: str, created_at: datetime) -> Sequence[str]:
    return (
        _OWN_DECLARATION,
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{escape(title)}</title>",
        f"    <dateCreated>{created_at:%a, %d %b %Y %H:%M:%S} GMT</dateCreated>",
        "  </head>",
    )


def _outline(feed: ListedFeed) -> str:
    name = quoteattr(feed.title or feed.url)
    language = f" language={quoteattr(feed.language)}" if feed.language else ""
    return f'<outline type="rss" text={name} title={name} xmlUrl={quoteattr(feed.url)}{language}/>'


def _read_bytes(path: Path) -> bytes:
    with open_input(path) as stream:
        data = stream.read(MAX_LINE_BYTES + 1)
    if len(data) > MAX_LINE_BYTES:
        raise UnreadableInputError(
            f"{path} is larger than {MAX_LINE_BYTES // 1024**2} MB; no list of feeds is"
        )
    return data


def _decode(data: bytes, path: Path) -> str:
    """Decode by the file's own declaration, and leave that out: the parser knows few encodings."""
    declaration = _DECLARATION.match(data)
    name = declaration[1].decode("ascii", "replace") if declaration else "utf-8-sig"
    try:
        return data[declaration.end() if declaration else 0 :].decode(name)
    except (UnicodeDecodeError, LookupError):
        raise UnreadableInputError(f"{path} is not {name} text, as it says; save it as UTF-8") from None
