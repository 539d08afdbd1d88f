"""Settings, feeds and themes: defaults, changes, and what is wrong with a file."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from ingest.fetch.limit import FetchLimits
from ingest.schedule.rule import PollRules
from nlp.label import THEME_IDS
from southbound.error import UsageError
from southbound.settings import (
    read_calendar_overrides,
    read_feeds,
    read_settings,
    read_themes,
    require_theme,
)


def write(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    """Read settings that must be refused; return what is said after the file's name."""
    with pytest.raises(UsageError) as caught:
        read_settings(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(f"{path}").lstrip(": ")


def test_the_defaults() -> None:
    settings = read_settings(None)
    assert settings.database == Path("southbound.db")
    assert settings.calendar.decision_time == time(9, 15)
    assert settings.ingest.archive_zone == "Asia/Hong_Kong"
    assert (settings.ingest.flow_public_at, settings.ingest.price_public_at) == (time(18), time(16, 30))
    assert (settings.tag.model, settings.tag.precision, settings.tag.max_windows) == ("english", "int8", 64)
    assert settings.poll.rules == PollRules()
    assert settings.poll.limits == FetchLimits(max_bytes=8 * 1024**2)
    assert (settings.series.min_articles, settings.series.window) == (5, "expanding")
    assert settings.series.assets == ("INDEX:HSI",)
    assert (settings.digest.n_themes, settings.digest.assets) == (8, ("INDEX:HSI", "INDEX:HSTECH"))


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    own = "tag: {n_threads: 3}\nseries:\n  window: trailing\n  assets: ['XHKG:9988', 'INDEX:HSI']\n"
    settings, defaults = read_settings(write(tmp_path, own)), read_settings(None)
    assert settings.tag.n_threads == settings.tag.n_cores == 3
    assert settings.tag.precision == "int8"
    assert settings.series.window == "trailing"
    assert settings.series.assets == ("XHKG:9988", "INDEX:HSI")
    assert settings.series.min_articles == 5
    assert (settings.digest, settings.calendar) == (defaults.digest, defaults.calendar)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, "# nothing yet\n")) == read_settings(None)


@pytest.mark.parametrize(("text", "expected"), [("18:30", time(18, 30)), ('"18:30"', time(18, 30))])
def test_times_of_day_may_stand_without_quotes(tmp_path: Path, text: str, expected: time) -> None:
    path = write(tmp_path, f"calendar: {{decision_time: {text}}}")
    assert read_settings(path).calendar.decision_time == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("databse: x.db", "unknown key 'databse' (did you mean 'database'?)"),
        ("tag: {precison: int8}", "unknown key 'tag.precison' (did you mean 'precision'?)"),
        ("series: {zzz: 1}", "unknown key 'series.zzz'"),
        ("tag: {precision: int4}", "tag.precision: Input should be 'int8' or 'float32'"),
        (
            "tag: {max_windows: many}",
            "tag.max_windows: Input should be a valid integer, unable to parse string as an integer",
        ),
        ("tag: {max_windows: 0}", "tag.max_windows: Input should be greater than 0"),
        ("tag: {n_threads: -1}", "tag.n_threads: Input should be greater than or equal to 0"),
        ("series: {min_history: 1}", "series.min_history: Input should be greater than or equal to 2"),
        ("tag: null", "tag: Input should be a valid dictionary or instance of TagSettings"),
        ("- a\n- b", "must hold `key: value` lines"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(write(tmp_path, text)) == message


@pytest.mark.parametrize("text", ["calendar: {decision_time: noon}", "calendar: {decision_time: 5000}"])
def test_what_is_no_time_of_day_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(write(tmp_path, text)).startswith("calendar.decision_time: ")


def test_a_zone_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, "ingest: {archive_zone: Mars/Olympus}"))
    assert "unknown timezone 'Mars/Olympus'; write an IANA name such as Asia/Hong_Kong" in message


def test_several_faults_stand_in_one_line(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, "tagg: {}\ndigest: {n_storys: 2}"))
    assert "unknown key 'tagg' (did you mean 'tag'?)" in message
    assert "unknown key 'digest.n_storys' (did you mean 'n_stories'?)" in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.yaml").startswith("can't be read: ")
    assert refusal(write(tmp_path, "tag: [")).startswith("can't be read: ")
    (tmp_path / "latin.yaml").write_bytes(b"database: caf\xe9.db")
    assert refusal(tmp_path / "latin.yaml").startswith("can't be read: ")


