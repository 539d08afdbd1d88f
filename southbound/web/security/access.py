"""What the server is started with: where it listens, whose names it answers to, and who gets in."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from pathlib import Path

from southbound.error import UsageError
from southbound.settings import WebSettings
from southbound.web.security.header import LOCAL_HOSTS
from southbound.web.security.token import TokenBook, read_token_file, read_users


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who gets in.

    Attributes:
        tokens: None lets in whoever reaches the address, which must be a local one then.
        hosts: names that the server answers to; "*" for any.
        open_metrics: whether who watches the service reads its figures without a token.
    """

    tokens: TokenBook | None = None
    hosts: frozenset[str] = field(default=LOCAL_HOSTS)
    open_metrics: bool = False


def make_access(
    *, host: str, settings: WebSettings, users: Path | None = None, token_file: Path | None = None
) -> Access:
    """Decide who gets in at an address.

    Raises:
        UsageError: the address is not local and no token guards it, or a file can't be used.
    """
    if users is not None and token_file is not None:
        raise UsageError("give --users or --token-file, not both")
    tokens = None
    if token_file is not None:
        tokens = read_token_file(token_file)
    elif users is not None:
        tokens = read_users(users)
    is_local = is_local_address(host)
    if tokens is None and not is_local:
        raise UsageError(
            f"{host} can be reached by others: give --users FILE (made by `southbound token new`) or "
            "--token-file FILE, or serve on 127.0.0.1"
        )
    return Access(
        tokens=tokens,
        hosts=_hosts(host, settings, is_local=is_local),
        open_metrics=settings.open_metrics,
    )


def is_local_address(host: str) -> bool:
    """Say whether an address can only be reached from this machine; a name must lead to such only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(one).split("%")[0]).is_loopback for one in found)


def _hosts(host: str, settings: WebSettings, *, is_local: bool) -> frozenset[str]:
    named = frozenset(name.casefold() for name in settings.hosts)
    if named:
        return named | LOCAL_HOSTS
    # Behind tokens another site's page gets nothing under whatever name it reaches us.
    return LOCAL_HOSTS | {host.casefold()} if is_local else frozenset({"*"})
