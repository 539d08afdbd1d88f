"""Sitemaps: those for news as feeds, indexes as lists of further sitemaps."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ingest.feeds.document import Document, Entry, Passage, StrangerError
from ingest.feeds.tree import local_name
from ingest.text import clean_line


def read_sitemap(root: etree._Element, *, is_cut_off: bool = False) -> Document:
    """Read a sitemap for news; its pages that are no news are passed over.

    Args:
        root: Its root element, ``urlset`` or ``sitemapindex``.
        is_cut_off: Whether the answer ends within its last page.

    Raises:
        StrangerError: It lists pages, and no news.
    """
    if local_name(root) == "sitemapindex":
        addresses = (_child_text(sitemap, "loc") for sitemap in root if local_name(sitemap) == "sitemap")
        return Document(sitemaps=tuple(address for address in addresses if address))
    pages = [page for page in root if local_name(page) == "url"]
    last = pages[-1] if pages else None
    entries = tuple(
        _read_page(page, news, is_whole=not (is_cut_off and page is last))
        for page in pages
        for news in _children(page, "news")
    )
    if pages and not entries:
        raise StrangerError("a sitemap of pages without news")
    return Document(entries=entries)


def _read_page(page: etree._Element, news: etree._Element, *, is_whole: bool) -> Entry:
    publication = next(_children(news, "publication"), news)
    return Entry(
        title=Passage(value=_child_text(news, "title")),
        link=_child_text(page, "loc"),
        published=_child_text(news, "publication_date"),
        updated=_child_text(page, "lastmod"),
        language=_child_text(publication, "language"),
        tags=_split(_child_text(news, "keywords")) + _split(_child_text(news, "stock_tickers")),
        is_whole=is_whole,
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split(",") if (part := piece.strip()))


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == name)


def _child_text(element: etree._Element, name: str) -> str:
    child = next(_children(element, name), None)
    return "" if child is None else clean_line("".join(map(str, child.itertext())))
