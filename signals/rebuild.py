"""Many themes in many variants at once: what they share is computed once.

Every theme counts against the same market news, so the sessions, the publishers and the counts of all
articles are found once; a window is laid over many themes together; and what only scales the intensity is
not computed again for every way to weigh an article. Each series is, to the last digit, what
`signals.intensity.compute_series` makes of it alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from signals.column import aware_instant, require_columns, require_values
from signals.intensity import Column, SeriesSpan, find_span, known_rows, series_columns
from signals.scaling import scale_together
from signals.session import DateLike, SessionCalendar
from signals.tally import Floats, NewsTally, ThemeRows, tally_news, tally_theme
from signals.variant import IntensityConfig

#: Themes that are scaled together: enough that a window's fixed cost counts little, few enough for memory.
_TOGETHER: Final = 9
_EMPTY: Final = np.array([], dtype=np.float64)
_NO_ROWS: Final = ThemeRows(
    row=np.array([], dtype=np.int64), score=_EMPTY, novelty=_EMPTY, relevance=_EMPTY, tone=_EMPTY
)


def compute_all(
    news: pd.DataFrame,
    tags: pd.DataFrame,
    *,
    themes: Sequence[str],
    configs: Sequence[IntensityConfig],
    calendar: SessionCalendar,
    between: tuple[DateLike | None, DateLike | None] = (None, None),
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Compute the series of many themes in many variants.

    Args:
        news: one row an article of market news: article (unique), publisher, known_at (aware UTC), tone, and
            optionally novelty (0..1, default 1).
        tags: one row a theme of an article: theme, article, score (0..1), and optionally relevance.
        themes: which themes, in this order; one without a tag is zero where there is news.
        configs: the variants of each.
        calendar: decides the session of each article.
        between: first and last session; see `compute_series` for the default of each.
        as_of: articles with known_at >= as_of are dropped, with their tags.

    Returns:
        theme and the columns of `compute_series`: all sessions of the first theme in the first variant, then
        in the next, and so on.

    Raises:
        InputError: a column is missing or holds values that cannot be used.
        CalendarSpanError: an instant or a date lies outside the calendar.
    """
    require_columns(news, ["article", "publisher", "known_at", "tone"], table="news")
    require_columns(tags, ["theme", "article", "score"], table="tags")
    require_values(tags, "score", table="tags")
    cut = None if as_of is None else aware_instant(as_of, name="as_of")
    rows = known_rows(news.assign(is_theme=False, score=0.0), cut)
    sessions = pd.DatetimeIndex(calendar.session_of(rows["known_at"]))
    span = find_span(sessions, calendar, start=between[0], end=between[1], cut=cut)
    counts = tally_news(rows["publisher"], sessions, span.grid)
    found = _theme_rows(rows, tags)
    parts: dict[tuple[str, str], dict[str, Column]] = {}
    for place in range(0, len(themes), _TOGETHER):
        together = themes[place : place + _TOGETHER]
        block = [found.get(theme, _NO_ROWS) for theme in together]
        for config, columns in _variants(counts, block, span, configs):
            parts |= {(theme, config.variant): one for theme, one in zip(together, columns, strict=True)}
    wanted = [(theme, config.variant) for theme in themes for config in configs]
    return _stacked({key: parts[key] for key in wanted})


def _variants(
    counts: NewsTally, block: Sequence[ThemeRows], span: SeriesSpan, configs: Sequence[IntensityConfig]
) -> Iterator[tuple[IntensityConfig, list[dict[str, Column]]]]:
    """Yield each variant with the columns of each theme of a block."""
    intensities: dict[IntensityConfig, list[Floats]] = {}
    for config in configs:
        tallies = [tally_theme(counts, theme, config=config) for theme in block]
        # What an article weighs does not enter the intensity.
        scale = replace(config, weights=())
        if scale not in intensities:
            intensities[scale] = [one.intensity for one in scale_together(tallies, span.grid, scale)]
        yield config, series_columns(tallies, intensities[scale], span, config)


def _stacked(parts: Mapping[tuple[str, str], Mapping[str, Column]]) -> pd.DataFrame:
    """Put the series under each other."""
    if not parts:
        return pd.DataFrame()
    first = next(iter(parts.values()))
    times = {"session", "known_at"}
    n_rows = len(first["session"])
    columns: dict[str, Column] = {"theme": np.repeat([theme for theme, _ in parts], n_rows)}
    for name, values in first.items():
        if name in times:
            index = pd.DatetimeIndex(values)
            columns[name] = index.take(np.tile(np.arange(n_rows), len(parts)))
        else:
            columns[name] = np.concatenate([np.asarray(one[name]) for one in parts.values()])
    columns["variant"] = np.repeat([variant for _, variant in parts], n_rows)
    return pd.DataFrame(columns)


def _theme_rows(rows: pd.DataFrame, tags: pd.DataFrame) -> Mapping[str, ThemeRows]:
    """Return the rows of each theme's articles among those known."""
    place = pd.Index(rows["article"]).get_indexer(pd.Index(tags["article"]))
    known = tags.loc[place >= 0]
    place = place[place >= 0].astype(np.int64)
    novelty, tone = (rows[name].to_numpy(dtype=float, na_value=np.nan)[place] for name in ("novelty", "tone"))
    score = known["score"].to_numpy(dtype=float)
    relevance = known["relevance"].to_numpy(dtype=float) if "relevance" in known else np.ones(len(known))
    groups = known.groupby("theme", sort=False).indices
    return {
        str(theme): ThemeRows(
            row=place[at], score=score[at], novelty=novelty[at], relevance=relevance[at], tone=tone[at]
        )
        for theme, at in groups.items()
    }
