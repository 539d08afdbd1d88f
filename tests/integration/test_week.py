"""A week's digest over a small history: its window, its sums, its point in time, its forms."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from southbound.cli import run
from southbound.digest import WeekContent, write_digest
from southbound.digest.week import find_week
from southbound.error import UsageError
from southbound.pipeline.digest import digest_of, week_of
from southbound.pipeline.series import SeriesRequest, build_series, calendar_from_settings
from southbound.settings import Settings, read_settings
from southbound.store import Store, open_store


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("week") / "s.yaml"
    path.write_text("series: {min_articles: 2, min_history: 2}\n", encoding="utf-8")
    return read_settings(path)


@pytest.fixture(scope="module")
def content(history: Store, settings: Settings) -> WeekContent:
    return week_of(history, week="2025-W12", as_of=None, settings=settings)


def test_a_week_runs_from_decision_to_decision(settings: Settings) -> None:
    calendar = calendar_from_settings(settings)
    window = find_week("2025-W12", calendar=calendar)
    assert window.sessions == tuple(date(2025, 3, day) for day in (17, 18, 19, 20, 21))
    assert window.start == datetime(2025, 3, 14, 1, 15, tzinfo=UTC)
    assert window.end == datetime(2025, 3, 21, 1, 15, tzinfo=UTC)
    assert window.as_of == datetime(2025, 3, 24, 1, 15, tzinfo=UTC)
    assert window.complete
    running = find_week("2025W12", calendar=calendar, as_of=datetime(2025, 3, 19, tzinfo=UTC))
    assert running.sessions == window.sessions[:3]
    assert running.end == running.as_of
    assert not running.complete


def test_weeks_of_holidays_are_told(settings: Settings) -> None:
    calendar = calendar_from_settings(settings)
    assert find_week("2025-W05", calendar=calendar).sessions == (date(2025, 1, 27), date(2025, 1, 28))
    # The week after counts against the last week that had sessions.
    assert len(find_week("2025-W06", calendar=calendar).last_week) == 2
    for label, said in (("2025-07", "is no week"), ("2025-W60", "is no week"), ("12", "is no week")):
        with pytest.raises(UsageError, match=said):
            find_week(label, calendar=calendar)
    with pytest.raises(UsageError, match="give a later as-of instant"):
        find_week("2025-W12", calendar=calendar, as_of=datetime(2025, 3, 1, tzinfo=UTC))


def test_the_measures_are_those_of_the_series_by_week(
    content: WeekContent, history: Store, settings: Settings
) -> None:
    for line in content.themes:
        request = SeriesRequest(theme=line.theme, freq="week", end=date(2025, 3, 21), as_of=content.as_of)
        row = build_series(history, request, settings=settings).iloc[-1]
        assert row["period"] == "2025-W12"
        assert line.share == pytest.approx(row["share"])
        assert line.tone == pytest.approx(row["tone"])
        if line.intensity is not None:
            assert line.intensity == pytest.approx(row["intensity"])
        assert line.n_articles == row["n_theme_articles"]


def test_flows_are_summed_as_known(content: WeekContent, history: Store) -> None:
    flow = content.flow
    assert flow is not None
    nets = history.market.flows().set_index("session")["net"]
    assert flow.n_sessions == 5
    assert flow.net == pytest.approx(nets["2025-03-17":"2025-03-21"].sum())
    assert flow.net_before == pytest.approx(nets["2025-03-10":"2025-03-14"].sum())


def test_the_drivers_add_up_to_no_more_than_the_change(content: WeekContent) -> None:
    lines = {line.theme: line for line in content.themes}
    assert content.drivers
    for one in content.drivers:
        assert one.after == pytest.approx(lines[one.theme].intensity)
        assert all(abs(part.change) >= 0.5 for part in one.stories)
        assert [abs(part.change) for part in one.stories] == sorted(
            (abs(part.change) for part in one.stories), reverse=True
        )


@pytest.mark.parametrize("hours", [3, 31, 77, 100, 140])
def test_a_week_and_a_session_are_those_of_a_database_cut_there(
    history: Store, settings: Settings, tmp_path: Path, hours: int
) -> None:
    as_of = datetime(2025, 3, 17, 1, 15 + hours % 7, tzinfo=UTC).replace(
        day=17 + hours // 24, hour=hours % 24
    )
    history.backup(tmp_path / "cut.db")
    with open_store(tmp_path / "cut.db") as cut:
        cut.cut(as_of)
        week = week_of(cut, week="2025-W12", as_of=as_of, settings=settings)
        day = (
            digest_of(cut, session=date(2025, 3, 18), as_of=as_of, settings=settings) if hours > 24 else None
        )
    assert week_of(history, week="2025-W12", as_of=as_of, settings=settings) == week
    if day:
        assert digest_of(history, session=date(2025, 3, 18), as_of=as_of, settings=settings) == day


def test_every_form_tells_the_week(content: WeekContent) -> None:
    heading = "Week 12 of 2025: 17 to 21 March"
    html = write_digest(content, form="html")
    assert f"<h1>{heading}</h1>" in html
    assert "<svg" in html
    assert "None" not in html
    assert write_digest(content, form="md").startswith(f"# Southbound week. {heading}\n")
    text = write_digest(content, form="text")
    assert text.startswith(f"Southbound week. {heading}\n")
    record = json.loads(write_digest(content, form="json"))
    assert (record["format"], record["week"]) == ("southbound-week/1", "2025-W12")
    assert record["sessions"][0] == "2025-03-17"
    titles = [one.story.title for one in content.stories]
    assert titles
    for form in (html, text):
        assert all(title in form for title in titles)


def test_the_command_writes_a_week_or_a_session(
    history: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history.backup(tmp_path / "h.db")
    (tmp_path / "desks.yaml").write_text(
        "desks: [{name: ai, title: AI desk, themes: [ai], publishers: [A]}]\n", encoding="utf-8"
    )
    (tmp_path / "s.yaml").write_text(f"desks: {{file: {tmp_path / 'desks.yaml'}}}\n", encoding="utf-8")
    asked = ["--db", str(tmp_path / "h.db"), "--config", str(tmp_path / "s.yaml"), "digest"]
    assert run([*asked, "--week", "2025-W12", "--desk", "ai", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["desk"] == "AI desk"
    assert record["counts"]["n_publishers"] == 1
    assert {line["theme"] for line in record["themes"]} == {"ai"}
    assert run([*asked, "--session", "2025-03-20", "--desk", "ai", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert {line["theme"] for line in record["themes"]} == {"ai"}
    assert {name for one in record["sections"] for card in one["stories"] for name in card["publishers"]} == {
        "A"
    }
    assert run([*asked, "--format", "json"]) == 2
    assert run([*asked, "--week", "2025-W12", "--session", "2025-03-20"]) == 2
    assert "give either --session D" in capsys.readouterr().err
