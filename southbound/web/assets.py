"""The style sheets, the script and the picture that pages load from us."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from southbound.chart import STYLE

STATIC: Final = {
    "chart.css": "text/css",
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


@cache
def static_file(name: str) -> bytes:
    """Return the content of one of the static files."""
    if name == "chart.css":
        return STYLE.encode()
    return (files("southbound.web") / "static" / name).read_bytes()


@cache
def static_url(name: str) -> str:
    """Return the address of a static file; it changes with the content, so browsers may keep it for ever."""
    return f"/static/{name}?v={sha256(static_file(name)).hexdigest()[:12]}"
