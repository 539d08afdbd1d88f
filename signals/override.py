"""Corrections to the library's calendar, in the form of config/calendar.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, time

import pandas as pd

from signals.error import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarOverrides:
    """What differs from the library's calendar.

    Attributes:
        closed: days Hong Kong did not trade though the library says so.
        late_open: local opening time of sessions that began late.
        southbound_closed: sessions without southbound trading, against the rule.
        southbound_open: sessions with southbound trading, against the rule or beyond what it knows.
    """

    closed: tuple[pd.Timestamp, ...] = ()
    late_open: Mapping[pd.Timestamp, time] = field(default_factory=dict)
    southbound_closed: tuple[pd.Timestamp, ...] = ()
    southbound_open: tuple[pd.Timestamp, ...] = ()


def overrides_from_mapping(mapping: Mapping[str, object]) -> CalendarOverrides:
    """Read overrides from parsed YAML; an empty key means none.

    Raises:
        InputError: an unknown key, or a day or a time that cannot be read.
    """
    known = [one.name for one in fields(CalendarOverrides)]
    strange = [key for key in mapping if key not in known]
    if strange:
        raise InputError(f"calendar: unknown key {', '.join(map(str, strange))}; known: {', '.join(known)}")
    return CalendarOverrides(
        closed=_days(mapping, "closed"),
        late_open=_late_openings(mapping.get("late_open")),
        southbound_closed=_days(mapping, "southbound_closed"),
        southbound_open=_days(mapping, "southbound_open"),
    )


def day_from_value(value: object, *, where: str) -> pd.Timestamp:
    """Return a naive midnight from text, a date or a Timestamp; `where` names the place in an error."""
    try:
        day = pd.Timestamp(value if isinstance(value, date) else str(value))
    except ValueError:
        raise InputError(f"{where}: {value!r} is no date; write it as 2025-02-10") from None
    # NaT differs from itself, so it is caught here too.
    if day.tzinfo is not None or day != day.normalize():
        raise InputError(f"{where}: {value} is no plain date; write it as 2025-02-10")
    return day.as_unit("us")


def time_from_text(value: object, *, where: str) -> time:
    """Return a local time from "HH:MM"; `where` names the place in an error."""
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        raise InputError(f'{where}: {value!r} is no time; write it as "13:30", in quotes') from None


def _days(mapping: Mapping[str, object], key: str) -> tuple[pd.Timestamp, ...]:
    values = mapping.get(key) or ()
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InputError(f"calendar: {key} must be a list of dates, found {values!r}")
    return tuple(day_from_value(value, where=f"calendar: {key}") for value in values)


def _late_openings(values: object) -> dict[pd.Timestamp, time]:
    if not isinstance(values or {}, Mapping):
        raise InputError(f'calendar: late_open must map dates to times such as "13:30", found {values!r}')
    where = "calendar: late_open"
    pairs: Mapping[object, object] = values or {}  # type: ignore[assignment]  # a Mapping, checked above
    return {day_from_value(day, where=where): time_from_text(at, where=where) for day, at in pairs.items()}
