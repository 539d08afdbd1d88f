"""Story: all reports of one event."""

from __future__ import annotations

from fastapi import Request, Response

from southbound.desk.story import build_story, frame_of_story
from southbound.pipeline.series import calendar_from_settings
from southbound.web.pages import names
from southbound.web.pages.error import PageNotFoundError
from southbound.web.pages.route import download, page_router
from southbound.web.pages.template import show
from southbound.web.pages.told import told_of
from southbound.web.pages.view import View

router = page_router()


@router.get("/story/{article_id:path}")
def show_story(request: Request, article_id: str) -> Response:
    """Show the story that an article reports."""
    view = View(request=request)
    with view.store() as store:
        page = view.memory.recall(
            view.mark,
            ("story", article_id, view.as_of),
            lambda: build_story(
                store, article_id, calendar=calendar_from_settings(view.settings), as_of=view.as_of
            ),
        )
        own = names.theme_names(store, view.words.language)
    if page is None:
        raise PageNotFoundError("not_story", article_id)
    table = download(view, lambda: frame_of_story(page), name=f"story-{page.story_id}")
    if table is not None:
        return table
    return show(
        view,
        "story",
        page=page,
        told=told_of(request),
        names=own,
        entities=names.catalogue(view.settings) if view.words.is_chinese else None,
        entity_name=names.entity_name,
    )
