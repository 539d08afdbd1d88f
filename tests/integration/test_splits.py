"""A share that was split: every place that tells its return applies what was known of it, and no more."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import southbound
from ingest.price import CorporateAction, Price, PriceRecord
from signals.join import join_market
from signals.rule import parse_rule
from southbound.comparable import comparable_closes
from southbound.digest.market import index_figures
from southbound.digest.week import find_week
from southbound.digest.week_market import week_indices
from southbound.digest.window import find_window
from southbound.instant import HONG_KONG
from southbound.pipeline.alert import judge_rules
from southbound.pipeline.series import calendar_from_settings
from southbound.pipeline.tradeable import tradeable_prices
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.market import PublicationTime

SETTINGS = read_settings(None)
CALENDAR = calendar_from_settings(SETTINGS)
SESSIONS = CALENDAR.sessions(date(2025, 3, 3), date(2025, 3, 28))
EVENING = PublicationTime(at=time(18, 0), timezone=HONG_KONG)
SHARE = "XHKG:700"
#: A share becomes ten on the 12th; it gains 1 % each session.
SPLIT = date(2025, 3, 12)


def add(store: Store, *records: PriceRecord, seen_at: datetime) -> None:
    with store.transaction():
        store.market.add_prices(records, seen_at=seen_at, public=EVENING)


def price(day: date, value: float, *, adjusted: bool = False, asset: str = SHARE) -> Price:
    return Price(
        asset_id=asset,
        session=day,
        open=value,
        close=value,
        adjusted=adjusted,
        currency="HKD",
        source="csv:test",
    )


def split(day: date, ratio: float) -> CorporateAction:
    return CorporateAction(
        asset_id=SHARE, session=day, kind="split", value=ratio, currency="HKD", source="csv:test"
    )


def evening(day: date) -> datetime:
    return datetime.combine(day, time(20), tzinfo=HONG_KONG).astimezone(UTC)


@pytest.fixture(params=["told in time", "corrected late", "adjusted"])
def share(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """A year's sessions of a share that is split, told as the case says."""
    with open_store(tmp_path / "s.db") as store:
        for place, day in enumerate(one.date() for one in SESSIONS):
            value = 500 * 1.01**place
            if request.param == "adjusted":
                add(store, price(day, value / 10, adjusted=True), seen_at=evening(day))
            else:
                add(store, price(day, value / 10 if day >= SPLIT else value), seen_at=evening(day))
        if request.param == "corrected late":
            # What a file tells of a past day counts as public on that day; a correction when it is seen.
            add(store, split(SPLIT, 1.0), seen_at=evening(SPLIT))
        add(store, split(SPLIT, 10.0), seen_at=evening(date(2025, 3, 20)))
        yield store, request.param


def test_every_place_tells_the_return_of_the_share(share: tuple[Store, str]) -> None:
    store, case = share
    day_after = date(2025, 3, 13)
    window = find_window(day_after, calendar=CALENDAR)
    (figure,) = index_figures(store, [SHARE], window, calendar=CALENDAR)
    (alert,) = judge_rules(
        store,
        [parse_rule("fall", f"{SHARE} 5-day return < -20 %")],
        session=day_after,
        as_of=None,
        settings=SETTINGS,
    )
    # Its latest session was known by then, its split only where it was told in time.
    expected = None if case == "corrected late" else pytest.approx(0.01)
    assert figure.change == expected
    assert figure.change_5 == (None if case == "corrected late" else pytest.approx(1.01**5 - 1))
    assert list(alert.figures.values()) == [figure.change_5]
    assert alert.holds is (None if case == "corrected late" else False)
    assert figure.close == pytest.approx(500 * 1.01**7 / 10)


def test_a_week_tells_its_change(share: tuple[Store, str]) -> None:
    store, case = share
    window = find_week("2025-W11", calendar=CALENDAR, as_of=evening(date(2025, 3, 14)))
    (week,) = week_indices(store, [SHARE], window)
    assert week.change == (None if case == "corrected late" else pytest.approx(1.01**5 - 1))


def test_prices_for_evaluation_and_factors_are_on_one_scale(share: tuple[Store, str], tmp_path: Path) -> None:
    store, _ = share
    table = tradeable_prices(store, [SHARE], SESSIONS).table[SHARE]
    assert table.pct_change().iloc[1:].tolist() == pytest.approx([0.01] * (len(SESSIONS) - 1))
    store.backup(tmp_path / "copy.db")
    read = southbound.read_prices(tmp_path / "copy.db", [SHARE])[SHARE]
    assert read.tolist() == pytest.approx(table.tolist())


