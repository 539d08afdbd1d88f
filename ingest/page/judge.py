"""Whether a page is the article that its feed announced, and says more than the feed did."""

from __future__ import annotations

import re

from ingest.page.extract import Page
from ingest.page.wall import find_wall

_LATIN_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]{4,}|\d{2,}")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
#: So much of what the feed's title says must stand on the page, if it is about the same.
_MIN_SHARED = 0.3
_MIN_TERMS = 3

#: What ``judge_page`` answers where the page's text is the feed's.
SAME = "says what the feed said"


def judge_page(page: Page, *, title: str, body: str) -> str | None:
    """Say why a page isn't used, as the rest of a sentence that begins with the page; None where it is.

    Args:
        page: The page.
        title: The article's, as its feed has it.
        body: The article's, as its feed has it.

    Returns:
        ``SAME`` where the two texts are equal; else what is wrong with the page.
    """
    if _squeezed(page.text) == _squeezed(body) and body:
        return SAME
    wall = find_wall(final_url=page.final_url, title=page.title, text=page.text, is_closed=page.is_closed)
    if wall is not None:
        return wall
    if not page.text:
        return "holds no text that can be read"
    if not _is_about(page, title):
        return "is about something else"
    if len(_squeezed(page.text)) <= len(_squeezed(body)):
        return "is shorter than what the feed said"
    return None


def _is_about(page: Page, title: str) -> bool:
    """Compare words and pairs of Chinese characters; titles of a word or two are let pass."""
    said = f"{page.title}\n{page.text}"
    terms = _terms(title)
    if len(terms) < _MIN_TERMS:
        return True
    return len(terms & _terms(said)) >= _MIN_SHARED * len(terms)


def _terms(text: str) -> set[str]:
    lowered = text.lower()
    pairs = {run[place : place + 2] for run in _HAN_RUN.findall(lowered) for place in range(len(run) - 1)}
    return pairs | set(_LATIN_WORD.findall(lowered))


def _squeezed(text: str) -> str:
    return "".join(text.split())
