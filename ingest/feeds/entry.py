"""An entry's claims turned into an article: what is believed, and what is only kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from ingest.address import canonical_url, identity_url
from ingest.article import MAX_ID_CHARS, Article, make_article
from ingest.date import note_on_zone, parse_instant, plausible_instant
from ingest.error import RejectedRecordError
from ingest.feeds.document import Entry, Passage
from ingest.feeds.headline import headline_from_text
from ingest.language import weigh_language
from ingest.markup import has_markup, text_from_html
from ingest.text import clean_text

#: Clocks of publishers may run ahead by so much before a date counts as wrong.
MAX_CLOCK_LEAD = timedelta(minutes=10)

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
# Identifiers of these forms are unique in the world; others (often "1", "2") only within their publisher.
_GLOBAL_ID = re.compile(r"[a-z][a-z0-9+.\-]*:\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the reading of an entry depends on beside the entry.

    Attributes:
        feed_url: The feed's address as configured.
        base_url: Where the answer came from: to it links are relative.
        publisher: Outlet.
        language: Configured language tag; empty to see for each article.
        zone: Zone of dates that name none.
        seen_at: When the feed answered, aware.
        shared_ids: Identifiers that the feed gives to several pages, so that they identify nothing.
    """

    feed_url: str
    base_url: str
    publisher: str
    language: str
    zone: ZoneInfo
    seen_at: datetime
    shared_ids: AbstractSet[str] = frozenset()


def article_from_entry(entry: Entry, context: Context) -> Article:
    """Build an article.

    An entry without a title, such as a microblog's post, gets its text's first sentence for one
    (``extra["title_made_from"]`` is then ``"body"``); the body stays whole.

    ``extra`` keeps ``tags``, ``author``, ``updated_at`` (the claimed last change, where it differs from the
    publication), ``published_zone`` (how the zone was decided, where the date left it open), and
    ``claimed_published_at`` and ``claimed_updated_at``: the words of dates that cannot be true.

    Raises:
        RejectedRecordError: It has neither a title nor a text, or the feed ends within it.
    """
    if not entry.is_whole:
        raise RejectedRecordError("the answer ends within this entry; the next poll brings it whole")
    title, body, made = _settle_texts(entry)
    url = _url_of_entry(entry, context.base_url)
    published_at, dates = _settle_dates(entry, context)
    return make_article(
        title=title,
        body=body,
        url=url,
        publisher=context.publisher,
        language=context.language or weigh_language(entry.language, f"{title}\n{body}"),
        published_at=published_at,
        article_id=_id_of_entry(entry, context) or identity_url(url),
        feed_url=context.feed_url,
        extra={"tags": list(entry.tags) or None, "author": ", ".join(entry.authors), **made, **dates},
    )


def find_shared_ids(entries: Iterable[Entry], base_url: str) -> frozenset[str]:
    """Find the identifiers that entries with different links and titles have in common.

    Some feeds give every entry the identifier of the site. Entries with the same link, or without one, are
    versions of one article and rightly share theirs.
    """
    pages: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        page = canonical_url(_url_of_entry(entry, base_url))
        if entry.given_id and page:
            pages[entry.given_id].add(page)
            titles[entry.given_id].add(_headword(entry))
    return frozenset(given for given in pages if min(len(pages[given]), len(titles[given])) > 1)


def _headword(entry: Entry) -> str:
    """Take what tells an entry from others: its title, and where it has none its text."""
    texts = (entry.title.value, *(passage.value for passage in entry.passages))
    return next((text for text in texts if text.strip()), "")


def _settle_texts(entry: Entry) -> tuple[str, str, dict[str, object]]:
    """Give title and body, and what to keep of how the title was come by."""
    title, body = _text_of_passage(entry.title), _longest_text(entry.passages)
    if title:
        return title, body, {}
    if not body:
        raise RejectedRecordError("the entry has neither a title nor a text; nothing of it can be stored")
    return headline_from_text(body), body, {"title_made_from": "body"}


def _text_of_passage(passage: Passage) -> str:
    is_html = passage.media_type in _HTML_TYPES or has_markup(passage.value)
    return text_from_html(passage.value) if is_html else clean_text(passage.value)


def _longest_text(passages: Iterable[Passage]) -> str:
    texts = [_text_of_passage(passage) for passage in passages if _is_text(passage.media_type)]
    return max(texts, key=len, default="")  # of equal ones the first, so content before summary


def _is_text(media_type: str) -> bool:
    return not media_type or media_type.startswith("text/") or media_type.endswith(("xml", "html"))


def _url_of_entry(entry: Entry, base_url: str) -> str | None:
    link = entry.link
    if not link or (link == entry.given_id and canonical_url(link) is None):
        return None  # an identifier stands in for a missing link, whether it is an address or not
    try:
        return urljoin(base_url, link)
    except ValueError:  # such as a broken IPv6 host
        return link


def _id_of_entry(entry: Entry, context: Context) -> str | None:
    given = "" if entry.given_id in context.shared_ids else entry.given_id
    if not given or _GLOBAL_ID.match(given) or len(given) > MAX_ID_CHARS:
        return given or None
    return f"{context.publisher}:{given}"


def _settle_dates(entry: Entry, context: Context) -> tuple[datetime | None, dict[str, object]]:
    """Decide when an entry was published, and what else to keep of its dates."""
    raw, fallback = entry.published, entry.published_fallback
    if not raw:  # many feeds give one date only, by either name
        raw, fallback = entry.updated, entry.updated_fallback
    published_at = _read_date(raw, fallback, context)
    updated_at = _believable(_read_date(entry.updated, entry.updated_fallback, context), context)
    extra: dict[str, object] = {}
    if published_at is not None and published_at > context.seen_at + MAX_CLOCK_LEAD:
        extra["claimed_published_at"] = raw
        published_at = context.seen_at
    elif _believable(published_at, context) is None:
        extra["claimed_published_at"] = raw
        published_at, raw = updated_at, entry.updated
    if published_at is not None and "claimed_published_at" not in extra:
        extra["published_zone"] = note_on_zone(raw, timezone=context.zone)
    if updated_at is not None and updated_at != published_at:
        extra["updated_at"] = updated_at
    elif updated_at is None and entry.published:
        extra["claimed_updated_at"] = entry.updated
    return published_at, extra


def _read_date(raw: str, fallback: str, context: Context) -> datetime | None:
    found = parse_instant(raw, timezone=context.zone, default_year=context.seen_at.year)
    return found or parse_instant(fallback, timezone=context.zone)


def _believable(claim: datetime | None, context: Context) -> datetime | None:
    is_ahead = claim is not None and claim > context.seen_at + MAX_CLOCK_LEAD
    return None if is_ahead else plausible_instant(claim, now=context.seen_at)
