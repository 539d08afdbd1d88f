"""One page turned into what it says: text, title, author, language, address, times."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import trafilatura
from lxml.html import HtmlElement

from ingest.address import canonical_url, host_of_url
from ingest.article import MAX_BODY_CHARS
from ingest.language import decide_language, normalise_language
from ingest.page.claim import claims_of_page, metas_of_page
from ingest.page.encoding import decode_page
from ingest.page.fetch import PageAnswer
from ingest.page.jsonld import article_of_page, is_closed, name_of
from ingest.page.publication import Claim
from ingest.text import clean_line, clean_text

_AUTHOR_NAMES = ("author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator")
_MAX_AUTHOR_CHARS = 200
_MAX_DATELINE_CHARS = 80
#: A page of more tags is no article: news pages have some thousands, and time and memory grow with them.
_MAX_TAGS = 50_000
#: trafilatura says on its log what it makes of a page; what matters of it is in our reasons.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says.

    Attributes:
        final_url: Where it was read.
        canonical_url: Its own word for its address in one spelling; where it gives none, the spelling
            of `final_url`.
        title: Headline; may be empty.
        text: Paragraphs separated by single line feeds, without the headline; may be empty.
        author: Names; empty where none are stated.
        language: Tag, from the text where the page doesn't state it.
        claims: When it says it was published, the most trustworthy first.
        is_closed: Whether it declares that it isn't free to read.
    """

    final_url: str
    canonical_url: str | None
    title: str
    text: str
    author: str
    language: str
    claims: tuple[Claim, ...]
    is_closed: bool


def extract_page(answer: PageAnswer, *, zone: ZoneInfo, now: datetime) -> Page | None:
    """Read a page.

    Args:
        answer: From ``fetch_page``.
        zone: Of times that name none.
        now: When it was fetched, aware.

    Returns:
        What it says; None where it can't be read as a page at all.
    """
    markup = decode_page(answer.payload, answer.content_type)
    if markup.count("<") > _MAX_TAGS:
        return None
    try:
        tree = trafilatura.load_html(markup)
        return None if tree is None else _page_from_tree(tree, answer.final_url, zone, now)
    except Exception:  # noqa: BLE001  # whatever foreign parsers raise on foreign bytes
        return None


def _page_from_tree(tree: HtmlElement, final_url: str, zone: ZoneInfo, now: datetime) -> Page:
    # First of all, as the extraction may take elements out of the tree.
    article, metas = article_of_page(tree), metas_of_page(tree)
    claims = claims_of_page(tree, article, zone=zone, now=now)
    stated_url, language = _stated_url(tree, metas, final_url), _stated_language(tree)
    title = _title(tree, article, metas)
    text = _text(tree, title, claims)
    return Page(
        final_url=final_url,
        canonical_url=stated_url or canonical_url(final_url),
        title=title,
        text=text,
        author=_author(article, metas),
        language=decide_language(language, f"{title}\n{text}"),
        claims=claims,
        is_closed=is_closed(article),
    )


def _text(tree: HtmlElement, title: str, claims: Sequence[Claim]) -> str:
    document = trafilatura.bare_extraction(tree, include_comments=False)
    if document is None or isinstance(document, dict):
        return ""
    text = clean_text(document.text or "")[:MAX_BODY_CHARS]
    first, _, rest = text.partition("\n")
    while rest and (first == title or _is_dateline(first, claims)):
        first, _, rest = rest.partition("\n")
    return f"{first}\n{rest}".rstrip()


def _is_dateline(line: str, claims: Sequence[Claim]) -> bool:
    """Say whether a line stands between headline and text: when it was published, and by whom."""
    return len(line) <= _MAX_DATELINE_CHARS and any(claim.raw in line for claim in claims)


def _title(tree: HtmlElement, article: Mapping[str, Any], metas: Mapping[str, str]) -> str:
    headings = [clean_line(element.text_content()) for element in tree.xpath("//h1")[:2]]
    stated = (name_of(article.get("headline")), metas.get("og:title", ""))
    if len(headings) == 1 and headings[0]:
        return headings[0]
    names = [clean_line(element.text_content()) for element in tree.xpath("//head/title")[:1]]
    return next((clean_line(title) for title in (*stated, *names) if title.strip()), "")


def _author(article: Mapping[str, Any], metas: Mapping[str, str]) -> str:
    stated = (name_of(article.get("author")), *(metas.get(name, "") for name in _AUTHOR_NAMES))
    names = (clean_line(name) for name in stated)
    return next((name for name in names if name and "://" not in name), "")[:_MAX_AUTHOR_CHARS]


def _stated_language(tree: HtmlElement) -> str | None:
    root = tree.getroottree().getroot()
    tag = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return normalise_language(tag)


def _stated_url(tree: HtmlElement, metas: Mapping[str, str], final_url: str) -> str | None:
    """Return the page's own address; one that is another site's front page, or no address, is passed over."""
    links = [str(element.get("href") or "") for element in tree.xpath('//link[@rel="canonical"]')[:1]]
    for stated in (*links, metas.get("og:url", "")):
        if not stated.strip():
            continue
        try:
            address = canonical_url(urljoin(final_url, stated.strip()))
        except ValueError:
            continue
        if address is not None and not (_is_front(address) and not _is_front(final_url)):
            return address
    return None


def _is_front(url: str) -> bool:
    host = host_of_url(url)
    return url.partition(host)[2].strip("/") == ""
