"""Cursors: where the next page begins, and what was known when the first one was made."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from southbound.instant import instant_from_text, text_from_instant
from southbound.web.problem import NotThereError

_Item = TypeVar("_Item")
#: No list is longer; a number that SQLite and Python can count to.
_LONGEST: Final = 10**12
_NO_PAGE: Final = "there is no such page; take the cursor from `next` of the page before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page begins: items to leave out, of what was known before an instant.

    The instant stays the same from page to page, so news that comes meanwhile moves nothing.
    """

    offset: int
    as_of: datetime

    def text(self) -> str:
        """Return it as a cursor."""
        packed = json.dumps([self.offset, text_from_instant(self.as_of)], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def place_of(cursor: str | None, *, as_of: datetime | None) -> Place:
    """Read a cursor; without one, the first page as of `as_of` or now.

    Raises:
        NotThereError: it is none of ours.
    """
    if cursor is None:
        return Place(offset=0, as_of=as_of or datetime.now(tz=UTC))
    try:
        offset, instant = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = Place(offset=int(offset), as_of=instant_from_text(instant))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise NotThereError(_NO_PAGE) from error
    if not 0 <= place.offset <= _LONGEST or place.as_of.tzinfo is None:
        raise NotThereError(_NO_PAGE)
    return place


def cut_page(items: Sequence[_Item], place: Place, *, limit: int) -> tuple[Sequence[_Item], str | None]:
    """Return a page out of items of which one more than `limit` was read, and the cursor of the next."""
    if len(items) <= limit:
        return items, None
    return items[:limit], Place(offset=place.offset + limit, as_of=place.as_of).text()
