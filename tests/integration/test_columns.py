"""The export by columns: what was known, without text; and counts in DuckDB that are the store's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

import southbound
from signals.rebuild import compute_all
from signals.variant import IntensityConfig
from southbound.cli import run
from southbound.instant import parse_as_of
from southbound.pipeline.columns import describe_export, export_columns, series_from_export
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.duck import SCORE_UNITS, count_by_session

SETTINGS = read_settings(None)
AS_OF = "2025-03-19T12:00+08:00"
#: Two that come often, one that comes where they don't, one that never does.
THEMES = ("ai", "ipo", "rally", "property")


@pytest.fixture(scope="module")
def exported(history: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "new folder's name"
    export_columns(history, folder, settings=SETTINGS)
    return folder


def test_the_counts_of_duckdb_are_those_of_the_store(exported: Path, history: Store) -> None:
    calendar = calendar_from_settings(SETTINGS)
    counts = count_by_session(exported)
    for theme in ("ai", "ipo", "rally"):
        articles = history.tags.theme_articles(theme)
        articles["session"] = calendar.session_of(articles["known_at"])
        own = articles.loc[articles["is_theme"]].assign(units=lambda rows: rows["score"] * SCORE_UNITS)
        expected = own.groupby(["session", "publisher"]).agg(n=("article", "size"), units=("units", "sum"))
        found = counts.themes.loc[counts.themes["theme"] == theme].astype({"publisher": str})
        found = found.set_index(["session", "publisher"]).sort_index()
        assert found["n_theme_articles"].to_dict() == expected["n"].to_dict()
        assert found["score_units"].to_dict() == expected["units"].round().astype(int).to_dict()
        total = counts.news.groupby("session")["n_articles"].sum()
        assert total.to_dict() == articles.groupby("session").size().to_dict()


@pytest.mark.parametrize("half_life", [None, 3.0])
def test_the_series_of_an_export_are_those_of_the_store_to_the_last_digit(
    exported: Path, history: Store, half_life: float | None
) -> None:
    plain = replace(
        intensity_config(SETTINGS.series),
        min_articles=2,
        min_history=2,
        weights=(),
        half_life_sessions=half_life,
    )
    configs = [
        plain,
        replace(plain, window="trailing", trailing_sessions=10),
        replace(plain, window="fixed", base=(date(2025, 3, 4), date(2025, 3, 14))),
    ]
    news = history.news.read()
    expected = compute_all(
        news.articles,
        news.tags,
        themes=THEMES,
        configs=configs,
        calendar=calendar_from_settings(SETTINGS),
    )
    found = series_from_export(exported, themes=THEMES, configs=configs, settings=SETTINGS)
    assert found["tone"].isna().all()
    assert found["intensity"].notna().any()
    pd.testing.assert_frame_equal(found, expected.assign(tone=np.nan), check_exact=True)
    read = southbound.read_export(exported, themes=THEMES, variants=configs)
    pd.testing.assert_frame_equal(read, found, check_exact=True)


def test_variants_that_weigh_articles_are_refused(exported: Path) -> None:
    with pytest.raises(Exception, match="counts know no score; leave the weights empty"):
        southbound.read_export(exported, variants=[IntensityConfig()])


def test_an_export_as_of_is_the_export_of_a_database_cut_there(history: Store, tmp_path: Path) -> None:
    instant = parse_as_of(AS_OF)
    history.backup(tmp_path / "cut.db")
    export_columns(history, tmp_path / "as_of", settings=SETTINGS, as_of=instant)
    with open_store(tmp_path / "cut.db") as cut:
        cut.cut(instant)
        files = export_columns(cut, tmp_path / "cut", settings=SETTINGS)
    for file in files:
        whole = parquet.read_table(tmp_path / "as_of" / file.path.name)
        assert whole.equals(parquet.read_table(file.path)), file.path.name
        assert file.n_rows == whole.num_rows
    assert {file.path.stem for file in files if not file.n_rows} == set()


def test_no_text_is_exported_and_every_column_is_described(exported: Path) -> None:
    dictionary = pd.read_parquet(exported / "dictionary.parquet")
    pd.testing.assert_frame_equal(dictionary, describe_export(), check_dtype=False)
    assert dictionary["meaning"].str.len().gt(0).all()
    for path in exported.glob("*.parquet"):
        if path.stem == "dictionary":
            continue
        columns = set(parquet.read_schema(path).names)
        assert columns == set(dictionary.loc[dictionary["table"] == path.stem, "column"])
        assert not columns & {"title", "body", "evidence", "mentions", "extra"}


def test_the_command_writes_the_files_and_says_so(
    history: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history.backup(tmp_path / "h.db")
    folder = tmp_path / "out"
    asked = ["--db", str(tmp_path / "h.db"), "db", "export"]
    assert run([*asked, "--format", "parquet", str(folder), "--as-of", "2025-03-03"]) == 0
    assert "articles.parquet: 0 rows" in capsys.readouterr().out
    assert run([*asked, str(folder)]) == 0
    assert "flows.parquet: 20 rows" in capsys.readouterr().out
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
    assert run([*asked, str(tmp_path / "h.db")]) == 2
    assert "is a file; name a folder" in capsys.readouterr().err
    (folder / "tags.parquet").unlink()
    with pytest.raises(southbound.error.UsageError, match=r"has no tags\.parquet; write it with"):
        southbound.read_export(folder)


def test_nothing_known_gives_no_series(history: Store, tmp_path: Path) -> None:
    export_columns(history, tmp_path, settings=SETTINGS, as_of=parse_as_of("2025-03-03"))
    assert southbound.read_export(tmp_path, themes=["ai"]).empty
