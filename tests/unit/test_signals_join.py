"""Flows and prices beside a series: own and tradeable figures, and the three states."""

from __future__ import annotations

import pandas as pd
import pytest

from signals.error import InputError
from signals.join import join_market
from signals.session import SessionCalendar

CALENDAR = SessionCalendar()
NAN = float("nan")
# Hong Kong trades from Monday 3 February; the mainland from Wednesday 5 February.
SESSIONS = ["2025-02-03", "2025-02-04", "2025-02-05", "2025-02-06", "2025-02-07"]


def series() -> pd.DataFrame:
    sessions = pd.DatetimeIndex(SESSIONS)
    return pd.DataFrame(
        {"session": sessions, "intensity": 100.0, "known_at": CALENDAR.decisions_at(sessions)}
    )


def evening(session: str) -> pd.Timestamp:
    return pd.Timestamp(f"{session}T10:00Z")


def flow(session: str, net: float | None, **values: object) -> dict[str, object]:
    return {"session": pd.Timestamp(session), "net": net, "known_at": evening(session)} | values


FLOWS = pd.DataFrame(
    [
        flow("2025-01-27", 700.0, state="open"),
        flow("2025-02-04", 0.0, sh_net=0.0, sz_net=0.0, state="closed"),
        flow("2025-02-05", 0.0, sh_net=-50.0, sz_net=50.0, buy=30.0, sell=30.0, turnover=60.0, state="open"),
        flow("2025-02-06", None, state="missing"),
        flow("2025-02-07", -20.0, state="open"),
    ]
)


def dates(values: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else str(value.date()) for value in values]


def prices(*closes: tuple[str, float]) -> pd.DataFrame:
    rows = [{"session": pd.Timestamp(day), "close": close, "known_at": evening(day)} for day, close in closes]
    return pd.DataFrame(rows)


def test_own_flows_tell_closed_zero_and_missing_apart() -> None:
    joined = join_market(series(), flows=FLOWS, calendar=CALENDAR)
    assert joined["flow_state"].tolist() == ["closed", "closed", "open", "missing", "open"]
    assert joined["net_flow"].to_numpy() == pytest.approx([NAN, NAN, 0.0, NAN, -20.0], nan_ok=True)
    row = joined.iloc[2]
    columns = ["net_flow_sh", "net_flow_sz", "flow_buy", "flow_sell", "flow_turnover"]
    assert row[columns].tolist() == [-50.0, 50.0, 30.0, 30.0, 60.0]
    assert row["flow_known_at"] == evening("2025-02-05")
    assert joined["intensity"].tolist() == [100.0] * 5


def test_a_blank_row_on_a_closed_day_is_closed() -> None:
    blank = pd.DataFrame([flow("2025-02-04", None)])
    assert join_market(series(), flows=blank, calendar=CALENDAR)["flow_state"].tolist()[1:3] == [
        "closed",
        "missing",
    ]


def test_tradeable_flows_are_the_latest_known_before_the_decision() -> None:
    joined = join_market(series(), flows=FLOWS, calendar=CALENDAR, align="tradeable")
    assert joined["net_flow"].tolist() == [700.0, 700.0, 700.0, 0.0, 0.0]
    assert dates(joined["flow_session"]) == [
        "2025-01-27",
        "2025-01-27",
        "2025-01-27",
        "2025-02-05",
        "2025-02-05",
    ]
    assert (joined["flow_known_at"] < joined["known_at"]).all()


def test_figures_known_at_the_decision_are_not_known_before_it() -> None:
    flows = pd.DataFrame([flow("2025-02-05", 9.0) | {"known_at": pd.Timestamp("2025-02-06T01:15Z")}])
    joined = join_market(series(), flows=flows, calendar=CALENDAR, align="tradeable")
    assert joined["net_flow"].to_numpy() == pytest.approx([NAN, NAN, NAN, NAN, 9.0], nan_ok=True)
    assert joined["flow_state"].tolist() == ["missing"] * 4 + ["open"]


def test_as_of_hides_later_figures() -> None:
    as_of = evening("2025-02-07")
    joined = join_market(series(), flows=FLOWS, calendar=CALENDAR, as_of=as_of)
    assert joined["flow_state"].tolist() == ["closed", "closed", "open", "missing", "missing"]
    assert joined["net_flow"].isna().tolist() == [True, True, False, True, True]
    assert pd.isna(joined["flow_known_at"].iloc[4])


