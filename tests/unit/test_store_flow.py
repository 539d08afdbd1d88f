"""Flows of several providers: each keeps its versions, and one of them stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.connect.reader import read_flows
from ingest.flow import Flow, FlowLeg
from southbound.store import Store, open_store
from southbound.store.article import Added
from southbound.store.market import PublicationTime

FILES = Path(__file__).parents[1] / "data" / "connect"
EVENING = PublicationTime(at=time(18, 0), timezone=ZoneInfo("Asia/Hong_Kong"))
SEEN = datetime(2026, 8, 1, tzinfo=UTC)
DAY = date(2026, 7, 16)
PUBLIC = pd.Timestamp("2026-07-16T10:00Z")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "flows.db") as opened:
        yield opened


def add(store: Store, *flows: Flow, seen_at: datetime = SEEN) -> Added:
    with store.transaction():
        return store.market.add_flows(flows, seen_at=seen_at, public=EVENING)


def flow(provider: str, net: float | None, *, state: str = "open", **values: float | None) -> Flow:
    return Flow(session=DAY, net=net, state=state, source=f"{provider}:a file", **values)  # type: ignore[arg-type]  # amounts only


def standing(store: Store, as_of: datetime | None = None) -> list[float | None]:
    return [None if pd.isna(net) else float(net) for net in store.market.flows(as_of=as_of)["net"]]


def later(days: int) -> datetime:
    return SEEN + timedelta(days=days)


def test_a_day_of_hkex_comes_back_with_its_legs_and_shares(store: Store) -> None:
    told = [one for one in read_flows(FILES / "data_tab_daily_20260716e.js") if isinstance(one, Flow)]
    assert add(store, *told) == Added(new=2)
    assert add(store, *told, seen_at=later(1)) == Added(known=2)
    back = [
        store.market.by_provider.flow(DAY, channel=channel, provider="hkex")
        for channel in ("southbound", "northbound")
    ]
    assert back == told
    chinese = [one for one in read_flows(FILES / "data_tab_daily_20260716c.js") if isinstance(one, Flow)]
    assert add(store, *chinese, seen_at=later(2)) == Added(known=2)
    assert store.check() == []


def test_a_share_s_flow_is_there_for_the_sessions_in_which_it_was_among_the_ten(store: Store) -> None:
    add(store, *(one for one in read_flows(FILES / "data_tab_daily_20260716e.js") if isinstance(one, Flow)))
    frame = store.market.by_provider.share_flows("XHKG:700")
    assert frame["leg"].tolist() == ["shanghai", "shenzhen"]
    assert frame["buy"].tolist() == [3900000000.0, 2210000000.0]
    assert frame["known_at"].tolist() == [PUBLIC, PUBLIC]
    assert len(store.market.by_provider.share_flows("XHKG:5")) == 0
    assert len(store.market.by_provider.share_flows("XHKG:700", as_of=PUBLIC.to_pydatetime())) == 0


def test_the_shares_traded_most_are_those_of_the_last_session_that_tells_them(store: Store) -> None:
    add(store, *(one for one in read_flows(FILES / "data_tab_daily_20260716e.js") if isinstance(one, Flow)))
    frame = store.market.by_provider.most_traded()
    assert set(frame["session"]) == {pd.Timestamp(DAY)}
    assert frame["leg"].unique().tolist() == ["shanghai", "shenzhen"]
    assert frame["rank"].tolist() == sorted(frame["rank"].tolist()[: len(frame) // 2]) * 2
    assert frame.loc[frame["asset_id"] == "XHKG:700", "buy"].tolist() == [3900000000.0, 2210000000.0]
    assert store.market.by_provider.most_traded(until=DAY - timedelta(days=1)).empty
    assert store.market.by_provider.most_traded(as_of=PUBLIC.to_pydatetime()).empty


def test_the_higher_source_stands_whenever_it_came(store: Store) -> None:
    add(store, flow("csv", 1.0))
    add(store, flow("eastmoney", 2.0), seen_at=later(1))
    add(store, flow("hkex", 3.0), seen_at=later(2))
    add(store, flow("eastmoney", 4.0), seen_at=later(3))
    add(store, flow("csv", 5.0), seen_at=later(4))
    assert standing(store) == [3.0]
    assert [standing(store, later(day))[0] for day in (1, 2, 3, 4)] == [1.0, 2.0, 3.0, 3.0]
    versions = store.market.flow_versions()
    assert versions["net"].tolist() == [1.0, 2.0, 3.0]
    # The first is known from the evening of the session, the others from when they were seen.
    assert versions["known_at"].tolist() == [PUBLIC, pd.Timestamp(later(1)), pd.Timestamp(later(2))]
    kept = store.market.by_provider.flow(DAY, channel="southbound", provider="csv")
    assert kept is not None
    assert kept.net == 5.0


def test_a_source_that_says_the_same_changes_nothing_that_was_known(store: Store) -> None:
    add(store, flow("csv", 1.0))
    add(store, flow("hkex", 1.0), seen_at=later(1))
    assert store.market.flows()["known_at"].tolist() == [PUBLIC]


def test_missing_never_stands_over_what_is_told_and_closed_does(store: Store) -> None:
    add(store, flow("eastmoney", 2.0))
    add(store, flow("hkex", None, state="missing"), seen_at=later(1))
    assert standing(store) == [2.0]
    add(store, flow("hkex", None, state="closed"), seen_at=later(2))
    assert store.market.flows()["state"].tolist() == ["closed"]
    assert standing(store) == [None]


def test_what_tells_no_total_never_stands(store: Store) -> None:
    leg = FlowLeg(leg="shanghai", buy=3122.0, sell=2707.0, currency="CNY")
    partial = Flow(session=DAY, state="open", source="tushare:ggt.json", legs=(leg,))
    add(store, partial)
    assert standing(store) == [None]
    add(store, flow("csv", 7.0), seen_at=later(1))
    assert standing(store) == [7.0]
    assert store.market.by_provider.told_sessions(channel="southbound", provider="tushare") == set()


def test_a_source_that_tells_less_unsays_nothing(store: Store) -> None:
    add(store, flow("eastmoney", 3.0, buy=10.0, sell=7.0, quota_used=5.0))
    assert add(store, flow("eastmoney", 3.0, buy=10.0, sell=7.0), seen_at=later(1)) == Added(known=1)
    leg = FlowLeg(leg="shanghai", buy=4.0, sell=2.0, currency="HKD")
    only_leg = Flow(session=DAY, sh_net=2.0, state="open", source="eastmoney:leg", legs=(leg,))
    assert add(store, only_leg, seen_at=later(2)) == Added(revised=1)
    joined = store.market.by_provider.flow(DAY, channel="southbound", provider="eastmoney")
    assert joined is not None
    assert (joined.net, joined.sh_net, joined.quota_used, joined.legs) == (3.0, 2.0, 5.0, (leg,))
    # A correction stands as it is: parts of the old figure don't belong to the new one.
    add(store, flow("eastmoney", 4.0), seen_at=later(3))
    corrected = store.market.by_provider.flow(DAY, channel="southbound", provider="eastmoney")
    assert corrected == flow("eastmoney", 4.0)


def test_a_clock_set_back_hides_no_correction(store: Store) -> None:
    add(store, flow("hkex", 1.0))
    add(store, flow("hkex", 2.0), seen_at=later(5))
    add(store, flow("hkex", 3.0), seen_at=later(2))
    assert standing(store) == [3.0]
    assert store.market.flow_versions()["net"].tolist() == [1.0, 2.0, 3.0]


def test_cutting_takes_the_detail_along(store: Store) -> None:
    add(store, *(one for one in read_flows(FILES / "data_tab_daily_20260716e.js") if isinstance(one, Flow)))
    store.cut(PUBLIC.to_pydatetime())
    for table in ("flow", "flow_leg", "flow_share"):
        assert store._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608  # our own names


words = st.tuples(
    st.sampled_from(["hkex", "eastmoney", "csv", "other"]),
    st.sampled_from(["open", "closed", "missing"]),
    st.integers(1, 3),
)


@settings(max_examples=60, deadline=None)
@given(told=st.lists(words, min_size=1, max_size=8), cut=st.integers(0, 9))
def test_what_stood_at_an_instant_is_what_a_database_cut_then_says(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, str, int]], cut: int
) -> None:
    with open_store(tmp_path_factory.mktemp("cut") / "flows.db") as store:
        for number, (provider, state, net) in enumerate(told):
            add(
                store,
                flow(provider, float(net) if state == "open" else None, state=state),
                seen_at=later(number),
            )
        then = later(cut)
        before = store.market.flows(as_of=then)
        versions = store.market.flow_versions(as_of=then)
        ever = store.market.flow_versions()
        pd.testing.assert_frame_equal(versions, ever.loc[ever["known_at"] < then].reset_index(drop=True))
        store.cut(then)
        pd.testing.assert_frame_equal(before, store.market.flows())