def test_prices_as_traded_are_those_stored(share: tuple[Store, str], tmp_path: Path) -> None:
    store, case = share
    store.backup(tmp_path / "copy.db")
    read = southbound.read_prices(tmp_path / "copy.db", [SHARE], as_traded=True)[SHARE]
    assert read.iloc[0] == pytest.approx(50 if case == "adjusted" else 500)
    if case == "corrected late":
        told = southbound.read_prices(tmp_path / "copy.db", [SHARE], as_of="2025-03-20T12:00")[SHARE]
        assert told.isna().tolist() == [day.date() < SPLIT for day in told.index]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Prices of both bases and splits of a share, seen at random and corrected again and again."""
    chance = random.Random(5)  # noqa: S311 - no secrets here
    days = [one.date() for one in SESSIONS]
    now = evening(days[0])
    with open_store(tmp_path_factory.mktemp("market") / "full.db") as store:
        for _ in range(300):
            now += timedelta(minutes=chance.randint(1, 400), milliseconds=chance.randint(0, 999))
            day = chance.choice(days)
            record: PriceRecord = price(
                day, chance.choice([10.0, 20.0, 21.0, 200.0]), adjusted=chance.random() < 0.3
            )
            if chance.random() < 0.2:
                record = split(day, chance.choice([0.1, 1.0, 2.0, 10.0]))
            add(store, record, seen_at=now)
        yield store


@dataclass(frozen=True)
class Cut:
    """The full database asked as of an instant, and what is left of it when it is cut there."""

    full: Store
    left: Store
    as_of: datetime

    def both(self) -> tuple[tuple[Store, datetime | None], ...]:
        return (self.full, self.as_of), (self.left, None)


def joined(store: Store, as_of: datetime | None, align: str) -> pd.DataFrame:
    sessions = pd.DataFrame({"session": SESSIONS, "known_at": CALENDAR.decisions_at(SESSIONS)})
    return join_market(
        sessions,
        calendar=CALENDAR,
        prices={SHARE: store.market.close_versions(SHARE, as_of=as_of)},
        splits={SHARE: store.market.splits(SHARE, as_of=as_of)},
        align=align,  # type: ignore[arg-type]  # one of the two
        as_of=as_of,
    )


def check_cut(cut: Cut) -> None:
    for align in ("contemporaneous", "tradeable"):
        theirs, ours = (joined(store, as_of, align) for store, as_of in cut.both())
        pd.testing.assert_frame_equal(theirs, ours, check_exact=True)
    theirs, ours = (
        tradeable_prices(store, [SHARE], SESSIONS, as_of=as_of).table for store, as_of in cut.both()
    )
    pd.testing.assert_frame_equal(theirs, ours, check_exact=True)
    theirs, ours = (
        comparable_closes(store, SHARE, until=SESSIONS[-1].date(), as_of=as_of).to_frame()
        for store, as_of in cut.both()
    )
    pd.testing.assert_frame_equal(theirs, ours, check_exact=True)


@pytest.mark.no_cover
@settings(max_examples=30, deadline=None)
@given(minute=st.integers(0, 300 * 200), millisecond=st.integers(0, 59_999))
def test_returns_as_of_an_instant_are_those_of_a_database_cut_there(
    market: Store, tmp_path_factory: pytest.TempPathFactory, minute: int, millisecond: int
) -> None:
    as_of = evening(SESSIONS[0].date()) + timedelta(minutes=minute, milliseconds=millisecond)
    path = tmp_path_factory.mktemp("cut") / "cut.db"
    market.backup(path)
    with open_store(path) as left:
        left.cut(as_of)
        check_cut(Cut(full=market, left=left, as_of=as_of))


def test_the_history_has_returns_leaps_and_splits(market: Store) -> None:
    table = joined(market, None, "contemporaneous")
    closes = market.market.close_versions(SHARE)
    assert table[f"{SHARE}_return"].notna().sum() > 5
    assert table[f"{SHARE}_return"].isna().sum() > 2
    assert closes["session"].duplicated().sum() > 20
    assert len(market.market.splits(SHARE)) > 20