def test_a_correction_counts_from_when_it_was_known() -> None:
    late = flow("2025-02-05", 5.0) | {"known_at": pd.Timestamp("2025-02-07T12:00Z")}
    flows = pd.concat([FLOWS, pd.DataFrame([late])], ignore_index=True)
    assert join_market(series(), flows=flows, calendar=CALENDAR)["net_flow"][2] == 5.0
    before = join_market(series(), flows=flows, calendar=CALENDAR, as_of=pd.Timestamp("2025-02-07T12:00Z"))
    assert before["net_flow"][2] == 0.0


def test_a_correction_of_an_older_session_is_no_newer_figure() -> None:
    late = flow("2025-01-27", 701.0) | {"known_at": pd.Timestamp("2025-02-06T00:00Z")}
    flows = pd.concat([FLOWS, pd.DataFrame([late])], ignore_index=True)
    joined = join_market(series(), flows=flows, calendar=CALENDAR, align="tradeable")
    assert joined["net_flow"].tolist() == [700.0, 700.0, 700.0, 0.0, 0.0]


def test_own_closes_and_returns() -> None:
    closes = prices(("2025-01-28", 100.0), ("2025-02-03", 110.0), ("2025-02-04", 99.0), ("2025-02-06", 198.0))
    joined = join_market(series(), prices={"INDEX:HSI": closes}, calendar=CALENDAR)
    assert joined["INDEX:HSI_close"].to_numpy() == pytest.approx([110.0, 99.0, NAN, 198.0, NAN], nan_ok=True)
    # 6 February has no close in the session before it, so no return over two sessions either.
    assert joined["INDEX:HSI_return"].to_numpy() == pytest.approx([0.1, -0.1, NAN, NAN, NAN], nan_ok=True)
    assert "net_flow" not in joined


def test_tradeable_closes_are_those_of_the_session_before() -> None:
    closes = prices(("2025-01-28", 100.0), ("2025-02-03", 110.0), ("2025-02-04", 99.0))
    joined = join_market(series(), prices={"XHKG:700": closes}, calendar=CALENDAR, align="tradeable")
    assert joined["XHKG:700_close"].tolist() == [100.0, 110.0, 99.0, 99.0, 99.0]
    assert joined["XHKG:700_return"].to_numpy() == pytest.approx([NAN, 0.1, -0.1, -0.1, -0.1], nan_ok=True)
    assert dates(joined["XHKG:700_session"]) == [
        "2025-01-28",
        "2025-02-03",
        "2025-02-04",
        "2025-02-04",
        "2025-02-04",
    ]


def test_a_corrected_close_changes_the_next_return_only_for_who_asks_later() -> None:
    closes = pd.concat(
        [
            prices(("2025-02-03", 100.0), ("2025-02-04", 110.0)),
            prices(("2025-02-03", 50.0)).assign(known_at=pd.Timestamp("2025-02-10T00:00Z")),
        ]
    )
    corrected_at = pd.Timestamp("2025-02-10T00:00Z")
    joined = join_market(series(), prices={"A": closes}, calendar=CALENDAR)
    assert joined["A_close"].tolist()[:2] == [50.0, 110.0]
    assert joined["A_return"][1] == pytest.approx(1.2)
    before = join_market(series(), prices={"A": closes}, calendar=CALENDAR, as_of=corrected_at)
    assert before["A_close"].tolist()[:2] == [100.0, 110.0]
    assert before["A_return"][1] == pytest.approx(0.1)
    tradeable = join_market(series(), prices={"A": closes}, calendar=CALENDAR, align="tradeable")
    assert tradeable["A_return"][4] == pytest.approx(0.1)


def test_a_close_that_came_later_makes_no_earlier_return() -> None:
    closes = prices(("2025-02-03", 100.0), ("2025-02-04", 110.0))
    closes.loc[0, "known_at"] = pd.Timestamp("2025-02-10T00:00Z")
    known_at = closes["known_at"][0]
    before = join_market(series(), prices={"A": closes}, calendar=CALENDAR, as_of=known_at)
    assert pd.isna(before["A_return"][1])
    tradeable = join_market(series(), prices={"A": closes}, calendar=CALENDAR, align="tradeable")
    assert tradeable["A_return"].isna().all()
    joined = join_market(series(), prices={"A": closes}, calendar=CALENDAR)
    assert joined["A_return"][1] == pytest.approx(0.1)


