"""Numbers and sessions as market tables write them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol, TypeVar

from ingest.error import RejectedRecordError
from ingest.rejection import Rejection

_MISSING = frozenset({"", "-", "--", "nan", "none", "null", "n/a", "na"})
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_SESSION = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T\s].*)?")


class _OfSession(Protocol):
    """A figure of one trading day."""

    @property
    def session(self) -> date: ...


FigureT = TypeVar("FigureT", bound=_OfSession)


def number_from_text(text: str, *, column: str) -> float | None:
    """Read a number, with or without thousands commas; None where the table says that there is none.

    Raises:
        RejectedRecordError: The text is no finite number.
    """
    plain = text.strip()
    if plain.lower() in _MISSING:
        return None
    if _NUMBER.fullmatch(plain) and any(character.isdigit() for character in plain):
        value = float(plain.replace(",", ""))
        if math.isfinite(value):
            return value
    raise RejectedRecordError(f"{column} is {plain[:40]!r}, where a number is needed")


def number_from_json(value: object) -> float | None:
    """Take a number out of JSON, which may write one of any length; None where it is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return number if math.isfinite(number) else None


def session_from_text(text: str) -> date:
    """Read a trading day: ``2025-03-10``, ``2025/3/10``, ``20250310``; a time behind it is passed over.

    The day is the one written, so the local one of ``2020-01-02 00:00:00+08:00``.

    Raises:
        RejectedRecordError: The text is no date of this form.
    """
    match = _SESSION.fullmatch(text.strip())
    try:
        if match is not None:
            return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:  # such as the 31st of February
        pass
    raise RejectedRecordError(f"date is {text.strip()[:40]!r}; write it as 2025-03-10")


def keep_last(figures: Iterable[tuple[str, FigureT | Rejection]]) -> Iterator[FigureT | Rejection]:
    """Keep the last figure of each session, in the order of the file.

    Args:
        figures: Places in the input, and what was found there.

    Yields:
        The figures that stand, the rejections passed in, and one for each figure that a later, different one
        replaces; equal repetitions are dropped without a word.
    """
    found = list(figures)
    last = {
        figure.session: index for index, (_, figure) in enumerate(found) if not isinstance(figure, Rejection)
    }
    for index, (where, figure) in enumerate(found):
        if isinstance(figure, Rejection) or last[figure.session] == index:
            yield figure
            continue
        standing_where, standing = found[last[figure.session]]
        if standing != figure:
            reason = f"replaced by a later, different record of {figure.session} ({standing_where})"
            yield Rejection(where=where, reason=reason)
