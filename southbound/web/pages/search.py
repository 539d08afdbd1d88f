"""Search: words and filters."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import cast

from fastapi import Request, Response

from southbound.desk.search import build_search, frame_of_search
from southbound.instant import HONG_KONG
from southbound.pipeline.catalogue import search
from southbound.store.find import ArticleQuery, Order
from southbound.web.pages import names
from southbound.web.pages.route import download, page_router
from southbound.web.pages.template import show
from southbound.web.pages.view import View

router = page_router()
_LANGUAGES = ("en", "zh")
_TONES = {"positive": 1, "neutral": 0, "negative": -1}
_ORDERS = ("newest", "best")
_MAX_PAGE = 500
#: What of an address leaves articles out.
_NARROWING = ("q", "theme", "entity", "publisher", "language", "tone", "start", "end")


@router.get("/search")
def show_search(request: Request) -> Response:
    """Search all articles."""
    view = View(request=request)
    query = query_of(view)
    order = cast("Order", view.choice("order", _ORDERS, "newest"))
    with view.store() as store:
        table = download(view, lambda: frame_of_search(store, query, order=order), name="search")
        if table is not None:
            return table
        own = names.theme_names(store, view.words.language)
        page = build_search(
            store,
            query,
            order=order,
            number=view.number("page", 1, least=1, most=_MAX_PAGE),
            theme_names=own,
            catalogue=names.catalogue(view.settings) if query.words else None,
        )
        publishers = view.memory.recall(
            view.mark, ("publishers", view.as_of), lambda: store.finder.publishers(as_of=view.as_of)
        )
    return show(
        view,
        "search",
        page=page,
        query=query,
        is_narrowed=any(view.query.get(key, "").strip() for key in _NARROWING),
        order=order,
        tone_asked=view.query.get("tone", ""),
        publishers=publishers,
        names=own,
        entities=names.catalogue(view.settings) if query.entity or query.words else None,
        entity_name=names.entity_name,
    )


def query_of(view: View) -> ArticleQuery:
    """Read a search off an address; days are Hong Kong's, the last one included.

    Raises:
        UsageError: a value is none of those that there are.
    """
    tone = view.choice("tone", _TONES, "")
    start, end = view.day("start"), view.day("end")
    return ArticleQuery(
        words=view.query.get("q", "").strip(),
        theme=view.query.get("theme", "").strip(),
        entity=_entity_id(view, view.query.get("entity", "").strip()),
        publisher=view.query.get("publisher", "").strip(),
        language=view.choice("language", _LANGUAGES, ""),
        tone=_TONES[tone] if tone else None,
        start=_midnight(start) if start else None,
        end=_midnight(end + timedelta(days=1)) if end and end < date.max else None,
        as_of=view.as_of,
    )


def _entity_id(view: View, asked: str) -> str:
    """Return the id of an entity asked for by id, listing or name; what has none stays as it is."""
    entities = names.catalogue(view.settings) if asked else None
    if entities is None or asked in entities.entities:
        return asked
    found = search(entities, asked)
    named = (one for one in found if asked.casefold() in map(str.casefold, one.aliases))
    return next((one.entity_id for one in (*named, *found)), asked)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=HONG_KONG)
