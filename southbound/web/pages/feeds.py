"""Feeds: how each is doing."""

from __future__ import annotations

from collections import Counter

from fastapi import Request, Response

from southbound.desk.feeds import STATES, build_feeds, frame_of_feeds
from southbound.web.pages.route import download, page_router
from southbound.web.pages.template import show
from southbound.web.pages.view import View

router = page_router()


@router.get("/feeds")
def show_feeds(request: Request) -> Response:
    """Show the feeds' health, the worst first."""
    view = View(request=request)
    state = view.choice("state", STATES, "")
    with view.store() as store:
        feeds = build_feeds(store, settings=view.settings, now=view.now)
    table = download(view, lambda: frame_of_feeds(feeds), name="feeds")
    if table is not None:
        return table
    counts = Counter[str](feed.state for feed in feeds)
    return show(
        view,
        "feeds",
        feeds=[feed for feed in feeds if not state or feed.state == state],
        counts=[(one, counts[one]) for one in STATES if counts[one]],
        state=state,
    )
