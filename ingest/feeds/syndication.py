"""RSS, RDF, Atom and CDF: markup turned into a document by feedparser, which knows their dialects."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from ingest.feeds.document import Document, Entry, Passage, StrangerError
from ingest.text import clean_line

_PERIOD_SECONDS = {
    "hourly": 3600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}
_MINUTE_SECONDS = 60
_MAX_TTL_SECONDS = 31_536_000
_PUBLISHED_KEYS = ("published", "created")


def read_syndication(markup: bytes, *, is_cut_off: bool) -> Document:
    """Read a feed.

    Args:
        markup: The document, well-formed and in UTF-8.
        is_cut_off: Whether the answer ends within its last entry.

    Raises:
        StrangerError: It is no feed.
    """
    # As a stream: bare bytes are taken for a file name first, and a feed may name any file of this machine.
    # Its sanitiser is not needed, as only text is kept; relative links are for the caller.
    parsed = feedparser.parse(
        io.BytesIO(markup),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise StrangerError("something else")
    last = len(parsed.entries) - 1
    return Document(
        entries=tuple(
            _read_entry(entry, is_whole=not (is_cut_off and number == last))
            for number, entry in enumerate(parsed.entries)
        ),
        ttl_seconds=_read_ttl(parsed.feed),
    )


def _read_entry(entry: feedparser.FeedParserDict, *, is_whole: bool) -> Entry:
    published_key = next((key for key in _PUBLISHED_KEYS if key in entry), "published")
    details = [*(entry.get("content") or ()), entry.get("summary_detail") or {}]
    return Entry(
        title=_passage(entry.get("title_detail") or {"value": entry.get("title")}),
        passages=tuple(_passage(detail) for detail in details),
        given_id=clean_line(str(entry.get("id") or "")),
        link=clean_line(str(entry.get("link") or "")),
        published=_date(entry, published_key),
        published_fallback=_fallback(entry, published_key),
        updated=_date(entry, "updated"),
        updated_fallback=_fallback(entry, "updated"),
        language=str((entry.get("title_detail") or {}).get("language") or ""),
        authors=_authors(entry),
        tags=tuple(
            term for tag in entry.get("tags") or () if (term := clean_line(str(tag.get("term") or "")))
        ),
        is_whole=is_whole,
    )


def _passage(detail: Mapping[str, object]) -> Passage:
    return Passage(value=str(detail.get("value") or ""), media_type=str(detail.get("type") or ""))


def _date(entry: feedparser.FeedParserDict, key: str) -> str:
    return str(_value(entry, key) or "")


def _value(entry: feedparser.FeedParserDict, key: str) -> Any:  # noqa: ANN401  # a text, or a parsed time
    """Look up what the entry itself says: ``get`` would answer "published" for a missing "updated"."""
    return entry[key] if key in entry else None  # noqa: SIM401


def _fallback(entry: feedparser.FeedParserDict, key: str) -> str:
    """Take feedparser's own reading (in UTC), for the languages that only it knows."""
    parsed: time.struct_time | None = _value(entry, f"{key}_parsed")
    try:
        return datetime(*parsed[:6], tzinfo=UTC).isoformat() if parsed else ""
    except ValueError:
        return ""


def _authors(entry: feedparser.FeedParserDict) -> tuple[str, ...]:
    author = clean_line(str(entry.get("author") or ""))
    return (author,) if author else ()


def _read_ttl(feed: Mapping[str, object]) -> int | None:
    """Read how long a feed may be left alone: RSS's ``ttl`` (minutes), else ``sy:updatePeriod``."""
    minutes = _positive(feed.get("ttl"))
    if minutes is not None:
        return min(round(minutes * _MINUTE_SECONDS), _MAX_TTL_SECONDS)
    period = feed.get("sy_updateperiod")
    if period is None and feed.get("sy_updatefrequency") is None:
        return None
    seconds = _PERIOD_SECONDS.get(str(period or "daily").strip().lower())
    frequency = _positive(feed.get("sy_updatefrequency") or "1")
    return None if seconds is None or frequency is None else max(1, round(seconds / frequency))


def _positive(value: object) -> float | None:
    text = str(value or "").strip()
    return float(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) else None  # noqa: PLR2004  # more digits are no number of minutes
