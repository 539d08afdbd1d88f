"""Raw and adjusted prices, observations, securities and applications: each fact known from an instant."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.hkma import Observation
from ingest.listing import ListingApplication
from ingest.price import CorporateAction, Price
from ingest.security import Security
from southbound.error import UsageError
from southbound.store import Store, open_store
from southbound.store.article import Added
from southbound.store.version import PublicationTime

EVENING = PublicationTime(at=time(20, 0), timezone=ZoneInfo("Asia/Hong_Kong"))
SEEN = datetime(2025, 6, 1, tzinfo=UTC)
MONDAY, TUESDAY = date(2025, 2, 10), date(2025, 2, 11)
BALANCE = "hkma.liquidity.closing_balance"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "market.db") as opened:
        yield opened


def price(session: date, close: float, **values: object) -> Price:
    known = {"asset_id": "XHKG:700", "adjusted": False, "currency": "HKD", "source": "yahoo:x", **values}
    return Price(session=session, close=close, **known)  # type: ignore[arg-type]  # fields of a price


def add_prices(store: Store, *records: Price | CorporateAction, seen_at: datetime = SEEN) -> Added:
    with store.transaction():
        return store.prices.add(records, seen_at=seen_at, public=EVENING)


def test_an_adjusted_price_is_no_correction_of_a_raw_one(store: Store) -> None:
    assert add_prices(store, price(MONDAY, 519.0)) == Added(new=1)
    assert add_prices(store, price(MONDAY, 498.2, adjusted=True)) == Added(new=1)
    assert store.prices.closes("XHKG:700")["close"].tolist() == [519.0]
    # With more sessions of the year, the adjusted ones are shown, and never a mixture.
    add_prices(store, price(TUESDAY, 500.0, adjusted=True))
    assert store.prices.closes("XHKG:700")["close"].tolist() == [498.2, 500.0]


def test_what_a_source_does_not_tell_stands_as_another_told_it(store: Store) -> None:
    full = price(MONDAY, 519.0, open=525.0, volume=13781213.0)
    page = price(MONDAY, 519.0, volume=13781213.0, turnover=7.1e9, source="hkex:x")
    assert add_prices(store, full) == Added(new=1)
    assert add_prices(store, page) == Added(revised=1)
    assert add_prices(store, full, page) == Added(known=2)
    row = store._db.execute("SELECT open, turnover, source FROM price ORDER BY known_at DESC").fetchone()
    assert row == (525.0, 7.1e9, "hkex:x")


def test_a_close_in_new_york_is_public_in_the_evening_of_new_york(store: Store) -> None:
    add_prices(store, price(MONDAY, 110.0, asset_id="XNYS:BABA", currency="USD"))
    assert store.prices.closes("XNYS:BABA")["known_at"].tolist() == [pd.Timestamp("2025-02-11T01:00Z")]


def test_dividends_and_splits_are_kept_by_version(store: Store) -> None:
    dividend = CorporateAction(
        asset_id="XHKG:700", session=MONDAY, kind="dividend", value=4.5, currency="HKD", source="yahoo:x"
    )
    # They aren't counted as prices.
    assert add_prices(store, dividend, dividend) == Added()
    assert store.prices.actions("XHKG:700")["value"].tolist() == [4.5]
    assert len(store.prices.actions("XHKG:700", as_of=datetime(2025, 2, 10, tzinfo=UTC))) == 0


def test_sessions_are_told_by_adapter(store: Store) -> None:
    add_prices(store, price(MONDAY, 519.0), price(TUESDAY, 520.0, source="hkex:x"))
    assert store.prices.sessions("XHKG:700", MONDAY, TUESDAY) == {MONDAY, TUESDAY}
    assert store.prices.last_session("XHKG:700", adapter="yahoo") == MONDAY
    assert store.prices.last_session("XHKG:700", adapter="stooq") is None
    assert store.prices.close_before("XHKG:700", TUESDAY, adjusted=False) == (MONDAY, 519.0)


def observation(day: date, value: float) -> Observation:
    return Observation(series_id=BALANCE, date=day, value=value, unit="HKD million", source="hkma:x")


def test_an_observation_keeps_both_values(store: Store) -> None:
    with store.transaction():
        added = store.observations.add([observation(MONDAY, 54163.0)], seen_at=SEEN, public=EVENING)
        later = SEEN + timedelta(days=1)
        added += store.observations.add([observation(MONDAY, 54183.0)], seen_at=later, public=EVENING)
        added += store.observations.add([observation(MONDAY, 54183.0)], seen_at=later, public=EVENING)
    assert added == Added(new=1, revised=1, known=1)
    assert store.observations.series(BALANCE)["value"].tolist() == [54183.0]
    assert store.observations.series(BALANCE, as_of=later)["value"].tolist() == [54163.0]
    assert len(store.observations.series(BALANCE, as_of=datetime(2025, 2, 10, 12, tzinfo=UTC))) == 0
    assert store.observations.last_date("hkma.liquidity.") == MONDAY


def security(code: int, name: str, lot: int = 100) -> Security:
    return Security(
        asset_id=f"XHKG:{code}",
        name=name,
        category="Equity",
        sub_category="",
        board_lot=lot,
        isin=None,
        currency="HKD",
    )


def add_list(store: Store, as_at: date, *securities: Security, seen_at: datetime = SEEN) -> Added:
    with store.transaction():
        return store.securities.add_list(
            securities, as_at=as_at, source="hkex:x", seen_at=seen_at, public=EVENING
        )


def test_lists_of_securities_tell_what_came_changed_and_went(store: Store) -> None:
    ten = [security(code, f"NO {code}") for code in range(1, 11)]
    assert add_list(store, date(2025, 1, 1), *ten) == Added(new=10)
    assert add_list(store, date(2025, 2, 1), *ten) == Added(known=10)
    renamed = [security(1, "NEW NAME"), *ten[1:9], security(11, "NO 11")]
    assert add_list(store, date(2025, 3, 1), *renamed) == Added(new=1, revised=2, known=8)
    versions = store.securities.versions("XHKG:1")
    assert versions[["name", "first_seen", "valid_from", "valid_to"]].to_numpy().tolist() == [
        ["NO 1", "2025-01-01", "2025-01-01", "2025-03-01"],
        ["NEW NAME", "2025-01-01", "2025-03-01", None],
    ]
    # The tenth is gone, and before the list of March nobody knew.
    assert "XHKG:10" not in set(store.securities.listed()["asset_id"])
    then = store.securities.listed(as_of=datetime(2025, 3, 1, tzinfo=UTC))
    assert set(then["asset_id"]) == {f"XHKG:{code}" for code in range(1, 11)}
    assert add_list(store, date(2025, 4, 1), *ten, security(11, "NO 11")).revised == 2


def test_a_list_that_is_cut_off_or_old_is_refused(store: Store) -> None:
    ten = [security(code, f"NO {code}") for code in range(1, 11)]
    add_list(store, date(2025, 3, 1), *ten)
    with pytest.raises(UsageError, match="holds 7 securities where 10 were listed; is it cut off"):
        add_list(store, date(2025, 4, 1), *ten[:7])
    with pytest.raises(UsageError, match="is older than one of 2025-03-01 that is stored"):
        add_list(store, date(2025, 2, 1), *ten)


def application(state: str, list_date: date, number: int = 7) -> ListingApplication:
    return ListingApplication(
        application_id=str(number),
        board="sehk",
        name="Pearl Harbour Robotics",
        state=state,  # type: ignore[arg-type]  # one of the states
        posted_on=date(2025, 1, 2),
        list_date=list_date,
        stock_code=None,
        documents=(),
        source="hkex:x",
    )


def add_applications(store: Store, *items: ListingApplication, seen_at: datetime = SEEN) -> Added:
    with store.transaction():
        return store.applications.add(items, seen_at=seen_at, public=EVENING)


def test_lists_of_the_past_come_in_late_each_with_its_own_day(store: Store) -> None:
    assert add_applications(store, application("listed", date(2025, 3, 1))) == Added(new=1)
    assert add_applications(store, application("active", date(2025, 1, 2))) == Added(new=1)
    assert add_applications(store, application("hearing_passed", date(2025, 2, 3))) == Added(revised=1)
    assert add_applications(store, application("active", date(2025, 1, 9))) == Added(known=1)
    history = store.applications.history()
    assert history["state"].tolist() == ["active", "hearing_passed", "listed"]
    assert history["known_at"].tolist()[1] == pd.Timestamp("2025-02-03T12:00Z")
    then = store.applications.states(as_of=datetime(2025, 2, 10, tzinfo=UTC))
    assert then["state"].tolist() == ["hearing_passed"]


def test_two_states_in_lists_of_one_day_are_both_kept(store: Store) -> None:
    add_applications(store, application("active", MONDAY), application("hearing_passed", MONDAY))
    assert store.applications.history()["state"].tolist() == ["active", "hearing_passed"]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a random history of everything, in which time passes and lists come in."""
    dice = random.Random(3)  # noqa: S311 - no secrets here
    with open_store(tmp_path_factory.mktemp("full") / "full.db") as store:
        now = datetime(2025, 1, 1, tzinfo=UTC)
        for _ in range(300):
            now += timedelta(minutes=dice.randint(1, 600), milliseconds=dice.randint(0, 999))
            _add_something(store, dice, now)
        yield store


