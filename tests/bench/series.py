"""Series over a tagged year, a day's update, and ten million tags: how fast, and beside the naive way.

`python tests/bench/series.py --db YEAR.db`, a database whose articles are tagged. Each part runs in a process
of its own, whose memory is measured; times are of the wall's clock, reading included. The naive way of the
year reads each theme and computes each series by itself, for an update too; that of the ten million tags is
pandas: read the Parquet files, find each tag's session, group.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import psutil

from signals.intensity import compute_series
from signals.rebuild import compute_all
from signals.variant import IntensityConfig, Weight
from southbound.pipeline.columns import export_columns, series_from_export
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import read_settings, read_themes
from southbound.store import open_store
from southbound.store.duck import count_by_session

SETTINGS = read_settings(None)
CALENDAR = calendar_from_settings(SETTINGS)
THEMES = list(read_themes())
PLAIN = intensity_config(SETTINGS.series)
_WEIGHTS: tuple[tuple[Weight, ...], ...] = (
    ("score", "novelty"),
    (),
    ("score", "novelty", "relevance"),
    ("score", "novelty", "tone"),
)
_N_TAGS, _N_ARTICLES, _N_PUBLISHERS, _YEARS = 10_000_000, 7_500_000, 200, 10
#: 2015-01-02 in microseconds: the first article may be of it.
_START = 1_420_156_800_000_000
_REFRESH_SECONDS = 0.02


def main() -> None:
    """Run every part in its own process and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--part", choices=sorted(PARTS))
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.part:
        print(json.dumps(_measured(lambda: PARTS[asked.part](asked.db, asked.folder))))
        return
    with tempfile.TemporaryDirectory() as folder:
        _generate(Path(folder))
        figures = {part: _run(part, asked.db, Path(folder)) for part in PARTS}
    _tell("full rebuild of a year", figures["rebuild"], figures["rebuild_naively"])
    _tell("one day's update", figures["update"], figures["rebuild_naively"])
    _tell("ten million tags to daily series", figures["aggregate"], figures["aggregate_naively"])
    _tell("the year's export to daily series", figures["export"], None)


def all_variants(first: date, last: date) -> list[IntensityConfig]:
    """Return every variant: expanding, trailing and fixed, decayed or not, in every weighing."""
    windows: list[dict[str, Any]] = [
        {"window": "expanding"},
        {"window": "trailing", "trailing_sessions": 60},
        {"window": "fixed", "base": (first, last)},
    ]
    return [
        replace(PLAIN, **window, half_life_sessions=half_life, weights=weights)
        for window, half_life, weights in product(windows, (None, 5.0), _WEIGHTS)
    ]


def _rebuild(db: Path, _: Path) -> dict[str, Any]:
    with open_store(db, read_only=True) as store:
        news = store.news.read()
        table = compute_all(
            news.articles, news.tags, themes=THEMES, configs=_variants(news.articles), calendar=CALENDAR
        )
        return {"rows": len(table), "what": _said(store.articles.count(), len(_variants(news.articles)))}


def _rebuild_naively(db: Path, _: Path) -> dict[str, Any]:
    rows = 0
    with open_store(db, read_only=True) as store:
        configs = _variants(store.tags.theme_articles(THEMES[0]))
        for theme in THEMES:
            articles = store.tags.theme_articles(theme)
            for config in configs:
                rows += len(compute_series(articles, calendar=CALENDAR, config=config))
    return {"rows": rows}


def _update(db: Path, _: Path) -> dict[str, Any]:
    with open_store(db, read_only=True) as store:
        news = store.news.read()
        day = CALENDAR.session_of(news.articles["known_at"]).max()
        table = compute_all(
            news.articles,
            news.tags,
            themes=THEMES,
            configs=_variants(news.articles),
            calendar=CALENDAR,
            between=(day, day),
        )
    return {"rows": len(table), "what": f"all themes and variants in the session {day.date()}"}


def _aggregate(_: Path, folder: Path) -> dict[str, Any]:
    table = series_from_export(folder, themes=THEMES, configs=[replace(PLAIN, weights=())], settings=SETTINGS)
    return {
        "rows": len(table),
        "counted": int(table["n_theme_articles"].sum()),
        "what": f"{_N_TAGS:,} tags, {_N_ARTICLES:,} articles, {_N_PUBLISHERS} publishers, {_YEARS} years, "
        f"{len(THEMES)} themes",
    }


def _aggregate_naively(_: Path, folder: Path) -> dict[str, Any]:
    """Group in pandas; the counts only, without the series."""
    sessions = pd.read_parquet(folder / "sessions.parquet")
    counted = 0
    for name, keys in (("tags", ["theme", "publisher"]), ("articles", ["publisher"])):
        rows = pd.read_parquet(folder / f"{name}.parquet")
        rows["session"] = CALENDAR.session_of(rows["known_at"])
        rows = rows.loc[rows["session"].isin(sessions["session"].astype("datetime64[us]"))]
        counts = rows.groupby([*keys, "session"]).size()
        counted = counted or int(counts.sum())
    return {"rows": 0, "counted": counted}


