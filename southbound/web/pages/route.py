"""How a page answers: with itself, as a table to download, or with what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from signals.error import SignalError
from southbound.error import UsageError
from southbound.export import csv_from_frame, json_from_frame, parquet_from_frame
from southbound.instant import parse_as_of
from southbound.language.sentence import said
from southbound.web.pages.error import PageNotFoundError
from southbound.web.pages.template import FORMATS, show
from southbound.web.pages.view import View


class PageRoute(APIRoute):
    """A route whose errors are pages: 404 for what is not there, 400 for what can't be asked."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with its errors caught."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except PageNotFoundError as error:
                return _error_page(request, 404, error.key, error.name)
            except (UsageError, SignalError) as error:
                return _error_page(request, 400, "", str(error))

        return answer


def page_router() -> APIRouter:
    """Return a router for pages; they are no part of the API's description."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def download(view: View, frame: Callable[[], pd.DataFrame], *, name: str) -> Response | None:
    """Return a page's table in the format that the address asks for; None where it asks for the page.

    Raises:
        UsageError: there is no such format.
    """
    form = view.choice("format", FORMATS, "")
    if not form:
        return None
    table = frame()
    content = {"csv": csv_from_frame, "json": json_from_frame, "parquet": parquet_from_frame}[form](table)
    kinds = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in name)
    disposition = f'attachment; filename="southbound-{safe[:80]}.{form}"'
    return Response(
        content,
        media_type=kinds.get(form, "application/vnd.apache.parquet"),
        headers={"content-disposition": disposition},
    )


def _kept_query(request: Request) -> str:
    """Return what a page about an error keeps: the language, and the instant if that isn't what failed."""
    query = request.query_params
    kept = {key: query[key] for key in ("lang", "as_of") if query.get(key)}
    try:
        parse_as_of(kept.get("as_of", "2025-02-11"))
    except UsageError:
        del kept["as_of"]
    return urlencode(kept)


def _error_page(request: Request, status: int, key: str, text: str) -> Response:
    view = View(request=Request({**request.scope, "query_string": _kept_query(request).encode()}))
    message = view.words(key, name=text) if key else said(text, view.words.language)
    return show(view, "error", status=status, message=message, status_key=f"error_{status}")
