"""Text out of HTML.

Feeds come from strangers, and the standard library's parser takes quadratic time on broken markup (in Python
3.11 half a megabyte of ``<a `` keeps it busy for minutes). What is needed here is little: this scanner walks
forward only, so its time is linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from ingest.text import clean_text

_DROPPED = frozenset({"script", "style", "template", "iframe", "svg", "noscript", "object", "title"})
_SWALLOWING = frozenset(
    {"script", "style"}
)  # unclosed, these hide the rest of the page; others are passed over
_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody tfoot "
    "thead tr ul"
)
_BLOCK = frozenset(_BLOCK_NAMES.split())
_INLINE_NAMES = (
    "a abbr b big cite code del em embed font i img ins input link mark meta q s small source span strike "
    "strong sub sup td th time tt u video wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_OPENING = re.compile(r"<(?:!|\?|/?[a-zA-Z])")
# Possessive, so that no broken tag is scanned twice; a tag ends at ">", or where the next one begins.
_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][^\s/<>]*+)(?:[^<>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+(?P<end>>?+)""",
)
_KNOWN_TAG = re.compile(
    r"</?(?:a|b|big|blockquote|br|div|em|font|h[1-6]|i|img|li|p|pre|script|small|span|strong|style|sub|sup|table|"
    r"td|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_COMMENT = "<!--"


def text_from_html(markup: str) -> str:
    """Read the text of an HTML fragment or page.

    Tags go, entities are decoded, block elements become line feeds; scripts, styles and embedded
    frames are dropped.
    """
    return clean_text("".join(_iterate_pieces(markup)))


def has_markup(text: str) -> bool:
    """Say whether a text that should be plain holds well-known HTML tags."""
    return _KNOWN_TAG.search(text) is not None


def _iterate_pieces(markup: str) -> Iterator[str]:
    position = 0
    hopeless: set[str] = set()  # names known to have no end tag further on: searched for once only
    while (opening := _OPENING.search(markup, position)) is not None:
        start = opening.start()
        yield _text_from_data(markup[position:start])
        tag = _TAG.match(markup, start)
        if tag is None:
            position = _skip_declaration(markup, start)
            continue
        name = tag["name"].lower()
        yield _edge_of_tag(tag, name, at_end=tag.end() == len(markup))
        position = _skip_element(markup, tag, name, hopeless)
    yield _text_from_data(markup[position:])


def _text_from_data(data: str) -> str:
    """Decode entities; the source's own line feeds are mere spaces in HTML."""
    return unescape(data.replace("\n", " ").replace("\r", " "))


def _edge_of_tag(tag: re.Match[str], name: str, *, at_end: bool) -> str:
    if name in _BLOCK:
        return "\n"
    if name in {"td", "th"}:
        return " "
    if at_end and not tag["end"] and name not in _INLINE | _DROPPED:
        return _text_from_data(tag[0])  # "EPS <USD 5": a sign, no tag
    return ""


def _skip_declaration(markup: str, start: int) -> int:
    """Find where a comment, a doctype or an instruction ends."""
    if markup.startswith(_COMMENT, start):
        end = markup.find("-->", start + 2)
        return len(markup) if end < 0 else end + 3
    end = markup.find(">", start)
    return len(markup) if end < 0 else end + 1


def _skip_element(markup: str, tag: re.Match[str], name: str, hopeless: set[str]) -> int:
    """Find where to read on after a tag: behind the whole element if it holds no text for readers."""
    if name not in _DROPPED or tag["close"] or name in hopeless or tag[0].endswith("/>"):
        return tag.end()
    closing = re.compile(rf"</{name}\b", re.IGNORECASE).search(markup, tag.end())
    if closing is not None:
        return closing.start()
    hopeless.add(name)
    return len(markup) if name in _SWALLOWING else tag.end()
