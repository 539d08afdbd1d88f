"""Tokens: made once, shown once, kept as hashes.

A token is 32 random bytes (256 bits) with the name of its entry in front, so it is found without trying every
hash. What is kept is its SHA-256: a slow hash such as Argon2 protects secrets that people choose and that can
be guessed; 256 random bits can't be, and a slow hash on every request would only serve whoever wants to keep
the server busy.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict

from southbound.error import UsageError
from southbound.instant import text_from_instant
from southbound.settings import read_validated

Scope = Literal["read", "review", "admin"]
#: Each scope includes those before it: read (all that is shown), review (labels and names), admin (the rest).
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

_SECRET_BYTES: Final = 32
#: A secret of one's own (a file of one token) must be as hard to guess as 128 random bits in base 64.
_MIN_CHARS: Final = 22
_HEADER: Final = "# Who may use the web and the API; written by `southbound token new`. Hashes only.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who asks.

    Attributes:
        name: of the entry in the users file; "local" where nobody needs a token.
        scope: what they may do.
    """

    name: str
    scope: Scope

    def may(self, scope: Scope) -> bool:
        """Say whether what needs a scope is allowed."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


#: Whoever asks at a local address that no token guards: the machine's own user.
LOCAL_USER: Final = User(name="local", scope="admin")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    scope: Scope
    sha256: str
    created_at: str = ""
    note: str = ""


class _UsersFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    users: tuple[_Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenBook:
    """The tokens that are let in: hash and user by the entry's name."""

    entries: Sequence[tuple[str, User]]

    def user_of(self, token: str) -> User | None:
        """Return whose token it is; every entry is compared, in the same time whatever it holds."""
        given = hash_of(token)
        found = [user for sha256, user in self.entries if hmac.compare_digest(sha256, given)]
        return found[0] if found else None


def hash_of(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def read_users(path: Path) -> TokenBook:
    """Read a users file.

    Raises:
        UsageError: it can't be read, others may read it, or it has no user.
    """
    _require_private(path)
    entries = read_validated(_UsersFile, path).users
    if not entries:
        raise UsageError(f"{path} names no user; make a token with `southbound token new --users {path}`")
    return TokenBook(entries=tuple((one.sha256, User(name=one.name, scope=one.scope)) for one in entries))


def read_token_file(path: Path) -> TokenBook:
    """Read a file that holds one token, as containers are given secrets; who has it may do everything.

    Raises:
        UsageError: it can't be read, others may read it, or the token is short enough to be guessed.
    """
    _require_private(path)
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}") from error
    if len(token) < _MIN_CHARS or len(token.split()) != 1:
        raise UsageError(
            f"{path} must hold one token of {_MIN_CHARS} characters or more, such as `openssl rand -hex 32` "
            "makes"
        )
    return TokenBook(entries=((hash_of(token), User(name="token-file", scope="admin")),))


def add_user(path: Path, *, scope: Scope, note: str = "", now: datetime | None = None) -> str:
    """Make a token, add its hash to a users file (made with mode 0600 where there is none), and return it.

    Raises:
        UsageError: the file can't be read or written.
    """
    entries: tuple[_Entry, ...] = ()
    if path.exists():
        _require_private(path)
        entries = read_validated(_UsersFile, path).users
    name = secrets.token_hex(4)
    token = f"sb_{name}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    made = _Entry(
        name=name,
        scope=scope,
        sha256=hash_of(token),
        created_at=text_from_instant(now or datetime.now(tz=UTC)),
        note=note,
    )
    users = [one.model_dump(exclude_defaults=True) for one in (*entries, made)]
    _write_private(path, _HEADER + yaml.safe_dump({"users": users}, sort_keys=False, allow_unicode=True))
    return token


def _require_private(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from error
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"others may read {path}; run `chmod 600 {path}` and make new tokens")


def _write_private(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
