"""JSON Feed, versions 1.0 and 1.1."""

from __future__ import annotations

import json

from ingest.feeds.document import Document, Entry, Passage, StrangerError
from ingest.text import clean_line

_VERSION = "jsonfeed.org/version/"


def read_json_feed(text: str) -> Document:
    """Read a JSON Feed.

    Raises:
        StrangerError: The text is no JSON, or JSON of another kind.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise StrangerError("broken JSON") from None
    if not isinstance(feed, dict) or _VERSION not in str(feed.get("version")):
        raise StrangerError("JSON")
    items = feed.get("items")
    if not isinstance(items, list):
        raise StrangerError("a JSON feed without items")
    return Document(entries=tuple(_read_item(item, feed) for item in items if isinstance(item, dict)))


def _read_item(item: dict[str, object], feed: dict[str, object]) -> Entry:
    passages = (
        Passage(value=_text(item, "content_html"), media_type="text/html"),
        Passage(value=_text(item, "content_text")),
        Passage(value=_text(item, "summary")),
    )
    return Entry(
        title=Passage(value=_text(item, "title")),
        passages=tuple(passage for passage in passages if passage.value),
        given_id=clean_line(_text(item, "id")),
        link=clean_line(_text(item, "url") or _text(item, "external_url")),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        language=_text(item, "language") or _text(feed, "language"),
        authors=_authors(item) or _authors(feed),
        tags=tuple(tag for value in _list(item, "tags") if (tag := clean_line(_plain(value)))),
    )


def _authors(record: dict[str, object]) -> tuple[str, ...]:
    """Read the names: a list since 1.1, one author before."""
    found = [
        author for author in [*_list(record, "authors"), record.get("author")] if isinstance(author, dict)
    ]
    names = (clean_line(_text(author, "name")) for author in found)
    return tuple(dict.fromkeys(name for name in names if name))


def _list(record: dict[str, object], key: str) -> list[object]:
    value = record.get(key)
    return value if isinstance(value, list) else []


def _text(record: dict[str, object], key: str) -> str:
    return _plain(record.get(key))


def _plain(value: object) -> str:
    """Take a text, or a number (ids and dates have been seen as such); anything else says nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
