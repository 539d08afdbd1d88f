"""Dates as feeds write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.date import note_on_zone, parse_instant, plausible_instant
from ingest.error import UnreadableInputError
from ingest.zone import zone_from_name

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 10 Mar 2025 16:20:00 HKT",
        "Mon, 10 Mar 2025 16:20:00 CST",
        "Mon, 10 Mar 2025 16:20:00 +0800",
        "Mon, 10 Mar 2025 08:20:00 GMT",
        "Mon, 10 Mar 2025 08:20:00 Z",
        "Mon, 10 Mar 2025 04:20:00 EDT",
        "Mon, 10 Mar 2025 03:20:00 EST",
        "Mon, 10 Mar 2025 00:20:00 PST",
        "Sunday, 10 March 2025 16:20",  # it was a Monday
        "10 Mar 25 16:20 HKT",
        "10-Mar-2025 16:20",
        "10 Mar 2025 16:20:00 +0800 (CST)",
        "Mon, 10 Mar 2025 16:20:00 XQT",  # nobody knows: the feed's own zone
        "2025-03-10T08:20:00Z",
        "2025-03-10T16:20:00+08:00",
        "2025-03-10T16:20:00.000+0800",
        "2025-03-10T16:20",
        "2025-03-10 16:20:00",
        "2025/3/10 16:20",
        "2025-03-10 4:20 PM",
        "20250310T082000Z",
        "20250310162000",
        "1741594800",
        "1741594800000",
        "1741594800.0",
        "2025年3月10日 16:20",
        "2025年03月10日 星期一 下午4:20",
        "2025-03-10 下午4:20",
        "民國114年3月10日 下午4:20",
        "114年3月10日 16:20",
        "民国114/03/10 16:20",
        "二〇二五年三月十日 下午四時二十分",
        "2025年3月10日下午4時20分",
        "２０２５年３月１０日　１６：２０",
        "March 10, 2025 4:20 pm",
        "Mon, 10 Mar 2025 01:20 PT",
        "2025-03-10 16:20 北京时间",
        "2025-03-10T16:20:00+99:00",  # no such zone: the feed's own
        "Mon Mar 10 16:20:00 2025",
        "Mon Mar 10 16:20:00 HKT 2025",
        "Mon Mar 10 2025 16:20:00 GMT+0800 (Hong Kong Standard Time)",
    ],
)
def test_one_instant_in_many_spellings(text: str) -> None:
    assert parse_instant(text, timezone=HONG_KONG) == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-03-10", datetime(2025, 3, 9, 16, tzinfo=UTC)),
        ("20250310", datetime(2025, 3, 9, 16, tzinfo=UTC)),
        ("2025年3月10日", datetime(2025, 3, 9, 16, tzinfo=UTC)),
        ("10 Mar 2025", datetime(2025, 3, 9, 16, tzinfo=UTC)),
        ("2025年3月10日下午4時5分", datetime(2025, 3, 10, 8, 5, tzinfo=UTC)),
        ("二〇二五年十二月三十一日", datetime(2025, 12, 30, 16, tzinfo=UTC)),
        ("民國96年3月10日", datetime(2007, 3, 9, 16, tzinfo=UTC)),
        ("2025-03-10 上午12:05", datetime(2025, 3, 9, 16, 5, tzinfo=UTC)),
        ("2025-03-10 中午12:05", datetime(2025, 3, 10, 4, 5, tzinfo=UTC)),
        ("2025-03-10 晚上12:00", datetime(2025, 3, 10, 16, tzinfo=UTC)),
        ("2025-03-10 12:05 AM", datetime(2025, 3, 9, 16, 5, tzinfo=UTC)),
        ("Mon, 10 Mar 2025 24:00:00 GMT", datetime(2025, 3, 11, tzinfo=UTC)),
        ("Sun, 10 Mar 96 16:20 GMT", datetime(1996, 3, 10, 16, 20, tzinfo=UTC)),
        ("2025-03-10T16:20:00.125+08:00", datetime(2025, 3, 10, 8, 20, 0, 125000, tzinfo=UTC)),
        ("2025-03-10T16:20:00-05:30", datetime(2025, 3, 10, 21, 50, tzinfo=UTC)),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_particular_instants(text: str, instant: datetime) -> None:
    assert parse_instant(text, timezone=HONG_KONG) == instant


def test_the_zone_of_the_feed_decides() -> None:
    assert parse_instant("2025-03-10 16:20", timezone=NEW_YORK) == datetime(2025, 3, 10, 20, 20, tzinfo=UTC)
    assert parse_instant("2025-01-10 16:20", timezone=NEW_YORK) == datetime(2025, 1, 10, 21, 20, tzinfo=UTC)
    central = parse_instant("Mon, 10 Mar 2025 16:20:00 CST", timezone=NEW_YORK)
    assert central == datetime(2025, 3, 10, 22, 20, tzinfo=UTC)
    taipei = parse_instant("Mon, 10 Mar 2025 16:20:00 CST", timezone=ZoneInfo("Asia/Taipei"))
    assert taipei == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Mon, 10 Mar 2025 16:20:00 HKT", None),
        ("2025-03-10T16:20:00+08:00", None),
        ("2025-03-10 16:20 北京时间", None),
        ("1741594800", None),
        ("yesterday", None),
        ("2025-02-30 16:20", None),
        ("2025-03-10 16:20", "no known zone in the date, read as Asia/Hong_Kong"),
        ("3月10日 16:20", "no known zone in the date, read as Asia/Hong_Kong"),
        ("Mon, 10 Mar 2025 16:20:00 XQT", "no known zone in the date, read as Asia/Hong_Kong"),
        ("2025-03-10T16:20:00+99:00", "impossible offset in the date, read as Asia/Hong_Kong"),
        ("10 Mar 2025 16:20 CST", "CST read as +08:00, as the feed's zone is Asia/Hong_Kong"),
    ],
)
def test_what_a_date_leaves_open_is_said(text: str, note: str | None) -> None:
    assert note_on_zone(text, timezone=HONG_KONG) == note


def test_a_missing_year_needs_a_default() -> None:
    assert parse_instant("3月10日 16:20", timezone=HONG_KONG) is None
    found = parse_instant("3月10日 16:20", timezone=HONG_KONG, default_year=2025)
    assert found == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025-02-30",
        "2025-13-01",
        "2025-03-10T25:00:00",
        "2025-03-10T16",
        "10/03/2025",  # March in Hong Kong, October in New York
        "0000-01-01",
        "9999-12-31T23:59:59-10:00",
        "2025",
        "二十十年三月十日",
        "2025-03-10 " + "x" * 200,
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_instant(text, timezone=HONG_KONG) is None


def test_instants_that_news_cannot_have() -> None:
    now = datetime(2025, 3, 10, tzinfo=UTC)
    assert plausible_instant(datetime(2025, 3, 12, tzinfo=UTC), now=now) == datetime(2025, 3, 12, tzinfo=UTC)
    assert plausible_instant(datetime(1990, 1, 1, tzinfo=UTC), now=now) == datetime(1990, 1, 1, tzinfo=UTC)
    assert plausible_instant(datetime(2025, 3, 12, 0, 0, 1, tzinfo=UTC), now=now) is None
    assert plausible_instant(datetime(1989, 12, 31, tzinfo=UTC), now=now) is None
    assert plausible_instant(datetime(1970, 1, 1, tzinfo=UTC), now=now) is None
    assert plausible_instant(None, now=now) is None


def test_unknown_timezones_are_refused() -> None:
    with pytest.raises(UnreadableInputError, match=r"'Hongkong Time'.*IANA"):
        zone_from_name("Hongkong Time")


@given(st.text(st.sampled_from("0123456789:-/.,+TZ年月日時分上下午民國一十〇 MarMonGMTamp"), max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    found = parse_instant(text, timezone=HONG_KONG, default_year=2025)
    assert found is None or found.tzinfo is UTC
