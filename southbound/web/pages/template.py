"""Pages written out: templates escape all they are given, and miss nothing silently."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from southbound.chart import sparkline
from southbound.digest.wording import clean_line, web_url
from southbound.web.assets import static_url
from southbound.web.claim_wording import ClaimWording
from southbound.web.pages.view import View, place
from southbound.web.plain import LANGUAGE_COOKIE
from southbound.web.wording import Wording
from southbound.web.words import LANGUAGES, words_of

_YEAR = 365 * 24 * 3600
#: What the download links of a page offer.
FORMATS = ("csv", "json", "parquet")


def show(view: View, template: str, *, status: int = 200, **content: Any) -> HTMLResponse:  # noqa: ANN401 - each template takes its own
    """Write a page, and remember the language if the address names one."""
    words = view.words
    page = (
        environment()
        .get_template(f"{template}.html.j2")
        .render(
            view=view,
            t=words,
            f=Wording(words=words),
            c=ClaimWording(words=words),
            languages=[(key, words_of(key)("language")) for key in LANGUAGES],
            languages_urls={key: view.here(lang=key, format=None) for key in LANGUAGES},
            downloads=[(name, view.here(format=name)) for name in FORMATS],
            **content,
        )
    )
    response = HTMLResponse(page, status_code=status)
    response.headers["vary"] = "Accept-Language, Cookie"
    response.headers["content-language"] = words.language
    if view.query.get("lang") == words.language:
        response.set_cookie(LANGUAGE_COOKIE, words.language, max_age=_YEAR, samesite="lax", httponly=True)
    return response


@cache
def environment() -> Environment:
    """Return the templates with what all of them use."""
    made = Environment(
        loader=PackageLoader("southbound.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"place": place, "sparkline": sparkline, "static": static_url}
    made.filters |= {"clean": clean_line, "web_url": web_url, "urlencode_all": urlencode}
    return made
