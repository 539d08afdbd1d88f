"""A series as known later, and its versions, against asking for each as of each decision."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from signals.variant import IntensityConfig
from southbound.error import UsageError
from southbound.pipeline.series import SeriesRequest, build_series, calendar_from_settings
from southbound.pipeline.vintage import issues_of_series, lagged_series
from southbound.settings import read_settings
from southbound.store import Store

SETTINGS = read_settings(None)
CALENDAR = calendar_from_settings(SETTINGS)
SMALL = IntensityConfig(min_articles=2, min_history=2, zscore_sessions=4, min_zscore_history=2)
REQUEST = SeriesRequest(theme="ai", variant=SMALL)
VALUES = ["intensity", "share", "volume", "zscore", "tone", "n_articles", "n_theme_articles", "state"]


def as_known(history: Store, session: pd.Timestamp) -> pd.DataFrame:
    """Return the completed rows of the series as of a session's decision."""
    request = SeriesRequest(theme="ai", variant=SMALL, as_of=CALENDAR.decision_at(session).to_pydatetime())
    frame = build_series(history, request, settings=SETTINGS)
    return frame.loc[frame["complete"]].set_index("session")


def test_a_lagged_value_is_the_one_known_that_many_sessions_later(history: Store) -> None:
    for lag in (0, 1, 4):
        frame = lagged_series(history, REQUEST, lag, settings=SETTINGS).set_index("session")
        assert len(frame) > 10
        for session, issue in zip(pd.DatetimeIndex(frame.index), frame["issue"], strict=True):
            one = pd.DatetimeIndex([session])
            told, known = frame.reindex(one)[VALUES], as_known(history, issue).reindex(one)[VALUES]
            pd.testing.assert_frame_equal(told, known, check_exact=True)
            assert len(CALENDAR.sessions(session, issue)) == lag + 1


def test_the_issues_are_all_the_values_that_were_ever_known(history: Store) -> None:
    issues = issues_of_series(history, REQUEST, settings=SETTINGS)
    assert issues["lag"].max() > 0  # the late tags and the second model made versions
    sessions = CALENDAR.sessions(issues["session"].min(), issues["session"].max())
    for issue in sessions:
        known = as_known(history, issue)
        told = issues.loc[issues["issue"] <= issue].groupby("session").tail(1).set_index("session")
        told = told.loc[told.index <= issue]
        pd.testing.assert_frame_equal(
            told[VALUES], known.loc[told.index, VALUES], check_names=False, check_exact=True
        )
        assert list(told.index) == list(known.index)


def test_lags_and_issues_need_sessions(history: Store) -> None:
    with pytest.raises(UsageError, match="by session"):
        lagged_series(history, SeriesRequest(theme="ai", freq="week"), 1, settings=SETTINGS)
    with pytest.raises(UsageError, match="from 0 on"):
        lagged_series(history, REQUEST, -1, settings=SETTINGS)


def test_an_entity_and_a_theme_mark_what_carries_both(history: Store) -> None:
    ai, named, both = (
        history.tags.theme_articles(theme, entity=entity).set_index("article")["is_theme"]
        for theme, entity in (("ai", None), (None, "alibaba"), ("ai", "alibaba"))
    )
    assert both.sum() > 0
    assert (both == (ai & named.reindex(ai.index))).all()


def test_publishers_and_entities_that_nobody_knows_are_told(history: Store) -> None:
    with pytest.raises(UsageError, match="no tag names the entity 'nobody'"):
        build_series(history, SeriesRequest(theme="ai", entity="nobody"), settings=SETTINGS)
    with pytest.raises(UsageError, match="no market news is from C"):
        build_series(history, SeriesRequest(theme="ai", publishers=("C",)), settings=SETTINGS)
    one = build_series(
        history, SeriesRequest(theme="ai", publishers=("A",), variant=SMALL), settings=SETTINGS
    )
    assert one["n_publishers"].max() == 1


def test_the_command_tells_lags_issues_and_variants(
    history: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from southbound.cli import run  # noqa: PLC0415 - the command is this test's only

    copy = tmp_path / "copy.db"
    history.backup(copy)
    asked = ["--db", str(copy), "series", "ai", "--start", "2025-03-10", "--end", "2025-03-12"]
    assert run([*asked, "--issues"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("model,issue,lag")
    assert run([*asked, "--lag", "2", "--weigh", "none", "--half-life", "3"]) == 0
    assert "expanding-halflife-3-by-count" in capsys.readouterr().out
    assert run([*asked, "--base", "2025-03-03:2025-03-07"]) == 0
    assert "fixed-2025-03-03-2025-03-07" in capsys.readouterr().out
    assert run(["--db", str(copy), "series"]) == 2
    assert run([*asked, "--window", "fixed"]) == 2
    assert run([*asked, "--weigh", "fame"]) == 2
    assert run([*asked, "--issues", "--lag", "1"]) == 2
