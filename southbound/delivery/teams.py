"""A digest as an Adaptive Card for Microsoft Teams, within its limit of 28 KB a message.

Text stands in `RichTextBlock`s: their runs are plain text with a style, so nothing in it is read as markup.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any, Final

from southbound.delivery.slack import cut
from southbound.delivery.summary import Item, Message, Part

#: Bytes of a message that Teams takes from a webhook.
MAX_BYTES: Final = 28 * 1024
_MARGIN: Final = 512
#: Characters that lines are cut to, the first that suffices.
_LENGTHS: Final = (10_000, 1_000, 300, 100)


def teams_message(message: Message) -> dict[str, Any]:
    """Write a digest's message; the last items are left out, and counted, while it is too large.

    Where it is too large without any, its lines are cut.
    """
    message = next((one for one in map(partial(_cut, message), _LENGTHS) if _fits(_card(one, 0))), message)
    n_items = max((len(part.items) for part in message.parts), default=0)
    while n_items and not _fits(_card(message, n_items)):
        n_items -= 1
    return _card(message, n_items)


def _cut(message: Message, length: int) -> Message:
    """Return a message with no line, and no title, longer than so many characters."""
    return replace(
        message,
        title=cut(message.title, length),
        lines=tuple(cut(line, length) for line in message.lines),
        footer=cut(message.footer, length),
    )


def _fits(card: dict[str, Any]) -> bool:
    return _size(card) <= MAX_BYTES - _MARGIN


def _size(card: dict[str, Any]) -> int:
    """Return the size as it is sent, in UTF-8 or with every other sign as an escape, whichever is more."""
    return max(len(json.dumps(card, ensure_ascii=ascii_only).encode()) for ascii_only in (True, False))


def _card(message: Message, n_items: int) -> dict[str, Any]:
    body = [
        _block([_run(message.title, size="Large", weight="Bolder")]),
        *(_block([_run(line)]) for line in message.lines),
        *(block for part in message.parts for block in _part(part, n_items, message)),
        *([_block([_run(message.footer, size="Small", isSubtle=True)])] if message.footer else []),
    ]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": content,
    }
    return {"type": "message", "attachments": [attachment]}


def _part(part: Part, n_items: int, message: Message) -> list[dict[str, Any]]:
    more = len(part.items) - n_items
    return [
        _block([_run(part.title, weight="Bolder")], separator=True),
        *(_block(_item(item)) for item in part.items[:n_items]),
        *([_block([_run(message.more(more), isSubtle=True)])] if more > 0 else []),
    ]


def _item(item: Item) -> list[dict[str, Any]]:
    action = {"selectAction": {"type": "Action.OpenUrl", "url": item.url}} if item.url else {}
    note = [_run(f"  {item.note}", size="Small", isSubtle=True)] if item.note else []
    return [_run(item.text, **action), *note]


def _block(inlines: list[dict[str, Any]], **style: object) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": inlines, **style}


def _run(text: str, **style: object) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}
