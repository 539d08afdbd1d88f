"""RSS, RDF and Atom feeds turned into articles. Never fetches anything itself."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import feedparser

from ingest.address import canonical_url, identity_url
from ingest.article import MAX_ID_CHARS, Article, make_article
from ingest.date import parse_instant, plausible_instant
from ingest.error import RejectedRecordError
from ingest.markup import has_markup, text_from_html
from ingest.rejection import Rejection
from ingest.text import clean_line, clean_text
from ingest.zone import zone_from_name

#: A feed larger than this is not read. Bytes.
MAX_PAYLOAD_BYTES = 20 * 1024 * 1024
#: Clocks of publishers may run ahead by so much before a date counts as wrong.
MAX_CLOCK_LEAD = timedelta(minutes=10)

_SNIFF_BYTES = 4096
# Possessive and atomic: many comments would otherwise be tried in all their partitions.
_HTML_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|(?><!--.*?-->)|<\?xml[^>]*+>)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_DATE_KEYS = ("published", "updated", "created")
# Identifiers of these forms are unique in the world; others (often "1", "2") only within their publisher.
_GLOBAL_ID = re.compile(r"[a-z][a-z0-9+.\-]*:\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedConfig:
    """One feed to poll.

    Attributes:
        url: Web address, ``file:`` address or path.
        publisher: Outlet whose articles it holds.
        language: Language tag of its articles; empty to detect each one's.
        timezone: IANA zone of dates that name none.
        archive: Whether it replays old news, so that an article counts as known when it was published.
        enabled: Whether it is polled.
        interval_minutes: Time between two polls.
        full_text: Whether the articles' pages are read: ``yes``, ``no``, or ``auto`` where the feed holds a
            summary only.

    Raises:
        UnreadableInputError: There is no such timezone.
    """

    url: str
    publisher: str
    language: str = ""
    timezone: str = "Asia/Hong_Kong"
    archive: bool = False
    enabled: bool = True
    interval_minutes: int = 15
    full_text: Literal["yes", "no", "auto"] = "auto"

    def __post_init__(self) -> None:
        zone_from_name(self.timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed's answer holds.

    Attributes:
        articles: In the order of the feed, each once.
        rejected: Entries that could not be used.
        is_feed: Whether the answer was a feed at all.
        reason: If it was none, what it was and what to do, in one line.
    """

    articles: tuple[Article, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    is_feed: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What the reading of an entry depends on beside the entry."""

    feed: FeedConfig
    zone: ZoneInfo
    seen_at: datetime


def parse_feed(
    payload: bytes, *, feed: FeedConfig, headers: Mapping[str, str], seen_at: datetime
) -> ParsedFeed:
    """Read the articles of a feed's answer.

    Args:
        payload: The answer's body as it came.
        feed: Whose answer it is.
        headers: The answer's headers (``content-type`` helps to find the encoding).
        seen_at: When the answer came, aware. An article dated later (by more than ``MAX_CLOCK_LEAD``) counts
            as published then; its claim is kept in ``extra["claimed_published_at"]``.

    Returns:
        Articles and rejections; for what is no feed, the reason.
    """
    refusal = _refuse_payload(payload, feed)
    if refusal is not None:
        return ParsedFeed(is_feed=False, reason=refusal)
    try:
        parsed = _parse_payload(payload, headers)
    except Exception as error:  # noqa: BLE001  # whatever a foreign parser raises on foreign bytes
        reason = f"feed {feed.url} cannot be read ({type(error).__name__}); check the address"
        return ParsedFeed(is_feed=False, reason=reason)
    if not parsed.get("version") and (not parsed.entries or _HTML_PAGE.match(payload[:_SNIFF_BYTES])):
        return ParsedFeed(is_feed=False, reason=_describe_stranger(payload, feed))
    context = _Context(feed=feed, zone=ZoneInfo(feed.timezone), seen_at=seen_at)
    found = list(_iterate_entries(parsed.entries, context))
    return ParsedFeed(
        articles=_drop_repeated([item for item in found if isinstance(item, Article)]),
        rejected=tuple(item for item in found if isinstance(item, Rejection)),
    )


def _refuse_payload(payload: bytes, feed: FeedConfig) -> str | None:
    if not payload.strip():
        return f"feed {feed.url} answered with nothing; check the address"
    if len(payload) > MAX_PAYLOAD_BYTES:
        return f"feed {feed.url} is larger than {MAX_PAYLOAD_BYTES // 1024**2} MB; check the address"
    return None


def _parse_payload(payload: bytes, headers: Mapping[str, str]) -> feedparser.FeedParserDict:
    # As a stream: bare bytes are taken for a file name first, and a feed may name any file of this machine.
    # Its sanitiser is not needed, as only text is kept.
    return feedparser.parse(
        io.BytesIO(payload),
        response_headers={name.lower(): value for name, value in headers.items()},
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _describe_stranger(payload: bytes, feed: FeedConfig) -> str:
    head = payload[:_SNIFF_BYTES]
    if _HTML_PAGE.match(head):
        kind = "an HTML page"
    elif b"\0" in head:
        kind = "binary data"
    elif head.lstrip()[:1] in {b"{", b"["}:
        kind = "JSON"
    else:
        kind = "something else"
    return f"feed {feed.url} answered with {kind}, not a feed; check the address"


def _iterate_entries(
    entries: list[feedparser.FeedParserDict], context: _Context
) -> Iterator[Article | Rejection]:
    for number, entry in enumerate(entries, start=1):
        try:
            yield _article_from_entry(entry, context)
        except RejectedRecordError as error:
            yield Rejection(where=f"feed {context.feed.url} entry {number}", reason=str(error))


def _article_from_entry(entry: feedparser.FeedParserDict, context: _Context) -> Article:
    published_at, claimed = _published_at(entry, context)
    url = _url_of_entry(entry, context.feed)
    return make_article(
        title=_text_of_detail(entry.get("title_detail") or {"value": entry.get("title") or ""}),
        body=_longest_text(entry),
        url=url,
        publisher=context.feed.publisher,
        language=context.feed.language,
        published_at=published_at,
        article_id=_id_of_entry(entry, context.feed) or identity_url(url),
        feed_url=context.feed.url,
        extra={**_labels_of_entry(entry), **claimed},
    )


def _text_of_detail(detail: Mapping[str, object]) -> str:
    value = str(detail.get("value") or "")
    is_html = detail.get("type") in _HTML_TYPES or has_markup(value)
    return text_from_html(value) if is_html else clean_text(value)


def _longest_text(entry: feedparser.FeedParserDict) -> str:
    details = [*(entry.get("content") or ()), entry.get("summary_detail") or {}]
    texts = [_text_of_detail(detail) for detail in details if _is_text(str(detail.get("type") or ""))]
    return max(texts, key=len, default="")  # of equal ones the first, so content before summary


def _is_text(media_type: str) -> bool:
    return not media_type or media_type.startswith("text/") or media_type.endswith(("xml", "html"))


def _url_of_entry(entry: feedparser.FeedParserDict, feed: FeedConfig) -> str | None:
    link = clean_line(str(entry.get("link") or ""))
    if not link or (link == entry.get("id") and canonical_url(link) is None):
        return None  # an identifier stands in for a missing link, whether it is an address or not
    try:
        return urljoin(feed.url, link)
    except ValueError:  # such as a broken IPv6 host
        return link


def _id_of_entry(entry: feedparser.FeedParserDict, feed: FeedConfig) -> str | None:
    given = clean_line(str(entry.get("id") or ""))
    if not given or _GLOBAL_ID.match(given) or len(given) > MAX_ID_CHARS:
        return given or None
    return f"{feed.publisher}:{given}"


def _published_at(
    entry: feedparser.FeedParserDict, context: _Context
) -> tuple[datetime | None, dict[str, object]]:
    """Decide when an entry was published, and what to keep of a claim that cannot be true."""
    key = next((key for key in _DATE_KEYS if entry.get(key)), None)
    if key is None:
        return None, {}
    raw = str(entry[key])
    claim = parse_instant(raw, timezone=context.zone, default_year=context.seen_at.year)
    if claim is None:
        claim = _instant_from_parsed(entry.get(f"{key}_parsed"))
    if claim is not None and claim > context.seen_at + MAX_CLOCK_LEAD:
        return context.seen_at, {"claimed_published_at": raw}
    published_at = plausible_instant(claim, now=context.seen_at)
    return published_at, {} if published_at else {"claimed_published_at": raw}


def _instant_from_parsed(parsed: time.struct_time | None) -> datetime | None:
    """Take feedparser's own reading (in UTC), for the languages that only it knows."""
    try:
        return datetime(*parsed[:6], tzinfo=UTC) if parsed else None
    except ValueError:
        return None


def _labels_of_entry(entry: feedparser.FeedParserDict) -> dict[str, object]:
    tags = [term for tag in entry.get("tags") or () if (term := clean_line(str(tag.get("term") or "")))]
    author = clean_line(str(entry.get("author") or ""))
    return {**({"tags": tags} if tags else {}), **({"author": author} if author else {})}


def _drop_repeated(articles: list[Article]) -> tuple[Article, ...]:
    first: dict[tuple[str, str], Article] = {}
    for article in articles:
        first.setdefault((article.article_id, article.content_hash), article)
    return tuple(first.values())
