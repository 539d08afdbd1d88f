"""Ask an address, and what its page names, for feeds, and read what they say of themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from ingest.discovery.page import Candidate, feeds_of_page
from ingest.error import UnreadableInputError
from ingest.feed import FeedConfig, ParsedFeed, parse_feed
from ingest.http import Client, FetchResult, Validators, retrieve
from ingest.language import UNDETERMINED
from ingest.text import clean_line

_MAX_PROBES = 12
_HEAD_BYTES = 16 * 1024
_TITLE = re.compile(
    r"<(?:\w+:)?title[^>]{0,200}>\s*(?:<!\[CDATA\[)?(.{1,300}?)(?:\]\]>)?\s*</(?:\w+:)?title", re.DOTALL
)
_JSON_TITLE = re.compile(r'"title"\s*:\s*"((?:[^"\\]|\\.){1,300})"')
_FIRST_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]|\"items\"\s*:")
_ZONES = {
    "hk": "Asia/Hong_Kong",
    "mo": "Asia/Macau",
    "cn": "Asia/Shanghai",
    "tw": "Asia/Taipei",
    "sg": "Asia/Singapore",
    "jp": "Asia/Tokyo",
    "kr": "Asia/Seoul",
    "uk": "Europe/London",
}
_ZONES_OF_LANGUAGES = {"zh-Hans": "Asia/Shanghai", "ja": "Asia/Tokyo", "ko": "Asia/Seoul"}
_DEFAULT_ZONE = "Asia/Hong_Kong"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that was found and can be read.

    Attributes:
        feed: As it would be polled; publisher, language and timezone are guesses.
        title: What the feed calls itself.
        how: ``given``, or what spoke for its address (see ``Candidate``).
        n_articles: That it holds now.
        newest_at: Latest instant of publication among them; None where none claims any.
    """

    feed: FeedConfig
    title: str
    how: str
    n_articles: int
    newest_at: datetime | None


def find_feeds(client: Client, address: str, *, seen_at: datetime) -> list[FoundFeed]:
    """Find the feeds at or behind an address: of a feed, of a page that names some, or of a site.

    Addresses of custom are asked only where the page names no feed that can be read, up to the first that is
    one.

    Args:
        client: See ``ingest.http.make_client``.
        address: Of the web (https where it names no scheme), or a path.
        seen_at: The present, aware.

    Returns:
        At least one, the likeliest first; no two with the same content.

    Raises:
        UnreadableInputError: The address cannot be fetched, or no feed is behind it.
    """
    url = _url_of_address(address)
    answer = _fetch(client, url)
    if answer.status != "ok":
        raise UnreadableInputError(answer.reason or f"{url} cannot be fetched")
    parsed = _read(answer, url, seen_at)
    if parsed.is_feed:
        return [_describe(answer, parsed, _permanent(url, answer), site="", how="given")]
    page = feeds_of_page(answer.payload, url=answer.final_url)
    found = list(_probe(client, page.candidates, site=page.site, seen_at=seen_at))
    if not found:
        raise UnreadableInputError(f"there is no feed at {url}, nor does its page name one that can be read")
    return found


def _url_of_address(address: str) -> str:
    if "://" in address:
        return address
    path = Path(address)
    return str(path.resolve()) if path.is_file() or address.startswith(("/", ".")) else f"https://{address}"


def _probe(
    client: Client, candidates: tuple[Candidate, ...], *, site: str, seen_at: datetime
) -> Iterator[FoundFeed]:
    bodies: set[str | None] = set()
    for candidate in candidates[:_MAX_PROBES]:
        if candidate.how == "guessed" and bodies:
            return
        answer = _fetch(client, candidate.url)
        if answer.status != "ok" or answer.body_hash in bodies:
            continue
        parsed = _read(answer, candidate.url, seen_at)
        if parsed.is_feed:
            bodies.add(answer.body_hash)
            found = _describe(answer, parsed, candidate.url, site=site, how=candidate.how)
            yield replace(found, title=found.title or candidate.title)


def _fetch(client: Client, url: str) -> FetchResult:
    return retrieve(FeedConfig(url=url, publisher=""), Validators(), client)


def _read(answer: FetchResult, url: str, seen_at: datetime) -> ParsedFeed:
    feed = FeedConfig(url=url, publisher=_host(url) or "unknown")
    return parse_feed(answer.payload, feed=feed, headers=answer.headers, seen_at=seen_at)


def _permanent(url: str, answer: FetchResult) -> str:
    """Prefer https where the address leads there and nowhere else; other redirects are learnt by polling."""
    return answer.final_url if answer.final_url.partition("://")[2] == url.partition("://")[2] else url


def _describe(answer: FetchResult, parsed: ParsedFeed, url: str, *, site: str, how: str) -> FoundFeed:
    title = _title_of_feed(answer.payload)
    language = _language_of_feed(parsed)
    feed = FeedConfig(
        url=url,
        publisher=_short_name(site) or _short_name(title) or _host(url) or "unknown",
        language=language,
        timezone=guess_zone(url, language),
    )
    instants = [article.published_at for article in parsed.articles if article.published_at]
    return FoundFeed(
        feed=feed,
        title=title,
        how=how,
        n_articles=len(parsed.articles),
        newest_at=max(instants, default=None),
    )


def guess_zone(url: str, language: str) -> str:
    """Guess the zone of a feed's dates that name none: by its country's domain, else by its language."""
    return _ZONES.get(_host(url).rpartition(".")[2]) or _ZONES_OF_LANGUAGES.get(language, _DEFAULT_ZONE)


def _language_of_feed(parsed: ParsedFeed) -> str:
    """Give the language of nearly all articles; empty where they are of several: then each is looked at."""
    counts = Counter(article.language for article in parsed.articles if article.language != UNDETERMINED)
    if not counts:
        return ""
    language, count = counts.most_common(1)[0]
    return language if count >= 0.9 * counts.total() else ""


def _title_of_feed(payload: bytes) -> str:
    head = payload[:_HEAD_BYTES].decode("utf-8", errors="replace")
    entry = _FIRST_ENTRY.search(head)
    head = head[: entry.start()] if entry else head
    match = _TITLE.search(head) or _JSON_TITLE.search(head)
    return clean_line(unescape(match[1])) if match else ""


def _short_name(title: str) -> str:
    """Take a site's name out of a title such as "Markets | Harbour Ledger"."""
    return re.split(r"\s+[|–—:»-]\s+", title)[-1].strip() if title else ""


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
