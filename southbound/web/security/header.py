"""What a browser is told to keep to, and which requests are those of another site's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

#: Nothing but our own files is loaded or run; forms go to us only; nobody puts us into a frame.
CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: A digest is a page that also goes out by mail: its style stands in it, and it has no script at all.
DOCUMENT_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def host_of(header: str) -> str:
    """Return the host that a Host header names, without its port; "" where it is none."""
    try:
        return (urlsplit(f"//{header}").hostname or "").casefold()
    except ValueError:
        return ""


def is_known_host(header: str, known: frozenset[str]) -> bool:
    """Say whether a request is for one of our own names; "*" stands for any.

    A page of another site can make its own name lead to this machine (DNS rebinding); the browser then sends
    that name.
    """
    return "*" in known or host_of(header) in known


def is_own_change(headers: Mapping[str, str]) -> bool:
    """Say whether a changing request comes from a page of ours, by what the browser itself says.

    Sec-Fetch-Site where there is one, else the Origin, which must be of the host that is asked. A program
    that sends neither is let in by a token only (see `southbound.web.security.guard`).
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    if not origin:
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.netloc.casefold() == headers.get("host", "").casefold()
