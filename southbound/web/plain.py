"""Small pages that need no store and no reader: the login, and why a browser gets no answer."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from southbound.language.sentence import said
from southbound.web.assets import static_url
from southbound.web.words import Words, choose_language, words_of

LANGUAGE_COOKIE = "language"
_API = "/api/"
_PAGE = Markup(
    """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
</head>
<body><main class="door"><h1>Southbound</h1>
{body}
</main></body></html>
"""
)


def words_for(request: Request) -> Words:
    """Return the words of the language that a request is answered in."""
    return words_of(
        choose_language(
            request.query_params.get("lang", ""),
            remembered=request.cookies.get(LANGUAGE_COOKIE, ""),
            accepted=request.headers.get("accept-language", ""),
        )
    )


def plain_page(
    words: Words, title: str, body: Markup, *, status: int, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return a page with a title and a few lines."""
    page = _PAGE.format(language=words.language, title=title, style=static_url("desk.css"), body=body)
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store", **(headers or {})})


def wants_page(request: Request) -> bool:
    """Say whether a browser asks for a page, whose reader is told in words what is wrong."""
    is_api = request.url.path.startswith(_API)
    return not is_api and "text/html" in request.headers.get("accept", "")


def problem_page(
    request: Request, status: int, detail: str, *, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Say on a page, in the reader's language, what is wrong."""
    words = words_for(request)
    told = said(" ".join(detail.split()), words.language)
    back = Markup('<p>{}</p>\n<p><a href="/">{}</a></p>').format(told, words("error_back"))
    return plain_page(words, f"Southbound: {status}", back, status=status, headers=headers)
