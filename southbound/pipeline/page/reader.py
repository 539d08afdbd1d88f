"""Read one page: ask whether it may be, fetch it, judge it, store what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ingest.address import host_of_url
from ingest.http import Client
from ingest.page.choice import next_pause
from ingest.page.extract import Page, extract_page
from ingest.page.fetch import PageAnswer, fetch_page
from ingest.page.judge import SAME, judge_page
from ingest.page.publication import Claim, decide_published, first_instant
from ingest.page.robots import (
    MAX_ROBOTS_BYTES,
    Permission,
    Robots,
    ask_robots,
    origin_of_url,
    robots_from_answer,
)
from ingest.page.watch import PRIVATE_REASON, is_private_host
from ingest.wrapper import opaque_reason
from southbound.instant import instant_from_text, text_from_instant
from southbound.pipeline.page.held import add_revision, revision_of_page
from southbound.settings import PageSettings
from southbound.store import Store
from southbound.store.page import LONGEST_WAIT, Outcome, Waiting

#: What a page said, by column of the store.
PageValues = dict[str, str | int | None]


class PageReader:
    """Reads one page after the other, keeping each host's pace."""

    def __init__(self, store: Store, client: Client, settings: PageSettings, *, allow_private: bool) -> None:
        self._store, self._client, self._settings = store, client, settings
        self._allow_private = allow_private
        self._spacing = timedelta(seconds=settings.spacing_seconds)
        self._free: dict[str, datetime] = {}

    def free_at(self, host: str) -> datetime:
        """Return when a host may be asked again; runs before this one count too.

        A time that lies too far ahead was told by a clock that has been set back since.
        """
        now = _now()
        if host not in self._free:
            last = self._store.pages.last_tried(host)
            self._free[host] = min(last, now) + self._spacing if last else datetime.min.replace(tzinfo=UTC)
        if self._free[host] > now + LONGEST_WAIT:
            self._free[host] = now + self._spacing
        return self._free[host]

    def visit(self, waiting: Waiting) -> Outcome | None:
        """Ask a page's host for its rules, or, where they are known, for the page; None after the rules."""
        obstacle = self._obstacle(waiting.url)
        if obstacle is not None:
            return self._record(waiting, Outcome(state="refused", tried_at=_now(), reason=obstacle))
        robots = self._known_robots(waiting.url)
        if robots is None:
            self._ask_robots(waiting.url)
            return None
        permission = ask_robots(robots, waiting.url)
        if not permission.is_allowed:
            return self._record(waiting, self._forbidden(waiting, robots, permission))
        answer = fetch_page(
            self._client,
            waiting.url,
            max_bytes=int(self._settings.max_megabytes * 1024**2),
            total_seconds=self._settings.max_seconds,
            allow_private=self._allow_private,
        )
        self._pause(waiting.host, max(self._spacing, permission.delay))
        return self._settle(waiting, answer)

    def _obstacle(self, url: str) -> str | None:
        """Say why an address needn't even be asked."""
        if not self._allow_private and is_private_host(urlsplit(url).hostname or ""):
            return PRIVATE_REASON
        # A shortener leads on when it is asked; Google News answers with a script.
        return opaque_reason(url) if host_of_url(url) == "news.google.com" else None

    def _settle(self, waiting: Waiting, answer: PageAnswer) -> Outcome:
        if answer.status != "ok":
            return self._record(waiting, self._failure(waiting, answer), retry_after=answer.retry_after)
        moved = self._permission_elsewhere(waiting.url, answer.final_url)
        if moved is not None:
            return self._record(waiting, Outcome(state="refused", tried_at=_now(), reason=moved))
        now = _now()
        page = extract_page(answer, zone=ZoneInfo(waiting.timezone), now=now)
        if page is None:
            reason = "cannot be read as a web page"
            return self._record(waiting, Outcome(state="refused", tried_at=now, reason=reason))
        return self._keep(waiting, page, now)

    def _keep(self, waiting: Waiting, page: Page, now: datetime) -> Outcome:
        values = _values_of_page(waiting, page, now, max_days_before=self._settings.max_days_before)
        reason = judge_page(page, title=waiting.title, body=waiting.body)
        if reason == SAME:
            return self._record(waiting, Outcome(state="same", tried_at=now, reason=SAME, values=values))
        if reason is not None:
            return self._record(waiting, Outcome(state="refused", tried_at=now, reason=reason, values=values))
        if self._settings.keep == "excerpt":
            values |= {"held_text": page.text, "excerpt_chars": self._settings.excerpt_chars}
            return self._record(waiting, Outcome(state="held", tried_at=now, values=values))
        return self._add(waiting, page, values, now)

    def _add(self, waiting: Waiting, page: Page, values: PageValues, now: datetime) -> Outcome:
        decided = values["published_at"]
        article = revision_of_page(
            waiting,
            body=page.text,
            language=page.language,
            author=page.author,
            published_at=instant_from_text(str(decided)) if decided else None,
            canonical_url=page.canonical_url,
        )
        with self._store.transaction():
            stored = add_revision(self._store, waiting, article, seen_at=now)
            if stored is None:
                outcome = Outcome(state="same", tried_at=now, reason=SAME, values=values)
            else:
                outcome = Outcome(state="read", tried_at=now, values=values)
            self._store.pages.record(waiting.article_pk, outcome)
        return outcome

    def _failure(self, waiting: Waiting, answer: PageAnswer) -> Outcome:
        now = _now()
        if answer.status == "never":
            return Outcome(state="failed", tried_at=now, reason=answer.reason)
        pause = next_pause(
            waiting.tries + 1, max_tries=self._settings.max_tries, retry_after=answer.retry_after
        )
        if pause is None:
            reason = f"{answer.reason}; given up after {waiting.tries + 1} tries"
            return Outcome(state="failed", tried_at=now, reason=reason)
        return Outcome(state="waiting", tried_at=now, reason=answer.reason, next_try_at=now + pause)

    def _forbidden(self, waiting: Waiting, robots: Robots, permission: Permission) -> Outcome:
        now = _now()
        if robots.verdict != "disallow":
            return Outcome(state="refused", tried_at=now, reason=permission.reason)
        pause = next_pause(waiting.tries + 1, max_tries=self._settings.max_tries, retry_after=None)
        if pause is None:
            return Outcome(state="failed", tried_at=now, reason=permission.reason)
        next_try_at = max(now + pause, robots.expires_at)
        return Outcome(state="waiting", tried_at=now, reason=permission.reason, next_try_at=next_try_at)

    def _permission_elsewhere(self, url: str, final_url: str) -> str | None:
        """Say why a page may not be used that another site than the one asked has given."""
        if origin_of_url(url) == origin_of_url(final_url):
            return None
        robots = self._known_robots(final_url) or self._ask_robots(final_url)
        return ask_robots(robots, final_url).reason

    def _known_robots(self, url: str) -> Robots | None:
        return self._store.pages.robots(origin_of_url(url), now=_now())

    def _ask_robots(self, url: str) -> Robots:
        origin = origin_of_url(url)
        answer = fetch_page(
            self._client,
            f"{origin}/robots.txt",
            max_bytes=MAX_ROBOTS_BYTES,
            total_seconds=self._settings.max_seconds,
            allow_private=self._allow_private,
            types=None,
        )
        robots = robots_from_answer(answer, origin=origin, now=_now())
        with self._store.transaction():
            self._store.pages.keep_robots(robots)
        self._pause(host_of_url(url), self._spacing)
        return robots

    def _pause(self, host: str, pause: timedelta) -> None:
        self._free[host] = _now() + pause

    def _record(self, waiting: Waiting, outcome: Outcome, *, retry_after: timedelta | None = None) -> Outcome:
        with self._store.transaction():
            self._store.pages.record(waiting.article_pk, outcome)
            if retry_after:
                self._store.pages.postpone(waiting.host, until=outcome.tried_at + retry_after)
        return outcome


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _values_of_page(waiting: Waiting, page: Page, now: datetime, *, max_days_before: int) -> PageValues:
    """Lay out what a page says, with the publication time that is taken: both claims are kept."""
    page_claim = first_instant(page.claims)
    feed = waiting.published_at
    # A feed's impossible time was replaced by when it was seen, which is nobody's claim.
    feed_claim = Claim(instant=feed, source="feed") if feed is not None and not waiting.claimed else None
    published = decide_published(
        feed_claim,
        page_claim,
        seen_at=waiting.seen_at,
        zone=ZoneInfo(waiting.timezone),
        max_days_before=max_days_before,
    )
    taken = published.published_at or feed
    return {
        "fetched_at": text_from_instant(now),
        "final_url": page.final_url,
        "canonical_url": page.canonical_url,
        "author": page.author or None,
        "language": page.language,
        "page_published_at": text_from_instant(page_claim.instant) if page_claim else None,
        "page_published_from": f"{page_claim.source}: {page_claim.raw}" if page_claim else None,
        "published_at": text_from_instant(taken) if taken else None,
        "published_reason": published.reason,
    }