def test_the_model_is_a_bundled_folder_or_a_path(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, f"tag: {{model: {tmp_path / 'own'}}}"))
    assert settings.tag.folder_of(settings.tag.model) == tmp_path / "own"


def test_feeds_are_read_and_located(tmp_path: Path) -> None:
    text = """
feeds:
  - {url: news/today.xml, publisher: Harbour, timezone: Asia/Hong_Kong, archive: true}
  - {url: "https://pearl.example/rss", publisher: Pearl, language: en, timezone: UTC, interval_minutes: 60}
"""
    local, remote = read_feeds(write(tmp_path, text))
    assert local.url == str(tmp_path / "news" / "today.xml")
    assert (local.publisher, local.language, local.archive, local.interval_minutes) == (
        "Harbour",
        "",
        True,
        15,
    )
    assert (remote.url, remote.language, remote.timezone) == ("https://pearl.example/rss", "en", "UTC")
    assert (remote.archive, remote.enabled, remote.interval_minutes) == (False, True, 60)


def test_the_bundled_feeds_are_sound() -> None:
    feeds = read_feeds(None)
    assert len(feeds) > 10
    assert len({feed.url for feed in feeds}) == len(feeds)
    assert all(feed.url.startswith("https://") for feed in feeds)
    assert "https://rthk.hk/rthk/news/rss/e_expressnews_efinance.xml" in {feed.url for feed in feeds}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "{url: x, publisher: P, timezone: UTC, languge: en}",
            "unknown key 'feeds.0.languge' (did you mean 'language'?)",
        ),
        ("{url: x, timezone: UTC}", "feeds.0.publisher: Field required"),
        (
            "{url: x, publisher: P, timezone: UTC, interval_minutes: 0}",
            "feeds.0.interval_minutes: Input should be",
        ),
        ("{url: x, publisher: P, timezone: Mars}", "unknown timezone 'Mars'"),
    ],
)
def test_a_wrong_feed_is_named(tmp_path: Path, entry: str, message: str) -> None:
    path = write(tmp_path, f"feeds:\n  - {entry}\n")
    with pytest.raises(UsageError) as caught:
        read_feeds(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_every_theme_of_the_model_is_described() -> None:
    themes = read_themes()
    assert len(themes) == 27
    assert set(themes) == set(THEME_IDS)
    assert (themes["ai"].name, themes["ipo"].name) == ("AI frenzy", "IPOs")
    for theme in themes.values():
        assert set(theme.name_zh) == {"zh-Hant", "zh-Hans"}
        assert theme.definition.strip()
        assert theme.examples
        assert theme.counter_examples


@pytest.mark.real
def test_the_themes_are_named_as_the_labels_are(real_data: Path) -> None:
    labels = (real_data / "LABELS.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in labels.splitlines() if line.startswith("| `")]
    named = {row[1].strip(" `"): row[2].strip() for row in rows}
    names = {theme.id: theme.name for theme in read_themes().values()}
    assert {key: named[key] for key in names} == names | {"ai": named["ai"], "ipo": named["ipo"]}


def test_an_unknown_theme_is_refused_with_the_nearest() -> None:
    themes = read_themes()
    require_theme("ai", themes)
    with pytest.raises(UsageError) as caught:
        require_theme("semiconductor", themes)
    assert str(caught.value).startswith(
        "there is no theme 'semiconductor' (did you mean 'semiconductors'?); valid: ai, capital_raising, "
    )


def test_calendar_overrides_are_read() -> None:
    overrides = read_calendar_overrides()
    assert [str(day) for day in overrides["closed"]] == ["2023-09-01", "2023-09-08"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "auto"), (", full_text: yes", "yes"), (", full_text: no", "no"), (", full_text: auto", "auto")],
)
def test_a_feed_says_whether_its_pages_are_read(tmp_path: Path, text: str, expected: str) -> None:
    line = f"feeds: [{{url: 'https://x.example/', publisher: P, timezone: UTC{text}}}]"
    (feed,) = read_feeds(write(tmp_path, line))
    assert feed.full_text == expected


def test_the_address_of_daily_files_says_where_the_day_goes(tmp_path: Path) -> None:
    said = refusal(write(tmp_path, "flows: {hkex_url: 'https://mirror.example/day.js'}"))
    assert said == "flows.hkex_url: Value error, write {session} where a day like 20260716 goes"
