"""A digest as Slack's blocks, within Slack's limits.

Limits after Slack's reference for blocks: 50 blocks a message, 150 characters of a header, 3,000 of a
section's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from southbound.delivery.summary import Item, Message

MAX_BLOCKS: Final = 50
MAX_TEXT: Final = 3000
MAX_HEADER: Final = 150
#: Marks of Slack's own markup. A zero-width space behind keeps them from being read as such.
_MARKS: Final = re.compile(r"([*_~`])")
_MARKED: Final = "\\1\u200b"


def slack_message(message: Message) -> dict[str, Any]:
    """Write a digest's message: a header, a section a part, items that don't fit left out and counted."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(message.title, MAX_HEADER)}}
    ]
    if message.lines:
        blocks.append(_section("\n".join(map(escape, message.lines))))
    for part in message.parts:
        text = _part_text(part.title, part.items, message)
        blocks += [{"type": "divider"}, _section(text)]
    if message.footer:
        footer = {"type": "mrkdwn", "text": cut(escape(message.footer), MAX_TEXT)}
        blocks = [*blocks[: MAX_BLOCKS - 1], {"type": "context", "elements": [footer]}]
    return {
        "text": cut(escape(message.title), MAX_TEXT),
        "blocks": blocks[:MAX_BLOCKS],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escape(text: str) -> str:
    """Write a text so that Slack reads none of it as a mention, a link or a mark."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub(_MARKED, escaped)


def cut(text: str, limit: int) -> str:
    """Cut a text that is longer than a limit, with a mark."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _part_text(title: str, items: Iterable[Item], message: Message) -> str:
    """Write a part; whole items only, as a link that is cut in two is none."""
    items = list(items)
    text = f"*{escape(title)}*"
    for place, item in enumerate(items):
        line = f"\n• {_item_text(item)}"
        more = f"\n• {message.more(len(items) - place)}"
        if len(text) + len(line) + len(more) > MAX_TEXT:
            return text + more
        text += line
    return text


def _item_text(item: Item) -> str:
    words = escape(item.text).replace("|", "¦")
    linked = f"<{item.url.replace('|', '%7C')}|{words}>" if item.url else escape(item.text)
    return f"{linked} _{escape(item.note)}_" if item.note else linked


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, MAX_TEXT)}}
