"""The parts of a change of intensity add up to it, whatever they are grouped by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.driver import attribute_change, split_over
from signals.error import CalendarSpanError, InputError
from signals.intensity import compute_series
from signals.session import SessionCalendar
from signals.variant import IntensityConfig

CALENDAR = SessionCalendar()
SMALL = IntensityConfig(min_articles=2, min_history=2)
DAYS = [str(day.date()) for day in CALENDAR.sessions("2025-02-03", "2025-02-14")]


def articles(counts: list[list[tuple[int, int]]]) -> pd.DataFrame:
    """Make articles from (theme, others) by day and publisher."""
    rows = [
        {
            "publisher": f"p{publisher}",
            "known_at": pd.Timestamp(f"{DAYS[day]}T00:00Z"),
            "is_theme": number < theme,
            "score": 1.0,
            "tone": 0.0,
        }
        for day, publishers in enumerate(counts)
        for publisher, (theme, others) in enumerate(publishers)
        for number in range(theme + others)
    ]
    frame = pd.DataFrame(rows, columns=["publisher", "known_at", "is_theme", "score", "tone"])
    frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True)
    return frame.assign(article=[f"a{number}" for number in range(len(frame))])


HAND = articles([[(1, 1), (0, 2)], [(0, 2), (2, 0)], [(1, 1), (1, 1)], [(1, 1)], [(0, 2), (1, 1)]])


def test_parts_by_hand() -> None:
    # 02-06: one theme article of p0 makes all of 150; 02-07: one of p1 all of 38.10 (see the intensity).
    parts = attribute_change(HAND, calendar=CALENDAR, session="2025-02-07", config=SMALL)
    assert parts[["publisher", "before", "after"]].to_dict("records") == [
        {"publisher": "p0", "before": pytest.approx(150.0), "after": 0.0},
        {"publisher": "p1", "before": 0.0, "after": pytest.approx(38.095238)},
    ]


@given(
    counts=st.lists(
        st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=3),
        min_size=6,
        max_size=9,
    ),
    half_life=st.sampled_from([None, 1.0, 3.0]),
)
@settings(max_examples=60, deadline=None)
def test_parts_add_up_to_the_change(counts: list[list[tuple[int, int]]], half_life: float | None) -> None:
    config = IntensityConfig(min_articles=2, min_history=2, half_life_sessions=half_life)
    rows = articles(counts)
    series = compute_series(
        rows, calendar=CALENDAR, config=config, start=DAYS[0], end=DAYS[len(counts) - 1]
    ).set_index("session")["intensity"]
    for earlier, later in zip(series.index[:-1], series.index[1:], strict=True):
        if series[[earlier, later]].isna().any():
            with pytest.raises(InputError, match="no intensity to explain"):
                attribute_change(rows, calendar=CALENDAR, session=later, config=config)
            continue
        parts = attribute_change(rows, calendar=CALENDAR, session=later, config=config)
        assert parts["before"].sum() == pytest.approx(series[earlier], abs=1e-9)
        assert parts["after"].sum() == pytest.approx(series[later], abs=1e-9)
        assert parts["change"].sum() == pytest.approx(series[later] - series[earlier], abs=1e-9)


def test_what_belongs_to_several_is_shared_out_and_adds_up() -> None:
    parts = attribute_change(HAND, calendar=CALENDAR, session="2025-02-07", config=SMALL)
    first, second = parts["article"]
    keys = pd.DataFrame(
        {"article": [first, first, "other"], "entity_id": ["x", "y", "z"], "weight": [3.0, 1.0, 1.0]}
    )
    table = split_over(parts, keys, key="entity_id")
    by_entity = table.set_index(table["entity_id"].fillna("none"))["change"]
    assert by_entity["x"] == pytest.approx(-150.0 * 0.75)
    assert by_entity["none"] == pytest.approx(parts.set_index("article")["change"][second])
    assert by_entity.sum() == pytest.approx(parts["change"].sum(), abs=1e-9)
    assert np.all(np.diff(table["change"].abs()) <= 0)


def test_sessions_that_make_no_pair_are_refused() -> None:
    with pytest.raises(InputError, match="does not lie before"):
        attribute_change(HAND, calendar=CALENDAR, session="2025-02-06", against="2025-02-07", config=SMALL)
    with pytest.raises(CalendarSpanError, match="no session"):
        attribute_change(HAND, calendar=CALENDAR, session="2025-02-08", config=SMALL)
