"""RSS, RDF, Atom, JSON Feed and sitemaps for news turned into articles. Never fetches anything itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from lxml import etree

from ingest.article import Article
from ingest.error import RejectedRecordError
from ingest.feeds.document import Document, StrangerError
from ingest.feeds.encoding import decode_feed
from ingest.feeds.entry import Context, article_from_entry, find_shared_ids
from ingest.feeds.jsonfeed import read_json_feed
from ingest.feeds.sitemap import read_sitemap
from ingest.feeds.syndication import read_syndication
from ingest.feeds.tree import is_cut_off, local_name, tree_from_text
from ingest.rejection import Rejection
from ingest.zone import zone_from_name

#: A feed larger than this is not read. Bytes.
MAX_PAYLOAD_BYTES = 20 * 1024 * 1024

_SNIFF_BYTES = 4096
_MAX_SITEMAPS_TOLD = 3
_HTML_ROOTS = frozenset({"html", "head", "body"})
_SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})


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
        interval_minutes: Time between two polls to begin with; it adapts to what the feed yields.
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
        n_entries: Number of entries that stood in the answer, repeated and rejected ones too.
        newest_published_at: Latest publication that the articles claim; None where none claims one.
        ttl_seconds: How long the feed says that it need not be polled again; None where it says nothing.
        sitemaps: If the answer was an index of sitemaps, their addresses.
    """

    articles: tuple[Article, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    is_feed: bool = True
    reason: str | None = None
    n_entries: int = 0
    newest_published_at: datetime | None = None
    ttl_seconds: int | None = None
    sitemaps: tuple[str, ...] = ()


def parse_feed(
    payload: bytes,
    *,
    feed: FeedConfig,
    headers: Mapping[str, str],
    seen_at: datetime,
    base_url: str | None = None,
) -> ParsedFeed:
    """Read the articles of a feed's answer, in time linear in its length.

    Args:
        payload: The answer's body as it came.
        feed: Whose answer it is.
        headers: The answer's headers (``content-type`` helps to find the encoding).
        seen_at: When the answer came, aware. An article dated later (by more than ``MAX_CLOCK_LEAD``) counts
            as published then; its claim is kept in ``extra["claimed_published_at"]``.
        base_url: Where the answer came from, after redirects; by default the feed's own address.

    Returns:
        Articles and rejections; for what is no feed, the reason.
    """
    refusal = _refuse_payload(payload, feed)
    if refusal is not None:
        return ParsedFeed(is_feed=False, reason=refusal)
    try:
        document = _read_document(payload, headers)
    except StrangerError as stranger:
        reason = f"feed {feed.url} answered with {stranger}, not a feed; check the address"
        return ParsedFeed(is_feed=False, reason=reason)
    except Exception as error:  # noqa: BLE001  # whatever a foreign parser raises on foreign bytes
        reason = f"feed {feed.url} cannot be read ({type(error).__name__}); check the address"
        return ParsedFeed(is_feed=False, reason=reason)
    if document.sitemaps:
        return ParsedFeed(
            is_feed=False, reason=_refer_to(document.sitemaps, feed), sitemaps=document.sitemaps
        )
    return _parse_document(document, feed, seen_at, base_url or feed.url)


def _refuse_payload(payload: bytes, feed: FeedConfig) -> str | None:
    if not payload.strip():
        return f"feed {feed.url} answered with nothing; check the address"
    if len(payload) > MAX_PAYLOAD_BYTES:
        return f"feed {feed.url} is larger than {MAX_PAYLOAD_BYTES // 1024**2} MB; check the address"
    return None


def _read_document(payload: bytes, headers: Mapping[str, str]) -> Document:
    text = decode_feed(payload, {name.lower(): value for name, value in headers.items()})
    if text.lstrip()[:1] in {"{", "["}:
        return read_json_feed(text)
    root = tree_from_text(text)
    if root is None:
        raise StrangerError("binary data" if b"\0" in payload[:_SNIFF_BYTES] else "something else")
    name = local_name(root)
    if name in _HTML_ROOTS:
        raise StrangerError("an HTML page")
    if name in _SITEMAP_ROOTS:
        return read_sitemap(root, is_cut_off=is_cut_off(text))
    markup, is_broken = etree.tostring(root, encoding="utf-8"), is_cut_off(text)
    del root, text  # a large feed's tree takes several times its length, and isn't needed any more
    return read_syndication(markup, is_cut_off=is_broken)


def _refer_to(sitemaps: tuple[str, ...], feed: FeedConfig) -> str:
    told = ", ".join(sitemaps[:_MAX_SITEMAPS_TOLD])
    further = f" and {len(sitemaps) - _MAX_SITEMAPS_TOLD} more" if len(sitemaps) > _MAX_SITEMAPS_TOLD else ""
    return f"feed {feed.url} is an index of sitemaps; poll the one with news instead: {told}{further}"


def _parse_document(document: Document, feed: FeedConfig, seen_at: datetime, base_url: str) -> ParsedFeed:
    context = Context(
        feed_url=feed.url,
        base_url=base_url,
        publisher=feed.publisher,
        language=feed.language,
        zone=ZoneInfo(feed.timezone),
        seen_at=seen_at,
        shared_ids=find_shared_ids(document.entries, base_url),
    )
    found = list(_iterate_entries(document, context))
    articles = _drop_repeated(item for item in found if isinstance(item, Article))
    return ParsedFeed(
        articles=articles,
        rejected=tuple(item for item in found if isinstance(item, Rejection)),
        n_entries=len(document.entries),
        newest_published_at=max((one.published_at for one in articles if one.published_at), default=None),
        ttl_seconds=document.ttl_seconds,
    )


def _iterate_entries(document: Document, context: Context) -> Iterator[Article | Rejection]:
    for number, entry in enumerate(document.entries, start=1):
        try:
            yield article_from_entry(entry, context)
        except RejectedRecordError as error:
            yield Rejection(where=f"feed {context.feed_url} entry {number}", reason=str(error))


def _drop_repeated(articles: Iterable[Article]) -> tuple[Article, ...]:
    first: dict[tuple[str, str], Article] = {}
    for article in articles:
        first.setdefault((article.article_id, article.content_hash), article)
    return tuple(first.values())
