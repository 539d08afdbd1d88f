"""Which feeds a page names, and where else one may lie. Never fetches anything itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from ingest.address import canonical_url
from ingest.text import clean_line

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/xml",
        "text/xml",
    }
)
_LIKE_A_FEED = re.compile(r"(?:^|[/._?=-])(?:rss|atom|feeds?|rdf)(?:$|[/._?=&\d-])|\.xml$", re.IGNORECASE)
#: Where feeds lie if nothing says where.
_USUAL_PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/sitemap-news.xml",
    "/news-sitemap.xml",
)
_MAX_LINKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that may be a feed's.

    Attributes:
        url: Absolute.
        title: What the page calls it; may be empty.
        how: Whether the page declares it, links to it, or nothing speaks for it but custom.
    """

    url: str
    title: str = ""
    how: Literal["declared", "linked", "guessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFeeds:
    """What a page says of its feeds: the site's name, and candidates, the likeliest first."""

    site: str = ""
    candidates: tuple[Candidate, ...] = ()


def feeds_of_page(payload: bytes, *, url: str) -> PageFeeds:
    """Find the candidates on an HTML page, each address once; those of custom come last.

    Args:
        payload: The page as it came.
        url: Its address, by which relative links are resolved.
    """
    root = _parse(payload)
    if root is None:
        return PageFeeds(candidates=tuple(_guessed(url)))
    base = _base_of_page(root, url)
    found = [*islice(_declared(root, base), _MAX_LINKS), *islice(_linked(root, base), _MAX_LINKS)]
    first: dict[str | None, Candidate] = {}
    for candidate in [*found, *_guessed(url)]:
        first.setdefault(canonical_url(candidate.url), candidate)
    first.pop(None, None)  # no web addresses
    return PageFeeds(site=_site_name(root), candidates=tuple(first.values()))


def _parse(payload: bytes) -> html.HtmlElement | None:
    try:
        payload.decode()
        parser = html.HTMLParser(encoding="utf-8")  # else taken for Latin-1, where the page doesn't say
    except UnicodeDecodeError:
        parser = html.HTMLParser()
    try:
        return html.document_fromstring(payload, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _declared(root: html.HtmlElement, base: str) -> Iterator[Candidate]:
    for link in root.iter("link"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _FEED_TYPES:
            yield from _candidate(base, link.get("href"), link.get("title") or "", how="declared")


def _linked(root: html.HtmlElement, base: str) -> Iterator[Candidate]:
    for link in root.iter("a"):
        if _LIKE_A_FEED.search(_path(link.get("href") or "")):
            yield from _candidate(base, link.get("href"), str(link.text_content()), how="linked")


def _guessed(url: str) -> Iterator[Candidate]:
    for path in _USUAL_PATHS:
        yield Candidate(url=urljoin(url, path), how="guessed")


def _candidate(
    base: str, href: str | None, title: str, *, how: Literal["declared", "linked"]
) -> Iterator[Candidate]:
    try:
        yield Candidate(url=urljoin(base, clean_line(href or "")), title=clean_line(title), how=how)
    except ValueError:  # such as a broken IPv6 host
        return


def _base_of_page(root: html.HtmlElement, url: str) -> str:
    declared = next((str(element.get("href")) for element in root.iter("base") if element.get("href")), "")
    try:
        return urljoin(url, declared)
    except ValueError:
        return url


def _path(href: str) -> str:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _site_name(root: html.HtmlElement) -> str:
    for element in root.iter("meta"):
        if (element.get("property") or "").lower() == "og:site_name" and element.get("content"):
            return clean_line(str(element.get("content")))
    title = root.find(".//title")
    return "" if title is None else clean_line(str(title.text_content()))