def _export(db: Path, folder: Path) -> dict[str, Any]:
    """Export the year, and hold DuckDB's counts to those of the store."""
    target = folder / "year"
    with open_store(db, read_only=True) as store:
        export_columns(store, target, settings=SETTINGS)
        news = store.news.read()
    configs = [replace(PLAIN, weights=())]
    found = series_from_export(target, themes=THEMES, configs=configs, settings=SETTINGS)
    expected = compute_all(news.articles, news.tags, themes=THEMES, configs=configs, calendar=CALENDAR)
    pd.testing.assert_frame_equal(found, expected.assign(tone=np.nan), check_exact=True)
    units = int(count_by_session(target).themes["score_units"].sum())
    assert units == int((news.tags["score"] * 10_000).round().astype(int).sum())
    return {"rows": len(found), "what": "written, counted in DuckDB, equal to the store's to the last digit"}


PARTS: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "rebuild": _rebuild,
    "rebuild_naively": _rebuild_naively,
    "update": _update,
    "aggregate": _aggregate,
    "aggregate_naively": _aggregate_naively,
    "export": _export,
}


def _variants(articles: pd.DataFrame) -> list[IntensityConfig]:
    sessions = CALENDAR.session_of(articles["known_at"])
    grid = CALENDAR.sessions(sessions.min(), sessions.max())
    return all_variants(grid[0].date(), grid[len(grid) // 2].date())


def _said(n_articles: int, n_variants: int) -> str:
    return f"{n_articles:,} articles, {len(THEMES)} themes x {n_variants} variants"


def _run(part: str, db: Path, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--db", str(db), "--part", part, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _measured(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run a part; add its seconds, and the most memory that the process held."""
    CALENDAR.decision_at("2024-01-02")
    with _watching() as peak:
        started, processed = time.perf_counter(), time.process_time()
        figures = work()
        seconds, busy = time.perf_counter() - started, time.process_time() - processed
    return figures | {"seconds": seconds, "busy": busy, "megabytes": peak[0] / 1e6}


@contextmanager
def _watching() -> Iterator[list[int]]:
    """Keep the largest resident set of this process."""
    process, peak, done = psutil.Process(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(_REFRESH_SECONDS):
            peak[0] = max(peak[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _tell(what: str, figures: dict[str, Any], naive: dict[str, Any] | None) -> None:
    print(f"{what}: {figures['what']}")
    print(f"  {_figures(figures)} {figures['rows']:10,} rows")
    if naive is None:
        return
    ratio = naive["seconds"] / figures["seconds"]
    memory = naive["megabytes"] / figures["megabytes"]
    print(f"  {_figures(naive)} the naive way")
    print(f"  {ratio:.1f} times as fast, in {1 / memory:.2f} of the memory")
    assert figures.get("counted") == naive.get("counted")


def _figures(figures: dict[str, Any]) -> str:
    memory = f"{figures['megabytes']:8,.0f} MB"
    return f"{figures['seconds']:8.2f} s ({figures['busy']:.2f} s of the processor) {memory}"


def _generate(folder: Path) -> None:
    """Write drawn articles and tags in the order of time, as an export has them."""
    sessions = CALENDAR.sessions("2015-01-02", "2025-01-02")
    pd.DataFrame({"session": sessions.date, "decision_at": CALENDAR.decisions_at(sessions)}).to_parquet(
        folder / "sessions.parquet"
    )
    span = f"{_YEARS * 365 * 86_400_000}::UBIGINT"
    drawn = f"""'publisher ' || hash(i) % {_N_PUBLISHERS} AS publisher,
        make_timestamptz({_START} + (hash(i + 7) % {span})::BIGINT * 1000) AS known_at"""
    theme = f"{THEMES}[1 + (hash(j + 11) % {len(THEMES)})::BIGINT]"
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (SELECT 'article ' || i AS article, {drawn}, 1 AS n_themes FROM range({_N_ARTICLES}) t(i)
                ORDER BY known_at) TO '{folder}/articles.parquet'"""  # noqa: S608 - our own numbers
        )
        connection.execute(
            f"""COPY (SELECT 'article ' || i AS article, {drawn}, {theme} AS theme,
                    (hash(j + 3) % 10001) / 10000.0 AS score
                FROM (SELECT j, j % {_N_ARTICLES} AS i FROM range({_N_TAGS}) t(j))
                ORDER BY known_at) TO '{folder}/tags.parquet'"""  # noqa: S608 - the same
        )


if __name__ == "__main__":
    main()
