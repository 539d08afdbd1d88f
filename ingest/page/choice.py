"""Which articles' pages are worth reading, and when a failed one is tried again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

from ingest.wrapper import unwrap_url

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=12)
_GROWTH = 4
#: How a feed's text breaks off.
_BROKEN_OFF = re.compile(
    r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|»|read (?:more|the full (?:story|article))|continue reading\b.{0,100}|"
    r"the post .{1,300} appeared first on .{1,100}|[阅閱][读讀]全文|[查]看全文|[詳详]情|更多)\s*[.>»]*\s*$",
    re.IGNORECASE,
)


def wants_page(body: str, *, full_text: Literal["yes", "no", "auto"], summary_chars: int) -> bool:
    """Say whether an article's page is to be read.

    Args:
        body: What the feed holds of it.
        full_text: What the list of feeds says.
        summary_chars: A shorter text is a summary; Chinese says in one character what English does in three.
    """
    if full_text != "auto":
        return full_text == "yes"
    return _length(body) < summary_chars or _BROKEN_OFF.search(body[-500:]) is not None


def address_of_page(url: str) -> str:
    """Return where an article's page is read: at its publisher, where the link leads through another's."""
    return unwrap_url(url) or url


def next_pause(n_failures: int, *, max_tries: int, retry_after: timedelta | None) -> timedelta | None:
    """Return how long to wait after a page's n-th failure; None where it is given up.

    5 minutes, 20 minutes, 80 minutes, 5 h 20 min, then 12 hours, and never less than the server asks for.
    """
    if n_failures >= max_tries:
        return None
    growth: int = _GROWTH ** min(n_failures - 1, 10)
    grown = _FIRST_PAUSE * growth
    return max(min(grown, _LONGEST_PAUSE), retry_after or timedelta())


_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_WEIGHT = 3


def _length(text: str) -> int:
    return len(text) + (_HAN_WEIGHT - 1) * len(_HAN.findall(text))