def split(session: str, ratio: float, known_at: pd.Timestamp | None = None) -> dict[str, object]:
    return {
        "session": pd.Timestamp(session),
        "ratio": ratio,
        "known_at": evening(session) if known_at is None else known_at,
    }


HALVED = prices(("2025-02-03", 100.0), ("2025-02-04", 52.0), ("2025-02-05", 26.0), ("2025-02-06", 13.0))


def test_a_known_split_is_no_return() -> None:
    splits = pd.DataFrame([split("2025-02-04", 2.0)])
    asked = {"prices": {"A": HALVED}, "splits": {"A": splits}, "calendar": CALENDAR}
    joined = join_market(series(), **asked)  # type: ignore[arg-type]  # one dictionary for two calls
    assert joined["A_close"].tolist()[:4] == [100.0, 52.0, 26.0, 13.0]
    assert joined["A_return"].tolist() == pytest.approx([NAN, 0.04, -0.5, -0.5, NAN], nan_ok=True)
    tradeable = join_market(series(), align="tradeable", **asked)  # type: ignore[arg-type]  # as above
    assert tradeable["A_return"].tolist() == pytest.approx([NAN, NAN, 0.04, -0.5, -0.5], nan_ok=True)


def test_a_split_that_is_told_later_changes_only_what_is_asked_later() -> None:
    closes = prices(("2025-02-03", 100.0), ("2025-02-04", 50.0), ("2025-02-05", 5.0), ("2025-02-06", 5.1))
    told = pd.Timestamp("2025-02-06T20:00Z")
    splits = pd.DataFrame([split("2025-02-04", 2.0, told), split("2025-02-05", 10.0, told)])
    asked = {"prices": {"A": closes}, "splits": {"A": splits}, "calendar": CALENDAR}
    before = join_market(series(), as_of=told, **asked)  # type: ignore[arg-type]  # one dictionary
    # A half might be a fall; a tenth is none.
    assert before["A_return"].tolist() == pytest.approx([NAN, -0.5, NAN, 0.02, NAN], nan_ok=True)
    after = join_market(series(), **asked)  # type: ignore[arg-type]  # as above
    assert after["A_return"].tolist() == pytest.approx([NAN, 0.0, 0.0, 0.02, NAN], nan_ok=True)
    tradeable = join_market(series(), align="tradeable", **asked)  # type: ignore[arg-type]  # as above
    assert tradeable["A_return"].tolist() == pytest.approx([NAN, NAN, -0.5, NAN, 0.02], nan_ok=True)


def test_a_corrected_ratio_counts_from_when_it_was_known() -> None:
    closes = prices(("2025-02-03", 100.0), ("2025-02-04", 24.0))
    corrected = pd.Timestamp("2025-02-05T12:00Z")
    splits = pd.DataFrame([split("2025-02-04", 5.0), split("2025-02-04", 4.0, corrected)])
    asked = {"prices": {"A": closes}, "splits": {"A": splits}, "calendar": CALENDAR}
    assert join_market(series(), as_of=corrected, **asked)["A_return"][1] == pytest.approx(0.2)  # type: ignore[arg-type]  # one dictionary
    assert join_market(series(), **asked)["A_return"][1] == pytest.approx(-0.04)  # type: ignore[arg-type]  # as above


def test_empty_market_tables_give_null_columns() -> None:
    flows, closes = FLOWS.iloc[:0], prices(("2025-02-03", 1.0)).iloc[:0]
    for align in ("contemporaneous", "tradeable"):
        joined = join_market(series(), flows=flows, prices={"A": closes}, calendar=CALENDAR, align=align)
        assert joined[["net_flow", "A_close", "A_return"]].isna().all(axis=None)
        assert len(joined) == 5


def test_wrong_tables_are_named() -> None:
    with pytest.raises(InputError, match="flows: column net is missing; found session, known_at"):
        join_market(series(), flows=FLOWS[["session", "known_at"]], calendar=CALENDAR)
    with pytest.raises(InputError, match="flows: known_at is missing in 5 rows"):
        join_market(series(), flows=FLOWS.assign(known_at=None), calendar=CALENDAR)
    with pytest.raises(InputError, match="prices of A: column known_at is missing"):
        join_market(
            series(), prices={"A": prices(("2025-02-03", 1.0)).drop(columns="known_at")}, calendar=CALENDAR
        )
    with pytest.raises(InputError, match="align must be"):
        join_market(series(), calendar=CALENDAR, align="future")  # type: ignore[arg-type]  # the wrong value is the test
