"""Zones as dates in news name them."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.error import UnreadableInputError

#: Hours east of Greenwich. CST is missing: it depends on who writes (see ``zone_from_text``).
_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "cest": 2, "eet": 2,
    "eest": 3, "msk": 3, "gst": 4, "ist": 5.5, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8,
    "awst": 8, "bjt": 8, "jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8,
    "hst": -10,
}  # fmt: skip
_NAMED = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
_BEIJING = ("北京", "香港", "台北", "臺北", "hong kong", "china standard", "beijing")
_CHINA_ZONE_NAMES = (
    "Asia/Shanghai Asia/Chongqing Asia/Harbin Asia/Urumqi Asia/Hong_Kong Asia/Macau Asia/Macao "
    "Asia/Taipei Asia/Singapore PRC Hongkong ROC"
)
_CHINA_ZONES = frozenset(_CHINA_ZONE_NAMES.split())
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)")
_NAME = re.compile(r"(?<![a-z])[a-z]{1,5}(?![a-z])")


def zone_from_name(name: str) -> ZoneInfo:
    """Load an IANA zone.

    Raises:
        UnreadableInputError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnreadableInputError(
            f"unknown timezone {name!r}; write an IANA name such as Asia/Hong_Kong"
        ) from None


def zone_from_text(text: str, *, default: ZoneInfo) -> tzinfo:
    """Read the zone out of what follows (or surrounds) a time.

    A number wins over a name. CST means China Standard Time in a feed of Greater China, else US Central.
    A name that nobody knows means the feed's own zone: a local paper's way of naming its own time.
    """
    return _read_zone(text, default)[0]


def note_on_zone_name(text: str, *, default: ZoneInfo) -> str | None:
    """Say how :func:`zone_from_text` decided what the text leaves open; None where it states the zone."""
    return _read_zone(text, default)[1]


def _read_zone(text: str, default: ZoneInfo) -> tuple[tzinfo, str | None]:
    lowered = text.lower()
    offset = _OFFSET.search(lowered)
    if offset is not None:
        return _zone_from_offset(offset, default)
    if any(name in lowered for name in _BEIJING):
        return _zone_from_hours(8), None
    for name in _NAME.findall(lowered):
        if name == "cst":
            hours = 8 if default.key in _CHINA_ZONES else -6
            return _zone_from_hours(
                hours
            ), f"CST read as {hours:+03d}:00, as the feed's zone is {default.key}"
        if name in _HOURS:
            return _zone_from_hours(_HOURS[name]), None
        if name in _NAMED:
            return ZoneInfo(_NAMED[name]), None
    return default, f"no known zone in the date, read as {default.key}"


def _zone_from_offset(offset: re.Match[str], default: ZoneInfo) -> tuple[tzinfo, str | None]:
    hours, minutes = int(offset[2]), int(offset[3] or 0)
    if hours > 14 or minutes > 59:  # noqa: PLR2004  # no clock on earth is further from Greenwich
        return default, f"impossible offset in the date, read as {default.key}"
    return _zone_from_hours((hours + minutes / 60) * (-1 if offset[1] == "-" else 1)), None


def _zone_from_hours(hours: float) -> tzinfo:
    return timezone(timedelta(minutes=round(hours * 60)))
