"""Instants out of the ways in which feeds and archives write dates."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.numeral import arabic_from_chinese
from ingest.zone import note_on_zone_name, zone_from_text

_MAX_CHARS = 120
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_MAX_AHEAD = timedelta(days=2)
_LEAP_YEAR = 2024  # has every day that a date without a year can name
_BEFORE_REPUBLIC = 1911  # 民國元年 was 1912
_CENTURY_PIVOT = 50  # RFC 2822 section 4.3: 00-49 are of this century, 50-99 of the last

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_REPUBLIC = r"(?:(?:民國|民国)\s?|(?<!\d)(?=1\d\d\s?年))(?P<republic>\d{1,3})"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        # the Republic's calendar, whose years have three digits now
        _REPUBLIC + r"\s?[年./-]\s?(?P<month>\d{1,2})\s?[月./-]\s?(?P<day>\d{1,2})\s?日?(?P<year>)",
        r"(?<!\d)(?P<year>\d{4})\s?[-/.]\s?(?P<month>\d{1,2})\s?[-/.]\s?(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=t|\s|$)",
        r"(?:(?<!\d)(?P<year>\d{4}|\d{2})\s?年\s?)?(?<!\d)(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日號号]?",
        rf"{_DAY}[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}}|\d{{2,3}})(?![\d:])",
        rf"(?<![a-z]){_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})(?![\d:])",
        # asctime, with the year behind the time
        rf"(?<![a-z]){_MONTH}\s+{_DAY}(?=\s+\d{{1,2}}:.*?\s(?P<year>\d{{4}})$)",
    )
)
_PERIOD = r"(?P<period>上午|下午|早上|早晨|清晨|凌晨|中午|傍晚|晚上|晚間|晚间)?"
_TIMES = (
    re.compile(
        rf"{_PERIOD}\s*(?<![\d:+-])(?P<hour>\d{{1,2}})\s?[:時时點点]\s?(?P<minute>\d{{2}}|\d(?=\s?分))\s?分?"
        r"(?:\s?:?\s?(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?\s?秒?)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?",
    ),
    re.compile(
        rf"{_PERIOD}\s*(?<![\d:+-])(?P<hour>\d{{1,2}})\s?[時时點点](?P<minute>)(?P<second>)(?P<fraction>)(?P<half>)",
    ),
    re.compile(
        r"(?<=t)(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:[.,](?P<fraction>\d+))?(?!\d)(?P<half>)(?P<period>)",
    ),
)
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚間", "晚间", "p"})
_MORNING = frozenset({"上午", "早上", "早晨", "清晨", "凌晨", "a"})
_EVENING = frozenset({"晚上", "晚間", "晚间"})
_NOON = 12

_EPOCH_SECONDS = re.compile(r"0|\d{9,10}(?:\.\d+)?")
_EPOCH_MILLISECONDS = re.compile(r"(\d{12,13})(?:\.0*)?")
_COMPACT = re.compile(r"(\d{8})(\d{6})")


def parse_instant(text: str, *, timezone: ZoneInfo, default_year: int | None = None) -> datetime | None:
    """Read a date as feeds write it.

    RFC 822, ISO 8601, asctime, American and Chinese dates (of the Republic's calendar too, and in Chinese
    numerals), and seconds or milliseconds since 1970. Names of weekdays are passed over (they are often
    wrong); a date alone is midnight.

    Args:
        text: The date as it stands in the source.
        timezone: The feed's zone, for dates that name none; it also decides what CST is.
        default_year: Year of dates that name none; without it these are unreadable.

    Returns:
        An aware instant in UTC; None where the text holds no date that can be told for sure.
    """
    plain = _plain(text)
    try:
        instant = _instant_from_epoch(plain)
        if instant is not None:
            return instant
        clock = _clock_from_plain(plain, default_year)
        if clock is None:
            return None
        zone = zone_from_text(clock.zone_text, default=timezone)
        return clock.local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # the 31st of February, the year 0
        return None


def note_on_zone(text: str, *, timezone: ZoneInfo) -> str | None:
    """Say how the zone of a date was decided, where the date doesn't settle it.

    Returns:
        None for a date with an offset, a clear name of a zone or an epoch number, and for no date at all.
    """
    plain = _plain(text)
    try:
        clock = None if _is_epoch(plain) else _clock_from_plain(plain, default_year=_LEAP_YEAR)
    except ValueError:
        return None
    return None if clock is None else note_on_zone_name(clock.zone_text, default=timezone)


def plausible_instant(value: datetime | None, *, now: datetime) -> datetime | None:
    """Pass on an instant that news can have; None before 1990 or more than two days ahead of ``now``."""
    if value is None or not _EARLIEST <= value <= now + _MAX_AHEAD:
        return None
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """What a date shows on the wall, and the rest of the text, where a zone may stand."""

    local: datetime
    zone_text: str


def _plain(text: str) -> str:
    """Spell a date in lower case, plain digits and single blanks; empty for what is too long to be one."""
    if len(text) > _MAX_CHARS:
        return ""
    return arabic_from_chinese(" ".join(unicodedata.normalize("NFKC", text).lower().split()))


def _is_epoch(text: str) -> bool:
    return bool(_EPOCH_MILLISECONDS.fullmatch(text) or _EPOCH_SECONDS.fullmatch(text))


def _instant_from_epoch(text: str) -> datetime | None:
    milliseconds = _EPOCH_MILLISECONDS.fullmatch(text)
    if milliseconds is not None:
        return datetime.fromtimestamp(int(milliseconds[1]) / 1000, tz=UTC)
    if _EPOCH_SECONDS.fullmatch(text) is not None:
        return datetime.fromtimestamp(float(text), tz=UTC)
    return None


def _clock_from_plain(text: str, default_year: int | None) -> _Clock | None:
    text = _COMPACT.sub(r"\1t\2", text) if _COMPACT.fullmatch(text) else text
    for pattern in _DATES:
        match = pattern.search(text)
        if match is not None:
            break
    else:
        return None
    day = _day_from_match(match, default_year)
    if day is None:
        return None
    return _add_time(day, f"{text[: match.start()]} {text[match.end() :]}")


def _day_from_match(match: re.Match[str], default_year: int | None) -> date | None:
    parts = match.groupdict()
    if parts.get("republic"):
        year: int | None = int(parts["republic"]) + _BEFORE_REPUBLIC
    else:
        year = _year_from_text(parts["year"]) if parts["year"] else default_year
    if year is None:
        return None
    name = parts.get("name")
    month = _MONTHS.index(name[:3]) + 1 if name else int(parts["month"])
    return date(year, month, int(parts["day"]))


def _year_from_text(text: str) -> int:
    year = int(text)
    if len(text) == 2:  # noqa: PLR2004  # a year of two digits
        return year + (2000 if year < _CENTURY_PIVOT else 1900)
    return year + 1900 if len(text) == 3 else year  # noqa: PLR2004  # RFC 2822: three digits count from 1900


def _add_time(day: date, rest: str) -> _Clock | None:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the zone is put on by the caller
    for pattern in _TIMES:
        match = pattern.search(rest)
        if match is not None:
            span = _span_from_match(match)
            if span is None:
                return None
            zone_text = rest[match.end() :] + " " + rest[: match.start()]
            return _Clock(local=midnight + span, zone_text=zone_text)
    if re.search(r"\d:|t\d", rest):  # there is a time, and it cannot be read
        return None
    return _Clock(local=midnight, zone_text=rest)


def _span_from_match(match: re.Match[str]) -> timedelta | None:
    parts = match.groupdict()
    hour = _hour_of_day(int(parts["hour"]), (parts["half"] or "")[:1] or parts["period"] or "")
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    if hour > 24 or minute > 59 or second > 60:  # noqa: PLR2004  # 24:00 and leap seconds exist
        return None
    fraction = float(f"0.{parts['fraction'] or 0}")
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=round(fraction * 1_000_000))


def _hour_of_day(hour: int, period: str) -> int:
    if hour == _NOON:
        return 2 * _NOON if period in _EVENING else 0 if period in _MORNING else _NOON
    if hour < _NOON and (period in _AFTERNOON or (period == "中午" and hour < 4)):  # noqa: PLR2004  # "noon at one"
        return hour + _NOON
    return hour
