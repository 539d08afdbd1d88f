"""What an answer's headers say about time. Pure: the clock is an argument.

Instants of a server are read against the server's own clock (its ``Date``), so that a wrong clock on either
side shortens no pause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_FORBIDS_CACHING = re.compile(r"(?:^|[\s,])no-(?:store|cache)(?:$|[\s,])", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,12}")


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return how long a server asks to wait (RFC 9110, 10.2.3: seconds or a date); None where it doesn't."""
    asked = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(asked):
        return float(asked)
    until = _instant(asked)
    if until is None:
        return None
    return max(0.0, (until - (_instant(headers.get("date", "")) or now)).total_seconds())


def fresh_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return how long an answer stays fresh (RFC 9111, 4.2: max-age, else Expires); None where it doesn't."""
    rules = headers.get("cache-control", "")
    if _FORBIDS_CACHING.search(rules):
        return None
    max_age = _MAX_AGE.search(rules)
    if max_age is not None:
        lifetime = float(max_age[1]) - _age(headers)
    else:
        expires = _instant(headers.get("expires", ""))
        if expires is None:
            return None
        lifetime = (expires - (_instant(headers.get("date", "")) or now)).total_seconds()
    return lifetime if lifetime > 0 else None


def clock_skew_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return by how much a server's clock runs ahead of ours (behind: negative); None where it tells none."""
    date = _instant(headers.get("date", ""))
    # An answer out of a cache bears the date on which it was made.
    return None if date is None else (date - now).total_seconds() + _age(headers)


def _age(headers: Mapping[str, str]) -> float:
    age = headers.get("age", "").strip()
    return float(age) if _SECONDS.fullmatch(age) else 0.0


def _instant(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
