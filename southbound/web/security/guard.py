"""The door: every request passes it, every answer leaves with its headers."""

from __future__ import annotations

import base64
import binascii
import math
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from southbound.web.problem import problem_response, refuse
from southbound.web.security.access import Access
from southbound.web.security.header import (
    SAFE_METHODS,
    SECURITY_HEADERS,
    host_of,
    is_known_host,
    is_own_change,
)
from southbound.web.security.limit import RateLimit
from southbound.web.security.session import SessionBook, secret_of
from southbound.web.security.token import LOCAL_USER, TokenBook, User
from southbound.web.security.token import Scope as TokenScope

LOGIN: Final = "/login"
#: What is shown to everybody: the way in, how it looks, and whether the service lives and is ready, which
#: names its stages and counts and nothing else.
_OPEN: Final = (LOGIN, "/healthz", "/readyz")
_OPEN_FOLDER: Final = "/static/"
#: How much of what is stored: for whoever has a token, unless the settings open it.
_METRICS: Final = "/metrics"
_API: Final = "/api/"
#: What may be posted without a scope: the way in and out.
_DOORS: Final = (LOGIN, "/logout")
#: A correction takes a few hundred bytes, a form no more than 64 KB.
_MAX_BODY_BYTES: Final = 1_000_000
_TOO_LARGE: Final = f"a request may hold {_MAX_BODY_BYTES:,} bytes; send less at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as far as a request says: a user (None: nobody known), and whether a cookie said so."""

    user: User | None
    by_cookie: bool


class Guard:
    """Checks host, caller, rate, origin, size and scope, in this order, and puts the security headers on."""

    def __init__(self, app: ASGIApp, *, access: Access, sessions: SessionBook, limit: RateLimit) -> None:
        self._app = app
        self._access = access
        self._sessions = sessions
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, _bounded(receive), send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is not let through; note who asks in one that is."""
        headers, path = Headers(scope=scope), str(scope["path"])
        if not is_known_host(headers.get("host", ""), self._access.hosts):
            name = host_of(headers.get("host", "")) or "none"
            return refuse(
                Request(scope),
                421,
                f"this server does not answer to the name '{name}'; name it in web.hosts of the settings",
            )
        caller = self._caller(headers)
        wait = self._limit.wait(_client(scope, caller), now=time.monotonic())
        if wait > 0:
            seconds = math.ceil(wait)
            return refuse(
                Request(scope),
                429,
                f"too many requests; ask again in {seconds} s",
                headers={"retry-after": str(seconds)},
            )
        if caller.user is None and not self._is_open(path):
            return _ask_for_token(scope, headers)
        scope.setdefault("state", {})["user"] = caller.user
        if scope["method"] in SAFE_METHODS:
            return None
        return self._change_refusal(scope, headers, caller)

    def _change_refusal(self, scope: Scope, headers: Headers, caller: Caller) -> Response | None:
        """Return the answer to a change that is not let through, of which then nothing is read."""
        if not self._may_change(headers, caller):
            return refuse(
                Request(scope), 403, "a change must come from a page of this server, or with a token"
            )
        if _declared_bytes(headers) > _MAX_BODY_BYTES:
            return refuse(Request(scope), 413, _TOO_LARGE)
        return None if scope["path"] in _DOORS else require_scope(scope, "review")

    def _is_open(self, path: str) -> bool:
        is_open = path in _OPEN or path.startswith(_OPEN_FOLDER)
        return is_open or (path == _METRICS and self._access.open_metrics)

    def _may_change(self, headers: Headers, caller: Caller) -> bool:
        # A token in a header is sent by whoever holds it, never by a browser of its own accord.
        by_token = caller.user is not None and not caller.by_cookie and caller.user is not LOCAL_USER
        return by_token or is_own_change(headers)

    def _caller(self, headers: Headers) -> Caller:
        if self._access.tokens is None:
            return Caller(user=LOCAL_USER, by_cookie=False)
        token = _token_of(headers)
        if token:
            return Caller(user=self._access.tokens.user_of(token), by_cookie=False)
        secret = secret_of(headers.get("cookie", ""))
        user = self._sessions.user_of(secret, now=time.monotonic()) if secret else None
        return Caller(user=user, by_cookie=True)


def require_scope(scope: Scope, needed: TokenScope) -> Response | None:
    """Return the answer to a request whose user may not do what needs a scope; None where they may."""
    state = scope.get("state")
    user = state.get("user") if isinstance(state, dict) else None
    if isinstance(user, User) and user.may(needed):
        return None
    return refuse(Request(scope), 403, f"this needs a token of scope '{needed}'; see `southbound token new`")


def _declared_bytes(headers: Headers) -> int:
    told = headers.get("content-length", "")
    return int(told[:20]) if told.isascii() and told.isdecimal() else 0


def _bounded(receive: Receive) -> Receive:
    """Bound what is received of a request that doesn't say, or not truly, how long it is."""
    n_bytes = 0

    async def receive_bounded() -> Message:
        nonlocal n_bytes
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > _MAX_BODY_BYTES:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return receive_bounded


def _token_of(headers: Headers) -> str:
    """Return the token of a request: a bearer's, or the password of a feed reader that knows Basic only."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.casefold() == "bearer":
        return value.strip()
    if kind.casefold() != "basic":
        return ""
    try:
        pair = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return pair.partition(":")[2]


def _client(scope: Scope, caller: Caller) -> str:
    if caller.user is not None and caller.user is not LOCAL_USER:
        return f"user {caller.user.name}"
    return str((scope.get("client") or ("unknown", 0))[0])


def _ask_for_token(scope: Scope, headers: Headers) -> Response:
    is_page = scope["method"] == "GET" and not str(scope["path"]).startswith(_API)
    if is_page and "text/html" in headers.get("accept", ""):
        wanted = scope["path"] + (
            f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        )
        return RedirectResponse(f"{LOGIN}?next={quote(wanted, safe='')}", status_code=303)
    return problem_response(
        401,
        "a token is needed: send `Authorization: Bearer TOKEN`",
        headers={"www-authenticate": 'Bearer realm="southbound", Basic realm="southbound", charset="UTF-8"'},
    )


__all__ = ["LOGIN", "Caller", "Guard", "TokenBook", "require_scope"]
