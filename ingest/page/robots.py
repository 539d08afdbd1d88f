"""What a site's robots.txt lets us read (RFC 9309), and how slowly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from ingest.page.fetch import PageAnswer

#: The name that a site may address its rules to.
AGENT = "southbound"
#: What the standard wants read at least is 500 KiB; longer files are refused like unreachable ones.
MAX_ROBOTS_BYTES = 1024 * 1024
_KEPT_FOR = timedelta(days=1)
#: A site that fails is asked again sooner: until then nothing of it is read.
_FAILURE_KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """One site's rules.

    Attributes:
        origin: Scheme, host and port that they hold for.
        verdict: ``rules``: as the text says; ``allow``: there is no such file; ``disallow``: it can't be
            had at the moment, and until it can nothing may be read.
        text: The file; where it can't be had, why, as the rest of a sentence that begins with it.
        expires_at: When to ask again.
    """

    origin: str
    verdict: Literal["rules", "allow", "disallow"]
    text: str = ""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether an address may be read, how long to pause before the site's next one, and why not."""

    is_allowed: bool
    delay: timedelta = timedelta()
    reason: str | None = None


def origin_of_url(url: str) -> str:
    """Return the scheme, host and port whose robots.txt rules an address."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2].lower(), "", "", ""))


def robots_from_answer(answer: PageAnswer, *, origin: str, now: datetime) -> Robots:
    """Read the rules out of the answer to ``/robots.txt``.

    Missing (4xx) means that everything may be read; unreachable (5xx, 429, no answer) that nothing may.
    """
    if answer.status == "ok":
        text = answer.payload.decode("utf-8", "replace").removeprefix("\ufeff")
        return Robots(origin=origin, verdict="rules", text=text, expires_at=now + _KEPT_FOR)
    if answer.http_status is not None and 400 <= answer.http_status < 500 and answer.http_status != 429:  # noqa: PLR2004 # HTTP
        return Robots(origin=origin, verdict="allow", expires_at=now + _KEPT_FOR)
    return Robots(
        origin=origin,
        verdict="disallow",
        text=answer.reason or "cannot be had",
        expires_at=now + max(_FAILURE_KEPT_FOR, answer.retry_after or timedelta()),
    )


def ask_robots(robots: Robots, url: str) -> Permission:
    """Decide whether an address may be read."""
    if robots.verdict == "allow":
        return Permission(is_allowed=True)
    if robots.verdict == "disallow":
        return Permission(is_allowed=False, reason=f"may not be read: its site's robots.txt {robots.text}")
    rules = Protego.parse(robots.text)
    if not rules.can_fetch(url, AGENT):
        return Permission(is_allowed=False, reason="may not be read: its site's robots.txt forbids it")
    return Permission(is_allowed=True, delay=_delay_of_rules(rules))


def _delay_of_rules(rules: Protego) -> timedelta:
    delay = float(rules.crawl_delay(AGENT) or 0)
    rate = rules.request_rate(AGENT)
    per_request = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
    return timedelta(seconds=min(max(delay, per_request, 0.0), _KEPT_FOR.total_seconds()))
