"""The pages of the desk: one module a page, each reads the store and writes a template."""

from __future__ import annotations

from fastapi import Response

from southbound.web.assets import STATIC, static_file
from southbound.web.pages import (
    article,
    entity,
    evaluate,
    feeds,
    quality,
    review,
    search,
    story,
    theme,
    today,
)
from southbound.web.pages.error import PageNotFoundError
from southbound.web.pages.route import page_router

__all__ = ["router"]

router = page_router()
for part in (today, theme, entity, story, article, search, feeds, evaluate, review, quality):
    router.include_router(part.router)


@router.get("/static/{name}")
def read_static(name: str) -> Response:
    """Serve a style sheet, script or picture of ours."""
    if name not in STATIC:
        raise PageNotFoundError("error_404", name)
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(static_file(name), media_type=STATIC[name], headers=kept)
