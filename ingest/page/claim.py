"""The publication times that a page states, the most trustworthy first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from ingest.date import parse_instant, plausible_instant
from ingest.page.publication import Claim

_META_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "article:create_at",
    "datepublished",
    "parsely-pub-date",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "weibo:article:create_at",
    "_pubtime",
    "date",
)
_TIME_PATHS = (
    '//*[@itemprop="datePublished"]',
    "//time[@pubdate]",
    "//article//time[@datetime]",
    "//time[@datetime]",
)
#: Where portals write the time for readers only.
_TEXT_PATH = (
    '//*[contains(@id, "pubtime") or contains(@class, "pubtime") or contains(@class, "publish") '
    'or contains(@class, "pub-") or contains(@class, "pub_") or contains(@class, "date") '
    'or contains(@class, "time") or contains(@id, "date") or contains(@class, "source")]'
)
_DATED = re.compile(
    r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?(?:\s{0,3}\d{1,2}[:：时時]\d{2}(?:[:：]\d{2})?)?"
)
_HAS_TIME = re.compile(r"\d\s?[:：时時點点]|\dt\d{2}|^\d{9,}", re.IGNORECASE)
_HAS_ZONE = re.compile(r"(?:\d|\s)(?:z|[+-]\d{2}:?\d{2}|utc|gmt|hkt|cst)\b|^\d{9,}", re.IGNORECASE)
_MAX_TEXT_CHARS = 200
_MAX_TEXTS = 40


def claims_of_page(
    tree: HtmlElement, article: Mapping[str, Any], *, zone: ZoneInfo, now: datetime
) -> tuple[Claim, ...]:
    """Collect what a page says of when it was published.

    Args:
        tree: The page.
        article: What it says in JSON-LD.
        zone: Of times that name none.
        now: When the page was fetched; times that news can't have are left out.
    """
    found = []
    for source, raw in _stated(tree, article):
        instant = plausible_instant(parse_instant(raw, timezone=zone), now=now)
        if instant is not None:
            has_time, has_zone = bool(_HAS_TIME.search(raw)), bool(_HAS_ZONE.search(raw))
            found.append(Claim(instant=instant, source=source, has_time=has_time, has_zone=has_zone, raw=raw))
    return tuple(found)


_Source = Literal["json-ld", "meta", "time", "text"]


def _stated(tree: HtmlElement, article: Mapping[str, Any]) -> Iterator[tuple[_Source, str]]:
    for key in ("datePublished", "dateCreated"):
        if isinstance(article.get(key), str | int):
            yield "json-ld", str(article[key]).strip()
    metas = metas_of_page(tree)
    for name in _META_NAMES:
        if name in metas:
            yield "meta", metas[name]
    for path in _TIME_PATHS:
        for element in tree.xpath(path)[:1]:
            given = element.get("content") or element.get("datetime") or element.text_content()
            yield "time", " ".join(given.split())[:_MAX_TEXT_CHARS]
    yield from (("text", text) for text in _dated_texts(tree))


def _dated_texts(tree: HtmlElement) -> Iterator[str]:
    for element in tree.xpath(_TEXT_PATH)[:_MAX_TEXTS]:
        text = " ".join(element.text_content().split())
        match = _DATED.search(text[:_MAX_TEXT_CHARS]) if len(text) <= 2 * _MAX_TEXT_CHARS else None
        if match is not None:
            yield match[0]


def metas_of_page(tree: HtmlElement) -> dict[str, str]:
    """Return the page's ``meta`` elements by name or property in lower case; of several the first."""
    found: dict[str, str] = {}
    for element in tree.xpath("//meta[@content]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join(str(element.get("content")).split())
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found
