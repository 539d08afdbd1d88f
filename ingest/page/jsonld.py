"""What a page says of its article in JSON-LD, the form that search engines read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

_ARTICLE_TYPES = frozenset(
    {
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "AdvertiserContentArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
        "SocialMediaPosting",
    }
)
_MAX_BLOCKS = 20
_MAX_DEPTH = 4
_CDATA = re.compile(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*;?\s*$|^\s*<!--|-->\s*$")


def article_of_page(tree: HtmlElement) -> Mapping[str, Any]:
    """Return the JSON-LD object that describes the page's article; empty where there is none.

    Only objects that stand for the page count (at the top, in ``@graph``, or a page's ``mainEntity``), not
    those of other articles that it lists.
    """
    scripts = tree.xpath('//script[contains(@type, "ld+json")]')[:_MAX_BLOCKS]
    for script in scripts:
        for item in _objects(_loads(script.text_content()), _MAX_DEPTH):
            if _types(item) & _ARTICLE_TYPES:
                return item
    return {}


def name_of(value: object) -> str:
    """Read a name as JSON-LD writes it: a text, an object with a name, or a list of either."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return name_of(value.get("name"))
    if isinstance(value, list):
        return ", ".join(name for item in value if (name := name_of(item)))
    return ""


def is_closed(item: Mapping[str, Any]) -> bool:
    """Say whether an article declares that it isn't free to read."""
    return str(item.get("isAccessibleForFree", "")).strip().lower() in {"false", "http://schema.org/false"}


def _loads(text: str) -> object:
    try:
        return json.loads(_CDATA.sub("", text).strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth and isinstance(value, list):
        for item in value:
            yield from _objects(item, depth - 1)
    elif depth and isinstance(value, Mapping):
        yield value
        yield from _objects(value.get("@graph"), depth - 1)
        yield from _objects(value.get("mainEntity"), depth - 1)


def _types(item: Mapping[str, Any]) -> set[str]:
    given = item.get("@type")
    names = given if isinstance(given, list) else [given]
    return {str(name).rpartition("/")[2] for name in names}
