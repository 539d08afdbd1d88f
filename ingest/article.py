"""One news text as a record, and how its identity, language and fingerprint are decided."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ingest.address import canonical_url, identity_url
from ingest.error import RejectedRecordError
from ingest.extra import extra_from_mapping
from ingest.language import decide_language
from ingest.markup import text_from_html
from ingest.text import clean_line, clean_text

#: A body longer than this is cut: no article is that long, a broken page may be.
MAX_BODY_CHARS = 2_000_000
UNKNOWN_PUBLISHER = "unknown"
#: Identifiers longer than this (pages have been seen as such) are replaced by their hash.
MAX_ID_CHARS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news text, cleaned.

    Attributes:
        article_id: The source's own identifier, or one derived from the content.
        title: One line, never empty.
        body: Paragraphs separated by single line feeds; may be empty.
        url: Web address as the source gave it; None where it gave none.
        canonical_url: The same in one spelling, without tracking parameters.
        publisher: Outlet that published the text.
        language: ``en``, ``zh-Hant``, ``zh-Hans``, ``ja`` ... or ``und``.
        published_at: Instant that the source claims, aware and in UTC; None where it claims none.
        content_hash: SHA-256 of title and body, in hexadecimal.
        feed_url: Feed that the article came from; None for archives.
        extra: What else the source said, as JSON-able values.
    """

    article_id: str
    title: str
    body: str
    url: str | None
    canonical_url: str | None
    publisher: str
    language: str
    published_at: datetime | None
    content_hash: str
    feed_url: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)


def make_article(  # noqa: PLR0913  # an article has that many parts, all optional but the title
    *,
    title: str,
    body: str = "",
    url: str | None = None,
    publisher: str = UNKNOWN_PUBLISHER,
    language: str | None = None,
    published_at: datetime | None = None,
    article_id: str | None = None,
    feed_url: str | None = None,
    extra: Mapping[str, object] | None = None,
    html: bool = False,
) -> Article:
    """Build an article from loose parts.

    Args:
        title: Headline; needed.
        body: Text; cut at ``MAX_BODY_CHARS``, the former length then stands in ``extra["body_cut_from"]``.
        url: Address of the article; what is no web address goes to ``extra["claimed_url"]``, lest a script
            or a local file end up as a link on a page.
        publisher: Outlet.
        published_at: Aware instant, in any zone.
        feed_url: Feed that the article came from.
        extra: Further values to keep.
        language: Tag as given by the source; detected from the text where it says nothing.
        article_id: Identifier; derived from publisher and address (or title and instant) where missing.
        html: Whether title and body are HTML.

    Raises:
        RejectedRecordError: There is no title.
        ValueError: ``published_at`` has no zone.
    """
    headline = _headline_from_title(title, html=html)
    text, cut = _cut_body(text_from_html(body) if html else clean_text(body))
    address, canonical, claimed = _settle_address(url)
    outlet = clean_line(publisher) or UNKNOWN_PUBLISHER
    instant = _utc_from_instant(published_at)
    return Article(
        article_id=_bounded_id(article_id)
        or _derive_id(outlet, identity_url(address) or f"{headline}\n{instant}"),
        title=headline,
        body=text,
        url=address,
        canonical_url=canonical,
        publisher=outlet,
        language=decide_language(language, f"{headline}\n{text}"),
        published_at=instant,
        content_hash=hash_content(headline, text),
        feed_url=feed_url,
        extra=extra_from_mapping({**(extra or {}), **claimed, **cut}),
    )


def hash_content(title: str, body: str) -> str:
    """Hash a cleaned title and body: equal for the same text, wherever it was published."""
    return _sha256(f"{title}\n{body}")


def _headline_from_title(title: str, *, html: bool) -> str:
    headline = clean_line(text_from_html(title) if html else title)
    if not headline:
        raise RejectedRecordError('the article has no title; give every record a non-empty "title"')
    return headline


def _settle_address(url: str | None) -> tuple[str | None, str | None, dict[str, object]]:
    """Give the address, its canonical spelling, and what was claimed instead of a web address."""
    address = clean_line(url or "")
    canonical = canonical_url(address)
    return (address, canonical, {}) if canonical else (None, None, {"claimed_url": address})


def _cut_body(body: str) -> tuple[str, dict[str, object]]:
    if len(body) <= MAX_BODY_CHARS:
        return body, {}
    return body[:MAX_BODY_CHARS].rstrip(), {"body_cut_from": len(body)}


def _utc_from_instant(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    if instant.tzinfo is None:
        raise ValueError(f"published_at {instant} has no zone; attach the source's zone first")
    return instant.astimezone(UTC)


def _bounded_id(given: str | None) -> str:
    identifier = clean_line(given or "")
    return identifier if len(identifier) <= MAX_ID_CHARS else _sha256(identifier)


def _derive_id(publisher: str, rest: str) -> str:
    return _sha256(f"{publisher}\n{rest}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
