"""Sessions, decision instants and southbound states, against dates known from notices and market data."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from signals.error import CalendarSpanError, InputError
from signals.session import SessionCalendar

ROOT = Path(__file__).parents[2]
OVERRIDES = yaml.safe_load((ROOT / "config/calendar.yaml").read_text(encoding="utf-8"))
CALENDAR = SessionCalendar(overrides=OVERRIDES)


def days(index: pd.DatetimeIndex) -> list[str]:
    return [str(day.date()) for day in index]


def instants(*texts: str) -> pd.Series:
    return pd.Series([pd.Timestamp(text) for text in texts], dtype="datetime64[us, UTC]")


def test_sessions_skip_the_lunar_new_year() -> None:
    assert days(CALENDAR.sessions("2025-01-27", "2025-02-04")) == [
        "2025-01-27",
        "2025-01-28",
        "2025-02-03",
        "2025-02-04",
    ]


def test_days_closed_by_weather_are_no_sessions() -> None:
    closed = ["2023-09-01", "2023-09-08"]
    found = days(CALENDAR.sessions("2023-08-31", "2023-09-11"))
    assert found == ["2023-08-31", "2023-09-04", "2023-09-05", "2023-09-06", "2023-09-07", "2023-09-11"]
    assert CALENDAR.session_of(instants("2023-08-31T08:00Z"))[0] == pd.Timestamp("2023-09-04")
    assert [CALENDAR.southbound_state(day) for day in closed] == ["closed", "closed"]


def test_decision_is_a_quarter_past_nine_in_hong_kong() -> None:
    assert CALENDAR.decision_at("2025-02-10") == pd.Timestamp("2025-02-10T01:15Z")


def test_decision_follows_a_late_opening() -> None:
    assert CALENDAR.decision_at("2023-10-09") == pd.Timestamp("2023-10-09T05:45Z")
    assert CALENDAR.session_of(instants("2023-10-09T05:00Z"))[0] == pd.Timestamp("2023-10-09")


def test_decision_after_a_late_opening_stays() -> None:
    evening = SessionCalendar(decision_time="16:30", overrides=OVERRIDES)
    assert evening.decision_at("2023-10-09") == pd.Timestamp("2023-10-09T08:30Z")


def test_news_at_the_decision_counts_for_the_next_session() -> None:
    known_at = instants(
        "2025-02-10T01:14:59.999999Z",
        "2025-02-10T01:15:00Z",
        "2025-02-14T09:00:00Z",
        "2025-02-16T16:00:00Z",
        "2025-01-28T06:00:00Z",
    )
    assert days(pd.DatetimeIndex(CALENDAR.session_of(known_at))) == [
        "2025-02-10",
        "2025-02-11",
        "2025-02-17",
        "2025-02-17",
        "2025-02-03",
    ]


def test_session_of_keeps_the_index_and_the_unknown_instant() -> None:
    known_at = pd.Series(
        [pd.NaT, pd.Timestamp("2025-02-10T08:00", tz="Asia/Hong_Kong")],
        index=[7, 3],
        dtype="datetime64[ns, UTC]",
    )
    found = CALENDAR.session_of(known_at)
    assert list(found.index) == [7, 3]
    assert found.isna().tolist() == [True, False]
    assert found[3] == pd.Timestamp("2025-02-10")


@given(seconds=st.integers(0, 59 * 365 * 24 * 3600))
def test_one_instant_has_the_session_that_it_has_among_many(seconds: int) -> None:
    instant = pd.Timestamp("1990-01-01", tz="UTC") + pd.Timedelta(seconds=seconds)
    many = pd.Series([instant], dtype="datetime64[us, UTC]")
    assert CALENDAR.session_at(instant) == CALENDAR.session_of(many)[0]


def test_session_of_nothing_is_nothing() -> None:
    assert CALENDAR.session_of(pd.Series([], dtype=object)).empty


def test_a_hundred_thousand_instants_take_well_under_a_second() -> None:
    offsets = np.random.default_rng(0).integers(0, 10 * 365 * 86_400, 100_000)
    known_at = pd.Series(pd.Timestamp("2015-01-01T00:00Z") + pd.to_timedelta(offsets, unit="s"))
    begun = time.perf_counter()
    CALENDAR.session_of(known_at)
    assert time.perf_counter() - begun < 0.5


def test_naive_instants_are_refused() -> None:
    with pytest.raises(InputError, match=r"known_at must hold aware UTC datetimes, found datetime64"):
        CALENDAR.session_of(pd.Series([pd.Timestamp("2025-02-10")], name="known_at"))


@pytest.mark.parametrize("text", ["1985-01-01T00:00Z", "2050-01-03T00:00Z"])
def test_an_instant_outside_the_span_names_itself_and_the_span(text: str) -> None:
    with pytest.raises(CalendarSpanError, match=rf"^{text[:10]}.*1990-01-01 to 2049-12-31.*correct or drop"):
        CALENDAR.session_of(instants("2025-02-10T01:00Z", text))


def test_a_day_outside_the_span_or_without_trading_is_refused() -> None:
    with pytest.raises(CalendarSpanError, match="1985-01-02 is outside the calendar"):
        CALENDAR.decision_at("1985-01-02")
    with pytest.raises(CalendarSpanError, match="2025-01-29 is no session of XHKG"):
        CALENDAR.decision_at("2025-01-29")
    with pytest.raises(CalendarSpanError, match="2025-01-29 is no session of XHKG"):
        CALENDAR.decisions_at(pd.DatetimeIndex(["2025-01-28", "2025-01-29"]))
    with pytest.raises(InputError, match="'soon' is no date"):
        CALENDAR.sessions("soon", "2025-01-29")


def test_previous_sessions() -> None:
    asked = pd.DatetimeIndex(["2025-02-03", "2025-02-04", "1990-01-02"])
    found = CALENDAR.previous_sessions(asked)
    assert days(found[:2]) == ["2025-01-28", "2025-02-03"]
    assert found.isna().tolist() == [False, False, True]


def test_southbound_is_closed_on_eleven_sessions_of_2026() -> None:
    sessions = CALENDAR.sessions("2026-01-01", "2026-12-31")
    states = CALENDAR.southbound_states(sessions)
    assert [day for day, state in zip(days(sessions), states, strict=True) if state != "open"] == [
        "2026-01-02",
        "2026-02-16",
        "2026-02-20",
        "2026-02-23",
        "2026-05-04",
        "2026-05-05",
        "2026-09-25",
        "2026-10-02",
        "2026-10-05",
        "2026-10-06",
        "2026-10-07",
    ]


def test_both_markets_trade_on_all_weekdays_of_2026_but_those_of_the_notice() -> None:
    weekdays = pd.bdate_range("2026-01-01", "2026-12-31")
    states = CALENDAR.southbound_states(weekdays)
    closed = [f"{day:%m-%d}" for day, state in zip(weekdays, states, strict=True) if state != "open"]
    assert closed == [
        "01-01",
        "01-02",
        "02-16",
        "02-17",
        "02-18",
        "02-19",
        "02-20",
        "02-23",
        "04-03",
        "04-06",
        "04-07",
        "05-01",
        "05-04",
        "05-05",
        "05-25",
        "06-19",
        "07-01",
        "09-25",
        "10-01",
        "10-02",
        "10-05",
        "10-06",
        "10-07",
        "10-19",
        "12-25",
    ]


def test_half_days_of_2026_end_at_noon_and_southbound_trades_on_those_of_december() -> None:
    assert days(CALENDAR.half_days("2026-01-01", "2026-12-31")) == ["2026-02-16", "2026-12-24", "2026-12-31"]
    states = [CALENDAR.southbound_state(day) for day in ("2026-02-16", "2026-12-24", "2026-12-31")]
    assert states == ["closed", "open", "open"]


@given(first=st.dates(date(1989, 12, 1), date(2050, 2, 1)), n_days=st.integers(-3, 12))
def test_plain_days_are_looked_up_as_the_index_has_them(first: date, n_days: int) -> None:
    last = first + timedelta(days=n_days)
    span = pd.date_range(first, last)
    sessions = CALENDAR.sessions(CALENDAR.first.date(), CALENDAR.last.date())
    noon = CALENDAR.half_days(CALENDAR.first.date(), CALENDAR.last.date())
    assert CALENDAR.has_session(first, last) is bool(span.isin(sessions).any())
    assert CALENDAR.is_half_day(first) is (pd.Timestamp(first) in noon)


def test_severe_weather_closes_nothing_since_23_september_2024() -> None:
    # Signal 8 for Toraji in 2024, signal 10 for Ragasa in 2025: both traded. Yagi came before the change.
    for day, state in {"2024-09-06": "closed", "2024-11-14": "open", "2025-09-24": "open"}.items():
        assert CALENDAR.southbound_state(day) == state
    assert days(CALENDAR.sessions("2024-09-06", "2024-09-06")) == []


def test_the_mainland_calendar_says_where_it_ends() -> None:
    assert str(CALENDAR.southbound_known_until) == "2026-12-31"
    assert CALENDAR.southbound_state("2026-12-31") == "open"
    assert CALENDAR.southbound_state("2027-01-04") == "unknown"


@pytest.mark.parametrize(
    ("day", "decision"),
    [("2020-08-19", "05:15"), ("2021-06-28", "05:15"), ("2023-10-09", "05:45"), ("2023-10-10", "01:15")],
)
def test_decisions_of_late_openings(day: str, decision: str) -> None:
    assert CALENDAR.decision_at(day) == pd.Timestamp(f"{day}T{decision}Z")


def test_southbound_closed_days_until_mid_2026() -> None:
    sessions = CALENDAR.sessions("2014-11-17", "2026-06-18")
    states = CALENDAR.southbound_states(sessions)
    expected = (ROOT / "tests/data/signals/southbound_closed.csv").read_text(encoding="utf-8").split()[1:]
    assert len(expected) == 196
    assert [day for day, state in zip(days(sessions), states, strict=True) if state != "open"] == expected


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2014-11-14", "closed"),  # the last session before the launch
        ("2014-11-17", "open"),
        ("2018-12-27", "closed"),  # the mainland shut on a half-day before settlement
        ("2021-12-28", "open"),
        ("2021-12-29", "closed"),  # settlement would fall on 2022-01-03
        ("2025-04-29", "open"),  # the same before a holiday, under the rule of 2023
        ("2025-04-19", "closed"),  # a Saturday
        ("2027-01-04", "unknown"),  # behind the mainland calendar
        ("2027-01-01", "closed"),  # Hong Kong is shut
    ],
)
def test_southbound_state(day: str, state: str) -> None:
    assert CALENDAR.southbound_state(day) == state


def test_overrides_of_southbound_win() -> None:
    calendar = SessionCalendar(
        overrides={"southbound_closed": ["2025-03-03", "2027-01-05"], "southbound_open": ["2027-01-04"]}
    )
    asked = ["2025-03-03", "2027-01-04", "2027-01-05", "2027-01-06"]
    assert [calendar.southbound_state(day) for day in asked] == ["closed", "open", "closed", "unknown"]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"close": []}, "calendar: unknown key close; known: closed, late_open, southbound_closed"),
        ({"closed": "2023-09-01"}, "calendar: closed must be a list of dates"),
        ({"closed": ["yesterday-ish"]}, "calendar: closed: 'yesterday-ish' is no date"),
        ({"closed": ["2023-09-01 10:00"]}, "calendar: closed: 2023-09-01 10:00 is no plain date"),
        ({"late_open": {"2023-10-09": 840}}, "calendar: late_open: 840 is no time"),
        ({"late_open": ["2023-10-09"]}, "calendar: late_open must map dates to times"),
    ],
)
def test_wrong_overrides_name_the_place(overrides: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=f"^{message}"):
        SessionCalendar(overrides=overrides)


def test_a_wrong_decision_time_is_named() -> None:
    with pytest.raises(InputError, match=r"^decision_time: 'quarter past' is no time"):
        SessionCalendar(decision_time="quarter past")


@pytest.mark.real
def test_hong_kong_sessions_are_the_days_with_an_index_level(real_data: Path) -> None:
    levels = pd.read_csv(real_data / "market/HSI.csv", parse_dates=["date"]).dropna(subset=["close"])
    traded = pd.DatetimeIndex(levels["date"])
    sessions = CALENDAR.sessions("2010-01-04", "2026-08-20")
    traded = traded[(traded >= sessions[0]) & (traded <= sessions[-1])]
    assert days(traded.difference(sessions)) == []
    assert days(sessions.difference(traded)) == ["2012-03-19"]  # a hole in the file: a Monday with trading


@pytest.mark.real
def test_southbound_is_open_on_the_days_with_flows(real_data: Path) -> None:
    flows = pd.read_csv(real_data / "market/southbound_daily.csv", parse_dates=["date"]).dropna(
        subset=["net"]
    )
    sessions = CALENDAR.sessions("2014-11-17", "2026-06-18")
    is_open = sessions[[state == "open" for state in CALENDAR.southbound_states(sessions)]]
    assert days(pd.DatetimeIndex(flows["date"]).difference(is_open)) == []
    exceptions = pd.read_csv(ROOT / "tests/data/signals/southbound_exceptions.csv")
    assert days(is_open.difference(pd.DatetimeIndex(flows["date"]))) == exceptions["session"].tolist()
