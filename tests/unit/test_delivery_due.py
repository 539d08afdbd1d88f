"""Which digests are due, and when they are made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from southbound.delivery.dates import date_of_week, dates_between, next_date
from southbound.delivery.due import Due, due_deliveries, pause_after
from southbound.digest.desk import Daily, Desk, Weekly
from southbound.instant import HONG_KONG
from southbound.settings import Settings, read_settings
from southbound.store.delivery import DeliveryKey, DeliveryState

NOON = datetime(2025, 2, 11, 12, tzinfo=UTC)
LATE = timedelta(hours=6)
DESK = Desk(name="room", send=("mail", "slack"))


@pytest.fixture(scope="module")
def settings() -> Settings:
    return read_settings(None)


def hkt(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=HONG_KONG)


def due_at(at: datetime) -> Due:
    return Due(desk=DESK, kind="day", period="2025-02-11", at=at)


def test_a_digest_is_due_from_its_time_until_it_is_too_late() -> None:
    dates = [due_at(NOON)]
    for minutes, expected in ((-1, 0), (0, 1), (359, 1), (360, 0)):
        assert len(due_deliveries(dates, {}, NOON + timedelta(minutes=minutes), late=LATE)) == expected


@given(
    st.lists(st.sampled_from(["none", "sending", "sent", "failed"]), min_size=2, max_size=2),
    st.integers(1, 12),
    st.integers(-600, 600),
)
def test_nothing_that_was_sent_or_claimed_is_due(states: list[str], tries: int, minutes: int) -> None:
    due, now = due_at(NOON), NOON + timedelta(minutes=minutes)
    sent: dict[DeliveryKey, DeliveryState] = {
        due.key(channel): DeliveryState(state=state, changed_at=NOON, tries=tries, problem=None)  # type: ignore[arg-type] # one of the three
        for channel, state in zip(DESK.send, states, strict=True)
        if state != "none"
    }
    found = {name for one in due_deliveries([due], sent, now, late=LATE) for name in one.channels}
    in_time = 0 <= minutes < 360
    # A failure that lies ahead is from before the clock was set back.
    waited = minutes < 0 or timedelta(minutes=minutes) >= pause_after(tries)
    assert found == {
        channel
        for channel, state in zip(DESK.send, states, strict=True)
        if in_time and (state == "none" or (state == "failed" and waited))
    }


def test_a_clock_set_back_after_a_failure_keeps_no_digest_waiting() -> None:
    due = due_at(NOON)
    ahead = NOON + timedelta(hours=5)
    sent = {
        due.key(channel): DeliveryState(state="failed", changed_at=ahead, tries=1, problem="x")
        for channel in DESK.send
    }
    assert len(due_deliveries([due], sent, NOON + timedelta(minutes=1), late=LATE)) == 1


def test_pauses_double_up_to_half_an_hour() -> None:
    assert [pause_after(tries).total_seconds() / 60 for tries in (1, 2, 3, 5, 6, 99)] == [1, 2, 4, 16, 30, 30]


def test_digests_are_made_on_sessions_at_the_desks_time(settings: Settings) -> None:
    early = Desk(name="early", daily=Daily(at="08:00"), weekly=Weekly())  # type: ignore[arg-type] # as YAML has it
    usual = Desk(name="usual")
    # The week before the new year of 2025: Tuesday is New Year's Eve, then holidays until Monday.
    dates = dates_between([early, usual], settings, date(2025, 1, 27), date(2025, 2, 3))
    assert [(one.desk.name, one.kind, one.period, one.at.astimezone(HONG_KONG)) for one in dates] == [
        ("early", "day", "2025-01-27", hkt(1, 27, 8)),
        ("early", "day", "2025-01-28", hkt(1, 28, 8)),
        ("early", "week", "2025-W05", hkt(1, 28, 18, 30)),
        ("early", "day", "2025-02-03", hkt(2, 3, 8)),
        ("usual", "day", "2025-01-27", hkt(1, 27, 9, 15)),
        ("usual", "day", "2025-01-28", hkt(1, 28, 9, 15)),
        ("usual", "day", "2025-02-03", hkt(2, 3, 9, 15)),
    ]


def test_half_days_have_digests_at_the_usual_time_and_days_closed_by_typhoon_have_none(
    settings: Settings,
) -> None:
    desk = Desk(name="early", daily=Daily(at="08:00"))  # type: ignore[arg-type] # as YAML has it
    # Christmas of 2024 began at noon on the 24th; 1 September 2023 was lost to Saola.
    half = dates_between([desk], settings, date(2024, 12, 23), date(2024, 12, 27))
    assert [(one.period, f"{one.at.astimezone(HONG_KONG):%H:%M}") for one in half] == [
        ("2024-12-23", "08:00"),
        ("2024-12-24", "08:00"),
        ("2024-12-27", "08:00"),
    ]
    closed = dates_between([desk], settings, date(2023, 8, 31), date(2023, 9, 4))
    assert [one.period for one in closed] == ["2023-08-31", "2023-09-04"]


def test_the_next_digest_after_a_holiday_is_of_the_next_session(settings: Settings) -> None:
    assert next_date(DESK, settings, hkt(1, 28, 9, 15)).period == "2025-02-03"
    assert next_date(DESK, settings, hkt(1, 28, 9, 14)).period == "2025-01-28"
    assert date_of_week(DESK, settings, "2025-W05").at == hkt(1, 28, 18, 30)
