"""The way in for browsers: a token for a cookie."""

from __future__ import annotations

import time
from html import escape
from typing import Final
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from southbound.web.security.access import Access
from southbound.web.security.guard import LOGIN
from southbound.web.security.limit import Rate, RateLimit
from southbound.web.security.session import SessionBook, cookie_text, secret_of

router = APIRouter(include_in_schema=False)
_MAX_FORM_BYTES: Final = 8192
#: Wrong tokens of one client: five at once, then one in ten seconds.
_WRONG: Final = Rate(per_second=0.1, burst=5)


@router.get(LOGIN)
def show_login(next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """Show the form."""
    return _page(next)


@router.post(LOGIN)
async def log_in(request: Request) -> Response:
    """Take a token, and set the cookie where it is one of ours."""
    state = request.app.state
    access: Access = state.access
    sessions: SessionBook = state.sessions
    form = await _form(request)
    target = own_path(form.get("next", "/"))
    client = request.client.host if request.client else "unknown"
    user = access.tokens.user_of(form.get("token", "").strip()) if access.tokens else None
    if user is None:
        if not hasattr(state, "wrong_tokens"):
            state.wrong_tokens = RateLimit(_WRONG)
        if state.wrong_tokens.wait(client, now=time.monotonic()) > 0:
            return _page(target, note="Too many wrong tokens; wait a minute.", status=429)
        return _page(target, note="This is no token of this server.", status=403)
    secret = sessions.begin(user, now=time.monotonic())
    response = RedirectResponse(target, status_code=303)
    is_secure = request.url.scheme == "https"
    response.headers["set-cookie"] = cookie_text(secret, seconds=sessions.seconds, is_secure=is_secure)
    return response


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the session."""
    request.app.state.sessions.end(secret_of(request.headers.get("cookie", "")))
    response = RedirectResponse(LOGIN, status_code=303)
    response.headers["set-cookie"] = cookie_text("", seconds=0, is_secure=False)
    return response


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM_BYTES:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def own_path(target: str) -> str:
    """Return where to go after the login: a path of ours, whatever the address says."""
    parts = urlsplit(target.replace("\\", "/"))
    is_own = target.startswith("/") and not target.startswith("//") and not parts.netloc and not parts.scheme
    return target if is_own and target.isprintable() else "/"


def _page(target: str, *, note: str = "", status: int = 200) -> Response:
    told = f'<p role="alert">{escape(note)}</p>' if note else ""
    return HTMLResponse(
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Southbound: log in</title></head>
<body><main><h1>Southbound</h1>{told}
<form method="post" action="{LOGIN}">
<input type="hidden" name="next" value="{escape(own_path(target))}">
<p><label for="token">Token</label> <input id="token" name="token" type="password" required
 autocomplete="current-password"></p>
<p><button type="submit">Log in</button></p>
</form></main></body></html>
""",
        status_code=status,
        headers={"cache-control": "no-store"},
    )
