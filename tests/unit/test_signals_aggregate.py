"""Weeks and months of a series."""

from __future__ import annotations

import pandas as pd
import pytest

from signals.aggregate import aggregate
from signals.error import InputError
from signals.session import SessionCalendar

CALENDAR = SessionCalendar()
NAN = float("nan")
# The two weeks from 27 January 2025 have two and five sessions; 10 February is running.
SESSIONS = pd.DatetimeIndex(
    [
        "2025-01-27",
        "2025-01-28",
        "2025-02-03",
        "2025-02-04",
        "2025-02-05",
        "2025-02-06",
        "2025-02-07",
        "2025-02-10",
    ]
)


def series() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "session": SESSIONS,
            "intensity": [NAN, NAN, NAN, 90.0, 120.0, NAN, 150.0, 80.0],
            "share": [NAN, NAN, 0.1, 0.2, 0.3, NAN, 0.4, 0.5],
            "volume": [NAN, NAN, 1.0, 2.0, 3.0, NAN, 4.0, 5.0],
            "zscore": NAN,
            "tone": [NAN, NAN, -0.5, NAN, 0.5, NAN, 0.3, 0.0],
            "n_articles": [0, 2, 10, 10, 10, 1, 10, 10],
            "n_theme_articles": [0, 1, 1, 2, 3, 1, 4, 5],
            "n_publishers": [0, 1, 2, 5, 3, 1, 2, 2],
            "state": ["missing", "thin", "warming", "ok", "ok", "thin", "ok", "ok"],
            "complete": [True] * 7 + [False],
            "known_at": CALENDAR.decisions_at(SESSIONS),
            "variant": "expanding",
        }
    )


def test_weeks() -> None:
    weeks = aggregate(series(), "week", CALENDAR)
    assert weeks["period"].tolist() == ["2025-W05", "2025-W06", "2025-W07"]
    assert [str(day.date()) for day in weeks["session"]] == ["2025-01-28", "2025-02-07", "2025-02-10"]
    assert weeks["intensity"].to_numpy() == pytest.approx([NAN, 120.0, 80.0], nan_ok=True)
    assert weeks["share"].to_numpy() == pytest.approx([NAN, 0.25, 0.5], nan_ok=True)
    assert weeks["tone"].to_numpy() == pytest.approx([NAN, 0.1, 0.0], nan_ok=True)
    assert weeks["volume"].to_numpy() == pytest.approx([NAN, 10.0, 5.0], nan_ok=True)
    assert weeks["n_articles"].tolist() == [2, 41, 10]
    assert weeks["n_theme_articles"].tolist() == [1, 11, 5]
    assert weeks["n_publishers"].tolist() == [1, 5, 2]
    assert weeks["n_sessions"].tolist() == [0, 4, 1]
    assert weeks["state"].tolist() == ["thin", "ok", "ok"]
    assert weeks["complete"].tolist() == [True, True, False]
    assert weeks["known_at"][1] == pd.Timestamp("2025-02-07T01:15Z")
    assert weeks["variant"].tolist() == ["expanding"] * 3


def test_months_covered_in_part_are_not_complete() -> None:
    months = aggregate(series(), "month", CALENDAR)
    assert months["period"].tolist() == ["2025-01", "2025-02"]
    assert months["complete"].tolist() == [False, False]
    assert months["n_articles"].tolist() == [2, 51]


def test_market_columns() -> None:
    known_at = [
        pd.NaT,
        pd.NaT,
        pd.NaT,
        *(day.tz_localize("UTC") + pd.Timedelta(hours=10) for day in SESSIONS[3:]),
    ]
    session = [pd.NaT, pd.NaT, pd.NaT, SESSIONS[3], SESSIONS[3], *SESSIONS[5:]]
    joined = series().assign(
        net_flow=[NAN, NAN, NAN, 10.0, 10.0, 20.0, 5.0, 1.0],
        net_flow_sh=NAN,
        net_flow_sz=NAN,
        flow_buy=NAN,
        flow_sell=NAN,
        flow_turnover=NAN,
        flow_state=["open", "missing", "closed", "open", "open", "open", "open", "open"],
        flow_known_at=pd.Series(known_at, dtype="datetime64[us, UTC]"),
        flow_session=pd.Series(session, dtype="datetime64[us]"),
        A_close=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, NAN, 8.0],
        A_return=[0.5, -0.5, 0.1, 0.1, NAN, 0.0, NAN, 0.2],
    )
    weeks = aggregate(joined, "week", CALENDAR)
    # The figure of 4 February stands in two rows and counts once.
    assert weeks["net_flow"].to_numpy() == pytest.approx([NAN, 35.0, 1.0], nan_ok=True)
    assert weeks["flow_sessions"].tolist() == [0, 3, 1]
    assert weeks["A_close"].tolist() == [2.0, 6.0, 8.0]
    # The close of 5 February has no return, so there is none of its week.
    assert weeks["A_return"].tolist() == pytest.approx([-0.25, NAN, 0.2], nan_ok=True)
    assert weeks["flow_known_at"][1] == pd.Timestamp("2025-02-07T10:00Z")


@pytest.mark.parametrize(
    ("states", "expected"),
    [(["closed", "closed"], "closed"), (["closed", "missing"], "missing"), (["open", "missing"], "open")],
)
def test_flow_state_of_a_week(states: list[str], expected: str) -> None:
    joined = series().iloc[:2].assign(flow_state=states, flow_session=None, flow_known_at=None)
    names = ["net_flow", "net_flow_sh", "net_flow_sz", "flow_buy", "flow_sell", "flow_turnover"]
    assert (
        aggregate(joined.assign(**dict.fromkeys(names, NAN)), "week", CALENDAR)["flow_state"][0] == expected
    )


def test_an_empty_series_has_no_period() -> None:
    assert aggregate(series().iloc[:0], "month", CALENDAR).empty


def test_wrong_input_is_named() -> None:
    with pytest.raises(InputError, match='freq must be "week" or "month"'):
        aggregate(series(), "day", CALENDAR)  # type: ignore[arg-type]  # the wrong value is the test
    with pytest.raises(InputError, match="series: column share is missing"):
        aggregate(series().drop(columns="share"), "week", CALENDAR)
