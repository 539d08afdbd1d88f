"""An article from a record with the keys of an archive (DESIGN section 5)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ingest.article import UNKNOWN_PUBLISHER, Article, make_article
from ingest.date import parse_instant, plausible_instant
from ingest.error import RejectedRecordError

_KNOWN_KEYS = frozenset({"id", "title", "body", "url", "publisher", "published_at", "language"})
_BODY_KEYS = ("body", "lead", "summary")
#: How machines write instants; read by the standard library, ten times as fast as by ``parse_instant``.
_PLAIN_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{3})?)?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)", re.ASCII
)


def article_from_record(record: Mapping[str, object], *, zone: ZoneInfo, now: datetime) -> Article:
    """Build an article from a record with the keys of an archive.

    Raises:
        RejectedRecordError: The record has no title, or a text that is none.
    """
    body_key = next((key for key in _BODY_KEYS if _text_from_value(record, key).strip()), "body")
    claimed = record.get("published_at")
    published_at = plausible_instant(instant_from_value(claimed, zone), now=now)
    extra = {key: value for key, value in record.items() if key not in _KNOWN_KEYS and key != body_key}
    if published_at is None and claimed is not None:
        extra["claimed_published_at"] = claimed
    language = record.get("language")
    return make_article(
        title=_text_from_value(record, "title"),
        body=_text_from_value(record, body_key),
        url=_text_from_value(record, "url"),
        publisher=_text_from_value(record, "publisher") or UNKNOWN_PUBLISHER,
        language=language if isinstance(language, str) else None,
        published_at=published_at,
        article_id=_text_from_value(record, "id"),
        extra=extra,
    )


def instant_from_value(value: object, zone: ZoneInfo) -> datetime | None:
    """Read a date in whatever way a record holds it; None where it can't be told."""
    if isinstance(value, str):
        return _instant_from_text(value, zone)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return parse_instant(str(value), timezone=zone)
    return None


def name_of_type(value: object) -> str:
    """Name a value's type as JSON does."""
    names = {dict: "object", list: "array", str: "text", bool: "truth value", type(None): "null"}
    return names.get(type(value), "number" if isinstance(value, int | float) else type(value).__name__)


def _instant_from_text(text: str, zone: ZoneInfo) -> datetime | None:
    if _PLAIN_INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:  # 24:00, leap seconds, the 30th of February
            pass
    return parse_instant(text, timezone=zone)


def _text_from_value(record: Mapping[str, object], key: str) -> str:
    value = record.get(key)
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):  # how pandas writes a missing text
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    raise RejectedRecordError(f'"{key}" is a JSON {name_of_type(value)}, where text is needed')
