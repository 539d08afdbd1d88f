"""Instants and days as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from southbound.error import UsageError
from southbound.instant import instant_from_text, parse_as_of, parse_day, text_from_instant


def test_instants_are_written_in_utc_with_milliseconds() -> None:
    morning = datetime(2025, 2, 11, 9, 15, tzinfo=timezone(timedelta(hours=8)))
    assert text_from_instant(morning) == "2025-02-11T01:15:00.000Z"
    assert (
        text_from_instant(datetime(2025, 2, 11, 1, 15, 0, 999_999, tzinfo=UTC)) == "2025-02-11T01:15:00.999Z"
    )
    assert instant_from_text("2025-02-11T01:15:00.250Z") == datetime(
        2025, 2, 11, 1, 15, 0, 250_000, tzinfo=UTC
    )


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 - zones follow
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 - zones follow
    st.integers(-14, 14),
)
def test_texts_sort_like_their_instants(first: datetime, second: datetime, hours: int) -> None:
    one = first.replace(tzinfo=UTC)
    two = second.replace(tzinfo=timezone(timedelta(hours=hours)))
    if abs(one - two) >= timedelta(milliseconds=1):
        assert (text_from_instant(one) < text_from_instant(two)) == (one < two)
    assert abs(instant_from_text(text_from_instant(two)) - two) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-02-11", datetime(2025, 2, 10, 16, 0, tzinfo=UTC)),
        ("2025-02-11T09:15", datetime(2025, 2, 11, 1, 15, tzinfo=UTC)),
        ("2025-02-11T09:15+08:00", datetime(2025, 2, 11, 1, 15, tzinfo=UTC)),
        ("2025-02-11T01:15Z", datetime(2025, 2, 11, 1, 15, tzinfo=UTC)),
        ("2025-02-11 09:15:30", datetime(2025, 2, 11, 1, 15, 30, tzinfo=UTC)),
        ("20250211", datetime(2025, 2, 10, 16, 0, tzinfo=UTC)),
    ],
)
def test_as_of_takes_an_instant_or_a_day_in_hong_kong(text: str, expected: datetime) -> None:
    parsed = parse_as_of(text)
    assert parsed == expected
    assert parsed.tzinfo is not None


@pytest.mark.parametrize("text", ["", "yesterday", "2025-02-30", "11/02/2025", "2025-02-11T25:00"])
def test_as_of_refuses_what_is_no_instant(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_as_of(text)
    assert str(caught.value) == (
        f"'{text}' is no instant; write one like 2025-02-11T09:15+08:00, or a day like 2025-02-11"
    )


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_as_of_refuses_what_lies_beyond_all_calendars(text: str) -> None:
    with pytest.raises(UsageError):
        parse_as_of(text)


def test_days() -> None:
    assert parse_day("2025-02-11") == date(2025, 2, 11)
    with pytest.raises(UsageError) as caught:
        parse_day("11 February")
    assert str(caught.value) == "'11 February' is no day; write one like 2025-02-11"
