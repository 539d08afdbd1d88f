"""The user's feeds: how they are doing, and their list, added to and exchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.address import canonical_url
from ingest.discovery.opml import ListedFeed, read_opml
from ingest.discovery.probe import FoundFeed, guess_zone
from ingest.feed import FeedConfig
from southbound.error import UsageError
from southbound.feeds.file import add_to_file
from southbound.feeds.health import HISTORY, NORM_SPAN, Arrival, FeedFacts, FeedHealth, assess
from southbound.settings import Settings, feed_files, read_grouped_feeds
from southbound.store import Store

_N_SKEWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a list: feeds added, and how many were known already."""

    added: tuple[ListedFeed, ...]
    n_known: int


def health_of_feeds(store: Store, feeds: Sequence[FeedConfig], *, now: datetime) -> list[FeedHealth]:
    """Assess feeds by what the store knows of them, in the order given."""
    history = store.feed_history
    records, last = history.records(), history.last_arrivals()
    polls = history.polls(since=now - NORM_SPAN, n_skews=_N_SKEWS)
    arrivals = history.arrivals(since=now - HISTORY)
    repeats = history.repeats(since=now - NORM_SPAN)
    facts = []
    for feed in feeds:
        record, counts = records.get(feed.url), polls.get(feed.url)
        n_articles, n_repeats = repeats.get(feed.url, (0, 0))
        facts.append(
            FeedFacts(
                url=feed.url,
                publisher=feed.publisher,
                enabled=feed.enabled,
                polled_at=record.polled_at if record else None,
                succeeded_at=record.succeeded_at if record else None,
                next_poll_at=record.next_poll_at if record else None,
                n_failures=record.n_failures if record else 0,
                reason=record.reason if record else None,
                dead_since=record.dead_since if record else None,
                moved_to=record.moved_to if record else None,
                last_article_at=last.get(feed.url),
                arrivals=tuple(Arrival(at=at, n_articles=count) for at, count in arrivals.get(feed.url, ())),
                n_articles=n_articles,
                n_repeats=n_repeats,
                n_polls=counts.n_polls if counts else 0,
                n_failed_polls=counts.n_failed if counts else 0,
                clock_skews=counts.clock_skews if counts else (),
            )
        )
    return [assess(one, now=now) for one in facts]


def own_file(settings: Settings, config: Path | None) -> Path:
    """Return the file that feeds are added to: the one given, else the first of the user's own.

    Raises:
        UsageError: there is none.
    """
    if config is not None:
        return config
    if not settings.feeds.files:
        raise UsageError("feeds.files names no file; give it one in your settings, or give --config")
    return settings.feeds.files[0]


def add_found(settings: Settings, config: Path | None, found: FoundFeed) -> Path:
    """Write a feed that was found into the user's file, and return the file.

    Raises:
        UsageError: it is polled already, or the file can't be added to.
    """
    path = own_file(settings, config)
    if _key(found.feed.url) in _known(settings, path):
        raise UsageError(f"{found.feed.url} is in your list already")
    add_to_file(path, [_entry(found.feed)])
    return path


def import_list(settings: Settings, config: Path | None, source: Path) -> tuple[Imported, Path]:
    """Write the feeds of an OPML file, but those that are known, into the user's file.

    A feed's title becomes its publisher, and its folders its group. Each article's language is looked at, and
    dates without a zone count as of the country of the feed's domain.

    Returns:
        What was added, and the file.

    Raises:
        UnreadableInputError: the OPML file can't be used.
        UsageError: the user's file can't be added to.
    """
    path = own_file(settings, config)
    listed = read_opml(source)
    known = _known(settings, path)
    added = tuple(feed for feed in listed if _key(feed.url) not in known)
    if added:
        add_to_file(path, map(_entry_of_listed, added))
    return Imported(added=added, n_known=len(listed) - len(added)), path


def list_feeds(settings: Settings, config: Path | None) -> list[ListedFeed]:
    """Return the feeds that are polled as a list for other readers; local files are left out.

    Feeds without a group of their own stand under their publisher, if it has several.
    """
    grouped = [pair for file in feed_files(settings, config) for pair in read_grouped_feeds(file)]
    by_url = {feed.url: (feed, group) for feed, group in grouped if canonical_url(feed.url)}
    n_of = Counter(feed.publisher for feed, _ in by_url.values())
    return [
        ListedFeed(
            url=feed.url,
            title=feed.publisher,
            group=group or (feed.publisher if n_of[feed.publisher] > 1 else ""),
            language=feed.language,
        )
        for feed, group in by_url.values()
    ]


def _known(settings: Settings, path: Path) -> set[str]:
    """Return the addresses of the file itself and of all that is polled beside it."""
    files = [file for file in {*feed_files(settings, None), path} if file.is_file()]
    return {_key(feed.url) for file in files for feed, _ in read_grouped_feeds(file)}


def _key(url: str) -> str:
    """Spell an address so that two entries for one feed are equal."""
    return canonical_url(url) or url


def _entry(feed: FeedConfig) -> dict[str, Any]:
    language = {"language": feed.language} if feed.language else {}
    return {"url": feed.url, "publisher": feed.publisher, **language, "timezone": feed.timezone}


def _entry_of_listed(listed: ListedFeed) -> dict[str, Any]:
    zone = guess_zone(listed.url, listed.language)
    feed = FeedConfig(url=listed.url, publisher=listed.title or listed.url, timezone=zone)
    return {**_entry(feed), **({"group": listed.group} if listed.group else {})}
