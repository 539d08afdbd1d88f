"""The short ways of an import say what the long ways say: instants, whitespace, Chinese text set apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import text as cleaning
from ingest.archives.record import instant_from_value
from ingest.date import parse_instant
from southbound.store.article import spaced

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
_OFFSETS = st.integers(-13 * 60 - 59, 13 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=_OFFSETS),  # noqa: DTZ001 - the zone is drawn
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
    st.sampled_from(["T", " "]),
)
def test_an_instant_in_plain_form_is_read_as_by_the_long_way(
    value: datetime, spec: str, separator: str
) -> None:
    text = value.isoformat(separator, spec)
    assert instant_from_value(text, HONG_KONG) == parse_instant(text, timezone=HONG_KONG)


@pytest.mark.parametrize(
    "text",
    ["2025-02-10T24:00:00Z", "2025-02-30T01:00:00Z", "2025-02-10T23:59:60Z", "2025-02-10T09:00:00+15:00"],
)
def test_what_only_looks_plain_goes_the_long_way(text: str) -> None:
    assert instant_from_value(text, HONG_KONG) == parse_instant(text, timezone=HONG_KONG)


def test_plain_instants_are_in_utc() -> None:
    read = instant_from_value("2025-02-10T09:00:00+08:00", HONG_KONG)
    assert read == datetime(2025, 2, 10, 1, tzinfo=UTC)


@given(st.text(st.sampled_from("港股通 AI漲，\n。buy㐀")))
def test_each_chinese_character_is_a_word_of_its_own(text: str) -> None:
    by_sign = re.sub(r"([\u3400-\u9fff\uf900-\ufaff])", r" \1 ", text)
    assert spaced(text).split() == by_sign.split()


_BLANKS = [chr(code) for code in range(0x3001) if chr(code).isspace()]


@given(st.text(st.sampled_from([*_BLANKS, *"  \n\n\nab港é"])))
def test_whitespace_is_cleaned_as_if_nobody_had_looked_first(text: str) -> None:
    plain = re.sub("[\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]", "\n", text)
    blanks = re.sub(r"[^\S\n]+", " ", plain)
    always = re.sub(r" ?\n[ \n]*", "\n", blanks).strip()
    assert cleaning.clean_text(text) == always
