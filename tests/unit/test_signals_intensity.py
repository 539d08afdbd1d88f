"""Intensity against a table worked out by hand, and the promise that no number knows the future."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.error import InputError
from signals.intensity import compute_series
from signals.scaling import compute_fixed_base
from signals.session import SessionCalendar
from signals.variant import IntensityConfig

CALENDAR = SessionCalendar()
SMALL = IntensityConfig(min_articles=2, min_history=2, zscore_sessions=3, min_zscore_history=2)
NAN = float("nan")

# Articles of publishers A and B in the five sessions 2025-02-03..07: (theme, others).
COUNTS = {
    "2025-02-03": {"A": (1, 1), "B": (0, 2)},
    "2025-02-04": {"A": (0, 2), "B": (2, 0)},
    "2025-02-05": {"A": (1, 1), "B": (1, 1)},
    "2025-02-06": {"A": (1, 1)},
    "2025-02-07": {"A": (0, 2), "B": (1, 1)},
}


def article(publisher: str, known_at: str, *, is_theme: bool = False, **values: object) -> dict[str, object]:
    made: dict[str, object] = {"publisher": publisher, "language": "en", "is_theme": is_theme}
    return made | {"known_at": pd.Timestamp(known_at), "score": 1.0, "tone": 0.0} | values


def hand_articles() -> pd.DataFrame:
    rows = [
        article(publisher, f"{session}T00:00Z", is_theme=number < theme)
        for session, publishers in COUNTS.items()
        for publisher, (theme, others) in publishers.items()
        for number in range(theme + others)
    ]
    return pd.DataFrame(rows)


def test_expanding_intensity_by_hand() -> None:
    # 02-05: sd_A of (.5, 0) = .353553, sd_B of (0, 1) = .707107; Z = .5 / sd_A + .5 / sd_B, M = .25 / sd_A +
    # .5 / sd_B (both over 2, which cancels): 2.121320 / 1.414214.
    # 02-06: A alone: .5 against the mean of (.5, 0, .5).
    # 02-07: X_A = 0, mean .375, sd .25. B: mean .5 and sd .5 over its three sessions, in which A had a mean
    # of 1/3 against .375 over all four, so B's base is .5625. (0 + .5 / .5) / (.375 / .25 + .5625 / .5).
    series = compute_series(hand_articles(), calendar=CALENDAR, config=SMALL)
    assert series["intensity"].to_numpy() == pytest.approx([NAN, NAN, 150.0, 150.0, 38.095238], nan_ok=True)
    assert series["state"].tolist() == ["warming", "warming", "ok", "ok", "ok"]
    assert series["variant"].unique().tolist() == ["expanding"]


def test_trailing_intensity_by_hand() -> None:
    # 02-06: X_A = .5 against the mean of the two sessions before, .25.
    # 02-07: sd_A of (.5, .5) is 0, B has one session of the two: nobody is left.
    config = IntensityConfig(min_articles=2, min_history=2, window="trailing", trailing_sessions=2)
    series = compute_series(hand_articles(), calendar=CALENDAR, config=config)
    assert series["intensity"].to_numpy() == pytest.approx([NAN, NAN, 150.0, 200.0, NAN], nan_ok=True)
    assert series["state"].tolist() == ["warming", "warming", "ok", "ok", "warming"]
    assert series["variant"].unique().tolist() == ["trailing-2"]


def test_fixed_intensity_by_hand() -> None:
    # Base 02-03..05, which has none itself. A: (.5, 0, .5), B: (0, 1, .5).
    # 02-06: .5 against A's mean 1/3. 02-07: (0 + .5 / .5) / ((1/3) / .288675 + .5 / .5).
    base = (date(2025, 2, 3), date(2025, 2, 5))
    config = IntensityConfig(min_articles=2, min_history=2, window="fixed", base=base)
    series = compute_series(hand_articles(), calendar=CALENDAR, config=config)
    assert series["intensity"].to_numpy() == pytest.approx([NAN, NAN, NAN, 150.0, 46.410162], nan_ok=True)
    assert series["variant"].unique().tolist() == ["fixed-2025-02-03-2025-02-05"]


def test_publishers_that_are_always_there_give_the_index_of_the_book() -> None:
    rng = np.random.default_rng(4)
    sessions = CALENDAR.sessions("2024-01-02", "2024-06-28")
    counts = pd.DataFrame(
        [
            (name, str(day.date()), int(rng.binomial(20, mean)), 20)
            for name, mean in (("A", 0.1), ("B", 0.3), ("C", 0.2))
            for day in sessions
        ],
        columns=["publisher", "period", "theme_count", "total_count"],
    )
    first, last = str(sessions[0].date()), str(sessions[59].date())
    book = compute_fixed_base(counts, first, last).set_index("period")["intensity"]
    config = IntensityConfig(window="fixed", base=(sessions[0].date(), sessions[59].date()))
    series = compute_series(articles_from_counts(counts), calendar=CALENDAR, config=config)
    shown = series.iloc[60:]
    assert shown["intensity"].to_numpy() == pytest.approx(
        book[shown["session"].dt.strftime("%Y-%m-%d")].to_numpy(), rel=1e-12
    )


@pytest.mark.parametrize("window", ["expanding", "trailing"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_newcomer_with_the_same_mix_moves_nothing(
    window: Literal["expanding", "trailing"], times: int
) -> None:
    # The theme doubles when the newcomer comes, so a base of its own sessions would be twice too high.
    rng = np.random.default_rng(5)
    sessions = [str(day.date()) for day in CALENDAR.sessions("2024-01-02", "2024-12-30")]
    old = pd.DataFrame(
        [
            ("old", day, int(rng.binomial(30, 0.1 if place < 120 else 0.2)), 30)
            for place, day in enumerate(sessions)
        ],
        columns=["publisher", "period", "theme_count", "total_count"],
    )
    new = old.iloc[120:].assign(
        publisher="new",
        theme_count=old["theme_count"] * times,
        total_count=old["total_count"] * times,
    )
    config = IntensityConfig(window=window, trailing_sessions=100)
    alone, joined = (
        compute_series(articles_from_counts(counts), calendar=CALENDAR, config=config)["intensity"]
        for counts in (old, pd.concat([old, new]))
    )
    assert (joined / alone - 1).abs().max() < 1e-9
    gone = pd.concat([old, new.loc[new["period"] < "2024-10-01"]])
    left = compute_series(articles_from_counts(gone), calendar=CALENDAR, config=config)["intensity"]
    assert (left / alone - 1).abs().max() < 1e-9


def test_a_newcomer_with_the_same_mix_but_its_own_chance_hardly_moves_the_level() -> None:
    rng = np.random.default_rng(6)
    sessions = [str(day.date()) for day in CALENDAR.sessions("2023-01-03", "2024-12-30")]
    names = [("A", 0), ("B", 0), ("C", 0), ("D", 240)]
    counts = pd.DataFrame(
        [
            (name, day, int(rng.binomial(200, 0.15)), 200)
            for name, start in names
            for place, day in enumerate(sessions)
            if place >= start
        ],
        columns=["publisher", "period", "theme_count", "total_count"],
    )
    alone, joined = (
        compute_series(articles_from_counts(some), calendar=CALENDAR)["intensity"].iloc[261:]
        for some in (counts.loc[counts["publisher"] != "D"], counts)
    )
    assert abs(joined.mean() / alone.mean() - 1) < 0.01


def articles_from_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """Make articles, known at midnight UTC of their session, from counts by publisher and session."""
    rows = counts.iloc[np.repeat(np.arange(len(counts)), counts["total_count"])].reset_index(drop=True)
    number = rows.groupby(["publisher", "period"]).cumcount()
    return pd.DataFrame(
        {
            "publisher": rows["publisher"],
            "known_at": pd.to_datetime(rows["period"], utc=True),
            "is_theme": number < rows["theme_count"],
            "score": 1.0,
            "tone": 0.0,
        }
    )


def test_zscore_by_hand() -> None:
    # Shares .25, .5, .5, .5, .25; 02-07 has three equal shares behind it, so no deviation.
    series = compute_series(hand_articles(), calendar=CALENDAR, config=SMALL)
    assert series["share"].tolist() == [0.25, 0.5, 0.5, 0.5, 0.25]
    assert series["zscore"].to_numpy() == pytest.approx([NAN, NAN, 0.70710678, 0.57735027, NAN], nan_ok=True)


def test_counts_by_hand() -> None:
    series = compute_series(hand_articles(), calendar=CALENDAR, config=SMALL)
    assert series["n_articles"].tolist() == [4, 4, 4, 2, 4]
    assert series["n_theme_articles"].tolist() == [1, 2, 2, 1, 1]
    assert series["n_publishers"].tolist() == [2, 2, 2, 1, 2]
    assert series["volume"].tolist() == [1.0, 2.0, 2.0, 1.0, 1.0]
    assert series["known_at"][0] == pd.Timestamp("2025-02-03T01:15Z")
    assert series["complete"].all()


def test_decay_by_hand() -> None:
    # 02-04 with a half-life of one session: (2 + 1 / 2) theme articles of (4 + 4 / 2).
    config = IntensityConfig(min_articles=2, half_life_sessions=1)
    series = compute_series(hand_articles(), calendar=CALENDAR, config=config)
    assert series["share"][1] == pytest.approx(0.41666667)
    assert series["volume"][1] == 2.0
    assert series["variant"][0] == "expanding-halflife-1"


def test_share_weighs_score_and_novelty_and_tone_is_the_mean_of_theme_articles() -> None:
    at = "2025-02-10T00:00Z"
    rows = [
        article("A", at, is_theme=True, score=0.8, novelty=0.5, tone=-0.5),
        article("A", at, is_theme=True, score=0.6, novelty=1.0, tone=0.1),
        article("B", at, is_theme=True, score=1.0, novelty=0.0, tone=None),
        article("B", at, score=0.4, novelty=1.0, tone=0.9),
    ]
    series = compute_series(pd.DataFrame(rows), calendar=CALENDAR, config=SMALL)
    assert series["share"][0] == pytest.approx(0.25)  # (0.4 + 0.6 + 0) / 4
    assert series["tone"][0] == pytest.approx(-0.2)  # of the two that have one
    assert series["volume"][0] == 3.0


def test_the_order_of_rows_changes_no_digit() -> None:
    # As floats .1 + .2 + .3 and .3 + .2 + .1 differ in the last digit.
    rows = [
        article("A", "2025-02-10T00:00Z", is_theme=True, score=value, tone=value) for value in (0.1, 0.2, 0.3)
    ]
    forward = compute_series(pd.DataFrame(rows), calendar=CALENDAR, config=SMALL)
    backward = compute_series(pd.DataFrame(rows[::-1]), calendar=CALENDAR, config=SMALL)
    pd.testing.assert_frame_equal(forward, backward, check_exact=True)


def test_no_theme_article_is_a_zero_share_without_a_tone() -> None:
    rows = pd.DataFrame([article("A", "2025-02-10T00:00Z", tone=0.3) for _ in range(5)])
    row = compute_series(rows, calendar=CALENDAR).iloc[0]
    assert (row["share"], row["volume"], row["state"]) == (0.0, 0.0, "warming")
    assert np.isnan(row["tone"])


def test_thin_and_missing_sessions_are_null_with_their_counts() -> None:
    rows = [article("A", "2025-02-10T00:00Z", is_theme=True) for _ in range(4)]
    series = compute_series(pd.DataFrame(rows), calendar=CALENDAR, start="2025-02-07", end="2025-02-11")
    assert series["state"].tolist() == ["missing", "thin", "missing"]
    assert series["n_articles"].tolist() == [0, 4, 0]
    assert series["n_theme_articles"].tolist() == [0, 4, 0]
    assert series[["intensity", "share", "volume", "zscore", "tone"]].isna().all(axis=None)


def test_thin_sessions_enter_no_scale() -> None:
    thin = pd.DataFrame([article("A", "2025-01-28T00:00Z", is_theme=True)])
    with_thin = pd.concat([thin, hand_articles()], ignore_index=True)
    series = compute_series(with_thin, calendar=CALENDAR, config=SMALL)
    assert series["intensity"].to_numpy()[-2:] == pytest.approx([150.0, 38.095238])


def test_a_later_start_keeps_the_history() -> None:
    series = compute_series(
        hand_articles(), calendar=CALENDAR, start="2025-02-06", end="2025-02-06", config=SMALL
    )
    assert series["intensity"].to_numpy() == pytest.approx([150.0])
    assert list(series.index) == [0]


def test_as_of_drops_later_news_and_shows_the_running_session() -> None:
    articles = pd.concat(
        [hand_articles(), pd.DataFrame([article("A", "2025-02-05T04:00Z", is_theme=True) for _ in range(2)])]
    )
    as_of = pd.Timestamp("2025-02-05T04:00Z")
    series = compute_series(articles, calendar=CALENDAR, as_of=as_of, config=SMALL)
    assert [str(day.date()) for day in series["session"]] == [
        "2025-02-03",
        "2025-02-04",
        "2025-02-05",
        "2025-02-06",
    ]
    assert series["complete"].tolist() == [True, True, True, False]
    assert series["n_articles"].tolist() == [4, 4, 4, 0]  # known at 04:00 is not known before 04:00


def test_a_session_is_complete_at_its_decision() -> None:
    series = compute_series(
        hand_articles(), calendar=CALENDAR, as_of=pd.Timestamp("2025-02-05T01:15Z"), config=SMALL
    )
    assert series["complete"].tolist() == [True, True, True, False]


def test_sessions_after_the_running_one_are_left_out() -> None:
    as_of = pd.Timestamp("2025-02-05T04:00Z")
    series = compute_series(hand_articles(), calendar=CALENDAR, as_of=as_of, end="2025-02-28", config=SMALL)
    assert series["session"].max() == pd.Timestamp("2025-02-06")


def test_no_article_gives_no_row_or_missing_ones() -> None:
    none = hand_articles().iloc[:0]
    assert compute_series(none, calendar=CALENDAR).empty
    assert compute_series(pd.DataFrame(columns=none.columns), calendar=CALENDAR).shape == (0, 13)
    asked = compute_series(none, calendar=CALENDAR, start="2025-02-03", end="2025-02-04")
    assert asked["state"].tolist() == ["missing", "missing"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"known_at": pd.NaT}, "articles: known_at is missing in 1 rows, first in row 2"),
        ({"publisher": None}, "articles: publisher is missing in 1 rows, first in row 2"),
        ({"is_theme": True, "score": None}, "theme articles: score is missing in 1 rows"),
    ],
)
def test_rows_that_cannot_be_used_are_named(change: dict[str, object], message: str) -> None:
    rows = [article("A", "2025-02-10T00:00Z") for _ in range(4)]
    rows[2] |= change
    with pytest.raises(InputError, match=message):
        compute_series(pd.DataFrame(rows), calendar=CALENDAR)


def test_wrong_columns_and_options_are_named() -> None:
    articles = hand_articles()
    with pytest.raises(
        InputError, match="articles: column score, tone is missing; found publisher, language"
    ):
        compute_series(articles.drop(columns=["score", "tone"]), calendar=CALENDAR)
    with pytest.raises(InputError, match="known_at must hold aware UTC datetimes"):
        compute_series(articles.assign(known_at="2025-02-03"), calendar=CALENDAR)
    with pytest.raises(InputError, match="as_of must be an aware datetime"):
        compute_series(articles, calendar=CALENDAR, as_of=pd.Timestamp("2025-02-03"))
    with pytest.raises(InputError, match="start 2025-02-04 lies after end 2025-02-03"):
        compute_series(articles, calendar=CALENDAR, start="2025-02-04", end="2025-02-03")
    with pytest.raises(InputError, match='window must be "expanding", "trailing" or "fixed"'):
        IntensityConfig(window="centred")  # type: ignore[arg-type]  # the wrong value is the test
    with pytest.raises(InputError, match="a base goes with window"):
        IntensityConfig(window="fixed")
    with pytest.raises(InputError, match="the base ends on 2025-01-01, not after its start"):
        IntensityConfig(window="fixed", base=(date(2025, 1, 1), date(2025, 1, 1)))
    with pytest.raises(InputError, match="weights are score, novelty, relevance, tone; not fame"):
        IntensityConfig(weights=("fame",))  # type: ignore[arg-type]  # the wrong value is the test
    with pytest.raises(InputError, match="must be at least 2"):
        IntensityConfig(min_history=1)
    with pytest.raises(InputError, match="half_life_sessions must be above 0"):
        IntensityConfig(half_life_sessions=0)


def test_thirty_thousand_articles_take_under_half_a_second() -> None:
    rng, n = np.random.default_rng(1), 30_000
    articles = pd.DataFrame(
        {
            "publisher": rng.choice([f"publisher {number}" for number in range(40)], n),
            "known_at": pd.Timestamp("2024-04-01T00:00Z")
            + pd.to_timedelta(rng.integers(0, 264 * 86_400, n), unit="s"),
            "is_theme": rng.random(n) < 0.1,
            "score": rng.random(n),
            "tone": rng.uniform(-1, 1, n),
        }
    )
    begun = time.perf_counter()
    series = compute_series(articles, calendar=CALENDAR)
    assert time.perf_counter() - begun < 0.5
    assert len(series) == 181  # days with an index level, 2024-04-02 to 12-23


ARTICLES = st.lists(
    st.tuples(
        st.sampled_from("ABCDEFGHIJ"),
        st.integers(min_value=0, max_value=20 * 24),
        st.booleans(),
        st.floats(min_value=0, max_value=1),
        st.one_of(st.none(), st.floats(min_value=-1, max_value=1)),
        st.floats(min_value=0, max_value=1),
    ),
    max_size=150,
)
CONFIGS = st.builds(
    lambda window, **values: IntensityConfig(
        window=window, base=(date(2025, 2, 4), date(2025, 2, 10)) if window == "fixed" else None, **values
    ),
    window=st.sampled_from(["expanding", "trailing", "fixed"]),
    weights=st.sampled_from([("score", "novelty"), (), ("tone",), ("score", "relevance")]),
    min_articles=st.just(2),
    min_history=st.just(2),
    min_zscore_history=st.just(2),
    trailing_sessions=st.just(4),
    half_life_sessions=st.sampled_from([None, 2.0]),
)
MONDAY = pd.Timestamp("2025-02-03T01:15Z")


def drawn_articles(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    columns = ["publisher", "hours", "is_theme", "score", "tone", "novelty"]
    articles = pd.DataFrame(rows, columns=columns).astype({"hours": int, "is_theme": bool})
    return articles.assign(known_at=MONDAY + pd.to_timedelta(articles["hours"], unit="h"))


@settings(max_examples=60, deadline=None)
@given(rows=ARTICLES, hours=st.integers(min_value=1, max_value=20 * 24), config=CONFIGS, order=st.randoms())
def test_no_number_knows_the_future(
    rows: list[tuple[object, ...]], hours: int, config: IntensityConfig, order: object
) -> None:
    articles, cut = drawn_articles(rows), MONDAY + pd.Timedelta(hours=hours)
    from_all = compute_series(articles, calendar=CALENDAR, as_of=cut, config=config)
    known = articles[articles["known_at"] < cut]
    shuffled = known.sample(frac=1, random_state=order.randrange(2**31))  # type: ignore[attr-defined]  # a Random
    from_cut = compute_series(shuffled, calendar=CALENDAR, as_of=cut, config=config)
    pd.testing.assert_frame_equal(from_all, from_cut, check_exact=True)
    final = compute_series(articles, calendar=CALENDAR, config=config)
    done = from_all[from_all["complete"] & (from_all["session"] <= final["session"].max())]
    pd.testing.assert_frame_equal(done, final.iloc[: len(done)], check_exact=True)


def test_fixed_base_by_hand() -> None:
    # Base p1..p3: sd_A of (.1, .3, .2) = .1, sd_B of (.2, .4) = .141421 (p1 has no article of B).
    # Z = 1, 2.207107, 2.414214, 4.121320; M = 1.873773.
    rows = [
        ("A", "p1", 1, 10),
        ("A", "p2", 3, 10),
        ("A", "p3", 2, 10),
        ("A", "p4", 4, 10),
        ("B", "p1", 0, 0),
        ("B", "p2", 1, 5),
        ("B", "p3", 2, 5),
        ("B", "p4", 3, 5),
    ]
    counts = pd.DataFrame(rows, columns=["publisher", "period", "theme_count", "total_count"])
    index = compute_fixed_base(counts, "p1", "p3")
    assert index["period"].tolist() == ["p1", "p2", "p3", "p4"]
    assert index["intensity"].to_numpy() == pytest.approx(
        [53.36824, 117.78940, 128.84233, 219.94762], abs=1e-4
    )
    assert index["n_publishers"].tolist() == [1, 2, 2, 2]


def test_fixed_base_refuses_what_it_cannot_use() -> None:
    counts = pd.DataFrame(
        {"publisher": ["A", "A"], "period": ["p1", "p2"], "theme_count": 1, "total_count": 4}
    )
    with pytest.raises(InputError, match="no publisher varies over p1 to p2; choose another base"):
        compute_fixed_base(counts, "p1", "p2")
    with pytest.raises(InputError, match="two rows for one period"):
        compute_fixed_base(counts.assign(period="p1"), "p1", "p2")


@pytest.mark.real
def test_fixed_base_reproduces_the_published_index(real_data: Path) -> None:
    counts = pd.read_csv(real_data / "index/epu_china_counts.csv")
    published = pd.read_csv(real_data / "index/epu_china_published.csv")
    index = compute_fixed_base(counts, "2017-01", "2020-12")
    assert index["period"].tolist() == published["period"].tolist()
    assert index["intensity"].to_numpy() == pytest.approx(published["index"].to_numpy(), abs=1e-6)
