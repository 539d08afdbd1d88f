"""Sums of flow that end with a session: by hand, by version, and never with what was not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from signals.flow_window import flow_sums, turnover_share

NAN = float("nan")
DAYS = ["2024-12-30", "2024-12-31", "2025-01-02", "2025-01-03", "2025-01-06", "2025-01-07", "2025-01-08"]


def flows() -> pd.DataFrame:
    table = pd.DataFrame({"session": pd.to_datetime(DAYS), "net": [10.0, 20.0, 1.0, NAN, 3.0, 4.0, 5.0]})
    table["state"] = ["open", "open", "open", "closed", "open", "open", "open"]
    return table.assign(known_at=(table["session"] + pd.Timedelta(hours=10)).dt.tz_localize("UTC"))


def series() -> pd.DataFrame:
    sessions = pd.to_datetime(DAYS)
    return pd.DataFrame(
        {"session": sessions, "known_at": (sessions + pd.Timedelta("75min")).tz_localize("UTC")}
    )


def test_contemporaneous_sums_hold_the_session_itself() -> None:
    sums = flow_sums(series(), flows())
    assert sums["flow_sum_5"].to_numpy() == pytest.approx([NAN, NAN, NAN, NAN, NAN, 38.0, 33.0], nan_ok=True)
    assert sums["flow_qtd"].tolist() == [10.0, 30.0, 1.0, 1.0, 4.0, 8.0, 13.0]
    assert sums["flow_ytd"].tolist() == [10.0, 30.0, 1.0, 1.0, 4.0, 8.0, 13.0]
    assert sums["flow_sum_20"].isna().all()


def test_tradeable_sums_hold_what_was_known_before_the_decision() -> None:
    sums = flow_sums(series(), flows(), align="tradeable")
    assert sums["flow_qtd"].to_numpy() == pytest.approx([NAN, 10.0, NAN, 1.0, 1.0, 4.0, 8.0], nan_ok=True)
    assert sums["flow_sum_5"].to_numpy() == pytest.approx([NAN] * 6 + [38.0], nan_ok=True)


def test_a_correction_counts_from_when_it_was_known() -> None:
    corrected = flows().iloc[[2]].assign(net=100.0, known_at=pd.Timestamp("2025-01-07T00:00Z"))
    both = pd.concat([flows(), corrected])
    tradeable = flow_sums(series(), both, align="tradeable")["flow_qtd"]
    assert tradeable.to_numpy()[3:] == pytest.approx([1.0, 1.0, 103.0, 107.0])
    assert flow_sums(series(), both)["flow_qtd"].tolist()[2:4] == [100.0, 100.0]


def test_no_sum_knows_the_future() -> None:
    rng = np.random.default_rng(8)
    table = pd.concat([flows(), flows().assign(net=lambda t: t["net"] + 1.0)])
    delay = pd.to_timedelta(rng.integers(0, 96, len(table)), unit="h")
    table["known_at"] = table["known_at"] + delay
    for number, cut in enumerate(series()["known_at"], start=1):
        known = table.loc[table["known_at"] < cut]
        from_all = flow_sums(series().iloc[:number], table, align="tradeable")
        from_cut = flow_sums(series().iloc[:number], known, align="tradeable")
        pd.testing.assert_frame_equal(from_all, from_cut, check_exact=True)


def test_the_share_of_turnover_is_of_both_sides_and_known_in_time() -> None:
    sessions = pd.to_datetime(["2025-01-02", "2025-01-03", "2025-01-06"])
    joined = pd.DataFrame({"flow_session": sessions, "flow_turnover": [60.0, 80.0, 90.0]})
    joined["known_at"] = (sessions + pd.Timedelta(hours=25)).tz_localize("UTC")
    market = pd.DataFrame({"date": sessions[:2], "value": [100.0, 200.0]})
    market["known_at"] = pd.to_datetime(["2025-01-02T11:00Z", "2025-01-05T00:00Z"])
    study = turnover_share(joined, market, align="contemporaneous")
    assert study.to_numpy() == pytest.approx([0.3, 0.2, NAN], nan_ok=True)
    traded = turnover_share(joined, market, align="tradeable")
    assert traded.to_numpy() == pytest.approx([0.3, NAN, NAN], nan_ok=True)
