"""Reading a database from Python; and a factor that alphalens takes as it is."""

from __future__ import annotations

import random
import subprocess
import sys
import warnings
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from alphalens.performance import factor_information_coefficient
from alphalens.utils import get_clean_factor_and_forward_returns

import southbound
from ingest.article import make_article
from ingest.prices.record import Price
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from signals.error import InputError
from southbound.error import ForeignDatabaseError, UsageError
from southbound.instant import HONG_KONG
from southbound.pipeline.series import SeriesRequest, build_series, calendar_from_settings
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.market import PublicationTime

SETTINGS = read_settings(None)
CALENDAR = calendar_from_settings(SETTINGS)
ASSETS = [f"XHKG:{number}" for number in (1, 5, 16, 388, 700, 941, 1810, 9988)]
SESSIONS = CALENDAR.sessions("2025-02-03", "2025-04-30")
SPAN = Span(field="title", start=0, end=4, text="Item")


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every session has an article on ai that names each asset, and one that names none."""
    path, chance = tmp_path_factory.mktemp("panel") / "p.db", random.Random(5)  # noqa: S311 - no secrets here
    with open_store(path) as store:
        for session in SESSIONS:
            at = CALENDAR.decision_at(session).to_pydatetime() - timedelta(hours=1)
            with store.transaction():
                for asset in [*ASSETS, None]:
                    _add(store, at, asset, chance)
        with store.transaction():
            for asset in [*ASSETS, "INDEX:HSI"]:
                _trade(store, asset, chance)
    return path


def _add(store: Store, at: datetime, asset: str | None, chance: random.Random) -> None:
    article = make_article(
        title=f"Item {at} {asset}", publisher="A", article_id=f"{at} {asset}", language="en"
    )
    store.articles.add([article], seen_at=at, basis="seen")
    named = [] if asset is None else [EntityTag(
        entity_id=asset, name=asset, type="company", tickers=(asset,), relevance=round(chance.random(), 4),
        linked=True, mentions=(SPAN,),
    )]  # fmt: skip
    said = Annotation(
        language="en",
        hk_china=1.0,
        themes=(ThemeTag(theme="ai", score=round(chance.random(), 4), evidence=(SPAN,)),),
        entities=tuple(named),
        tone=Tone(label=0, negative=0.2, neutral=0.6, positive=0.2),
        scores={},
        model="one",
        tokens=TokenCount(read=1, total=1),
    )
    (waiting,) = store.articles.next_untagged("one", after_pk=0, limit=5)
    store.tags.add([(waiting, said)], tagged_at=at)


def _trade(store: Store, asset: str, chance: random.Random) -> None:
    public, close = PublicationTime(at=time(16, 30), timezone=HONG_KONG), 100.0
    for session in CALENDAR.sessions("2025-02-03", "2025-05-30"):
        close *= 1 + chance.gauss(0, 0.02)
        price = Price(
            asset_id=asset,
            session=session.date(),
            open=close * 0.99,
            close=close,
            adjusted=False,
            currency="HKD",
            source="csv:test",
        )
        store.market.add_prices([price], seen_at=datetime(2025, 6, 2, tzinfo=UTC), public=public)


def test_alphalens_takes_the_factor_as_it_is(panel: Path) -> None:
    factor = southbound.read_factors(panel, "ai")
    prices = southbound.read_prices(panel, ASSETS, field="open")
    assert factor.index.names == ["date", "asset"]
    assert pd.DatetimeIndex(factor.index.get_level_values("date")).tz is None
    assert set(factor.index.get_level_values("asset")) == set(ASSETS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clean = get_clean_factor_and_forward_returns(factor, prices, periods=(1, 5), max_loss=0)
        found = factor_information_coefficient(clean)["5D"]
    assert len(clean) == len(SESSIONS) * len(ASSETS)
    # The same by hand: what is decided before the open of a session is held for five.
    wide = factor.unstack("asset")  # noqa: PD010 - one value a cell: nothing to aggregate
    returns = (prices.shift(-5) / prices - 1).loc[wide.index, wide.columns]
    by_hand = wide.corrwith(returns, axis=1, method="spearman")
    assert found.to_numpy() == pytest.approx(by_hand.to_numpy(), abs=1e-10)


def test_a_factor_adds_up_what_names_the_asset_before_the_decision(panel: Path) -> None:
    factor = southbound.read_factors(panel, "ai", assets=["XHKG:700", "XHKG:2"])
    with open_store(panel, read_only=True) as store:
        rows = store.tags.theme_listings("ai")
    own = rows.loc[rows["asset"] == "XHKG:700"]
    sessions = CALENDAR.session_of(own["known_at"])
    expected = (own["score"] * own["relevance"]).groupby(sessions).sum()
    assert factor.xs("XHKG:700", level="asset").to_dict() == pytest.approx(expected.to_dict())
    assert (factor.xs("XHKG:2", level="asset") == 0).all()
    named = southbound.read_factors(panel, "ai", assets=["XHKG:700", "XHKG:2"], named_only=True)
    assert set(named.index.get_level_values("asset")) == {"XHKG:700"}


def test_a_factor_decays_and_forgets_nothing_that_lies_before_its_start(panel: Path) -> None:
    plain = southbound.read_factors(panel, "ai").xs("XHKG:5", level="asset")
    decayed = southbound.read_factors(panel, "ai", half_life=2, start="2025-03-03").xs(
        "XHKG:5", level="asset"
    )
    kept = 0.5 ** (1 / 2)
    expected = pd.Series(0.0, index=plain.index)
    for place, value in enumerate(plain):
        expected.iloc[place] = value + (kept * expected.iloc[place - 1] if place else 0.0)
    assert decayed.index[0] == pd.Timestamp("2025-03-03")
    assert decayed.to_numpy() == pytest.approx(expected.loc[decayed.index].to_numpy())
    with pytest.raises(InputError, match="half-life is a number of sessions"):
        southbound.read_factors(panel, "ai", half_life=-1)


def test_a_factor_as_of_an_instant_is_that_of_a_database_cut_there(panel: Path, tmp_path: Path) -> None:
    as_of = datetime(2025, 3, 12, 1, 0, tzinfo=UTC)
    with open_store(panel, read_only=True) as store:
        store.backup(tmp_path / "cut.db")
    with open_store(tmp_path / "cut.db") as cut:
        cut.cut(as_of)
    whole = southbound.read_factors(panel, "ai", as_of=as_of)
    pd.testing.assert_series_equal(whole, southbound.read_factors(tmp_path / "cut.db", "ai", as_of=as_of))
    assert whole.index[-1][0] == pd.Timestamp("2025-03-11")
    before = southbound.read_factors(panel, "ai", assets=["XHKG:700"], as_of="2024-01-01")
    assert before.empty
    assert before.index.names == ["date", "asset"]


def test_prices_are_those_known(panel: Path) -> None:
    prices = southbound.read_prices(panel, ["XHKG:700", "INDEX:HSI"], as_of="2025-03-12T12:00+08:00")
    assert list(prices.columns) == ["XHKG:700", "INDEX:HSI"]
    assert prices.index[-1] == pd.Timestamp("2025-03-11")
    assert prices.index.dtype == np.dtype("datetime64[us]")
    with pytest.raises(UsageError, match="there are no prices of XHKG:2"):
        southbound.read_prices(panel, ["XHKG:2"])


def test_a_series_is_what_the_command_prints(panel: Path) -> None:
    series = southbound.read_series(panel, theme="ai", measure="share", as_of="2025-03-12", flows=True)
    with open_store(panel, read_only=True) as store:
        request = SeriesRequest(
            theme="ai", measure="share", as_of=datetime(2025, 3, 11, 16, tzinfo=UTC), with_flows=True
        )
        pd.testing.assert_frame_equal(series, build_series(store, request, settings=SETTINGS))
    entity = southbound.read_series(panel, entity="XHKG:700", start=date(2025, 3, 3))
    assert entity["n_theme_articles"].tolist() == [1] * len(entity)
    assert "issue" in southbound.read_series(panel, theme="ai", lag=0).columns
    assert "lag" in southbound.read_series(panel, theme="ai", issues=True).columns


def test_a_table_is_read_by_theme_and_asset(panel: Path) -> None:
    table = southbound.read_table(panel, themes=["ai"], assets=["XHKG:700"], start="2025-03-03")
    assert {"ai.intensity", "XHKG:700_return", "flow_qtd"} <= set(table.columns)
    assert len(table) == len(CALENDAR.sessions("2025-03-03", SESSIONS[-1]))


def test_what_is_not_there_is_said(panel: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no theme 'aai'; themes are ai, "):
        southbound.read_series(panel, theme="aai")
    with pytest.raises(UsageError, match="name a theme"):
        southbound.read_series(panel)
    with pytest.raises(UsageError, match="measures are"):
        southbound.read_table(panel, measures=["heat"])
    with pytest.raises(ForeignDatabaseError, match="there is no database"):
        southbound.read_prices(tmp_path / "no.db", [])
    with pytest.raises(AttributeError, match="has no attribute 'read_all'"):
        southbound.read_all  # noqa: B018 - asking is the test


def test_importing_the_package_loads_no_pandas() -> None:
    code = "import sys, southbound; sys.exit('pandas' in sys.modules or 'duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
