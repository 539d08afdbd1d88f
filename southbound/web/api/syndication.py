"""Tagged news for feed readers: RSS 2.0 and JSON Feed 1.1, by theme, entity or search."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from southbound.digest.wording import clean_line, web_url
from southbound.instant import text_from_instant
from southbound.store import Store
from southbound.store.find import ArticleQuery, ListedArticle
from southbound.web.api.articles import Language, Publisher, ToneLabel, Words
from southbound.web.api.asking import AsOf, Entity, EntityId, Theme, ThemeId, require_theme, theme_names
from southbound.web.problem import NotThereError, problem_answers
from southbound.web.store import read_store

router = APIRouter(tags=["feeds"])
Reader = Annotated[Store, Depends(read_store)]
ThemePart = Annotated[ThemeId, Path(description="Theme id, such as ai.", examples=["ai"])]
EntityPart = Annotated[EntityId, Path(description="Entity id, such as alibaba.", examples=["alibaba"])]

_N_ITEMS: Final = 50
_SUMMARY_CHARS: Final = 400
#: What XML 1.0 can't hold beside the controls that are dropped anyway.
_NO_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_RSS: Final = "application/rss+xml"
_JSON_FEED: Final = "application/feed+json"
_TONES: Final = {"negative": -1, "neutral": 0, "positive": 1}
_RESPONSES: Final = {
    "rss": {200: {"content": {_RSS: {"schema": {"type": "string"}}}}, **problem_answers(404, 422)},
    "json": {200: {"content": {_JSON_FEED: {"schema": {"type": "object"}}}}, **problem_answers(404, 422)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed: its title, its own address, its articles, and the names of their themes."""

    title: str
    address: str
    articles: Sequence[ListedArticle]
    names: dict[str, str]


@router.get("/feeds/theme/{theme}.rss", response_class=Response, responses=_RESPONSES["rss"])
def theme_rss(request: Request, store: Reader, theme: ThemePart, as_of: AsOf = None) -> Response:
    """Return a theme's news as RSS."""
    return _rss(_theme_channel(request, store, theme, as_of))


@router.get("/feeds/theme/{theme}.json", response_class=Response, responses=_RESPONSES["json"])
def theme_json(request: Request, store: Reader, theme: ThemePart, as_of: AsOf = None) -> Response:
    """Return a theme's news as JSON Feed."""
    return _json_feed(_theme_channel(request, store, theme, as_of))


@router.get("/feeds/entity/{entity}.rss", response_class=Response, responses=_RESPONSES["rss"])
def entity_rss(request: Request, store: Reader, entity: EntityPart, as_of: AsOf = None) -> Response:
    """Return an entity's news as RSS."""
    return _rss(_entity_channel(request, store, entity, as_of))


@router.get("/feeds/entity/{entity}.json", response_class=Response, responses=_RESPONSES["json"])
def entity_json(request: Request, store: Reader, entity: EntityPart, as_of: AsOf = None) -> Response:
    """Return an entity's news as JSON Feed."""
    return _json_feed(_entity_channel(request, store, entity, as_of))


def _searched(
    q: Words = None,
    theme: Theme = None,
    entity: Entity = None,
    publisher: Publisher = None,
    language: Language = None,
    tone: ToneLabel = None,
    as_of: AsOf = None,
) -> ArticleQuery:
    return ArticleQuery(
        words=q or "",
        theme=theme or "",
        entity=entity or "",
        publisher=publisher or "",
        language=language or "",
        tone=_TONES[tone] if tone is not None else None,
        as_of=as_of,
    )


Searched = Annotated[ArticleQuery, Depends(_searched)]


@router.get("/feeds/search.rss", response_class=Response, responses=_RESPONSES["rss"])
def search_rss(request: Request, store: Reader, query: Searched) -> Response:
    """Return what a search finds as RSS: the address is the saved search."""
    return _rss(_search_channel(request, store, query))


