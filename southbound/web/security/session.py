"""Sessions of browsers that logged in with a token; held in memory, ended by a restart."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from southbound.web.security.token import User

COOKIE: Final = "southbound_session"
_MAX_SESSIONS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    user: User
    ends: float


class SessionBook:
    """Who is logged in; what the browser holds is kept as a hash."""

    def __init__(self, *, seconds: float) -> None:
        self.seconds = seconds
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def begin(self, user: User, *, now: float) -> str:
        """Begin a session and return what the cookie holds."""
        secret = secrets.token_urlsafe(32)
        self._sessions[_key(secret)] = _Session(user=user, ends=now + self.seconds)
        if len(self._sessions) > _MAX_SESSIONS:
            self._sessions.popitem(last=False)
        return secret

    def user_of(self, secret: str, *, now: float) -> User | None:
        """Return whose session it is; None where there is none, or it has ended."""
        session = self._sessions.get(_key(secret))
        if session is None or session.ends <= now:
            self.end(secret)
            return None
        return session.user

    def end(self, secret: str) -> None:
        """End a session, where there is one."""
        self._sessions.pop(_key(secret), None)


def cookie_text(secret: str, *, seconds: float, is_secure: bool) -> str:
    """Return the header that sets the cookie: out of reach of scripts and of other sites' requests."""
    secure = "; Secure" if is_secure else ""
    return f"{COOKIE}={secret}; Path=/; Max-Age={seconds:.0f}; HttpOnly; SameSite=Lax{secure}"


def secret_of(cookie_header: str) -> str:
    """Return what our cookie holds; "" without one."""
    try:
        found = SimpleCookie(cookie_header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
