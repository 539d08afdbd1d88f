"""Article: its text with evidence marked, its tags, its revisions."""

from __future__ import annotations

from fastapi import Request, Response

from southbound.desk.article import build_article, frame_of_article
from southbound.pipeline.series import calendar_from_settings
from southbound.web.pages import names
from southbound.web.pages.error import PageNotFoundError
from southbound.web.pages.route import download, page_router
from southbound.web.pages.template import show
from southbound.web.pages.told import told_of
from southbound.web.pages.view import View

router = page_router()


@router.get("/article/{article_id:path}")
def show_article(request: Request, article_id: str) -> Response:
    """Show an article; `revision` picks one of its texts."""
    view = View(request=request)
    revision = view.number("revision", -1)
    with view.store() as store:
        page = build_article(
            store,
            article_id,
            calendar=calendar_from_settings(view.settings),
            revision=None if revision < 0 else revision,
            as_of=view.as_of,
        )
        own = names.theme_names(store, view.words.language)
    if page is None:
        raise PageNotFoundError("not_article", article_id)
    table = download(view, lambda: frame_of_article(page), name=f"article-{article_id}")
    if table is not None:
        return table
    return show(
        view,
        "article",
        page=page,
        told=told_of(request),
        names=own,
        entities=names.catalogue(view.settings) if view.words.is_chinese else None,
        entity_name=names.entity_name,
    )