@router.get("/feeds/search.json", response_class=Response, responses=_RESPONSES["json"])
def search_json(request: Request, store: Reader, query: Searched) -> Response:
    """Return what a search finds as JSON Feed: the address is the saved search."""
    return _json_feed(_search_channel(request, store, query))


def _theme_channel(request: Request, store: Store, theme: str, as_of: datetime | None) -> Channel:
    require_theme(store, theme)
    return _channel(request, store, ArticleQuery(theme=theme, as_of=as_of), theme_names(store)[theme])


def _entity_channel(request: Request, store: Store, entity: str, as_of: datetime | None) -> Channel:
    if not store.tags.names_entity(entity):
        raise NotThereError(f"no article names '{entity}'; /api/v1/entities lists who is named")
    tags = store.entities.named(words=entity, as_of=as_of)
    name = next((one.name for one in tags if one.entity_id == entity), entity)
    return _channel(request, store, ArticleQuery(entity=entity, as_of=as_of), name)


def _search_channel(request: Request, store: Store, query: ArticleQuery) -> Channel:
    if query.theme:
        require_theme(store, query.theme)
    told = (query.words, query.theme, query.entity, query.publisher, query.language)
    return _channel(request, store, query, "search " + ", ".join(filter(None, told)))


def _channel(request: Request, store: Store, query: ArticleQuery, name: str) -> Channel:
    articles = store.finder.find(query, order="newest", limit=_N_ITEMS)
    return Channel(
        title=f"Southbound: {_plain(name)}",
        address=str(request.url),
        articles=articles,
        names=theme_names(store),
    )


def _rss(channel: Channel) -> Response:
    return Response(rss_from_channel(channel), media_type=f"{_RSS}; charset=utf-8")


def _json_feed(channel: Channel) -> Response:
    return Response(json_from_channel(channel), media_type=_JSON_FEED)


def rss_from_channel(channel: Channel) -> bytes:
    """Write a feed as RSS 2.0. All text is plain: no markup in it is anybody's but ours."""
    root = Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    head = SubElement(root, "channel")
    SubElement(head, "title").text = channel.title
    SubElement(head, "link").text = channel.address
    SubElement(head, "description").text = "News by theme, tagged with evidence"
    SubElement(head, "atom:link", {"href": channel.address, "rel": "self", "type": "application/rss+xml"})
    for article in channel.articles:
        item = SubElement(head, "item")
        SubElement(item, "title").text = _twice_escaped(_plain(article.title))
        if url := web_url(article.url):
            SubElement(item, "link").text = url
        SubElement(item, "guid", {"isPermaLink": "false"}).text = _plain(article.article_id)
        SubElement(item, "pubDate").text = format_datetime(article.known_at.astimezone(UTC), usegmt=True)
        SubElement(item, "source", {"url": channel.address}).text = _plain(article.publisher)
        SubElement(item, "description").text = _twice_escaped(_summary(article))
        for theme in article.themes:
            SubElement(item, "category").text = channel.names.get(theme, theme)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def json_from_channel(channel: Channel) -> str:
    """Write a feed as JSON Feed 1.1; the text is plain text there."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "feed_url": channel.address,
        "items": [_json_item(article, channel.names) for article in channel.articles],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _json_item(article: ListedArticle, names: dict[str, str]) -> dict[str, Any]:
    url = web_url(article.url)
    return {
        "id": _plain(article.article_id),
        **({"url": url} if url else {}),
        "title": _plain(article.title),
        "content_text": _summary(article),
        "date_published": text_from_instant(article.known_at),
        "language": article.language,
        "authors": [{"name": _plain(article.publisher)}],
        "tags": [names.get(theme, theme) for theme in article.themes],
    }


def _summary(article: ListedArticle) -> str:
    text = _plain(article.body)
    return text if len(text) <= _SUMMARY_CHARS else text[:_SUMMARY_CHARS].rstrip() + "…"


def _plain(text: str) -> str:
    """Drop what could turn or break a line, and what XML can't hold."""
    return _NO_XML.sub("", clean_line(text))


def _twice_escaped(text: str) -> str:
    """Escape for HTML what the XML writer then escapes again: readers take these elements for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
