"""The strategist's digest: a session's or a week's news, themes and market figures, all known in time."""

from __future__ import annotations

from typing import Literal

from southbound.digest.build import build_digest
from southbound.digest.content import DigestContent, DigestOptions
from southbound.digest.html import html_from_digest, html_from_week
from southbound.digest.json import json_from_digest, json_from_week
from southbound.digest.markdown import markdown_from_digest
from southbound.digest.text import text_from_digest
from southbound.digest.week_build import build_week
from southbound.digest.week_content import WeekContent
from southbound.digest.week_markdown import markdown_from_week
from southbound.digest.week_text import text_from_week

__all__ = [
    "FORMS",
    "DigestContent",
    "DigestFormat",
    "DigestOptions",
    "WeekContent",
    "build_digest",
    "build_week",
    "html_from_digest",
    "json_from_digest",
    "markdown_from_digest",
    "text_from_digest",
    "text_from_week",
    "write_digest",
]

DigestFormat = Literal["html", "md", "json", "text"]
FORMS: tuple[DigestFormat, ...] = ("html", "md", "json", "text")
_WRITERS = {
    "html": html_from_digest,
    "md": markdown_from_digest,
    "json": json_from_digest,
    "text": text_from_digest,
}
_WEEK_WRITERS = {
    "html": html_from_week,
    "md": markdown_from_week,
    "json": json_from_week,
    "text": text_from_week,
}


def write_digest(content: DigestContent | WeekContent, *, form: DigestFormat) -> str:
    """Write a digest in the form that the command line's `--format` names."""
    if isinstance(content, WeekContent):
        return _WEEK_WRITERS[form](content)
    return _WRITERS[form](content)
