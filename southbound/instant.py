"""Instants in the one form that the store and the outputs use: UTC text with milliseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from southbound.error import UsageError

HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def text_from_instant(instant: datetime) -> str:
    """Write an aware instant as "2025-02-11T01:15:00.000Z", which sorts as it is."""
    return utc_of(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_of(instant: datetime) -> datetime:
    """Return an aware instant in UTC."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        # On the first or last day of all years another zone's hour lies outside them.
        return instant.replace(tzinfo=UTC)


def instant_from_text(text: str) -> datetime:
    """Read what :func:`text_from_instant` wrote."""
    return datetime.fromisoformat(text)


def parse_as_of(text: str) -> datetime:
    """Read an `--as-of` argument: an instant, or a day, meaning its first moment in Hong Kong.

    Raises:
        UsageError: for anything else.
    """
    try:
        parsed = datetime.fromisoformat(text)
        instant = parsed if parsed.tzinfo else parsed.replace(tzinfo=HONG_KONG)
        # What can be told in UTC and in Hong Kong time, as it will be.
        return instant.astimezone(HONG_KONG).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"'{text}' is no instant; write one like 2025-02-11T09:15+08:00, or a day like 2025-02-11"
        ) from error


def parse_day(text: str) -> date:
    """Read a day like 2025-02-11.

    Raises:
        UsageError: for anything else.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no day; write one like 2025-02-11") from error