def _add_something(store: Store, dice: random.Random, now: datetime) -> None:
    day = date(2025, 1, 1) + timedelta(days=dice.randint(0, 40))
    value = float(dice.randint(1, 3))
    add_prices(store, price(day, value, adjusted=dice.random() < 0.5), seen_at=now)
    action = CorporateAction(
        asset_id="XHKG:700", session=day, kind="split", value=value, currency="HKD", source="x"
    )
    add_prices(store, action, seen_at=now)
    with store.transaction():
        store.observations.add([observation(day, value)], seen_at=now, public=EVENING)
    state = dice.choice(["active", "hearing_passed", "listed", "lapsed"])
    list_day = now.date() - timedelta(days=dice.randint(0, 5))
    add_applications(store, application(state, list_day, dice.randint(1, 5)), seen_at=now)
    names = [
        security(code, f"NO {code} {dice.randint(0, 1)}")
        for code in range(1, 11)
        if code != dice.randint(1, 60)
    ]
    add_list(store, now.date(), *names, seen_at=now)


def check_equal(full: Store, cut: Store, as_of: datetime) -> None:
    pairs = [
        (full.prices.closes("XHKG:700", as_of=as_of), cut.prices.closes("XHKG:700")),
        (full.prices.actions("XHKG:700", as_of=as_of), cut.prices.actions("XHKG:700")),
        (full.observations.series(BALANCE, as_of=as_of), cut.observations.series(BALANCE)),
        (full.securities.versions(as_of=as_of), cut.securities.versions()),
        (full.applications.history(as_of=as_of), cut.applications.history()),
        (full.applications.states(as_of=as_of), cut.applications.states()),
    ]
    for then, left in pairs:
        pd.testing.assert_frame_equal(then, left)


@settings(max_examples=20, deadline=None)
@given(minute=st.integers(0, 70 * 24 * 60))
def test_the_past_of_the_full_store_equals_a_store_cut_then(
    full: Store, tmp_path_factory: pytest.TempPathFactory, minute: int
) -> None:
    as_of = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    path = tmp_path_factory.mktemp("cut") / "cut.db"
    full.backup(path)
    with open_store(path) as cut:
        cut.cut(as_of)
        check_equal(full, cut, as_of)


@pytest.mark.parametrize(
    "table", ["price", "corporate_action", "observation", "security", "listing_application"]
)
def test_a_cut_at_the_very_instant_of_a_row(full: Store, tmp_path: Path, table: str) -> None:
    rows = full._db.execute(f"SELECT known_at FROM {table} ORDER BY known_at").fetchall()  # noqa: S608 - our own names
    as_of = datetime.fromisoformat(rows[len(rows) // 2][0])
    full.backup(tmp_path / "cut.db")
    with open_store(tmp_path / "cut.db") as cut:
        cut.cut(as_of)
        check_equal(full, cut, as_of)
