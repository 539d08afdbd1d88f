"""Many themes in many variants at once: what they share is computed once.

Every theme counts against the same market news, so the sessions, the publishers and the counts of all
articles are found once; a window is laid over many themes together; and what only scales the intensity is
not computed again for every way to weigh an article. Each series is, to the last digit, what
`signals.intensity.compute_series` makes of it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from signals.column import aware_instant, require_columns, require_values
from signals.intensity import Column, SeriesSpan, find_span, known_rows, series_columns
from signals.scaling import scale_together
from signals.session import DateLike, SessionCalendar
from signals.tally import (
    Floats,
    Integers,
    NewsTally,
    Tally,
    ThemeRows,
    add_by,
    find_pairs,
    tally_counts,
    tally_news,
    tally_theme,
    tally_totals,
)
from signals.variant import IntensityConfig

#: Cells (themes x publishers x sessions) that are scaled together: enough that a window's fixed cost counts
#: little, few enough for memory.
_CELLS: Final = 1_000_000
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
        news: one row an article of market news, each under a label of its own: publisher, known_at (aware
            UTC), tone, and optionally novelty (0..1, default 1).
        tags: one row a theme of an article: theme, row (the label of its article in `news`; one that is not
            there counts for nothing), score (0..1), and optionally relevance.
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
    known = know_news(news, tags, calendar=calendar, as_of=as_of)
    return compute_known(known, themes=themes, configs=configs, calendar=calendar, between=between)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNews:
    """News known before an instant, checked and laid out: what several calls of `compute_known` share.

    Attributes:
        publisher: of each article.
        sessions: of each article.
        themes: the articles of each theme.
        cut: the instant.
    """

    publisher: pd.Series
    sessions: pd.DatetimeIndex
    themes: Mapping[str, ThemeRows]
    cut: pd.Timestamp | None
    _tallies: dict[tuple[pd.Timestamp, ...], NewsTally] = field(default_factory=dict, init=False, repr=False)

    def tally(self, grid: pd.DatetimeIndex) -> NewsTally:
        """Return the counts of all articles on a grid of consecutive sessions, made once for each grid."""
        key = tuple(grid[[0, -1]]) if len(grid) else ()
        if key not in self._tallies:
            self._tallies[key] = tally_news(self.publisher, self.sessions, grid)
        return self._tallies[key]


def know_news(
    news: pd.DataFrame, tags: pd.DataFrame, *, calendar: SessionCalendar, as_of: datetime | None = None
) -> KnownNews:
    """Lay news out as `compute_all` takes it.

    Raises:
        InputError: a column is missing or holds values that cannot be used.
        CalendarSpanError: an instant lies outside the calendar.
    """
    require_columns(news, ["publisher", "known_at", "tone"], table="news")
    require_columns(tags, ["theme", "row", "score"], table="tags")
    require_values(tags, "score", table="tags")
    cut = None if as_of is None else aware_instant(as_of, name="as_of")
    rows = known_rows(news.assign(is_theme=False, score=0.0), cut)
    return KnownNews(
        publisher=rows["publisher"],
        sessions=pd.DatetimeIndex(calendar.session_of(rows["known_at"])),
        themes=_theme_rows(rows, tags),
        cut=cut,
    )


def compute_known(
    known: KnownNews,
    *,
    themes: Sequence[str],
    configs: Sequence[IntensityConfig],
    calendar: SessionCalendar,
    between: tuple[DateLike | None, DateLike | None] = (None, None),
    is_scaled: bool = True,
) -> pd.DataFrame:
    """Compute what `compute_all` does, of news that is laid out already.

    To scale takes most of the time: without it, the columns intensity and state are left out.

    Raises:
        CalendarSpanError: a date lies outside the calendar.
    """
    span = find_span(known.sessions, calendar, start=between[0], end=between[1], cut=known.cut)
    counts = known.tally(span.grid)

    def tallies(together: Sequence[str], config: IntensityConfig) -> list[Tally]:
        rows_of = (known.themes.get(theme, _NO_ROWS) for theme in together)
        return [tally_theme(counts, rows, config=config) for rows in rows_of]

    return _compute(themes, configs, tallies, counts, span, is_scaled=is_scaled)


def compute_counted(
    news: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    themes: Sequence[str],
    configs: Sequence[IntensityConfig],
    calendar: SessionCalendar,
    between: tuple[DateLike | None, DateLike | None] = (None, None),
) -> pd.DataFrame:
    """Compute the series of many themes from counts, as another program may have made them.

    Args:
        news: session, publisher, n_articles: all market news; a pair of session and publisher stands once.
        counts: theme, session, publisher, n_theme_articles.
        themes: which themes, in this order.
        configs: the variants of each; without weights.
        calendar: decides which sessions follow each other.
        between: first and last session; default those of `news`.

    Returns:
        As `compute_all`, tone being null.

    Raises:
        InputError: a column is missing, theme articles stand where no articles are, or a variant weighs them.
    """
    require_columns(news, ["session", "publisher", "n_articles"], table="news")
    require_columns(counts, ["theme", "session", "publisher", "n_theme_articles"], table="counts")
    sessions = pd.DatetimeIndex(news["session"]).as_unit("us")
    span = find_span(sessions.unique(), calendar, start=between[0], end=between[1])
    all_news = tally_totals(news["publisher"], sessions, news["n_articles"].to_numpy(), span.grid)
    names = pd.Categorical(counts["theme"])
    place = find_pairs(
        all_news, counts["publisher"], pd.DatetimeIndex(counts["session"]).as_unit("us"), span.grid
    )

    def tallies(together: Sequence[str], config: IntensityConfig) -> list[Tally]:
        return [tally_counts(all_news, in_theme(theme), config=config) for theme in together]

    def in_theme(theme: str) -> Integers:
        code = names.categories.get_indexer(pd.Index([theme]))[0]
        chosen = (names.codes == code) & (place >= 0) if code >= 0 else np.zeros(len(place), dtype=bool)
        n = counts["n_theme_articles"].to_numpy()[chosen]
        return add_by(place[chosen], n.astype(float), len(all_news.total)).astype(np.int64)

    return _compute(themes, configs, tallies, all_news, span)


def _compute(
    themes: Sequence[str],
    configs: Sequence[IntensityConfig],
    tallies: Callable[[Sequence[str], IntensityConfig], list[Tally]],
    news: NewsTally,
    span: SeriesSpan,
    *,
    is_scaled: bool = True,
) -> pd.DataFrame:
    """Scale and measure what is counted, some themes at a time, and put the series under each other."""
    step = max(1, _CELLS // max(1, len(span.grid) * len(news.publishers)))
    history = np.full(span.first_shown, np.nan)  # which gets no row
    parts: dict[tuple[str, str], dict[str, Column]] = {}
    for place in range(0, len(themes), step):
        together = themes[place : place + step]
        intensities: dict[IntensityConfig, Sequence[Floats | None]] = {}
        for config in configs:
            counted = tallies(together, config)
            # What an article weighs does not enter the intensity.
            scale = replace(config, weights=())
            if not is_scaled:
                intensities[scale] = [None] * len(counted)
            if scale not in intensities:
                scalings = scale_together(counted, span.grid, scale, first_shown=span.first_shown)
                intensities[scale] = [np.append(history, one.intensity) for one in scalings]
            columns = series_columns(counted, intensities[scale], span, config)
            parts |= {(theme, config.variant): one for theme, one in zip(together, columns, strict=True)}
    wanted = [(theme, config.variant) for theme in themes for config in configs]
    return _stacked({key: parts[key] for key in wanted})


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
    place = rows.index.get_indexer(pd.Index(tags["row"]))
    is_known = place >= 0
    known = tags if is_known.all() else tags.loc[is_known]
    place = place[is_known].astype(np.int64)
    novelty, tone = (rows[name].to_numpy(dtype=float, na_value=np.nan)[place] for name in ("novelty", "tone"))
    score = known["score"].to_numpy(dtype=float)
    relevance = known["relevance"].to_numpy(dtype=float) if "relevance" in known else np.ones(len(known))
    groups = known.groupby("theme", sort=False, observed=True).indices
    return {
        str(theme): ThemeRows(
            row=place[at], score=score[at], novelty=novelty[at], relevance=relevance[at], tone=tone[at]
        )
        for theme, at in groups.items()
    }
