"""A digest as JSON, for programs.

The keys are the field names of :class:`~southbound.digest.content.DigestContent` (for a week,
:class:`~southbound.digest.week_content.WeekContent`) and of the records in it,
where each is described; `format` names the version of this form. Keys are only ever added within a version.
Days are "2025-02-11", instants UTC "2025-02-11T01:15:00.000Z", shares and tones fractions, flows HKD million;
what could not be told is null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from southbound.digest.content import DigestContent
from southbound.digest.week_content import WeekContent
from southbound.instant import text_from_instant

FORMAT = "southbound-digest/1"
WEEK_FORMAT = "southbound-week/1"
_SIGNIFICANT = 10


def json_from_digest(content: DigestContent) -> str:
    """Write a digest as one indented JSON object, non-ASCII text as it is, with a line feed at the end."""
    record = {"format": FORMAT, **asdict(content)}
    return json.dumps(_plain(record), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def json_from_week(content: WeekContent) -> str:
    """Write a week's digest in the same way."""
    record = {"format": WEEK_FORMAT, **asdict(content)}
    return json.dumps(_plain(record), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _plain(value: object) -> object:
    """Turn a value into what JSON has."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return text_from_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return float(f"{value:.{_SIGNIFICANT}g}") if math.isfinite(value) else None
    return value
