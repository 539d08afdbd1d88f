"""The way in for browsers: a token for a cookie."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from southbound.web.plain import plain_page, words_for
from southbound.web.security.access import Access
from southbound.web.security.guard import LOGIN
from southbound.web.security.limit import Rate, RateLimit
from southbound.web.security.session import SessionBook, cookie_text, secret_of

router = APIRouter(include_in_schema=False)
_MAX_FORM_BYTES: Final = 8192
#: Wrong tokens of one client: five at once, then one in ten seconds.
_WRONG: Final = Rate(per_second=0.1, burst=5)

_FORM: Final = Markup(
    """{told}<p>{why}</p>
<form method="post" action="{action}">
<input type="hidden" name="next" value="{target}">
<p><label for="token">{token}</label> <input id="token" name="token" type="password" required
 autocomplete="current-password"></p>
<p><button type="submit">{button}</button></p>
</form>"""
)


@router.get(LOGIN)
def show_login(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """Show the form."""
    return _page(request, next)


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
            return _page(request, target, problem="login_too_many", status=429)
        return _page(request, target, problem="login_wrong", status=403)
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


def _page(request: Request, target: str, *, problem: str = "", status: int = 200) -> Response:
    """Show the form; `problem` is the key of what is wrong."""
    words = words_for(request)
    told = Markup('<p class="note" role="alert">{}</p>\n').format(words(problem)) if problem else ""
    form = _FORM.format(
        told=told,
        why=words("login_told"),
        action=LOGIN,
        target=own_path(target),
        token=words("login_token"),
        button=words("login_button"),
    )
    return plain_page(words, words("login_title"), form, status=status)
