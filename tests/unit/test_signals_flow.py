"""Sums and records of flows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from signals.error import InputError
from signals.flow import (
    FlowDay,
    FlowSum,
    clean_flows,
    period_to_date,
    record_day_before,
    record_period_before,
    sum_between,
    trailing_sum,
)


def flows() -> pd.DataFrame:
    rows = [
        ("2024-09-30", 300.0),
        ("2024-12-30", 50.0),
        ("2024-12-31", 40.0),
        ("2025-01-02", 10.0),
        ("2025-01-03", None),
        ("2025-01-06", 20.0),
        ("2025-01-07", 500.0),
    ]
    table = pd.DataFrame(rows, columns=["session", "net"])
    table["session"] = pd.to_datetime(table["session"])
    return table.assign(known_at=(table["session"] + pd.Timedelta(hours=10)).dt.tz_localize("UTC"))


def test_quarter_to_date_counts_sessions_with_a_figure() -> None:
    assert period_to_date(flows(), "2025-01-06") == FlowSum(
        label="2025-Q1",
        first=pd.Timestamp("2025-01-02"),
        last=pd.Timestamp("2025-01-06"),
        net=30.0,
        n_sessions=2,
    )


def test_quarter_to_date_knows_nothing_from_as_of_on() -> None:
    found = period_to_date(flows(), "2025-01-07", as_of=pd.Timestamp("2025-01-06T10:00Z"))
    assert found is not None
    assert found.net == 10.0


def test_records_lie_before_the_session() -> None:
    quarter = record_period_before(flows(), "2025-01-07")
    assert quarter is not None
    assert (quarter.label, quarter.net, quarter.n_sessions) == ("2024-Q3", 300.0, 1)
    assert record_day_before(flows(), "2025-01-07") == FlowDay(session=pd.Timestamp("2024-09-30"), net=300.0)
    assert record_day_before(flows(), "2025-01-08") == FlowDay(session=pd.Timestamp("2025-01-07"), net=500.0)


def test_trailing_sum_counts_what_there_is() -> None:
    found = trailing_sum(flows(), "2025-01-06", n_sessions=3)
    assert found is not None
    assert (found.net, found.n_sessions, found.first) == (70.0, 3, pd.Timestamp("2024-12-31"))
    short = trailing_sum(flows(), "2024-12-30", n_sessions=20)
    assert short is not None
    assert (short.net, short.n_sessions) == (350.0, 2)


def test_without_a_figure_there_is_no_sum() -> None:
    assert period_to_date(flows(), "2026-01-06") is None
    assert record_period_before(flows(), "2024-09-30") is None
    assert record_day_before(flows(), "2024-09-30") is None
    assert trailing_sum(flows(), "2024-01-02") is None
    with pytest.raises(InputError, match="n_sessions must be at least 1"):
        trailing_sum(flows(), "2024-01-02", n_sessions=0)


def test_a_closed_day_has_no_flow_and_a_corrected_one_its_last() -> None:
    table = flows().assign(state="open")
    table.loc[6, "state"] = "closed"
    corrected = table.iloc[[5]].assign(net=25.0, known_at=pd.Timestamp("2025-02-01T00:00Z"))
    found = period_to_date(pd.concat([table, corrected]), "2025-01-07")
    assert found is not None
    assert (found.net, found.n_sessions) == (35.0, 2)


def test_clean_flows_gives_each_row_a_state() -> None:
    cleaned = clean_flows(flows())
    assert cleaned["state"].tolist() == ["open", "open", "open", "open", "missing", "open", "open"]
    assert cleaned["sh_net"].isna().all()


def test_years_and_spans() -> None:
    year = period_to_date(flows(), "2025-01-07", "year")
    record = record_period_before(flows(), "2025-01-07", "year")
    span = sum_between(flows(), "2024-12-31", "2025-01-06")
    assert year is not None
    assert record is not None
    assert span is not None
    assert (year.label, year.net, record.label, record.net) == ("2025", 530.0, "2024", 390.0)
    assert (span.label, span.net, span.n_sessions) == ("2024-12-31..2025-01-06", 70.0, 3)
    assert sum_between(flows(), "2025-01-03", "2025-01-04") is None


@pytest.mark.real
def test_the_first_quarter_of_2025_was_a_record(real_data: Path) -> None:
    table = pd.read_csv(real_data / "market/southbound_daily.csv", parse_dates=["date"])
    table = table.rename(columns={"date": "session"})
    table["known_at"] = (table["session"] + pd.Timedelta(hours=10)).dt.tz_localize("UTC")
    quarter = period_to_date(table, "2025-03-28")
    record = record_period_before(table, "2025-03-28")
    day = record_day_before(table, "2025-03-28")
    assert quarter is not None
    assert record is not None
    assert day is not None
    assert (round(quarter.net), quarter.n_sessions) == (435_738, 56)
    assert (record.label, round(record.net)) == ("2021-Q1", 372_864)
    assert day == FlowDay(session=pd.Timestamp("2025-03-10"), net=29_625.56)
