"""How bad a failure is: hard ones need a person, soft ones may pass, temporary ones are likely our own.

The grades and what belongs to them follow Media Cloud's rss-fetcher, whose feeds do come back from 404.
"""

from __future__ import annotations

import errno
import socket
import ssl
from typing import Literal
from urllib.parse import urlsplit

import httpx

from ingest.fetch.transport import DeadlineError, RefusedAddressError

Failure = Literal["hard", "soft", "temporary"]

_SOFT: Failure = "soft"
_TEMPORARY: Failure = "temporary"
_SOFT_REFUSALS = frozenset({404, 408, 421, 425, 429})
_SERVER_ERROR = 500
_OWN_TROUBLE = frozenset(
    {errno.ENETUNREACH, errno.ENETDOWN, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL}
)


def failure_of_status(status: int) -> Failure:
    """Grade an HTTP status that is no success."""
    return "soft" if status in _SOFT_REFUSALS or status >= _SERVER_ERROR else "hard"


def explain_error(error: Exception, url: str) -> tuple[str, Failure]:
    """Say in one line, after "feed X", what a client raised, and grade it.

    Temporary is what names that can't be looked up now, and a machine without a network, raise.
    """
    if isinstance(error, DeadlineError):
        return "took too long; tried again at the next poll", "soft"
    if isinstance(error, RefusedAddressError):
        return _describe_refused_host(str(error), url), "hard"
    if isinstance(error, httpx.TimeoutException):
        return "did not answer in time", "soft"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | ValueError):
        return f"cannot be fetched: {one_line(error)}", "hard"
    return _explain_system_error(error)


def _explain_system_error(error: Exception) -> tuple[str, Failure]:
    cause = _system_error(error)
    reason, failure = f"cannot be fetched: {one_line(error)}", _SOFT
    if isinstance(cause, socket.gaierror):
        reason = f"has a host that can't be found ({one_line(cause.strerror or cause)})"
        failure = _TEMPORARY if cause.errno == socket.EAI_AGAIN else _SOFT
    elif isinstance(cause, ssl.SSLCertVerificationError):
        reason = f"has a certificate that can't be trusted ({one_line(cause.verify_message)})"
    elif cause is not None and cause.errno in _OWN_TROUBLE:
        failure = _TEMPORARY
    return reason, failure


def _describe_refused_host(host: str, url: str) -> str:
    where = "stands" if host == urlsplit(url).hostname else f"leads to {host}, which stands"
    return f"{where} in a private network; set poll.allow_private_addresses to read such feeds"


def one_line(problem: object) -> str:
    """Put whatever went wrong in one line of bearable length."""
    return " ".join(str(problem).split())[:300] or type(problem).__name__


def _system_error(error: BaseException) -> OSError | None:
    """Return the system's error at the root of a client's."""
    seen: BaseException | None = error
    found = None
    while seen is not None:
        if isinstance(seen, OSError):
            found = seen
        seen = seen.__cause__ or seen.__context__
    return found
