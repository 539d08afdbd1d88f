"""Many series at once are, to the last digit, the series one by one."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.error import InputError
from signals.intensity import compute_series
from signals.rebuild import compute_all, compute_counted, compute_known, know_news
from signals.session import SessionCalendar
from signals.variant import IntensityConfig, Weight, Window

CALENDAR = SessionCalendar()
THEMES = ("ai", "ipo", "never")
_WEIGHTS: tuple[tuple[Weight, ...], ...] = (("score", "novelty"), (), ("score", "tone"), ("relevance",))
_WINDOWS: tuple[Window, ...] = ("expanding", "trailing", "fixed")
CONFIGS = [
    IntensityConfig(
        min_articles=2,
        min_history=2,
        trailing_sessions=8,
        zscore_sessions=6,
        min_zscore_history=2,
        window=window,
        base=(date(2025, 1, 6), date(2025, 1, 20)) if window == "fixed" else None,
        half_life_sessions=half_life,
        weights=weights,
    )
    for window, half_life, weights in product(_WINDOWS, (None, 3.0), _WEIGHTS)
]


def draw_news(seed: int, n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    chance = np.random.default_rng(seed)
    hours = np.sort(chance.integers(0, 24 * 45, n))
    news = pd.DataFrame(
        {
            "publisher": chance.choice(["A", "B", "C"], n),
            "known_at": pd.Timestamp("2025-01-02", tz="UTC") + pd.to_timedelta(hours, unit="h"),
            "tone": np.where(chance.random(n) < 0.1, np.nan, chance.normal(size=n).clip(-1, 1)),
            "novelty": chance.random(n).round(3),
        }
    )
    carried = [(theme, place) for theme in THEMES[:2] for place in np.flatnonzero(chance.random(n) < 0.4)]
    chance.shuffle(carried)
    tags = pd.DataFrame(
        [(theme, place, chance.random(), chance.random()) for theme, place in carried],
        columns=["theme", "row", "score", "relevance"],
    )
    return news, tags


def alone(news: pd.DataFrame, tags: pd.DataFrame, theme: str) -> pd.DataFrame:
    """Return the articles as `compute_series` takes them."""
    own = tags.loc[tags["theme"] == theme].set_index("row").reindex(news.index)
    return news.assign(is_theme=own["score"].notna(), score=own["score"], relevance=own["relevance"])


@pytest.mark.no_cover
@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 400), hour=st.none() | st.integers(1, 24 * 45))
def test_all_at_once_are_bit_equal_to_each_alone(seed: int, n: int, hour: int | None) -> None:
    news, tags = draw_news(seed, n)
    as_of = None if hour is None else (pd.Timestamp("2025-01-02", tz="UTC") + pd.Timedelta(hours=hour))
    together = compute_all(news, tags, themes=THEMES, configs=CONFIGS, calendar=CALENDAR, as_of=as_of)
    by_series = dict(iter(together.groupby(["theme", "variant"])))
    for theme, config in product(THEMES, CONFIGS):
        one = compute_series(alone(news, tags, theme), calendar=CALENDAR, config=config, as_of=as_of)
        if one.empty:
            assert together.empty
            continue
        found = by_series[theme, config.variant].drop(columns="theme").reset_index(drop=True)
        pd.testing.assert_frame_equal(found, one, check_exact=True)


@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 400))
def test_what_is_not_scaled_lacks_intensity_and_state_alone(seed: int, n: int) -> None:
    news, tags = draw_news(seed, n)
    known = know_news(news, tags, calendar=CALENDAR)
    scaled, bare = (
        compute_known(known, themes=THEMES, configs=CONFIGS, calendar=CALENDAR, is_scaled=is_scaled)
        for is_scaled in (True, False)
    )
    pd.testing.assert_frame_equal(bare, scaled.drop(columns=["intensity", "state"]), check_exact=True)


def test_one_day_is_the_end_of_the_whole() -> None:
    news, tags = draw_news(7, 500)
    day = date(2025, 2, 13)
    whole = compute_all(news, tags, themes=THEMES, configs=CONFIGS, calendar=CALENDAR)
    update = compute_all(news, tags, themes=THEMES, configs=CONFIGS, calendar=CALENDAR, between=(day, day))
    expected = whole.loc[whole["session"] == pd.Timestamp(day)].reset_index(drop=True)
    assert len(update) == len(THEMES) * len(CONFIGS)
    pd.testing.assert_frame_equal(update, expected, check_exact=True)


def test_a_tag_without_a_score_is_named() -> None:
    news, tags = draw_news(7, 10)
    tags.loc[0, "score"] = np.nan
    with pytest.raises(InputError, match="tags: score is missing in 1 rows"):
        compute_all(news, tags, themes=THEMES, configs=CONFIGS, calendar=CALENDAR)


def test_counts_that_do_not_fit_are_named() -> None:
    day = pd.Timestamp("2025-02-10")
    news = pd.DataFrame({"session": [day], "publisher": ["A"], "n_articles": [9]})
    counts = pd.DataFrame({"theme": ["ai"], "session": [day], "publisher": ["B"], "n_theme_articles": [1]})
    compute = partial(
        compute_counted, themes=["ai"], configs=[IntensityConfig(weights=())], calendar=CALENDAR
    )
    with pytest.raises(InputError, match="without any article in news"):
        compute(news, counts)
    with pytest.raises(InputError, match="two rows for one session"):
        compute(pd.concat([news, news]), counts.head(0))
    table = compute(news, counts.assign(publisher="A"))
    assert table[["share", "volume", "n_articles"]].to_numpy().tolist() == [[1 / 9, 1, 9]]
