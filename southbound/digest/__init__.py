"""The strategist's digest: one session's news, themes and market figures, known before the decision."""

from __future__ import annotations

from typing import Literal

from southbound.digest.build import build_digest
from southbound.digest.content import DigestContent, DigestOptions
from southbound.digest.html import html_from_digest
from southbound.digest.json import json_from_digest
from southbound.digest.markdown import markdown_from_digest

__all__ = [
    "DigestContent",
    "DigestFormat",
    "DigestOptions",
    "build_digest",
    "html_from_digest",
    "json_from_digest",
    "markdown_from_digest",
    "write_digest",
]

DigestFormat = Literal["html", "md", "json"]
_WRITERS = {"html": html_from_digest, "md": markdown_from_digest, "json": json_from_digest}


def write_digest(content: DigestContent, *, form: DigestFormat) -> str:
    """Write a digest in the form that the command line's `--format` names."""
    return _WRITERS[form](content)
