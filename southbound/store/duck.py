"""Counts over millions of tags, in DuckDB on an export's Parquet files.

Each article counts for the first session decided strictly after it was known (an ASOF JOIN against the
decisions), as in `signals.session.SessionCalendar.session_of`. What is added up are whole numbers, so the
sums are exact whatever the order. Sessions are taken some at a time: an ASOF JOIN sorts what it is given,
and a year is sorted in memory where ten would go to disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from southbound.error import UsageError

#: Scores are stored to four digits: this many units make 1.
SCORE_UNITS: Final = 10_000
#: About a year.
_SESSIONS_AT_ONCE: Final = 250
_FILES: Final = ("articles", "tags", "sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCounts:
    """Market news by session; publishers and themes are categories.

    Attributes:
        news: session, publisher, n_articles.
        themes: theme, session, publisher, n_theme_articles, score_units (sum of scores, in 1/10000).
    """

    news: pd.DataFrame
    themes: pd.DataFrame


def count_by_session(folder: Path, *, memory: str = "400MB", threads: int = 2) -> DailyCounts:
    """Count an export's market news by session, publisher and theme.

    Args:
        folder: what `southbound db export` wrote: articles, tags and sessions.
        memory: DuckDB's limit; beyond it, it works on disk, in `folder`.
        threads: it uses.

    Raises:
        UsageError: a file is missing.
    """
    for name in _FILES:
        if not (folder / f"{name}.parquet").is_file():
            raise UsageError(
                f"{folder} has no {name}.parquet; write it with `southbound db export {folder}` first"
            )
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": threads,
        "temp_directory": str(folder / ".duckdb"),
        "preserve_insertion_order": False,
    }
    with duckdb.connect(config=settings) as connection:
        for name in _FILES:
            path = str(folder / f"{name}.parquet").replace("'", "''")
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
        connection.execute(_PREPARE)
        return _counts(connection)


def _counts(connection: duckdb.DuckDBPyConnection) -> DailyCounts:
    days = connection.execute("SELECT session FROM decision ORDER BY place").fetchnumpy()["session"]
    sessions = pd.DatetimeIndex(days).as_unit("us")
    publishers = _labels(connection, "publisher_name")
    news = _by_sessions(connection, _NEWS, len(sessions))
    tags = _by_sessions(connection, _THEMES, len(sessions))
    shared = [
        {
            "session": sessions.take(one["place"]),
            "publisher": pd.Categorical.from_codes(one["publisher"], categories=pd.Index(publishers)),
        }
        for one in (news, tags)
    ]
    theme = pd.Categorical.from_codes(tags["theme"], categories=pd.Index(_labels(connection, "theme_name")))
    return DailyCounts(
        news=pd.DataFrame({**shared[0], "n_articles": news["n"]}),
        themes=pd.DataFrame(
            {"theme": theme, **shared[1], "n_theme_articles": tags["n"], "score_units": tags["units"]}
        ),
    )


def _by_sessions(
    connection: duckdb.DuckDBPyConnection, query: str, n_sessions: int
) -> dict[str, npt.NDArray[Any]]:
    """Run a query on some sessions after the other, and return its columns."""
    parts = [
        connection.execute(query, {"first": first, "end": first + _SESSIONS_AT_ONCE}).fetchnumpy()
        for first in range(0, max(n_sessions, 1), _SESSIONS_AT_ONCE)
    ]
    return {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in parts[0]}


def _labels(connection: duckdb.DuckDBPyConnection, kind: str) -> list[str]:
    rows = connection.execute(f"SELECT unnest(enum_range(NULL::{kind}))").fetchall()
    return [str(row[0]) for row in rows]


_PREPARE = """
CREATE TYPE publisher_name AS ENUM (SELECT DISTINCT publisher FROM articles ORDER BY publisher);
CREATE TYPE theme_name AS ENUM (SELECT DISTINCT theme FROM tags ORDER BY theme);
CREATE TABLE decision AS
    SELECT (row_number() OVER (ORDER BY session) - 1)::INTEGER AS place, session, decision_at FROM sessions
"""

#: What is known from the decision before the first of the sessions to that of the last.
_KNOWN = """known_at < (SELECT max(decision_at) FROM decision WHERE place < $end)
    AND NOT coalesce(known_at < (SELECT max(decision_at) FROM decision WHERE place < $first), false)"""
_DECISIONS = "(SELECT place, decision_at FROM decision WHERE place >= $first AND place < $end)"

_NEWS = f"""SELECT s.place, enum_code(r.publisher)::USMALLINT AS publisher, count(*)::INTEGER AS n
    FROM (SELECT publisher::publisher_name AS publisher, known_at FROM articles
          WHERE n_themes > 0 AND {_KNOWN}) r
    ASOF JOIN {_DECISIONS} s ON r.known_at < s.decision_at
    GROUP BY ALL ORDER BY ALL"""

_THEMES = f"""SELECT enum_code(r.theme)::USMALLINT AS theme, s.place,
        enum_code(r.publisher)::USMALLINT AS publisher, count(*)::INTEGER AS n, sum(r.units)::BIGINT AS units
    FROM (SELECT theme::theme_name AS theme, publisher::publisher_name AS publisher, known_at,
              round(score * {SCORE_UNITS})::INTEGER AS units
          FROM tags WHERE {_KNOWN}) r
    ASOF JOIN {_DECISIONS} s ON r.known_at < s.decision_at
    GROUP BY ALL ORDER BY ALL"""
