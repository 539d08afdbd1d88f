"""Flows and prices: a row for every change, and each row known from an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from ingest.flow import Flow
from ingest.price import Price
from southbound.store import Store, open_store
from southbound.store.article import Added
from southbound.store.market import PublicationTime

EVENING = PublicationTime(at=time(18, 0), timezone=ZoneInfo("Asia/Hong_Kong"))
SEEN = datetime(2025, 6, 1, tzinfo=UTC)
MONDAY, TUESDAY = date(2025, 2, 10), date(2025, 2, 11)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "market.db") as opened:
        yield opened


def add_flows(store: Store, *flows: Flow, seen_at: datetime = SEEN) -> Added:
    with store.transaction():
        return store.market.add_flows(flows, seen_at=seen_at, public=EVENING)


def add_prices(store: Store, *prices: Price, seen_at: datetime = SEEN) -> Added:
    with store.transaction():
        return store.market.add_prices(prices, seen_at=seen_at, public=EVENING)


def flow(session: date, net: float, **values: float) -> Flow:
    return Flow(session=session, net=net, state="open", source="csv:own.csv", **values)  # type: ignore[arg-type] # amounts only


def price(session: date, close: float, asset_id: str = "INDEX:HSI") -> Price:
    return Price(
        asset_id=asset_id, session=session, close=close, adjusted=False, currency="HKD", source="csv:HSI.csv"
    )


def test_flows_come_back_in_order_with_the_hour_they_were_public(store: Store) -> None:
    added = add_flows(
        store,
        flow(TUESDAY, -638.22, buy=87150.5, sell=87788.72),
        flow(MONDAY, 2065.74, sh_net=436.81, sz_net=1628.93),
    )
    assert added == Added(new=2)
    frame = store.market.flows()
    assert frame["session"].tolist() == [pd.Timestamp("2025-02-10"), pd.Timestamp("2025-02-11")]
    assert frame["net"].tolist() == [2065.74, -638.22]
    assert frame[["sh_net", "sz_net"]].iloc[0].to_list() == [436.81, 1628.93]
    assert frame[["buy", "sell"]].iloc[1].to_list() == [87150.5, 87788.72]
    assert frame["turnover"].isna().all()
    assert frame["known_at"].tolist() == [
        pd.Timestamp("2025-02-10T10:00Z"),
        pd.Timestamp("2025-02-11T10:00Z"),
    ]


def test_the_three_states_are_kept_apart(store: Store) -> None:
    add_flows(
        store,
        flow(MONDAY, 0.0),
        Flow(session=TUESDAY, state="closed", source="hkex:x"),
        Flow(session=date(2025, 2, 12), state="missing", source="csv:x"),
    )
    frame = store.market.flows()
    assert frame["state"].tolist() == ["open", "closed", "missing"]
    assert frame["net"].to_numpy() == pytest.approx([0.0, float("nan"), float("nan")], nan_ok=True)


def test_the_same_twice_adds_nothing(store: Store) -> None:
    assert add_flows(store, flow(MONDAY, 1.0)) == Added(new=1)
    assert add_flows(store, flow(MONDAY, 1.0), seen_at=SEEN + timedelta(days=1)) == Added(known=1)
    missing = Flow(session=TUESDAY, state="missing", source="csv:x")
    assert add_flows(store, missing, missing) == Added(new=1, known=1)
    assert store._db.execute("SELECT count(*) FROM flow").fetchone() == (2,)


def test_a_correction_is_known_when_it_is_seen(store: Store) -> None:
    add_flows(store, flow(MONDAY, 100.0))
    assert add_flows(store, flow(MONDAY, 120.0)) == Added(revised=1)
    back = SEEN + timedelta(days=1)
    assert add_flows(store, flow(MONDAY, 100.0), seen_at=back) == Added(revised=1)
    rows = store._db.execute("SELECT net, known_at, known_basis FROM flow ORDER BY known_at").fetchall()
    assert rows == [
        (100.0, "2025-02-10T10:00:00.000Z", "published"),
        (120.0, "2025-06-01T00:00:00.000Z", "seen"),
        (100.0, "2025-06-02T00:00:00.000Z", "seen"),
    ]


def test_flows_as_of_an_instant(store: Store) -> None:
    add_flows(store, flow(MONDAY, 100.0), flow(TUESDAY, 7.0))
    add_flows(store, flow(MONDAY, 120.0))

    def nets(as_of: datetime | None) -> list[float]:
        return [float(net) for net in store.market.flows(as_of=as_of)["net"]]

    public = datetime(2025, 2, 10, 10, tzinfo=UTC)
    assert nets(public) == []
    assert nets(public + timedelta(milliseconds=1)) == [100.0]
    assert nets(SEEN) == [100.0, 7.0]
    assert nets(SEEN + timedelta(milliseconds=1)) == [120.0, 7.0]
    assert nets(None) == [120.0, 7.0]


def test_a_figure_seen_before_its_hour_was_public_then(store: Store) -> None:
    early = datetime(2025, 2, 10, 9, 15, tzinfo=UTC)
    add_flows(store, flow(MONDAY, 5.0), seen_at=early)
    assert store.market.flows()["known_at"].tolist() == [pd.Timestamp("2025-02-10T09:15Z")]


def test_channels_do_not_mix(store: Store) -> None:
    north = Flow(session=MONDAY, net=9.0, state="open", channel="northbound", currency="CNY", source="x")
    add_flows(store, flow(MONDAY, 1.0), north)
    assert store.market.flows()["net"].tolist() == [1.0]
    assert store.market.flows(channel="northbound")["net"].tolist() == [9.0]
    assert len(store.market.flows(channel="eastbound")) == 0


def test_prices_by_asset_and_instant(store: Store) -> None:
    assert add_prices(store, price(MONDAY, 21521.98), price(TUESDAY, 21294.86)) == Added(new=2)
    assert add_prices(store, price(MONDAY, 21521.98), price(TUESDAY, 21294.0)) == Added(revised=1, known=1)
    add_prices(store, price(MONDAY, 110.5, "XHKG:9988"))
    assert store.market.asset_ids() == ["INDEX:HSI", "XHKG:9988"]
    frame = store.market.prices("INDEX:HSI")
    assert list(frame.columns) == ["session", "close", "known_at"]
    assert frame["close"].tolist() == [21521.98, 21294.0]
    before = store.market.prices("INDEX:HSI", as_of=SEEN)
    assert before["close"].tolist() == [21521.98, 21294.86]
    assert store.market.prices("XHKG:9988")["close"].tolist() == [110.5]


def test_an_unknown_asset_has_no_prices(store: Store) -> None:
    frame = store.market.prices("XHKG:99999")
    assert len(frame) == 0
    assert str(frame["session"].dtype).startswith("datetime64")
    assert str(frame["close"].dtype) == "float64"
    assert store.market.asset_ids() == []
