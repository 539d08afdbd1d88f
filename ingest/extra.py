"""What a record carries beside the known fields, kept in a form that JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime

from ingest.text import mend_surrogates


def json_value(value: object) -> object:
    """Turn a foreign value into one that JSON can hold; numbers that are none become null."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {mend_surrogates(str(key)): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(item) for item in value]
    return mend_surrogates(str(value))


def extra_from_mapping(values: Mapping[str, object]) -> dict[str, object]:
    """Keep the values that say something: those that are neither null nor an empty text."""
    plain = {mend_surrogates(key): json_value(value) for key, value in values.items()}
    return {key: value for key, value in plain.items() if value is not None and value != ""}
