"""What goes wrong on a page, shown as a page."""

from __future__ import annotations

from southbound.error import SouthboundError


class PageNotFoundError(SouthboundError):
    """What was asked for is not there (or was not known at the time asked for).

    `key` is that of the sentence in the reader's language, `name` what was asked for.
    """

    def __init__(self, key: str, name: str) -> None:
        super().__init__(f"{key}: {name}")
        self.key = key
        self.name = name
