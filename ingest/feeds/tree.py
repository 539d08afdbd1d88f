"""Text of a feed turned into a tree of XML elements, however broken, in time linear in its length.

libxml2 mends broken markup, limits depth, and is told to expand no entities of the document's own; so neither
an entity bomb nor a million open tags costs more than their length. What comes out is well-formed and plain:
no document type, no processing instructions, HTML's named characters as characters.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from lxml import etree

#: An element with more attributes loses them; no feed has so many.
_MAX_ATTRIBUTES = 64
# Atomic throughout, so that an unclosed section or declaration is scanned once.
_PROLOG = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s[^<>\[]*(?:\[.*?\]\s*)?>)*+", re.DOTALL | re.IGNORECASE
)
_AMPERSAND = re.compile(r"<!\[CDATA\[(?>.*?\]\]>|.*)|&(?:(?P<name>#?\w{1,32});)?", re.DOTALL)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
# Prefixes that feeds use without declaring them.
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
#: So far into an answer a feed is looked for, behind a server's warnings.
_MAX_LEADING_CHARS = 16 * 1024
_OPENING = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
_CLOSING = re.compile(r"</(?:\w+:)?(?:item|entry|channel|rss|feed|rdf)\s*>", re.IGNORECASE)


def tree_from_text(text: str) -> etree._Element | None:
    """Read a document's root element; None where there is none."""
    text = _NOT_XML.sub("", text)
    text = text[_start_of_root(text) :]
    root: etree._Element | None
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(_AMPERSAND.sub(_mend_reference, text).encode(), parser)
    except etree.XMLSyntaxError:
        return None
    if root is not None:
        _tame(root)
    return root


def is_cut_off(text: str) -> bool:
    """Say whether a feed's text ends within an entry, as when a connection broke."""
    start = max((match.start() for match in _OPENING.finditer(text)), default=None)
    return start is not None and _CLOSING.search(text, start) is None


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _start_of_root(text: str) -> int:
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if _ROOT.match(text, start) or _HTML.match(text, start):
        return start
    root = _ROOT.search(text, start, start + _MAX_LEADING_CHARS)
    return root.start() if root else start


def _mend_reference(match: re.Match[str]) -> str:
    """Turn a named character into itself, and an ampersand that begins no reference into text."""
    if not match[0].startswith("&"):
        return match[0]  # a CDATA section
    name = match["name"] or ""
    character = unescape(match[0]) if name.startswith("#") else html5.get(f"{name};")
    if character is None or character in {match[0], "\ufffd"} or _NOT_XML.search(character):
        return "" if name.startswith("#") else f"&amp;{match[0][1:]}"
    return _ESCAPED.get(character, character)


def _tame(root: etree._Element) -> None:
    """Give undeclared prefixes their usual meaning, and drop the attributes that no reader needs."""
    for element in root.iter(etree.Element):
        prefix, colon, name = str(element.tag).rpartition("}")[2].rpartition(":")
        if colon:
            namespace = _NAMESPACES.get(prefix, "urn:undeclared")
            element.tag = f"{{{namespace}}}{name if _NAME.fullmatch(name) else 'unnamed'}"
        if len(element.attrib) > _MAX_ATTRIBUTES:  # to look at each takes quadratic time
            element.attrib.clear()
        for key in element.attrib:
            if ":" in str(key).rpartition("}")[2]:
                del element.attrib[key]
