"""A mark of what is stored: as long as it stays, every answer stays the same."""

from __future__ import annotations

from typing import Final, TypeAlias

from sqlite_utils import Database

Mark: TypeAlias = tuple[int | str | None, ...]

#: Of each table, figures that change with every change that an answer can show. What a poll notes of a feed
#: is none: it comes every few seconds.
_FIGURES: Final = (
    "(SELECT max(pk) FROM article)",
    "(SELECT count(*) FROM article)",
    "(SELECT max(pk) FROM tagging)",
    "(SELECT count(*) FROM tagging)",
    "(SELECT max(pk) FROM claim_reading)",
    "(SELECT count(*) FROM claim_reading)",
    "(SELECT max(pk) FROM story_report)",
    "(SELECT count(*) FROM own_theme)",
    "(SELECT max(created_at) FROM own_theme)",
    "(SELECT max(ended_at) FROM own_theme)",
    "(SELECT count(*) FROM own_tag)",
    "(SELECT max(pk) FROM correction)",
    "(SELECT max(pk) FROM review_draw)",
    "(SELECT max(pk) FROM adjustment_use)",
    "(SELECT count(*) FROM page)",
    "(SELECT max(tried_at) FROM page)",
    "(SELECT count(*) FROM flow)",
    "(SELECT count(*) FROM price)",
    "(SELECT count(*) FROM corporate_action)",
    "(SELECT count(*) FROM observation)",
)
#: The last of them are those of the market.
_N_MARKET_FIGURES: Final = 4


def read_mark(db: Database) -> Mark:
    """Return the mark of what is stored now."""
    return tuple(db.execute(f"SELECT {', '.join(_FIGURES)}").fetchone())


def market_part(mark: Mark) -> Mark:
    """Return the part of a mark that changes with flows, prices and observations, not with news."""
    return mark[-_N_MARKET_FIGURES:]


def data_version(db: Database) -> int:
    """Return a number that changes when another connection has written."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])
